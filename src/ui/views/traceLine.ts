import * as l10n from '@vscode/l10n';
import { verdictWords } from '../panel/words';
import type { TraceEntry } from '../trace/traceEntry';

/** What a line of the Traces view shows. */
export interface TraceLine {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly colour: string | null;
  readonly tooltip: string;
  readonly spoken: string;
}

const looks = {
  allow: { icon: 'pass', colour: 'testing.iconPassed' },
  answer: { icon: 'reply', colour: 'testing.iconPassed' },
  drop: { icon: 'circle-slash', colour: 'testing.iconFailed' },
  reject: { icon: 'error', colour: 'testing.iconFailed' },
  mixed: { icon: 'repo-forked', colour: 'list.warningForeground' },
  unknown: { icon: 'question', colour: 'list.warningForeground' },
  error: { icon: 'error', colour: 'testing.iconFailed' },
} as const;

/** The line of a trace that was made, or of a saved one. `now` and the entry's time are milliseconds since the epoch. */
export function lineOf(entry: TraceEntry, now: number): TraceLine {
  const target = entry.target ?? '';
  if (entry.verdict === null) {
    return {
      label: entry.title,
      description: target,
      icon: 'bookmark',
      colour: null,
      tooltip: l10n.t('Saved trace {0}', entry.title),
      spoken:
        target === ''
          ? l10n.t('Saved trace {0}', entry.title)
          : l10n.t('Saved trace {0} on {1}', entry.title, target),
    };
  }
  const { word } = verdictWords(entry.verdict);
  const age = describeAge(now - entry.at);
  return {
    label: entry.title,
    description: [word, target, age].filter((part) => part !== '').join(', '),
    ...looks[entry.verdict],
    tooltip: `${entry.sentence}\n${new Date(entry.at).toLocaleString()}`,
    spoken:
      target === ''
        ? `${word}: ${entry.title}, ${age}`
        : l10n.t('{0}: {1} on {2}, {3}', word, entry.title, target, age),
  };
}

/** Whether the entry can be run again; opened text cannot. */
export function canRun(entry: TraceEntry): boolean {
  return entry.request !== null || entry.plan !== null;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function describeAge(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return l10n.t('just now');
  if (minutes < 60) return l10n.t('{0} min ago', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return l10n.t('{0} h ago', hours);
  return l10n.t('{0} days ago', Math.floor(hours / 24));
}
