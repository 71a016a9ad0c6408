import { judgeTrace } from '../../../src/core/trace/judge';
import type { TraceOutcome, Verdict } from '../../../src/core/trace/outcome';
import { parseTrace } from '../../../src/core/trace/parse';
import type { ParsedTrace } from '../../../src/core/trace/tree';
import type { Random } from '../randomNetwork/random';
import type { Finding } from './finding';
import { readWitness, type Witness } from './witness';

/** The same trace in its three formats, each as ovn-trace prints it alone. */
export interface Formats {
  readonly all: string;
  readonly detailed: string;
  readonly summary: string;
  readonly minimal: string;
}

export interface CheckedTrace {
  readonly parsed: ParsedTrace;
  readonly outcome: TraceOutcome;
  readonly findings: readonly Finding[];
}

/** Takes apart what `--all` prints: one run, so that load balancers and ECMP chose the same in all three. */
export function splitFormats(all: string): Formats {
  const [header = '', detailed = '', summary = '', minimal = ''] = all.split(
    /^# (?:Detailed|Summary|Minimal) trace\.\n/m,
  );
  return { all, detailed: header + detailed, summary: header + summary, minimal: header + minimal };
}

/** Holds what the program says of one trace against what the trace's other formats say, read by other means. */
export function checkTrace(formats: Formats, routers: readonly string[], random: Random): CheckedTrace {
  const findings: Finding[] = [];
  const report = (part: Finding['part'], sentence: string): void => {
    findings.push({ part, sentence, evidence: formats.all });
  };
  const parsed = parseTrace(formats.detailed);
  const outcome = judgeTrace(parsed, { complete: true });
  if (parsed.foreignLines.length > 0)
    report('parser', `Lines ${parsed.foreignLines.join(', ')} are foreign to it.`);
  const witness = readWitness(formats.summary, formats.minimal, routers);
  if (!witness.formatsAgree)
    report('judge', 'The summary and the minimal format do not output to the same ports.');
  for (const sentence of contradictions(outcome, witness)) report('judge', sentence);

  const { verdict } = outcome;
  const pasted = judgeTrace(parsed).verdict;
  if (pasted !== verdict && pasted !== 'unknown')
    report('judge', `Complete it is ${verdict}, pasted ${pasted}.`);
  const summary = judgeTrace(parseTrace(formats.summary));
  if (!agree(verdict, summary.verdict, witness))
    report('judge', `The summary is ${summary.verdict}, the whole ${verdict}.`);
  const minimal = judgeTrace(parseTrace(formats.minimal));
  if (contradicts(minimal, outcome, witness))
    report('judge', `The minimal format is ${minimal.verdict}, the whole ${verdict}.`);
  const all = judgeTrace(parseTrace(formats.all)).verdict;
  if (all !== pasted && all !== verdict)
    report('judge', `All formats together are ${all}, the detailed one alone ${verdict}.`);
  const { name, text } = damage(formats.detailed, random);
  const damaged = judgeTrace(parseTrace(text)).verdict;
  if (damaged !== verdict && damaged !== 'unknown')
    report('parser', `With ${name} it is ${damaged}, without ${verdict}.`);
  for (const sentence of cutShort(formats, verdict, random)) report('judge', sentence);
  return { parsed, outcome, findings };
}

/** Answers that are packets of their own, not the packet turned round. */
const generated: readonly string[] = ['nd', 'tcp_reset', 'sctp_abort', 'icmp4', 'icmp6'];

/** What the verdict, the ports and the losses have to be by ovn-trace's own words. */
function contradictions(outcome: TraceOutcome, witness: Witness): string[] {
  const sentences: string[] = [];
  const { verdict, arrivals, answers, losses } = outcome;
  const arrived = arrivals.map(({ port }) => port).sort();
  if (!equal(arrived, witness.arrivals))
    sentences.push(`It arrives at ${show(arrived)}, by the summary at ${show(witness.arrivals)}.`);
  const replied = answers.flatMap(({ kind, ports }) => (generated.includes(kind) ? [] : ports)).sort();
  if (!equal(replied, witness.replies))
    sentences.push(`Replies go to ${show(replied)}, by the summary to ${show(witness.replies)}.`);
  const expected = expectedVerdicts(witness);
  if (!expected.includes(verdict))
    sentences.push(`It is ${verdict}; by the summary it is ${expected.join(' or ')}.`);
  if (['allow', 'mixed'].includes(verdict) && arrived.length + answers.length === 0)
    sentences.push(`It is ${verdict} and reaches nobody.`);
  if (['drop', 'reject'].includes(verdict) && arrived.length > 0)
    sentences.push(`It is ${verdict} and reaches ${show(arrived)}.`);
  if (['drop', 'reject', 'mixed'].includes(verdict) && losses.length === 0)
    sentences.push(`It is ${verdict} and nothing is lost.`);
  if (losses.some(({ hop }) => hop === null)) sentences.push('A loss has no hop.');
  return sentences;
}

/** More than one where engineers, too, call it either way. */
function expectedVerdicts(witness: Witness): Verdict[] {
  const { arrivals, replies, losses, advertised, open, deadEnds, onlyRoutersShare } = witness;
  if (open.length > 0) return ['unknown'];
  const answered = replies.length > 0 || advertised;
  const isReached = arrivals.length > 0 || answered;
  const whole: Verdict = arrivals.length > 0 ? 'allow' : 'answer';
  const verdicts: Verdict[] = !isReached
    ? [losses.some(({ refused }) => refused) ? 'reject' : 'drop']
    : losses.length === 0
      ? [whole]
      : onlyRoutersShare
        ? [whole, 'mixed']
        : ['mixed'];
  // Who asks and is told has all that there is to have, whoever else got the question.
  if (answered) verdicts.push('answer');
  // conntrack would know the answer of a router, which ovn-trace sends as if it were a new connection.
  if (losses.some(({ isArguable }) => isArguable)) verdicts.push('unknown');
  // A port that leads to a datapath that is not there: what would become of the packet is not shown.
  if (deadEnds.length > 0) verdicts.push('unknown');
  return verdicts;
}

function agree(verdict: Verdict, summary: Verdict, { onlyRoutersShare }: Witness): boolean {
  if (summary === verdict || summary === 'unknown') return true;
  // Without stages a router's copy of a broadcast looks like any other lost branch.
  return onlyRoutersShare && summary === 'mixed' && ['allow', 'answer'].includes(verdict);
}

/**
 * The minimal format shows who got something, but not every loss, nor which of a flood's copies asked for a neighbour, was a mirror's
 * or was turned into a reply.
 */
function contradicts(minimal: TraceOutcome, whole: TraceOutcome, { deadEnds, mirrors }: Witness): boolean {
  if (minimal.verdict === 'unknown' || deadEnds.length + mirrors.length > 0) return false;
  if (whole.verdict === 'unknown') {
    // A virtual address without backends raises an event: nobody gets the packet, and the minimal format shows no more than that.
    const raisesEvent = whole.hops.some(({ actions }) =>
      actions.some((action) => action.startsWith('trigger_event(')),
    );
    return minimal.verdict === 'reject' || (minimal.verdict === 'drop' && !raisesEvent);
  }
  const isTangled = whole.losses.some(({ kind }) => kind === 'unresolved');
  if (!isTangled && !equal(reached(minimal), reached(whole))) return true;
  const isReached = ({ verdict }: TraceOutcome): boolean => ['allow', 'answer', 'mixed'].includes(verdict);
  return isReached(minimal) ? !isReached(whole) : minimal.verdict !== whole.verdict;
}

function reached({ arrivals, answers }: TraceOutcome): string[] {
  const replied = answers.flatMap(({ kind, ports }) => (generated.includes(kind) ? [] : ports));
  return [...arrivals.map(({ port }) => port), ...replied].sort();
}

/** What people's copies look like: the meaning must survive, or the verdict be `unknown`. */
function damage(text: string, random: Random): { readonly name: string; readonly text: string } {
  const lines = text.split('\n');
  switch (random.below(6)) {
    case 0:
      return { name: 'Windows line ends', text: lines.join('\r\n') };
    case 1:
      return { name: 'quote marks', text: lines.map((line) => `> ${line}`).join('\n') };
    case 2:
      return {
        name: 'an indentation',
        text: lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n'),
      };
    case 3:
      return { name: 'blank lines lost', text: lines.filter((line) => line !== '').join('\n') };
    case 4:
      return { name: 'blanks at line ends', text: lines.map((line) => `${line}  `).join('\n') };
    default:
      return {
        name: 'log lines before it',
        text: `2026-01-01T00:00:00Z|00001|ovntrace|WARN|x: parsing failed\n${text}`,
      };
  }
}

/**
 * A copy that lacks its end must not read as if it were whole. Between two members of a flood the detailed format does not show
 * that more follow: there it cannot be told.
 */
function cutShort({ detailed, summary }: Formats, verdict: Verdict, random: Random): string[] {
  const texts = detailed.includes('multicast(') ? [summary] : [detailed, summary];
  return texts.flatMap((text) => {
    const lines = text.split('\n');
    const kept = random.between(1, lines.length - 1);
    const cut = judgeTrace(parseTrace(lines.slice(0, kept).join('\n'))).verdict;
    const format = text === summary ? 'summary' : 'detailed format';
    return [verdict, 'unknown', 'error'].includes(cut)
      ? []
      : [`Of the ${format} the first ${kept} of ${lines.length} lines are ${cut}, the whole is ${verdict}.`];
  });
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function show(ports: readonly string[]): string {
  return ports.length === 0 ? 'no port' : ports.map((port) => `"${port}"`).join(', ');
}
