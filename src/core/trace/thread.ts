import { TurnWatch } from './actions';
import { ConntrackWatch } from './conntrackWatch';
import type { BranchOrigin } from './hop';

/** Where a packet stands after what was read of it so far. */
export type Standing =
  /** It went on, and the text has yet to say where to. */
  | { readonly kind: 'underway'; readonly behindNext: boolean }
  /** The actions read so far lead nowhere. */
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'output'; readonly port: string; readonly portType: string | null }
  | { readonly kind: 'omitted' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'implicit' }
  | { readonly kind: 'lost-output' }
  | { readonly kind: 'gateway-unsnat' };

export const underway: Standing = { kind: 'underway', behindNext: false };

/** The multicast group of which a copy of the packet is for one member. */
export interface Membership {
  readonly group: string;
  readonly datapath: string;
  /** All its members are in the text. */
  readonly closed: boolean;
}

/** A packet on its way through the tree: the one asked about, a copy, or one that OVN generated. */
export class PacketThread {
  standing: Standing = { kind: 'nowhere' };
  /** Its way is told to the end; whatever follows in the text is another packet's. */
  ended = false;
  datapath = '';
  pipeline: 'ingress' | 'egress' = 'ingress';
  inport: string | null = null;
  outport: string | null = null;
  /** Index of the stage it is in; null before the first. */
  hop: number | null = null;
  /** Actions of that stage; where the format shows no stages, those since the packet went on last. */
  actions: string[] = [];
  lastAction: string | null = null;
  /** A router sent it on: `ip.ttl--`. */
  routed = false;
  /** The ACL evaluation that set a verdict bit, or the last one, in this pass through the pipeline. */
  evaluationHop: number | null = null;
  /** The stage that says which ACLs to ask, in this pass. */
  hintHop: number | null = null;
  /** Generated packets and clones made by the stage it is in. */
  made: { purpose: 'query' | 'refusal' | 'answer' | 'clone'; branch: number; name: string }[] = [];
  /** The stage that asked for the next hop's MAC: from then on the packet has none. */
  unresolvedHop: number | null = null;
  unresolved = false;
  /** Behind a block among the actions there are more of them. */
  expectsMore = false;
  /** More actions came behind such a block. */
  goesOnBehindBlock = false;
  /** The MAC was looked up among those that each chassis learns by itself from EVPN. */
  askedEvpn = false;
  /** Title of a block around it that nobody knows: what lives in it may be a packet that OVN made up. */
  unknownBlock: string | null = null;
  lastLine = 0;

  constructor(
    readonly branch: number,
    readonly origin: BranchOrigin,
    readonly conntrack: ConntrackWatch = new ConntrackWatch(),
    readonly turn: TurnWatch = new TurnWatch(),
    /** Branch of the generated packet this one descends from; null for the packet and its copies. */
    readonly generatedBy: number | null = null,
    /** Innermost multicast group; null for a packet that is no member's. */
    readonly membership: Membership | null = null,
    /** A port mirror's copy: whether it arrives says nothing of the packet. */
    readonly isMirrored: boolean = false,
    /** The packet whose actions made the block that this one lives in. */
    readonly madeBy: PacketThread | null = null,
  ) {}

  /** Nothing that this packet does can follow. */
  get isOver(): boolean {
    return ['output', 'omitted', 'dropped', 'implicit', 'lost-output'].includes(this.standing.kind);
  }

  /** Another packet that starts where this one stands. */
  fork(
    branch: number,
    origin: BranchOrigin,
    {
      membership,
      isMirrored = false,
    }: { readonly membership?: Membership; readonly isMirrored?: boolean } = {},
  ): PacketThread {
    const isGenerated = origin === 'generated';
    const copy = new PacketThread(
      branch,
      origin,
      this.conntrack.fork(),
      isGenerated ? new TurnWatch() : this.turn.fork(),
      isGenerated ? (this.generatedBy ?? branch) : this.generatedBy,
      membership ?? this.membership,
      this.isMirrored || isMirrored,
      membership === undefined ? this : this.madeBy,
    );
    copy.datapath = this.datapath;
    copy.pipeline = this.pipeline;
    copy.inport = this.inport;
    copy.outport = this.outport;
    copy.hop = this.hop;
    copy.routed = this.routed;
    copy.evaluationHop = this.evaluationHop;
    copy.hintHop = this.hintHop;
    copy.unresolved = isGenerated ? false : this.unresolved;
    copy.unresolvedHop = isGenerated ? null : this.unresolvedHop;
    copy.unknownBlock = this.unknownBlock;
    copy.lastLine = this.lastLine;
    return copy;
  }

  enterPipeline(
    datapath: string,
    pipeline: 'ingress' | 'egress',
    inport: string | null,
    outport: string | null,
  ): void {
    this.datapath = datapath;
    this.pipeline = pipeline;
    this.inport = inport;
    this.outport = outport;
    this.evaluationHop = null;
    this.hintHop = null;
    this.askedEvpn = false;
  }
}
