import * as l10n from '@vscode/l10n';
import { runThrough, type Steps } from '../slices';
import { generatedFor } from './actions';
import { readFlow, type FlowNature } from './flowNature';
import { judgeMinimal } from './judgeMinimal';
import type { TraceOutcome, Undecided, Verdict } from './outcome';
import type { ParsedTrace, TraceFormat, TraceNode, TraceSection } from './tree';
import { walkTrace, type Walk } from './walk';

export interface JudgeOptions {
  /**
   * The text is all that ovn-trace printed: it comes from a run that ended well. A pasted text may lack its end, and then
   * an end that could be a missing line is `unknown`.
   */
  readonly complete?: boolean;
  /**
   * The trace was told at each lookup what the real packet meets there, that of an answer which OVN makes of it included.
   * Otherwise an ACL that stops such an answer need not stop the real one.
   */
  readonly statesHold?: boolean;
}

/** Says what became of the packet, from the shape of the tree alone. Where that does not decide, it says so. */
export function judgeTrace(parsed: ParsedTrace, options: JudgeOptions = {}): TraceOutcome {
  return runThrough(judgeSteps(parsed, options));
}

/** The same for traces of many megabytes. */
export function* judgeSteps(parsed: ParsedTrace, options: JudgeOptions): Steps<TraceOutcome> {
  const section = pickSection(parsed.sections);
  if (!section) return refuse(parsed);
  const nature = readFlow(parsed.flow);
  const walk = yield* walkSection(section, parsed, nature, options);
  const undecided = yield* decideNot(parsed, section, nature, walk);
  return {
    verdict: undecided ? 'unknown' : verdictOf(walk),
    hops: walk.hops,
    branches: walk.branches,
    arrivals: walk.arrivals,
    losses: walk.losses,
    answers: walk.answers,
    undecided,
    refusal: null,
  };
}

const richestFirst: readonly TraceFormat[] = ['detailed', 'summary', 'minimal'];

function pickSection(sections: readonly TraceSection[]): TraceSection | null {
  for (const format of richestFirst) {
    const section = sections.find((candidate) => candidate.format === format);
    if (section && (section.roots.length > 0 || format === 'minimal')) return section;
  }
  return null;
}

function* walkSection(
  section: TraceSection,
  parsed: ParsedTrace,
  nature: FlowNature,
  { complete = false, statesHold = false }: JudgeOptions,
): Steps<Walk> {
  const cutAtEnd = isCut(parsed, section);
  const whole = complete || !isLast(parsed, section);
  if (section.format === 'minimal') {
    return judgeMinimal(section.roots, { nature, complete: whole, cutAtEnd });
  }
  return yield* walkTrace(section.roots, {
    mayBeCut: cutAtEnd || (section.format === 'detailed' && !whole),
    stages: section.format === 'detailed',
    unanswerable: nature.unanswerable,
    complete,
    statesHold,
    toGroup: nature.toGroup,
    broadcast: nature.broadcast,
    flat: parsed.flat,
    lastLine: lastLineOf(section.roots),
  });
}

/** What `--all` printed first ends where the next format begins. */
function isLast({ sections }: ParsedTrace, section: TraceSection): boolean {
  return sections[sections.length - 1] === section;
}

function isCut(parsed: ParsedTrace, section: TraceSection): boolean {
  return parsed.cutAtEnd && isLast(parsed, section);
}

function lastLineOf(roots: readonly TraceNode[]): number {
  let last = 0;
  let nodes: readonly TraceNode[] = roots;
  for (;;) {
    const node = nodes[nodes.length - 1];
    if (!node) return last;
    last = Math.max(last, node.line);
    if (!('children' in node)) return last;
    nodes = node.children;
  }
}

function* decideNot(
  parsed: ParsedTrace,
  section: TraceSection,
  nature: FlowNature,
  walk: Walk,
): Steps<Undecided | null> {
  if (parsed.furtherTraces > 0) {
    return {
      reason: 'limit',
      message: l10n.t(
        'The text holds more than one trace. Open them one at a time: only the first is shown.',
      ),
      hop: null,
    };
  }
  const [first] = walk.undecided;
  if (first) return first;
  // Blocks that are not closed leave no doubt about the packets in them whose end is told.
  const forks = walk.branches.length > 1;
  if (isCut(parsed, section) && forks) {
    return {
      reason: 'cut',
      message: l10n.t('The text is cut off at its end, so other branches of the packet may be missing.'),
      hop: null,
    };
  }
  if (parsed.gaps.length > 0 && (forks || section.format !== 'detailed')) {
    return {
      reason: 'cut',
      message: l10n.t(
        'Something is missing in the middle of the text, so where one packet ends and another begins cannot be told.',
      ),
      hop: null,
    };
  }
  if (walk.losses.every(({ kind }) => kind === 'hairpin') && isTorso(parsed, section, walk)) {
    return {
      reason: 'cut',
      message: l10n.t(
        'The text begins in the middle of the trace: what arrives may be an answer, or a question for a MAC, that OVN made up before.',
      ),
      hop: null,
    };
  }
  return yield* disagreement(parsed, section, nature, walk);
}

/**
 * A text without a header is taken for the packet's own way when it begins with a pipeline or a conntrack lookup, as an
 * excerpt does. Generated packets and answers begin elsewhere, or turn back to where the packet came from.
 */
function isTorso(parsed: ParsedTrace, { roots: [first], format }: TraceSection, { hops }: Walk): boolean {
  if (parsed.flow !== null || format !== 'detailed') return false;
  if (first?.kind === 'pipeline') return first.pipeline === 'egress';
  if (first?.kind !== 'transformation' || generatedFor(first.name) !== null) return true;
  return hops.some(
    ({ pipeline, inport, outport }) => pipeline === 'egress' && (inport === null || inport === outport),
  );
}

/** `--all` prints the same trace three times: what is output has to be the same. */
function* disagreement(
  parsed: ParsedTrace,
  section: TraceSection,
  nature: FlowNature,
  walk: Walk,
): Steps<Undecided | null> {
  const ports = outputsOf(walk);
  for (const other of parsed.sections) {
    if (other === section) continue;
    const otherWalk = yield* walkSection(other, parsed, nature, { complete: true });
    if (otherWalk.undecided.length > 0 || outputsOf(otherWalk) === ports) continue;
    return {
      reason: 'formats-disagree',
      message: l10n.t(
        'The {0} and the {1} part of the text do not tell of the same trace.',
        section.format,
        other.format,
      ),
      hop: null,
    };
  }
  return null;
}

function outputsOf({ outputs }: Walk): string {
  return JSON.stringify([...outputs].sort());
}

function verdictOf(walk: Walk): Verdict {
  const { arrivals, losses, answers } = walk;
  // A question to all, such as an ARP request, is answered although others hear it too.
  if (losses.length === 0) return answers.length > 0 ? 'answer' : 'allow';
  const refusals = losses.filter(({ kind }) => kind === 'rejected').length;
  const answered = answers.some(({ kind }) => !isRefusal(kind));
  if (arrivals.length > 0 || answered) return 'mixed';
  return refusals > 0 ? 'reject' : 'drop';
}

function isRefusal(kind: string): boolean {
  return ['tcp_reset', 'sctp_abort', 'icmp4', 'icmp6'].includes(kind);
}

function refuse(parsed: ParsedTrace): TraceOutcome {
  return {
    verdict: 'error',
    hops: [],
    branches: [],
    arrivals: [],
    losses: [],
    answers: [],
    undecided: null,
    refusal: parsed.refusal,
  };
}
