import * as vscode from 'vscode';
import { TraceFailure } from '../../core/failure';

/** Nothing runs in Restricted Mode, whoever calls: the settings of the workspace say what would be run. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new TraceFailure('untrusted', 'Nothing is run while this workspace is in Restricted Mode.', {
    advice: 'Trust the workspace if you know where it comes from; trace output can be opened without that.',
  });
}
