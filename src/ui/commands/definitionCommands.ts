import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { ComparisonPage } from '../definitions/comparisonPage';
import type { NetworkStates } from '../definitions/networkStates';
import { plainMessage } from '../plainMessage';
import type { Services } from '../services';

type DefinitionHandlers = Pick<CommandHandlers, 'compareDefinitions'>;

/** The commands about the definitions of the workspace. */
export function createDefinitionCommands(
  { targets, inventories }: Services,
  states: NetworkStates,
  page: ComparisonPage,
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
      await page.show();
    },
  };
}
