import {
  copiesToPort,
  generatedFor,
  goesOn,
  isGatewayUnsnat,
  isLostOutput,
  isMirror,
  isNext,
} from './actions';
import type { Steps } from '../slices';
import type { BranchOrigin, TraceBranch, TraceHop } from './hop';
import { PacketEnds, type WalkOptions, type WayEnds } from './packetEnds';
import { PacketThread, underway, type Standing } from './thread';
import type { MulticastNode, PipelineNode, TableNode, TraceNode, TransformationNode } from './tree';

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

/** What the walk through a tree finds: every packet's way and how it ended. */
export interface Walk extends WayEnds {
  readonly hops: readonly TraceHop[];
  readonly branches: readonly TraceBranch[];
}

/** In the summary a block without anything in it is one whose first stage had no flow for the packet. */
function standingIn({ children }: PipelineNode | TransformationNode): Standing {
  return { kind: 'underway', behindNext: children.length === 0 };
}

/** Some milliseconds of work. */
const nodesPerSlice = 20_000;

/** Follows every packet through the tree, without recursion: a flood nests and repeats as deep as it likes. */
export function walkTrace(roots: readonly TraceNode[], options: WalkOptions): Steps<Walk> {
  return new Walker(options).walk(roots);
}

class Walker {
  private readonly hops: MutableHop[] = [];
  private readonly branches: TraceBranch[] = [];
  private readonly frames: Frame[] = [];
  private readonly ends: PacketEnds;

  constructor(private readonly options: WalkOptions) {
    this.ends = new PacketEnds(this.hops, options);
  }

  *walk(roots: readonly TraceNode[]): Steps<Walk> {
    const packet = new PacketThread(this.addBranch(null, 'packet', null, null), 'packet');
    this.push(roots, packet, 'settle');
    let count = 0;
    for (let frame = this.top(); frame; frame = this.top()) {
      if (++count % nodesPerSlice === 0) yield;
      const node = frame.nodes[frame.next++];
      if (node) this.read(node, frame);
      else this.leave(frame);
    }
    return { hops: this.hops, branches: this.branches, ...this.ends.tell() };
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
    if (frame.atEnd === 'settle') this.ends.settle(frame.thread);
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
    thread.standing = standingIn(node);
    this.push(node.children, thread, 'settle');
  }

  private readMulticast(node: MulticastNode, frame: Frame): void {
    const thread = this.liveThread(frame);
    const membership = { group: node.group, datapath: thread.datapath, closed: node.closed };
    // In reverse, for the frames are a stack.
    const members = node.children.map((member) => {
      const branch = this.addBranch(thread.branch, 'copy', node.group, thread.hop);
      return { member, thread: thread.fork(branch, 'copy', { membership }) };
    });
    for (const { member, thread: copy } of members.reverse()) {
      copy.standing = underway;
      this.push([member], copy, 'settle');
    }
    thread.ended = true;
    if (members.length === 0) this.ends.cut(thread);
  }

  private readTransformation(node: TransformationNode, frame: Frame): void {
    if (node.name === 'log') return;
    const purpose = node.name === 'clone' ? 'clone' : generatedFor(node.name);
    if (purpose) {
      const origin: BranchOrigin = purpose === 'clone' ? 'copy' : 'generated';
      const { thread } = frame;
      const isMirrored = purpose === 'clone' && this.isTap(thread.lastAction);
      const branch = this.addBranch(thread.branch, origin, isMirrored ? 'mirror' : node.name, thread.hop);
      if (!isMirrored) thread.made.push({ purpose, branch, name: node.name });
      // A block that is the tail of the actions stands behind the table, any other among them.
      thread.expectsMore = this.options.stages && frame.atEnd === 'hand-back';
      if (purpose === 'query' && thread.generatedBy === null) {
        thread.unresolved = true;
        thread.unresolvedHop = thread.hop;
      }
      if (node.children.length > 0) {
        const copy = thread.fork(branch, origin, { isMirrored });
        copy.standing = { kind: 'nowhere' };
        this.push(node.children, copy, 'settle');
      }
      return;
    }
    const thread = this.liveThread(frame);
    if (node.name === 'other') thread.unknownBlock = node.title;
    thread.conntrack.see(node, thread.lastAction);
    thread.standing = standingIn(node);
    this.push(node.children, thread, 'settle');
  }

  private readAction(text: string, frame: Frame): void {
    if (this.options.flat) this.leaveBlock(frame);
    const leadsOn = goesOn(text) || text === 'drop;';
    const thread = leadsOn ? this.liveThread(frame) : frame.thread;
    if (thread.ended) return;
    this.note(thread, text);
    thread.goesOnBehindBlock ||= thread.expectsMore;
    thread.expectsMore = false;
    thread.actions.push(text);
    thread.lastAction = text;
    thread.turn.see(text);
    if (text === 'ip.ttl--;') thread.routed = true;
    if (text.includes('get_remote_fdb(')) thread.askedEvpn = true;
    if (text === 'ct_clear;') thread.conntrack.clear();
    if (isGatewayUnsnat(text)) thread.standing = { kind: 'gateway-unsnat' };
    else if (goesOn(text)) this.goOn(thread, text);
    else if (text === 'drop;') thread.standing = { kind: 'dropped' };
    else if (!text.startsWith('/*') && thread.standing.kind === 'underway' && !this.options.stages) {
      // The summary prints stage after stage without a line between them.
      thread.standing = { kind: 'nowhere' };
    }
    if (/^reg8\[1[678]\] = 1;$/.test(text) && thread.hop !== null) thread.evaluationHop = thread.hop;
  }

  /** Without indentation only this tells that a block is over: its packet is at its end, and actions follow. */
  private leaveBlock(frame: Frame): void {
    const { thread } = frame;
    if (thread.madeBy === null || !thread.isOver) return;
    this.ends.settle(thread);
    frame.thread = thread.madeBy;
  }

  private goOn(thread: PacketThread, action: string): void {
    thread.standing = { kind: 'underway', behindNext: isNext(action) };
    if (this.options.stages) return;
    thread.actions = [];
    thread.made = [];
  }

  /** The clone is for a port mirror or a network function that listens: nothing of the packet's own way. */
  private isTap(action: string | null): boolean {
    if (action === null) return false;
    return isMirror(action) || (this.options.toGroup === false && copiesToPort(action));
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
      ctState: thread.conntrack.state,
      ctAssumed: thread.conntrack.assumed,
      branch: thread.branch,
      line: node.line,
    });
    if (/_acl(?:_after_lb)?_eval$/.test(node.stage ?? '')) thread.evaluationHop = index;
    if (/_acl_hint$/.test(node.stage ?? '')) thread.hintHop = index;
    return index;
  }
}
