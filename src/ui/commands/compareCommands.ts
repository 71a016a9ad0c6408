import * as l10n from '@vscode/l10n';
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
    throw new TraceFailure('bad-request', l10n.t('There is no trace before this one to compare it with.'), {
      advice: l10n.t('Trace the packet again once something has changed.'),
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
  throw new TraceFailure(
    'bad-request',
    l10n.t('{0} traces are selected, and two can be compared.', entries.length),
    {
      advice: l10n.t('Select two of them.'),
    },
  );
}

function requireReport({ history }: Services, entry: TraceEntry): TraceReport {
  const report = history.report(entry);
  if (report !== undefined) return report;
  throw new TraceFailure('bad-request', l10n.t('The result of {0} is not kept any more.', entry.title), {
    advice: l10n.t('Only traces that were made in this window can be compared; trace it again first.'),
  });
}

async function pickTrace({ history }: Services, other: TraceReport | null): Promise<TraceReport | undefined> {
  const reports = history.kept().filter(({ id }) => id !== other?.id);
  if (reports.length < (other === null ? 2 : 1)) {
    throw new TraceFailure('bad-request', l10n.t('There are no two traces in this window to compare.'), {
      advice: l10n.t('Trace a packet, change something, and trace it again.'),
    });
  }
  const items = reports.map((report) => {
    const { label, description, icon } = lineOf(entryOf(report), Date.now());
    return { label: `$(${icon}) ${plainLabel(label)}`, description: plainLabel(description), report };
  });
  const placeHolder =
    other === null
      ? l10n.t('First trace')
      : l10n.t('Trace to compare with {0}', plainLabel(entryOf(other).title));
  const chosen = await vscode.window.showQuickPick(items, { title: l10n.t('Compare Traces'), placeHolder });
  return chosen?.report;
}
