import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { workspaceQuestion } from './workspaceQuestion';
import type { AskConsent } from './workspaceConsent';

/** Asks in the editor whether a target that the workspace brought along may be used. */
export const askConsent: AskConsent = async (target, part) => {
  const { message, detail } = workspaceQuestion(target, part, settingsFile());
  const use = l10n.t('Use Target');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, use)) === use;
};

/** Where the settings of the workspace are. */
function settingsFile(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  if (workspaceFile !== undefined) return workspaceFile.fsPath;
  const folder = workspaceFolders?.[0];
  return folder === undefined
    ? l10n.t('the settings of the workspace')
    : vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json').fsPath;
}
