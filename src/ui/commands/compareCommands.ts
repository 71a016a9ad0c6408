import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { TraceReport } from '../../core/session/report';
import type { ComparisonPanel } from '../comparison/comparisonPanel';
import { plainLabel } from '../plainLabel';
import type { Services } from '../services';
import { findPrevious } from '../trace/previous';
import { entryArguments, entryOf } from '../trace/traceEntry';
import type { TraceEntry } from '../trace/traceEntry';
import { lineOf } from '../views/traceLine';

type CompareHandlers = Pick<CommandHandlers, 'compareWithPrevious' | 'compareTraces'>;

/** The commands that show two traces side by side. */
export function createCompareCommands(services: Services, page: ComparisonPanel): CompareHandlers {
  const { current } = services;
  return {
    compareWithPrevious: () => compareWithPrevious(services, page, current.report),
    compareTraces: async (clicked, selected) => {
      const chosen = selectedEntries(clicked, selected).map((entry) => requireReport(services, entry));
      const [first = await pickTrace(services, null)] = chosen;
      if (first === undefined) return;
      const second = chosen[1] ?? (await pickTrace(services, first));
      if (second !== undefined) compare(page, first, second);
    },
  };
}

export function compareWithPrevious(
  { history }: Services,
  page: ComparisonPanel,
  report: TraceReport | null,
): void {
  const previous = report === null ? null : findPrevious(report, history.kept());
  if (report === null || previous === null) {
    throw new TraceFailure('bad-request', 'There is no trace before this one to compare it with.', {
      advice: 'Trace the packet again once something has changed.',
    });
  }
  page.show(previous.report, report);
}

/** The earlier one is shown before the later one, in whatever order they were chosen. */
function compare(page: ComparisonPanel, one: TraceReport, other: TraceReport): void {
  if (one.startedAt <= other.startedAt) page.show(one, other);
  else page.show(other, one);
}

/** The lines of the Traces view that a menu passes: the one it was opened on, and all that are selected. */
function selectedEntries(clicked: unknown, selected: unknown): readonly TraceEntry[] {
  const entries = entryArguments(clicked, selected);
  if (entries.length <= 2) return entries;
  throw new TraceFailure('bad-request', `${entries.length} traces are selected, and two can be compared.`, {
    advice: 'Select two of them.',
  });
}

function requireReport({ history }: Services, entry: TraceEntry): TraceReport {
  const report = history.report(entry);
  if (report !== undefined) return report;
  throw new TraceFailure('bad-request', `The result of ${entry.title} is not kept any more.`, {
    advice: 'Only traces that were made in this window can be compared; trace it again first.',
  });
}

async function pickTrace({ history }: Services, other: TraceReport | null): Promise<TraceReport | undefined> {
  const reports = history.kept().filter(({ id }) => id !== other?.id);
  if (reports.length < (other === null ? 2 : 1)) {
    throw new TraceFailure('bad-request', 'There are no two traces in this window to compare.', {
      advice: 'Trace a packet, change something, and trace it again.',
    });
  }
  const items = reports.map((report) => {
    const { label, description, icon } = lineOf(entryOf(report), Date.now());
    return { label: `$(${icon}) ${plainLabel(label)}`, description: plainLabel(description), report };
  });
  const placeHolder =
    other === null ? 'First trace' : `Trace to compare with ${plainLabel(entryOf(other).title)}`;
  const chosen = await vscode.window.showQuickPick(items, { title: 'Compare Traces', placeHolder });
  return chosen?.report;
}
