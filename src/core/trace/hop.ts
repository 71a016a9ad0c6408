import type { Pipeline } from './tree';

/** A stage the packet went through, in the order ovn-trace printed it: the row of every view. */
export interface TraceHop {
  /** Position in `TraceOutcome.hops`. */
  readonly index: number;
  readonly datapath: string;
  /** From the stage name's prefix (`ls_`, `lr_`); null where the text has no stage names. */
  readonly datapathKind: 'switch' | 'router' | null;
  readonly pipeline: Pipeline;
  readonly inport: string | null;
  readonly outport: string | null;
  readonly table: number;
  readonly stage: string | null;
  readonly source: string | null;
  readonly match: string;
  readonly priority: number | null;
  /** First 8 hex digits of the Logical_Flow row. */
  readonly uuid: string | null;
  readonly implicitDrop: boolean;
  /** Logical actions as printed, in order; comment actions included. */
  readonly actions: readonly string[];
  /** OpenFlow flows of the stage, of a trace with `--ovs`. */
  readonly openFlows: readonly string[];
  /**
   * Conntrack state the packet has here (`['new','trk']`) as ovn-trace keeps it, from one datapath to the next until
   * `ct_clear`. Null before the first lookup, and behind one of which the text does not say what it found.
   */
  readonly ctState: readonly string[] | null;
  /** The state was assumed by ovn-trace for want of a `--ct`. */
  readonly ctAssumed: boolean;
  /** Index of the branch (in `TraceOutcome.branches`) whose packet is here. */
  readonly branch: number;
  /** 0-based line of the text. */
  readonly line: number;
}

/** Which packet a branch carries. */
export type BranchOrigin =
  /** The packet that was asked about. */
  | 'packet'
  /** A copy of it: one member of a multicast group, or a `clone`. */
  | 'copy'
  /** A packet that OVN made up: an ARP or neighbour request, an ICMP error, a TCP reset, a neighbour advertisement. */
  | 'generated';

/** One branch of the trace: a packet on a way of its own. The first is the packet itself. */
export interface TraceBranch {
  readonly index: number;
  readonly parent: number | null;
  readonly origin: BranchOrigin;
  /** The block or multicast group that made it: `clone`, `mirror`, `arp`, `_MC_flood`, …; null for the first. */
  readonly madeBy: string | null;
  /** Hop (index) at which it left its parent; null for the first or where no hop is known. */
  readonly forkHop: number | null;
}
