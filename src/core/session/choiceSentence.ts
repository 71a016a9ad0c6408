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
      : [`Not ${kind === 'backend' ? 'reached' : 'open'} either: ${listNames(kind, others)}.`]),
    ...(oneWay.length === 0
      ? []
      : [
          `The reply does not come back ${kind === 'backend' ? 'from' : 'to the sender with'} ${listNames(kind, oneWay)}.`,
        ]),
    ...(omitted === 0 ? [] : [`${omitted} more were not traced.`]),
    ...(offline.length === 0
      ? []
      : [`OVN does not offer ${offline.join(', ')} now: offline by its health check.`]),
  ];
  const which = first === undefined || traced.length === 1 ? '' : `; ${nameChoice(kind, first)} is not`;
  const because = first === undefined ? '.' : `${which}: ${first.report.explanation.sentence}`;
  return [`${countReached(kind, traced.length, traced.length - failed.length)}${because}`, ...more].join(' ');
}

/** `2 of 3 backends are reached`. */
function countReached(kind: Choices['kind'], total: number, reached: number): string {
  const one = kind === 'backend' ? 'backend' : 'way (select)';
  const many = kind === 'backend' ? 'backends' : 'ways (select)';
  const state = kind === 'backend' ? 'reached' : 'open';
  if (total === 1) return `The only ${one} is ${reached === 1 ? '' : 'not '}${state}`;
  if (reached === total) return `${total === 2 ? 'Both' : `All ${total}`} ${many} are ${state}`;
  if (reached === 0) return `None of the ${total} ${many} is ${state}`;
  return `${reached} of ${total} ${many} ${reached === 1 ? 'is' : 'are'} ${state}`;
}

function listNames(kind: Choices['kind'], choices: readonly TracedChoice[]): string {
  return listWords(choices.map((choice) => nameChoice(kind, choice)));
}

/** `10.0.2.11:5432`, `member 2`. */
export function nameChoice(kind: Choices['kind'], { option }: Pick<TracedChoice, 'option'>): string {
  return kind === 'backend' ? option : `member ${option}`;
}

/** Whether the packet arrives and its reply certainly does not. */
export function isOneWay({ explanation }: TraceReport): boolean {
  return explanation.warnings.some(({ code }) => code === 'ONE_WAY');
}
