import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { TraceFailure } from '../../core/failure';

/** Nothing runs in Restricted Mode, whoever calls: the settings of the workspace say what would be run. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new TraceFailure('untrusted', l10n.t('Nothing is run while this workspace is in Restricted Mode.'), {
    advice: l10n.t(
      'Trust the workspace if you know where it comes from; trace output can be opened without that.',
    ),
  });
}
