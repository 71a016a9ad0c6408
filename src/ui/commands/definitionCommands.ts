import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { ComparisonPage } from '../definitions/comparisonPage';
import type { NetworkStates } from '../definitions/networkStates';
import type { Services } from '../services';

type DefinitionHandlers = Pick<CommandHandlers, 'compareDefinitions'>;

/** The commands about the definitions of the workspace. */
export function createDefinitionCommands(
  { targets, inventories, tasks }: Services,
  states: NetworkStates,
  page: ComparisonPage,
): DefinitionHandlers {
  return {
    compareDefinitions: async () => {
      const target = targets.require(undefined);
      const comparison = await tasks.run(
        { title: `Comparing definitions with ${target.name}`, doing: 'comparing' },
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
