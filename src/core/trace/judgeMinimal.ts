import * as l10n from '@vscode/l10n';
import { TurnWatch, generatedFor, isLostOutput } from './actions';
import type { FlowNature } from './flowNature';
import type { TraceBranch } from './hop';
import type { Answer, Arrival, Loss, LossKind, Undecided } from './outcome';
import { minimalOutput } from './parseBlocks';
import type { TraceNode, TransformationNode } from './tree';
import { cutOff, unknownBlock } from './undecided';
import type { Walk } from './walk';

export interface MinimalOptions {
  readonly nature: FlowNature;
  /** The text is all that ovn-trace printed. */
  readonly complete: boolean;
  readonly cutAtEnd: boolean;
}

/** What the effects on one packet, in order, tell about how far it came. */
interface Way {
  readonly branch: number;
  readonly turn: TurnWatch;
  /** Branch of the generated packet; null for the packet and its copies. */
  readonly generatedBy: number | null;
  readonly unresolved: boolean;
  /** A copy for a port mirror or a monitoring network function: its arrival says nothing of the packet. */
  readonly tapped: boolean;
}

interface Frame {
  readonly nodes: readonly TraceNode[];
  next: number;
  way: Way;
}

/** Where the packet was when the text ends, as far as the effects on it show. */
type Place =
  'start' | 'replying' | 'behind-conntrack' | 'balanced' | 'hairpin-checked' | 'routed' | 'resolved';

const noStages = (): Undecided => ({
  reason: 'limit',
  message: l10n.t(
    'The minimal format shows no stages, and the packet is not output anywhere: it was dropped, or ovn-trace stopped where it does not simulate OVN, and the text does not tell which. Run ovn-trace with --detailed.',
  ),
  hop: null,
});

/**
 * Judges `--minimal`, which prints only what happens to the packet. A packet without `output(…)` was dropped, unless the
 * trace stopped where ovn-trace does not go on and prints nothing either: at the un-SNAT of a gateway router, which comes
 * before routing, or where a load balancer learns the affinity, right behind it. Both are ruled out for a packet that
 * died behind a conntrack lookup, or between routing and address resolution; but one that a switch has checked for
 * hairpins, or a reply, has its ACLs behind it and may have gone on to such a router.
 */
export function judgeMinimal(roots: readonly TraceNode[], options: MinimalOptions): Walk {
  return new MinimalWalker(options).walk(roots);
}

class MinimalWalker {
  private readonly branches: TraceBranch[] = [
    { index: 0, parent: null, origin: 'packet', madeBy: null, forkHop: null },
  ];
  private readonly arrivals: Arrival[] = [];
  private readonly answers: Answer[] = [];
  private readonly outputs: string[] = [];
  private readonly generatedPorts = new Map<number, string[]>();
  private readonly frames: Frame[] = [];
  private place: Place = 'start';
  private refused: Answer | null = null;
  private advertised: Answer | null = null;
  private unresolved = false;
  private lostOutput = false;
  /** `output` without a port: what ovn-trace prints below it was taken out. */
  private edited = false;
  /** Branches that may be copies for a port that only listens. */
  private readonly taps = new Set<number>();
  private lookedUp = false;
  /** An answer of OVN went through conntrack, or was refused with the state that the packet had. */
  private answerLookedUp = false;
  private unknownTitle: string | null = null;

  constructor(private readonly options: MinimalOptions) {}

  walk(roots: readonly TraceNode[]): Walk {
    const packet: Way = {
      branch: 0,
      turn: new TurnWatch(),
      generatedBy: null,
      unresolved: false,
      tapped: false,
    };
    this.frames.push({ nodes: roots, next: 0, way: packet });
    for (let frame = this.frames.at(-1); frame; frame = this.frames.at(-1)) {
      const node = frame.nodes[frame.next++];
      if (!node) this.frames.pop();
      else this.read(node, frame);
    }
    if (packet.turn.advertises) this.answers.push({ kind: 'ra', hop: null, branch: 0, ports: [] });
    return this.conclude(roots.at(-1)?.kind === 'transformation');
  }

  private read(node: TraceNode, frame: Frame): void {
    const { way } = frame;
    if (node.kind === 'transformation') this.readBlock(node, frame);
    else if (node.kind === 'error') this.lostOutput ||= isLostOutput(node.text) && way.generatedBy === null;
    else if (node.kind === 'modify') {
      const port = minimalOutput.exec(node.text)?.[1];
      if (port !== undefined) this.readOutput(port, frame);
      else this.readEffect(node.text, way);
    }
  }

  private readBlock(node: TransformationNode, frame: Frame): void {
    if (node.name === 'log') return;
    const { way } = frame;
    const purpose = node.name === 'clone' ? 'clone' : generatedFor(node.name);
    if (!purpose) {
      if (node.name === 'other') this.unknownTitle = node.title;
      if (way.generatedBy === null) {
        this.place = placeInside(node, this.place, this.options.nature.marked);
        this.lookedUp ||= node.name !== 'select';
        this.answerLookedUp ||= way.turn.answer !== null;
      }
      this.frames.push({ nodes: node.children, next: 0, way });
      return;
    }
    const branch = this.branches.length;
    const isClone = purpose === 'clone';
    const mayBeTap = isClone && this.options.nature.toGroup !== true && isTap(node);
    if (mayBeTap) this.taps.add(branch);
    const tapped = mayBeTap && this.options.nature.toGroup === false;
    this.branches.push({
      index: branch,
      parent: way.branch,
      origin: isClone ? 'copy' : 'generated',
      madeBy: node.name,
      forkHop: null,
    });
    if (way.generatedBy === null) {
      if (purpose === 'query') {
        this.unresolved = true;
        frame.way = { ...way, unresolved: true };
      } else if (purpose === 'refusal') {
        this.answerLookedUp ||= this.lookedUp && way.turn.answer !== null;
        this.refused = { kind: node.name as Answer['kind'], hop: null, branch, ports: [] };
      } else if (purpose === 'answer') this.advertised = { kind: 'nd', hop: null, branch, ports: [] };
    }
    this.frames.push({
      nodes: node.children,
      next: 0,
      way: {
        branch,
        turn: isClone ? way.turn.fork() : new TurnWatch(),
        generatedBy: isClone ? way.generatedBy : (way.generatedBy ?? branch),
        unresolved: isClone && way.unresolved,
        tapped: way.tapped || tapped,
      },
    });
  }

  private readOutput(port: string, frame: Frame): void {
    const { way } = frame;
    if (way.generatedBy === null) this.outputs.push(port);
    if (way.tapped) return;
    if (way.generatedBy !== null) {
      const ports = this.generatedPorts.get(way.generatedBy) ?? [];
      ports.push(port);
      this.generatedPorts.set(way.generatedBy, ports);
    } else if (way.unresolved) {
      return;
    } else if (way.turn.answer) {
      this.answers.push({ kind: way.turn.answer, hop: null, branch: way.branch, ports: [port] });
      // One member of a group answered; what follows are the copies for the others, without a line between them.
      if (this.options.nature.toGroup) frame.way = { ...way, turn: new TurnWatch() };
    } else {
      this.arrivals.push({ port, type: null, datapath: null, hop: null, branch: way.branch });
    }
  }

  private readEffect(effect: string, way: Way): void {
    way.turn.see(effect);
    if (way.generatedBy !== null) return;
    if (effect === 'output') this.edited = true;
    this.place = placeAfter(effect, this.place);
  }

  private conclude(endsInBlock: boolean): Walk {
    const { arrivals, answers, branches } = this;
    const nothing = arrivals.length === 0 && answers.length === 0;
    for (const made of nothing ? [this.refused, this.advertised] : []) {
      if (made) answers.push({ ...made, ports: this.generatedPorts.get(made.branch) ?? [] });
    }
    const onlyTapped = arrivals.length > 0 && arrivals.every(({ branch }) => this.taps.has(branch));
    const lost = nothing && !this.advertised;
    const undecided = this.unknownTitle
      ? unknownBlock(this.unknownTitle, null)
      : onlyTapped
        ? noStages()
        : lost
          ? this.decideNot(endsInBlock)
          : null;
    const loss: Loss = { kind: this.lossKind(), hop: null, decidedBy: null, branch: 0 };
    return {
      hops: [],
      branches,
      arrivals,
      answers,
      losses: lost && !undecided ? [loss] : [],
      undecided: undecided ? [undecided] : [],
      outputs: this.outputs,
    };
  }

  private lossKind(): LossKind {
    if (this.refused) return 'rejected';
    if (this.unresolved) return 'unresolved';
    return this.lostOutput ? 'bad-output' : 'no-output';
  }

  private decideNot(endsInBlock: boolean): Undecided | null {
    const { nature, complete, cutAtEnd } = this.options;
    if (cutAtEnd || this.edited) return cutOff(null);
    // What follows the query may be a packet without a next hop, or the copies for other members of the group.
    if (nature.toGroup && this.unresolved && this.outputs.length > 0) return noStages();
    const kind = this.lossKind();
    if (kind !== 'no-output' && kind !== 'rejected') return null;
    // An ACL may have stopped an answer that conntrack of the real network knows as a reply.
    if (this.answerLookedUp) return noStages();
    // One copy was refused, and ovn-controller may have taken the other.
    const isCopied = this.branches.some(({ origin }) => origin === 'copy');
    if (kind === 'rejected') return nature.mayEndInController && isCopied ? noStages() : null;
    // Only a block that is closed shows that nothing is missing behind it.
    if (!endsInBlock && !complete) return noStages();
    if (nature.mayEndInController) return noStages();
    const isDrop =
      !nature.mayBeIp ||
      !['start', 'replying', 'balanced', 'hairpin-checked', 'resolved'].includes(this.place);
    return isDrop ? null : noStages();
  }
}

/** Port mirrors and monitoring functions get the copy as it is; all other clones change it on its way. */
function isTap({ children }: TransformationNode): boolean {
  return (
    children.length > 0 &&
    children.every((child) => child.kind === 'modify' && minimalOutput.test(child.text))
  );
}

/**
 * Load balancing may learn the affinity (since 22.12). Its first lookup, or the one behind the check for
 * hairpins, does no more than fetch the state.
 */
function placeInside({ name, ctState }: TransformationNode, place: Place, marked: boolean): Place {
  if (name === 'select') return place;
  // The ACLs of the first switch let replies pass, unless the connection is invalid or marked: then a router follows.
  const isReply = ctState?.includes('rpl') === true && !ctState.includes('inv') && !marked;
  if (isReply && (place === 'start' || place === 'replying')) return 'replying';
  const isTracked = place === 'behind-conntrack' || place === 'balanced';
  return isTracked && name.startsWith('ct_lb') ? 'balanced' : 'behind-conntrack';
}

const hairpinChecked = /^reg\d\[\d+\] = [01]$/;

function placeAfter(effect: string, place: Place): Place {
  if (effect === 'ip.ttl--') return 'routed';
  if (effect.startsWith('eth.dst = ')) return place === 'routed' ? 'resolved' : place;
  // The switch looks for hairpins in the stage behind the one that learns the affinity.
  return hairpinChecked.test(effect) && place !== 'routed' ? 'hairpin-checked' : place;
}
