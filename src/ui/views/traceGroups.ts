import * as l10n from '@vscode/l10n';
import { verdictWords } from '../panel/words';
import type { TraceEntry } from '../trace/traceEntry';

/** Traces that stand together in the Traces view. */
export interface TraceGroup {
  readonly id: 'today' | 'yesterday' | 'earlier' | 'saved';
  readonly label: string;
  readonly entries: readonly TraceEntry[];
}

export interface GroupedTraces {
  /** Without those that are empty. */
  readonly groups: readonly TraceGroup[];
  /** How many fit the filter, of how many there are. */
  readonly shown: number;
  readonly all: number;
}

/** Traces that were made, by the day on the user's clock, and those that were saved; only those that fit the filter. */
export function groupTraces(
  made: readonly TraceEntry[],
  saved: readonly TraceEntry[],
  filter: string,
  now: Date,
): GroupedTraces {
  const today = startOfDay(now, 0);
  const yesterday = startOfDay(now, -1);
  const fitting = (entries: readonly TraceEntry[]) => entries.filter((entry) => fits(entry, filter));
  const days = fitting(made);
  const all: readonly TraceGroup[] = [
    { id: 'today', label: l10n.t('Today'), entries: days.filter(({ at }) => at >= today) },
    {
      id: 'yesterday',
      label: l10n.t('Yesterday'),
      entries: days.filter(({ at }) => at < today && at >= yesterday),
    },
    { id: 'earlier', label: l10n.t('Earlier'), entries: days.filter(({ at }) => at < yesterday) },
    { id: 'saved', label: l10n.t('Saved'), entries: fitting(saved) },
  ];
  const groups = all.filter(({ entries }) => entries.length > 0);
  return {
    groups,
    shown: groups.reduce((sum, { entries }) => sum + entries.length, 0),
    all: made.length + saved.length,
  };
}

/** What stands above the list while it is filtered; empty when it is not. */
export function describeFilter(filter: string, { shown, all }: GroupedTraces): string {
  if (filter === '') return '';
  return shown === 0
    ? l10n.t('No trace fits the filter "{0}".', filter)
    : l10n.t('Filter "{0}": {1} of {2} shown', filter, shown, all);
}

/** Every word has to be in the title, the target, the verdict or its sentence. */
function fits(entry: TraceEntry, filter: string): boolean {
  const verdict = entry.verdict === null ? '' : verdictWords(entry.verdict).word;
  const text = [entry.title, entry.target ?? '', verdict, entry.sentence].join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Milliseconds since the epoch at which the day began; days are not all of one length. */
function startOfDay(now: Date, days: number): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}
