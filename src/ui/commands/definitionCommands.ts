import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { ComparisonPage } from '../definitions/comparisonPage';
import type { Definitions } from '../definitions/definitions';
import { definitionsAt } from '../definitions/definitionsAt';
import type { NetworkStates } from '../definitions/networkStates';
import { seedOf } from '../definitions/stateCommands';
import type { Services } from '../services';

type DefinitionHandlers = Pick<CommandHandlers, 'compareDefinitions' | 'traceRule'>;

/** The commands about the definitions of the workspace. */
export function createDefinitionCommands(
  { targets, inventories, tasks }: Services,
  definitions: Definitions,
  states: NetworkStates,
  page: ComparisonPage,
): DefinitionHandlers {
  return {
    compareDefinitions: async () => {
      const target = targets.require(undefined);
      const comparison = await tasks.run(
        { title: l10n.t('Comparing definitions with {0}', target.name), doing: l10n.t('comparing') },
        async () => {
          await inventories.read(target);
          return states.refresh();
        },
      );
      if (comparison === null) {
        throw new TraceFailure('bad-request', l10n.t('The target in use changed while it was read.'), {
          advice: l10n.t('Run OVN: Compare Definitions with Network again.'),
        });
      }
      await page.show();
    },
    traceRule: async () => {
      const editor = vscode.window.activeTextEditor;
      const at = editor?.selection.active;
      const here =
        editor === undefined || at === undefined
          ? []
          : definitionsAt(await definitions.of(editor.document), editor.document.offsetAt(at), at.line);
      const known = states.current;
      const ofHere = here.flatMap((definition) => known?.states.get(definition) ?? []);
      const seed = seedOf(here, ofHere, known?.live ?? null);
      if (seed === null) {
        throw new TraceFailure('bad-request', l10n.t('There is no rule of an ACL at the cursor.'), {
          advice: l10n.t(
            'Put the cursor into a rule, or run OVN: Trace Packet and choose the ends yourself.',
          ),
        });
      }
      await vscode.commands.executeCommand(commandId('tracePacket'), seed);
    },
  };
}
