import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import { reportComparison } from '../definitions/comparisonReport';
import type { NetworkStates } from '../definitions/networkStates';
import { plainMessage } from '../plainMessage';
import { uriOf } from '../fileUri';
import type { Services } from '../services';

type DefinitionHandlers = Pick<CommandHandlers, 'compareDefinitions'>;

/** The commands about the definitions of the workspace. */
export function createDefinitionCommands(
  { targets, inventories }: Services,
  states: NetworkStates,
): DefinitionHandlers {
  return {
    compareDefinitions: async () => {
      const target = targets.require(undefined);
      const comparison = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: plainMessage(`Comparing definitions with ${target.name}`),
        },
        async () => {
          await inventories.read(target);
          return states.refresh();
        },
      );
      if (comparison === null) {
        throw new TraceFailure('bad-request', 'The target in use changed while it was read.', {
          advice: 'Run OVN: Compare Definitions with Network again.',
        });
      }
      const content = reportComparison(comparison, target.name, (file) =>
        vscode.workspace.asRelativePath(uriOf(file)),
      );
      const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
      await vscode.window.showTextDocument(document, { preview: true });
    },
  };
}
