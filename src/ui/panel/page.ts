import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toFailure } from '../../core/failure';
import type { PanelAction, ToPanel } from '../../protocol/panelMessages';
import { fromPanelSchema } from '../../protocol/panelSchema';
import { panelHtml } from './html';
import { findTranslation } from './translation';

const folderOf = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'dist');

export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [folderOf(extensionUri)] };
}

/** The icon of a tab that holds a page. */
export function pageIcon(extensionUri: vscode.Uri): {
  readonly light: vscode.Uri;
  readonly dark: vscode.Uri;
} {
  const icon = (theme: string): vscode.Uri =>
    vscode.Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

/** Loads the page into a webview: one page, with one browser code, for results and for comparisons. */
export function loadPage(webview: vscode.Webview, extensionUri: vscode.Uri): void {
  const resource = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(folderOf(extensionUri), name)).toString();
  webview.html = panelHtml({
    source: webview.cspSource,
    script: resource('webview.js'),
    style: resource('webview.css'),
    nonce: randomBytes(18).toString('base64'),
    translation: findTranslation(),
  });
}

/** What stands behind a page. */
export interface PageHost {
  /** The browser code runs and wants the state. */
  ready(): void;
  perform(action: PanelAction): Promise<void>;
  post(message: ToPanel): void;
}

/** Does what the page asks and answers it, also when it fails or cannot be understood. */
export async function answerPage(message: unknown, host: PageHost): Promise<void> {
  const parsed = fromPanelSchema.safeParse(message);
  if (!parsed.success) {
    refuse(message, host);
    return;
  }
  if (parsed.data.type === 'ready') {
    host.ready();
    return;
  }
  const { id, action } = parsed.data;
  try {
    await host.perform(action);
    host.post({ type: 'done', id });
  } catch (error) {
    const failure = toFailure(error);
    if (failure.reason === 'cancelled') host.post({ type: 'done', id });
    else host.post({ type: 'failed', id, message: [failure.message, failure.advice].join(' ').trim() });
  }
}

/** Only where it says whom to answer. */
function refuse(message: unknown, host: PageHost): void {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : null;
  if (typeof id !== 'number') return;
  host.post({
    type: 'failed',
    id,
    message: l10n.t('The panel asked for something unknown. Close it and trace again.'),
  });
}
