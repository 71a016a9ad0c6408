import { generatedFor, goesOn, isGatewayUnsnat, isLostOutput } from './actions';
import type { BranchOrigin, TraceBranch, TraceHop } from './hop';
import type { AnswerKind, Arrival, Loss, LossKind, Undecided } from './outcome';
import { readSilentEnd } from './silentEnd';
import { PacketThread } from './thread';
import type { MulticastNode, PipelineNode, TableNode, TraceNode, TransformationNode } from './tree';

export interface WalkOptions {
  /** The text need not be all that ovn-trace printed, so that an end may be a missing line. */
  readonly mayBeCut: boolean;
  /** The format has stages (`detailed`); in the summary a stage without a match leaves no line. */
  readonly stages: boolean;
  /** The packet is a TCP reset or an ICMP error, which nothing answers. */
  readonly unanswerable: boolean;
  /** Number of the last line that holds a node. */
  readonly lastLine: number;
}

export interface WalkedAnswer {
  readonly kind: AnswerKind;
  readonly hop: number | null;
  readonly branch: number;
  readonly ports: string[];
}

/** What the walk through a tree finds: every packet's way and how it ended. */
export interface Walk {
  readonly hops: readonly TraceHop[];
  readonly branches: readonly TraceBranch[];
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly answers: readonly WalkedAnswer[];
  readonly undecided: readonly Undecided[];
}

/** The part that tells is missing. */
export function cutOff(hop: number | null): Undecided {
  return {
    reason: 'cut',
    message:
      'The text ends before the trace does: what became of the packet stands in the part that is missing.',
    hop,
  };
}

interface Frame {
  readonly nodes: readonly TraceNode[];
  next: number;
  thread: PacketThread;
  /** The table whose actions these are. */
  readonly hop: number | null;
  /** When the nodes are read: tell the end of the thread, or hand the thread back to the frame around it. */
  readonly atEnd: 'settle' | 'hand-back';
}

type MutableHop = { -readonly [Key in keyof TraceHop]: TraceHop[Key] } & {
  actions: string[];
  openFlows: string[];
};

/** Follows every packet through the tree, without recursion: a flood nests and repeats as deep as it likes. */
export function walkTrace(roots: readonly TraceNode[], options: WalkOptions): Walk {
  return new Walker(options).walk(roots);
}

class Walker {
  private readonly hops: MutableHop[] = [];
  private readonly branches: TraceBranch[] = [];
  private readonly arrivals: Arrival[] = [];
  private readonly losses: Loss[] = [];
  private readonly answers: WalkedAnswer[] = [];
  private readonly undecided: Undecided[] = [];
  /** Arrivals of generated packets, by the branch that began as the generated one. */
  private readonly generatedArrivals = new Map<number, string[]>();
  private readonly frames: Frame[] = [];

  constructor(private readonly options: WalkOptions) {}

  walk(roots: readonly TraceNode[]): Walk {
    const packet = new PacketThread(this.addBranch(null, 'packet', null, null), 'packet', null, false);
    this.push(roots, packet, 'settle');
    for (let frame = this.top(); frame; frame = this.top()) {
      const node = frame.nodes[frame.next++];
      if (node) this.read(node, frame);
      else this.leave(frame);
    }
    for (const answer of this.answers) {
      answer.ports.push(...(this.generatedArrivals.get(answer.branch) ?? []));
    }
    return {
      hops: this.hops,
      branches: this.branches,
      arrivals: this.arrivals,
      losses: this.losses,
      answers: this.answers,
      undecided: this.undecided,
    };
  }

  private top(): Frame | undefined {
    return this.frames[this.frames.length - 1];
  }

  private push(
    nodes: readonly TraceNode[],
    thread: PacketThread,
    atEnd: Frame['atEnd'],
    hop: number | null = null,
  ): void {
    this.frames.push({ nodes, next: 0, thread, hop, atEnd });
  }

  private leave(frame: Frame): void {
    this.frames.pop();
    if (frame.atEnd === 'settle') this.settle(frame.thread);
    else {
      const outer = this.top();
      if (outer) outer.thread = frame.thread;
    }
  }

  private read(node: TraceNode, frame: Frame): void {
    frame.thread.lastLine = Math.max(frame.thread.lastLine, node.line);
    switch (node.kind) {
      case 'table':
        return this.readTable(node, frame);
      case 'pipeline':
        return this.readPipeline(node, frame);
      case 'multicast':
        return this.readMulticast(node, frame);
      case 'transformation':
        return this.readTransformation(node, frame);
      case 'action':
        return this.readAction(node.text, frame);
      case 'output': {
        this.note(frame.thread, node.text);
        if (node.what === 'output') {
          frame.thread.standing = { kind: 'output', port: node.port ?? '', portType: node.portType };
        } else if (node.what === 'omitted') frame.thread.standing = { kind: 'omitted' };
        return;
      }
      case 'error':
        this.note(frame.thread, node.text);
        if (isLostOutput(node.text)) frame.thread.standing = { kind: 'lost-output' };
        return;
      case 'openflow':
        if (frame.thread.hop !== null) this.hops[frame.thread.hop]?.openFlows.push(node.text);
        return;
      case 'modify':
        return;
    }
  }

  private readTable(node: TableNode, frame: Frame): void {
    const thread = this.liveThread(frame);
    const hop = this.addHop(node, thread);
    thread.hop = hop;
    thread.actions = [];
    thread.made = [];
    thread.goesOnBehindBlock = false;
    thread.standing = node.implicitDrop ? { kind: 'implicit' } : { kind: 'nowhere' };
    this.push(node.children, thread, 'hand-back', hop);
  }

  private readPipeline(node: PipelineNode, frame: Frame): void {
    const thread = this.liveThread(frame);
    thread.enterPipeline(node.datapath, node.pipeline, node.inport, node.outport);
    thread.standing = { kind: 'underway' };
    this.push(node.children, thread, 'settle');
  }

  private readMulticast(node: MulticastNode, frame: Frame): void {
    const thread = this.liveThread(frame);
    // In reverse, for the frames are a stack.
    const members = node.children.map((member) => {
      const branch = this.addBranch(thread.branch, 'copy', node.group, thread.hop);
      return { member, thread: thread.fork(branch, 'copy', true) };
    });
    for (const { member, thread: copy } of members.reverse()) {
      copy.standing = { kind: 'underway' };
      this.push([member], copy, 'settle');
    }
    thread.ended = true;
    if (members.length === 0) this.cut(thread);
  }

  private readTransformation(node: TransformationNode, frame: Frame): void {
    if (node.name === 'log') return;
    const purpose = node.name === 'clone' ? 'clone' : generatedFor(node.name);
    if (purpose) {
      const origin: BranchOrigin = purpose === 'clone' ? 'copy' : 'generated';
      const { thread } = frame;
      const branch = this.addBranch(thread.branch, origin, node.name, thread.hop);
      thread.made.push({ purpose, branch, name: node.name });
      // A block that is the tail of the actions stands behind the table, any other among them.
      thread.expectsMore = this.options.stages && frame.atEnd === 'hand-back';
      if (purpose === 'query' && thread.generatedBy === null) {
        thread.unresolved = true;
        thread.unresolvedHop = thread.hop;
      }
      if (node.children.length > 0) {
        const copy = thread.fork(branch, origin);
        copy.standing = { kind: 'nowhere' };
        this.push(node.children, copy, 'settle');
      }
      return;
    }
    const thread = this.liveThread(frame);
    if (node.name === 'ct_next') {
      thread.ctState = node.ctState;
      thread.ctAssumed = node.assumed;
    } else if (node.name !== 'select' && node.name !== 'other') {
      thread.ctAssumed ||= node.assumed;
      if (node.assumed) thread.ctState = ['est', 'trk'];
    }
    thread.standing = { kind: 'underway' };
    this.push(node.children, thread, 'settle');
  }

  private readAction(text: string, frame: Frame): void {
    const leadsOn = goesOn(text) || text === 'drop;';
    const thread = leadsOn ? this.liveThread(frame) : frame.thread;
    if (thread.ended) return;
    this.note(thread, text);
    thread.goesOnBehindBlock ||= thread.expectsMore;
    thread.expectsMore = false;
    thread.actions.push(text);
    thread.turn.see(text);
    if (text === 'ct_clear;') thread.ctState = null;
    if (isGatewayUnsnat(text)) thread.standing = { kind: 'gateway-unsnat' };
    else if (goesOn(text)) thread.standing = { kind: 'underway' };
    else if (text === 'drop;') thread.standing = { kind: 'dropped' };
    else if (!text.startsWith('/*') && thread.standing.kind === 'underway' && !this.options.stages) {
      // The summary prints stage after stage without a line between them.
      thread.standing = { kind: 'nowhere' };
    }
    if (/^reg8\[1[678]\] = 1;$/.test(text) && thread.hop !== null) thread.evaluationHop = thread.hop;
  }

  /** Writes the text under the stage it was printed in. */
  private note(thread: PacketThread, text: string): void {
    if (thread.hop === null || thread.ended) return;
    const hop = this.hops[thread.hop];
    if (hop && hop.branch === thread.branch) hop.actions.push(text);
  }

  /** The thread of the frame; a new one where its way is told already and the old packet still goes on. */
  private liveThread(frame: Frame): PacketThread {
    const { thread } = frame;
    if (!thread.ended) return thread;
    const branch = this.addBranch(thread.branch, 'copy', null, frame.hop);
    const rest = thread.fork(branch, 'copy');
    rest.hop = frame.hop;
    rest.standing = { kind: 'nowhere' };
    frame.thread = rest;
    return rest;
  }

  private addBranch(
    parent: number | null,
    origin: BranchOrigin,
    madeBy: string | null,
    forkHop: number | null,
  ): number {
    const index = this.branches.length;
    this.branches.push({ index, parent, origin, madeBy, forkHop });
    return index;
  }

  private addHop(node: TableNode, thread: PacketThread): number {
    const index = this.hops.length;
    const prefix = node.stage?.slice(0, 3);
    this.hops.push({
      index,
      datapath: thread.datapath,
      datapathKind: prefix === 'ls_' ? 'switch' : prefix === 'lr_' ? 'router' : null,
      pipeline: thread.pipeline,
      inport: thread.inport,
      outport: thread.outport,
      table: node.table,
      stage: node.stage,
      source: node.source,
      match: node.match,
      priority: node.priority,
      uuid: node.uuid,
      implicitDrop: node.implicitDrop,
      actions: [],
      openFlows: [],
      ctState: thread.ctState,
      ctAssumed: thread.ctAssumed,
      branch: thread.branch,
      line: node.line,
    });
    if (/_acl(?:_after_lb)?_eval$/.test(node.stage ?? '')) thread.evaluationHop = index;
    return index;
  }

  /** Tells how the thread's way ended, now that nothing more of it follows. */
  private settle(thread: PacketThread): void {
    if (thread.ended) return;
    thread.ended = true;
    const { standing } = thread;
    switch (standing.kind) {
      case 'output':
        return this.arrive(thread, standing.port, standing.portType);
      case 'omitted':
        if (!thread.member || (thread.hop !== null && this.hops[thread.hop]?.branch === thread.branch))
          this.lose(thread, 'hairpin');
        return;
      case 'dropped':
        return this.lose(thread, 'drop');
      case 'implicit':
        return this.lose(thread, 'implicit');
      case 'lost-output':
        return this.lose(thread, 'bad-output');
      case 'gateway-unsnat':
        return this.decline(thread, {
          reason: 'gateway-unsnat',
          message:
            'ovn-trace does not simulate un-SNAT on a gateway router: the trace stops at "ct_snat;", though the real packet goes on if a connection is known there.',
          hop: thread.hop,
        });
      case 'underway':
        // In the summary a stage in which no flow matched leaves no line: an end behind `next;` is that.
        if (!this.options.stages && !this.mayBeCut(thread)) return this.lose(thread, 'no-output');
        return this.cut(thread);
      case 'nowhere':
        return this.settleNowhere(thread);
    }
  }

  private settleNowhere(thread: PacketThread): void {
    if (thread.expectsMore && this.options.mayBeCut) return this.cut(thread);
    // What generates an answer and then goes on does more than assign: the rest is missing.
    if (thread.goesOnBehindBlock && this.mayBeCut(thread)) return this.cut(thread);
    if (thread.made.some(({ purpose }) => purpose === 'clone')) return;
    const answered = thread.made.find(({ purpose }) => purpose === 'answer');
    if (answered) {
      if (thread.generatedBy === null) {
        this.answers.push({ kind: 'nd', hop: thread.hop, branch: answered.branch, ports: [] });
      }
      return;
    }
    const refused = thread.made.find(({ purpose }) => purpose === 'refusal');
    if (refused) {
      this.lose(thread, 'rejected');
      if (thread.generatedBy === null) {
        const kind = refused.name as AnswerKind;
        this.answers.push({ kind, hop: thread.hop, branch: refused.branch, ports: [] });
      }
      return;
    }
    if (thread.made.length > 0) return this.lose(thread, 'unresolved');
    const hop = thread.hop === null ? undefined : this.hops[thread.hop];
    if (thread.hop !== null && hop?.branch !== thread.branch) return this.cut(thread);
    const evaluation = thread.evaluationHop === null ? undefined : this.hops[thread.evaluationHop];
    const end = readSilentEnd({
      stage: hop?.stage ?? null,
      match: hop?.match ?? '',
      actions: thread.actions.filter((action) => !action.startsWith('/*')),
      evaluation: evaluation?.actions ?? null,
      mayBeCut: this.mayBeCut(thread),
      unanswerable: this.options.unanswerable,
    });
    if (end === 'cut') return this.cut(thread);
    if (typeof end === 'object') {
      return this.decline(thread, {
        reason: 'controller',
        message: `The trace ends in ovn-controller: ${end.controller}. What becomes of the packet is not traced.`,
        hop: thread.hop,
      });
    }
    this.lose(thread, end === 'sampled-drop' ? 'drop' : 'silent');
  }

  private arrive(thread: PacketThread, port: string, type: string | null): void {
    if (thread.generatedBy !== null) {
      const ports = this.generatedArrivals.get(thread.generatedBy) ?? [];
      ports.push(port);
      this.generatedArrivals.set(thread.generatedBy, ports);
      return;
    }
    if (this.mayBeCut(thread) && (type === 'patch' || type === 'l3gateway')) {
      return this.cut(thread);
    }
    if (thread.unresolved) return this.lose(thread, 'unresolved');
    const { answer } = thread.turn;
    if (answer) {
      this.answers.push({ kind: answer, hop: thread.hop, branch: thread.branch, ports: [port] });
      return;
    }
    this.arrivals.push({ port, type, datapath: thread.datapath, hop: thread.hop, branch: thread.branch });
  }

  private lose(thread: PacketThread, kind: LossKind): void {
    if (thread.generatedBy !== null || this.isRoutersShareOfBroadcast(thread)) return;
    const unresolved = thread.unresolved && kind !== 'rejected';
    const arrived = unresolved && thread.standing.kind === 'output';
    const hop = arrived ? thread.unresolvedHop : thread.hop;
    const evaluates = hop !== null && /_acl(?:_after_lb)?_action$/.test(this.hops[hop]?.stage ?? '');
    this.losses.push({
      kind: unresolved ? 'unresolved' : kind,
      hop,
      decidedBy: unresolved
        ? thread.unresolvedHop === hop
          ? null
          : thread.unresolvedHop
        : evaluates
          ? thread.evaluationHop
          : null,
      branch: thread.branch,
    });
  }

  /** The copy of a broadcast frame that each router gets ends there by design: routers do not forward broadcasts. */
  private isRoutersShareOfBroadcast(thread: PacketThread): boolean {
    const hop = thread.hop === null ? undefined : this.hops[thread.hop];
    return thread.origin === 'copy' && hop?.stage === 'lr_in_ip_input' && hop.match === 'eth.bcast';
  }

  private mayBeCut(thread: PacketThread): boolean {
    return this.options.mayBeCut && thread.lastLine >= this.options.lastLine;
  }

  private cut(thread: PacketThread): void {
    this.decline(thread, cutOff(thread.hop));
  }

  private decline(thread: PacketThread, undecided: Undecided): void {
    if (thread.generatedBy === null) this.undecided.push(undecided);
  }
}
