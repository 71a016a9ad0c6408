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
}

/** Says what became of the packet, from the shape of the tree alone. Where that does not decide, it says so. */
export function judgeTrace(parsed: ParsedTrace, options: JudgeOptions = {}): TraceOutcome {
  const section = pickSection(parsed.sections);
  if (!section) return refuse(parsed);
  const walk = walkSection(section, parsed, options.complete ?? false);
  const undecided = decideNot(parsed, section, walk);
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

function walkSection(section: TraceSection, parsed: ParsedTrace, complete: boolean): Walk {
  if (section.format === 'minimal') return judgeMinimal(section.roots, parsed);
  return walkTrace(section.roots, {
    mayBeCut: section.format === 'detailed' ? !complete || parsed.cutAtEnd : parsed.cutAtEnd,
    stages: section.format === 'detailed',
    unanswerable: isUnanswerable(parsed.flow),
    lastLine: lastLineOf(section.roots),
  });
}

/** Nothing answers a TCP reset or an ICMP error (RFC 792, RFC 4443), and neither does OVN. */
function isUnanswerable(flow: string | null): boolean {
  if (flow === null) return false;
  if (/\btcp_flags=[a-z|]*\brst\b/.test(flow)) return true;
  const icmpType = /\bicmp_type=(\d+)/.exec(flow)?.[1];
  if (icmpType === undefined) return false;
  return flow.startsWith('icmp6') ? Number(icmpType) < 128 : [3, 4, 5, 11, 12].includes(Number(icmpType));
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

function decideNot(parsed: ParsedTrace, section: TraceSection, walk: Walk): Undecided | null {
  if (parsed.furtherTraces > 0) {
    return {
      reason: 'limit',
      message: 'The text holds more than one trace. Open them one at a time: only the first is shown.',
      hop: null,
    };
  }
  const [first] = walk.undecided;
  if (first) return first;
  // Blocks that are not closed leave no doubt about the packets in them whose end is told.
  if (parsed.cutAtEnd && section.format === 'detailed') {
    return {
      reason: 'cut',
      message: 'The text is cut off at its end, so other branches of the packet may be missing.',
      hop: null,
    };
  }
  if (
    parsed.flat &&
    walk.branches.some((branch) => branch.madeBy !== null && !branch.madeBy.startsWith('_MC'))
  ) {
    return {
      reason: 'lost-indentation',
      message:
        'The indentation of the text is lost, so which lines belong to the packet and which to one that OVN generated cannot be told apart. Paste it with its indentation.',
      hop: null,
    };
  }
  return disagreement(parsed, section, walk);
}

/** `--all` prints the same trace three times: the ports it arrives at have to be the same. */
function disagreement(parsed: ParsedTrace, section: TraceSection, walk: Walk): Undecided | null {
  const ports = portsOf(walk);
  for (const other of parsed.sections) {
    if (other === section) continue;
    const otherWalk = walkSection(other, parsed, true);
    if (otherWalk.undecided.length > 0 || portsOf(otherWalk) === ports) continue;
    return {
      reason: 'formats-disagree',
      message: `The ${section.format} and the ${other.format} part of the text do not tell of the same trace.`,
      hop: null,
    };
  }
  return null;
}

function portsOf(walk: Walk): string {
  return JSON.stringify(walk.arrivals.map(({ port }) => port).sort());
}

function verdictOf(walk: Walk): Verdict {
  const { arrivals, losses, answers } = walk;
  if (losses.length === 0) return arrivals.length > 0 ? 'allow' : answers.length > 0 ? 'answer' : 'unknown';
  const refusals = losses.filter(({ kind }) => kind === 'rejected').length;
  const answered = answers.length - refusals;
  if (arrivals.length > 0 || answered > 0) return 'mixed';
  return refusals > 0 ? 'reject' : 'drop';
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
