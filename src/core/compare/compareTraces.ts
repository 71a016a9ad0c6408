import * as l10n from '@vscode/l10n';
import { nameChoice } from '../session/choiceSentence';
import type { Choices, TraceReport } from '../session/report';
import { listNames, nameTable } from '../trace/phrases';
import { rewriteOf } from '../trace/rewrites';
import { compareAcls } from './compareAcls';
import { compareAsked, limitsOfAsked } from './compareAsked';
import { compareHops, findCounterparts, findFirstDifference } from './compareHops';
import type {
  BranchPair,
  Fate,
  HopSides,
  ListChange,
  ReplyComparison,
  Sides,
  TextChange,
  TraceComparison,
} from './comparison';
import { fateOf } from './fate';

/** Two traces side by side: what became of the packet, what decided, and all that differs. */
export function compareTraces(before: TraceReport, after: TraceReport): TraceComparison {
  const branches = compareHops(before.outcome, after.outcome);
  const fates = compareFates(before, after, findCounterparts(branches));
  const firstDifference = findFirstDifference(branches);
  const acls = compareAcls(before, after);
  const parts = {
    asked: compareAsked(before, after),
    fates,
    firstDifference,
    decided: findDecided(fates, firstDifference, branches),
    acls,
    results: compareResults(before, after),
    remarks: compareRemarks(before, after),
    branches,
    choices: compareChoices(before.choices, after.choices),
    limits: findLimits(before, after),
    reply: compareReplies(before, after),
  };
  const differs = listDifferences(parts, before, after);
  return { ...parts, same: differs.length === 0, sentence: sentenceOf(parts, differs) };
}

function compareFates(
  before: TraceReport,
  after: TraceReport,
  { ofBefore, ofAfter }: ReturnType<typeof findCounterparts>,
): Sides<Fate> {
  const alone = { before: fateOf(before, null), after: fateOf(after, null) };
  const place = (fate: Fate, counterparts: ReadonlyMap<number, number>): number | null =>
    fate.verdict === 'allow' || fate.hop === null ? null : (counterparts.get(fate.hop) ?? null);
  return {
    before: fateOf(before, place(alone.after, ofAfter)),
    after: fateOf(after, place(alone.before, ofBefore)),
  };
}

function findDecided(
  { before, after }: Sides<Fate>,
  first: HopSides | null,
  branches: readonly BranchPair[],
): HopSides | null {
  const decided = { before: before.hop, after: after.hop };
  if (decided.before === null && decided.after === null) return null;
  if (first !== null && first.before === decided.before && first.after === decided.after) return null;
  return isEqualStep(decided, branches) ? null : decided;
}

function isEqualStep({ before, after }: HopSides, branches: readonly BranchPair[]): boolean {
  if (before === null || after === null) return false;
  return branches.some(({ runs }) =>
    runs.some((run) => {
      const at = run.kind === 'same' ? run.before.indexOf(before) : -1;
      return run.kind === 'same' && at >= 0 && run.after[at] === after;
    }),
  );
}

function compareResults(before: TraceReport, after: TraceReport): readonly ListChange[] {
  return [
    compareLists(l10n.t('Ports reached'), portsOf(before), portsOf(after)),
    compareLists(l10n.t('Addresses rewritten'), rewritesOf(before), rewritesOf(after)),
    compareLists(l10n.t('Losses'), lossesOf(before), lossesOf(after)),
    compareLists(l10n.t('Answers of OVN'), answersOf(before), answersOf(after)),
  ].filter(isDifferent);
}

function portsOf({ outcome }: TraceReport): readonly string[] {
  return outcome.arrivals.map(({ port }) => port);
}

function rewritesOf({ outcome }: TraceReport): readonly string[] {
  return outcome.hops.flatMap((hop) => {
    const rewrite = rewriteOf(hop);
    return rewrite === null ? [] : [`${rewrite.text} (${hop.datapath})`];
  });
}

function lossesOf({ outcome, explanation }: TraceReport): readonly string[] {
  return explanation.losses.map(({ loss, cause }) => {
    const lost = outcome.losses[loss];
    const hop = outcome.hops[lost?.hop ?? lost?.decidedBy ?? -1];
    const port = hop?.outport ?? hop?.inport ?? null;
    if (hop === undefined) return cause.code;
    return port === null
      ? l10n.t('{0} at {1}', cause.code, hop.datapath)
      : l10n.t('{0} at {1}, port {2}', cause.code, hop.datapath, port);
  });
}

function answersOf({ outcome }: TraceReport): readonly string[] {
  return outcome.answers.map(({ kind, ports }) =>
    ports.length === 0 ? kind : l10n.t('{0} to {1}', kind, listNames(ports)),
  );
}

function compareRemarks(before: TraceReport, after: TraceReport): readonly ListChange[] {
  const findings = ({ explanation }: TraceReport) => explanation.warnings.map(({ message }) => message);
  const assumptions = ({ explanation }: TraceReport) => explanation.assumptions.map(({ message }) => message);
  return [
    compareLists(l10n.t('Findings'), findings(before), findings(after)),
    compareLists(l10n.t('Assumptions'), assumptions(before), assumptions(after)),
  ].filter(isDifferent);
}

/** What one list has more often than the other. */
function compareLists(name: string, before: readonly string[], after: readonly string[]): ListChange {
  return { name, before: without(before, after), after: without(after, before) };
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return items.filter((item) => {
    const number = left.get(item) ?? 0;
    left.set(item, number - 1);
    return number <= 0;
  });
}

function isDifferent({ before, after }: ListChange): boolean {
  return before.length > 0 || after.length > 0;
}

function compareChoices(before: Choices | undefined, after: Choices | undefined): readonly TextChange[] {
  const one = fatesOf(before);
  const other = fatesOf(after);
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, before: one.get(name) ?? null, after: other.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

function fatesOf(choices: Choices | undefined): ReadonlyMap<string, string> {
  const { kind, traced = [], offline = [], omitted = 0 } = choices ?? {};
  return new Map([
    ...traced.map((choice): [string, string] => [
      kind === undefined ? choice.option : nameChoice(kind, choice),
      fateOf(choice.report, null).phrase,
    ]),
    ...offline.map((option): [string, string] => [option, l10n.t('offline by its health check')]),
    ...(omitted === 0 ? [] : [[l10n.t('Not traced'), String(omitted)] as [string, string]]),
  ]);
}

function findLimits(before: TraceReport, after: TraceReport): readonly string[] {
  const limits = [...limitsOfAsked(before, after)];
  for (const [{ outcome }, isBefore] of [
    [before, true],
    [after, false],
  ] as const) {
    if (outcome.hops.length === 0) {
      limits.push(
        isBefore
          ? l10n.t('The trace before shows no stages, so the steps are not compared.')
          : l10n.t('The trace after shows no stages, so the steps are not compared.'),
      );
    }
    if (outcome.undecided !== null) {
      limits.push(
        isBefore
          ? l10n.t('The trace before is undecided: {0}', outcome.undecided.message)
          : l10n.t('The trace after is undecided: {0}', outcome.undecided.message),
      );
    }
  }
  return limits;
}

/** Replies have none of their own. */
function compareReplies(before: TraceReport, after: TraceReport): ReplyComparison {
  const notes = { before: before.replyNote ?? null, after: after.replyNote ?? null };
  if (before.reply !== null && after.reply !== null) {
    const comparison = compareTraces(before.reply, after.reply);
    return { kind: 'both', comparison, notes: notes.before === notes.after ? null : notes };
  }
  const [one, other] = [tellReply(before), tellReply(after)];
  return one === other ? { kind: 'none' } : { kind: 'changed', before: one, after: other };
}

function tellReply({ reply, replyNote }: TraceReport): string {
  const fate = reply === null ? l10n.t('Not traced.') : `${upper(fateOf(reply, null).phrase)}.`;
  return replyNote === undefined ? fate : `${fate} ${replyNote}`;
}

function isReplyOther(reply: ReplyComparison): boolean {
  return reply.kind === 'both' ? !reply.comparison.same || reply.notes !== null : reply.kind === 'changed';
}

type Parts = Omit<TraceComparison, 'same' | 'sentence'>;

/** Everything that differs, in the words of the sentence. */
function listDifferences(parts: Parts, before: TraceReport, after: TraceReport): readonly string[] {
  const { asked, fates, acls, firstDifference, results, remarks, choices, reply } = parts;
  const isFateOther =
    fates.before.phrase !== fates.after.phrase ||
    before.outcome.undecided?.message !== after.outcome.undecided?.message;
  return [
    isFateOther ? l10n.t('what became of the packet') : null,
    asked.length > 0 ? l10n.t('what was asked ({0})', listNames(asked.map(({ name }) => name))) : null,
    acls.some(({ state }) => state !== 'same') ? l10n.t('the ACLs that took part') : null,
    firstDifference === null ? null : wordSteps(firstDifference, before, after),
    ...results.map(({ name }) => lower(name)),
    ...remarks.map(({ name }) => lower(name)),
    choices.length > 0 ? l10n.t('what the others of the choice lead to') : null,
    isReplyOther(reply) ? l10n.t('the reply') : null,
    isOutputOther(before, after) ? l10n.t('what ovn-trace printed') : null,
  ].filter((text) => text !== null);
}

/** Without stages only the text is left to tell two traces apart. */
function isOutputOther(before: TraceReport, after: TraceReport): boolean {
  const hasHops = before.outcome.hops.length > 0 && after.outcome.hops.length > 0;
  return !hasHops && before.output !== after.output;
}

function wordSteps({ before: one, after: other }: HopSides, before: TraceReport, after: TraceReport): string {
  const hop = before.outcome.hops[one ?? -1] ?? after.outcome.hops[other ?? -1];
  if (hop === undefined) return l10n.t('the steps');
  return l10n.t('the steps from {0} of {1} on', hop.stage ?? nameTable(hop.table), hop.datapath);
}

function sentenceOf({ fates: { before, after } }: Parts, differs: readonly string[]): string {
  if (differs.length === 0) return l10n.t('Nothing that counts differs: {0} both times.', before.phrase);
  if (before.phrase !== after.phrase) return l10n.t('Before: {0}. After: {1}.', before.phrase, after.phrase);
  return l10n.t('{0} both times. What differs: {1}.', upper(before.phrase), listNames(differs));
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
