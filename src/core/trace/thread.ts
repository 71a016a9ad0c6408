import { TurnWatch } from './actions';
import type { BranchOrigin } from './hop';

/** Where a packet stands after what was read of it so far. */
export type Standing =
  /** It went on (`next;`, `output;`, a conntrack lookup), and the text has yet to say where to. */
  | { readonly kind: 'underway' }
  /** The actions read so far lead nowhere. */
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'output'; readonly port: string; readonly portType: string | null }
  | { readonly kind: 'omitted' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'implicit' }
  | { readonly kind: 'lost-output' }
  | { readonly kind: 'gateway-unsnat' };

/** A packet on its way through the tree: the one asked about, a copy, or one that OVN generated. */
export class PacketThread {
  standing: Standing = { kind: 'nowhere' };
  /** Its way is told to the end; whatever follows in the text is another packet's. */
  ended = false;
  datapath = '';
  pipeline: 'ingress' | 'egress' = 'ingress';
  inport: string | null = null;
  outport: string | null = null;
  ctState: readonly string[] | null = null;
  ctAssumed = false;
  /** Index of the stage it is in; null before the first. */
  hop: number | null = null;
  /** Actions of that stage, or all since the last block where the format shows no stages. */
  actions: string[] = [];
  /** The ACL evaluation that set a verdict bit, or the last one, in this pass through the pipeline. */
  evaluationHop: number | null = null;
  /** Generated packets and clones made by the stage it is in. */
  made: { purpose: 'query' | 'refusal' | 'answer' | 'clone'; branch: number; name: string }[] = [];
  /** The stage that asked for the next hop's MAC: from then on the packet has none. */
  unresolvedHop: number | null = null;
  unresolved = false;
  /** Behind a block among the actions there are more of them. */
  expectsMore = false;
  /** More actions came behind such a block. */
  goesOnBehindBlock = false;
  lastLine = 0;

  constructor(
    readonly branch: number,
    readonly origin: BranchOrigin,
    /** Branch of the generated packet this one descends from; null for the packet and its copies. */
    readonly generatedBy: number | null,
    /** A member of a multicast group: nothing is lost when the group leaves out the port the packet came from. */
    readonly member: boolean,
    readonly turn: TurnWatch = new TurnWatch(),
  ) {}

  /** Another packet that starts where this one stands. */
  fork(branch: number, origin: BranchOrigin, member = false): PacketThread {
    const generatedBy = origin === 'generated' ? (this.generatedBy ?? branch) : this.generatedBy;
    const turn = origin === 'generated' ? new TurnWatch() : this.turn.fork();
    const copy = new PacketThread(branch, origin, generatedBy, member, turn);
    copy.datapath = this.datapath;
    copy.pipeline = this.pipeline;
    copy.inport = this.inport;
    copy.outport = this.outport;
    copy.ctState = this.ctState;
    copy.ctAssumed = this.ctAssumed;
    copy.hop = this.hop;
    copy.evaluationHop = this.evaluationHop;
    copy.unresolved = origin === 'generated' ? false : this.unresolved;
    copy.unresolvedHop = origin === 'generated' ? null : this.unresolvedHop;
    copy.lastLine = this.lastLine;
    return copy;
  }

  enterPipeline(
    datapath: string,
    pipeline: 'ingress' | 'egress',
    inport: string | null,
    outport: string | null,
  ): void {
    if (datapath !== this.datapath) {
      this.ctState = null;
      this.ctAssumed = false;
    }
    this.datapath = datapath;
    this.pipeline = pipeline;
    this.inport = inport;
    this.outport = outport;
    this.evaluationHop = null;
  }
}
