import type { CommandHandlers } from '../../contributions';
import { pipelineOfStage } from '../../core/ovn/stages';
import type { TableReferences } from '../reference/tableReferences';
import type { CurrentTrace } from '../trace/currentTrace';

/** The commands about what OVN's tables do. */
export function createReferenceCommands(
  references: TableReferences,
  current: CurrentTrace,
): Pick<CommandHandlers, 'showTableReference' | 'showInTableReference'> {
  return {
    showTableReference: () => references.show(current.report, null),
    showInTableReference: async (place, release) => {
      // A line of an earlier trace, or what another extension passes, leads to the reference as such.
      const shown = [current.report, current.report?.reply].filter((report) => report instanceof Object);
      const isHop = place instanceof Object && place.kind === 'hop' && shown.includes(place.report);
      const stage = isHop ? place.row.stage : typeof place === 'string' ? place : null;
      const isStage = stage !== null && pipelineOfStage(stage) !== null;
      await references.show(isHop ? place.report : current.report, isStage ? stage : null, release);
    },
  };
}
