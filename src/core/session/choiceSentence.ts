import * as l10n from '@vscode/l10n';
import type { TraceRequest } from '../flow/request';
import type { Verdict } from '../trace/outcome';
import { listNames as listWords } from '../trace/phrases';
import type { Choices, TracedChoice, TraceReport } from './report';

/** The report of one of the traces, with a verdict and a sentence about all of them: the first that is lost, else the first. */
export function summarizeChoices(request: TraceRequest, choices: Omit<Choices, 'shown'>): TraceReport {
  const { traced } = choices;
  const failed = traced.findIndex(({ report }) => report.outcome.verdict !== 'allow');
  const oneWay = traced.findIndex(({ report }) => isOneWay(report));
  const shown = Math.max(failed >= 0 ? failed : oneWay, 0);
  const first = traced[shown]?.report;
  if (first === undefined) throw new Error('a choice has at least one option');
  const verdict = verdictOf(traced);
  return {
    ...first,
    id: `${first.id}-all`,
    request,
    outcome: { ...first.outcome, verdict },
    explanation: { ...first.explanation, sentence: sentenceOf(choices) },
    choices: { ...choices, shown },
  };
}

/** Allowed when all are; where they differ and one arrives it is `mixed`, whatever is unknown of the others. */
function verdictOf(traced: readonly TracedChoice[]): Verdict {
  const verdicts = new Set(traced.map(({ report }) => report.outcome.verdict));
  const [only, ...others] = verdicts;
  if (only !== undefined && others.length === 0) return only;
  const loses = verdicts.has('drop') || verdicts.has('reject');
  if (verdicts.has('mixed') || (loses && (verdicts.has('allow') || verdicts.has('answer')))) return 'mixed';
  if (verdicts.has('unknown')) return 'unknown';
  return loses ? 'drop' : 'mixed';
}

function sentenceOf({ kind, traced, omitted, offline }: Omit<Choices, 'shown'>): string {
  const failed = traced.filter(({ report }) => report.outcome.verdict !== 'allow');
  const oneWay = traced.filter(({ report }) => isOneWay(report));
  const [first, ...others] = failed;
  const more = [
    ...(others.length === 0
      ? []
      : [
          kind === 'backend'
            ? l10n.t('Not reached either: {0}.', listNames(kind, others))
            : l10n.t('Not open either: {0}.', listNames(kind, others)),
        ]),
    ...(oneWay.length === 0
      ? []
      : [
          kind === 'backend'
            ? l10n.t('The reply does not come back from {0}.', listNames(kind, oneWay))
            : l10n.t('The reply does not come back to the sender with {0}.', listNames(kind, oneWay)),
        ]),
    ...(omitted === 0 ? [] : [l10n.t('{0} more were not traced.', omitted)]),
    ...(offline.length === 0
      ? []
      : [l10n.t('OVN does not offer {0} now: offline by its health check.', offline.join(', '))]),
  ];
  const count = countReached(kind, traced.length, traced.length - failed.length);
  return [withReason(count, kind, first, traced.length), ...more].join(' ');
}

function withReason(
  count: string,
  kind: Choices['kind'],
  failed: TracedChoice | undefined,
  total: number,
): string {
  if (failed === undefined) return `${count}.`;
  const because = failed.report.explanation.sentence;
  return total === 1
    ? `${count}: ${because}`
    : l10n.t('{0}; {1} is not: {2}', count, nameChoice(kind, failed), because);
}

/** `2 of 3 backends are reached`. */
function countReached(kind: Choices['kind'], total: number, reached: number): string {
  return kind === 'backend' ? countBackends(total, reached) : countWays(total, reached);
}

function countBackends(total: number, reached: number): string {
  if (total === 1) {
    return reached === 1 ? l10n.t('The only backend is reached') : l10n.t('The only backend is not reached');
  }
  if (reached === total) {
    return total === 2 ? l10n.t('Both backends are reached') : l10n.t('All {0} backends are reached', total);
  }
  if (reached === 0) return l10n.t('None of the {0} backends is reached', total);
  return reached === 1
    ? l10n.t('1 of {0} backends is reached', total)
    : l10n.t('{0} of {1} backends are reached', reached, total);
}

function countWays(total: number, reached: number): string {
  if (total === 1) {
    return reached === 1
      ? l10n.t('The only way (select) is open')
      : l10n.t('The only way (select) is not open');
  }
  if (reached === total) {
    return total === 2
      ? l10n.t('Both ways (select) are open')
      : l10n.t('All {0} ways (select) are open', total);
  }
  if (reached === 0) return l10n.t('None of the {0} ways (select) is open', total);
  return reached === 1
    ? l10n.t('1 of {0} ways (select) is open', total)
    : l10n.t('{0} of {1} ways (select) are open', reached, total);
}

function listNames(kind: Choices['kind'], choices: readonly TracedChoice[]): string {
  return listWords(choices.map((choice) => nameChoice(kind, choice)));
}

/** `10.0.2.11:5432`, `member 2`. */
export function nameChoice(kind: Choices['kind'], { option }: Pick<TracedChoice, 'option'>): string {
  return kind === 'backend' ? option : l10n.t('member {0}', option);
}

/** Whether the packet arrives and its reply certainly does not. */
export function isOneWay({ explanation }: TraceReport): boolean {
  return explanation.warnings.some(({ code }) => code === 'ONE_WAY');
}
