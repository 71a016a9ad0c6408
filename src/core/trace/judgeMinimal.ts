import { TurnWatch, generatedFor, isLostOutput } from './actions';
import type { TraceBranch } from './hop';
import type { Answer, Arrival, Undecided } from './outcome';
import { minimalOutput } from './parseBlocks';
import type { ParsedTrace, TraceNode } from './tree';
import { cutOff } from './packetEnds';
import type { Walk } from './walk';

/** What the effects on one packet, in order, tell about how far it came. */
interface Way {
  readonly branch: number;
  readonly turn: TurnWatch;
  /** Branch of the generated packet; null for the packet and its copies. */
  readonly generatedBy: number | null;
  unresolved: boolean;
}

interface Frame {
  readonly nodes: readonly TraceNode[];
  next: number;
  readonly way: Way;
}

/** Where the packet was when the text ends, as far as the effects on it show. */
type Place = 'start' | 'behind-conntrack' | 'routed' | 'resolved';

const noStages: Undecided = {
  reason: 'limit',
  message:
    'The minimal format shows no stages, and the packet is not output anywhere: it was dropped, or ovn-trace stopped at a gateway router, and the text does not tell which. Run ovn-trace with --detailed.',
  hop: null,
};

/**
 * Judges `--minimal`, which prints only what happens to the packet. A packet without `output(…)` was dropped, unless the
 * trace stopped at a gateway router's un-SNAT, which prints nothing at all. That stage comes before routing, so it is
 * ruled out for a packet that died between routing and address resolution, or behind a conntrack lookup.
 */
export function judgeMinimal(
  roots: readonly TraceNode[],
  { flow, cutAtEnd }: Pick<ParsedTrace, 'flow' | 'cutAtEnd'>,
): Walk {
  const branches: TraceBranch[] = [{ index: 0, parent: null, origin: 'packet', madeBy: null, forkHop: null }];
  const arrivals: Arrival[] = [];
  const answers: Answer[] = [];
  const generatedPorts = new Map<number, string[]>();
  let place: Place = 'start';
  let refused: Answer | null = null;
  let answered: Answer | null = null;
  let unresolved = false;
  let lostOutput = false;
  const frames: Frame[] = [
    {
      nodes: roots,
      next: 0,
      way: { branch: 0, turn: new TurnWatch(), generatedBy: null, unresolved: false },
    },
  ];
  for (let frame = frames[frames.length - 1]; frame; frame = frames[frames.length - 1]) {
    const node = frame.nodes[frame.next++];
    const { way } = frame;
    if (!node) {
      frames.pop();
    } else if (node.kind === 'transformation') {
      if (node.name === 'log') continue;
      const purpose = node.name === 'clone' ? 'clone' : generatedFor(node.name);
      if (!purpose) {
        if (way.generatedBy === null) place = 'behind-conntrack';
        frames.push({ nodes: node.children, next: 0, way });
        continue;
      }
      const branch = branches.length;
      const origin = purpose === 'clone' ? 'copy' : 'generated';
      branches.push({ index: branch, parent: way.branch, origin, madeBy: node.name, forkHop: null });
      if (way.generatedBy === null) {
        if (purpose === 'query') {
          way.unresolved = true;
          unresolved = true;
        } else if (purpose === 'refusal' && node.name !== 'clone') {
          refused = { kind: node.name as Answer['kind'], hop: null, branch, ports: [] };
        } else if (purpose === 'answer') answered = { kind: 'nd', hop: null, branch, ports: [] };
      }
      const generatedBy = purpose === 'clone' ? way.generatedBy : (way.generatedBy ?? branch);
      const turn = purpose === 'clone' ? way.turn.fork() : new TurnWatch();
      frames.push({
        nodes: node.children,
        next: 0,
        way: { branch, turn, generatedBy, unresolved: purpose === 'clone' && way.unresolved },
      });
    } else if (node.kind === 'error') {
      if (isLostOutput(node.text) && way.generatedBy === null) lostOutput = true;
    } else if (node.kind === 'modify') {
      const port = minimalOutput.exec(node.text)?.[1];
      if (port === undefined) {
        way.turn.see(node.text);
        if (way.generatedBy === null) place = placeAfter(node.text, place);
      } else if (way.generatedBy !== null) {
        generatedPorts.set(way.generatedBy, [...(generatedPorts.get(way.generatedBy) ?? []), port]);
      } else if (way.turn.answer) {
        answers.push({ kind: way.turn.answer, hop: null, branch: way.branch, ports: [port] });
      } else if (!way.unresolved) {
        arrivals.push({ port, type: null, datapath: null, hop: null, branch: way.branch });
      }
    }
  }
  const nothing = arrivals.length === 0 && answers.length === 0;
  for (const made of [nothing ? refused : null, nothing ? answered : null]) {
    if (made) answers.push({ ...made, ports: generatedPorts.get(made.branch) ?? [] });
  }
  const lost = nothing && !answered;
  const kind = refused ? 'rejected' : unresolved ? 'unresolved' : lostOutput ? 'bad-output' : 'no-output';
  const decided =
    !cutAtEnd &&
    (kind !== 'no-output' || place === 'behind-conntrack' || place === 'routed' || isNotIp(flow));
  return {
    hops: [],
    branches,
    arrivals,
    answers,
    losses: lost && decided ? [{ kind, hop: null, decidedBy: null, branch: 0 }] : [],
    undecided: lost && (!decided || roots.length === 0) ? [cutAtEnd ? cutOff(null) : noStages] : [],
  };
}

function placeAfter(effect: string, place: Place): Place {
  if (effect === 'ip.ttl--') return 'routed';
  if (effect.startsWith('eth.dst = ')) return place === 'routed' ? 'resolved' : place;
  return place;
}

function isNotIp(flow: string | null): boolean {
  if (flow === null) return false;
  return /^(?:r?arp|reg14|dl_|vlan_tci)/.test(flow) && !/\bdl_type=0x(?:0800|86dd)\b/.test(flow);
}
