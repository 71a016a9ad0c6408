import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../plainMessage';
import type { TracesView } from './tracesView';

/** Asks for the filter of the Traces view, which follows every letter; Esc leaves the one before. */
export function askFilter(traces: TracesView): Promise<void> {
  const before = traces.filter;
  const input = vscode.window.createInputBox();
  input.title = l10n.t('Filter Traces');
  input.prompt = plainMessage(l10n.t('Words of the title, the target or the verdict; empty for all traces'));
  input.value = before;
  return new Promise((resolve) => {
    let isTaken = false;
    input.onDidChangeValue((text) => traces.setFilter(text));
    input.onDidAccept(() => {
      isTaken = true;
      input.hide();
    });
    input.onDidHide(() => {
      if (!isTaken) traces.setFilter(before);
      input.dispose();
      resolve();
    });
    input.show();
  });
}
