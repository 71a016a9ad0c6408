import * as vscode from 'vscode';
import { showFailure } from './failures';
import { plainMessage } from './plainMessage';

export interface Offered {
  readonly label: string;
  readonly run: () => unknown;
}

/**
 * Tells something and offers what may come next. The command that tells it is over by then: other extensions wait for it,
 * and a notification can stand for hours.
 */
export function offer(
  log: vscode.LogOutputChannel,
  kind: 'information' | 'error',
  message: string,
  offered: readonly Offered[],
): void {
  const labels = offered.map(({ label }) => label);
  const text = plainMessage(message);
  const shown =
    kind === 'error'
      ? vscode.window.showErrorMessage(text, ...labels)
      : vscode.window.showInformationMessage(text, ...labels);
  shown
    .then((chosen) => offered.find(({ label }) => label === chosen)?.run())
    .then(undefined, (error: unknown) => showFailure(error, log));
}
