/**
 * The tree that `ovn-trace` prints, as data. The node types are those of `enum ovntrace_node_type` in
 * `utilities/ovn-trace.c`; the three output formats are three renderings of the same tree.
 */

/** How the text was rendered: `--detailed` (the default), `--summary` or `--minimal`. */
export type TraceFormat = 'detailed' | 'summary' | 'minimal';

export type Pipeline = 'ingress' | 'egress';

interface NodeBase {
  /** 0-based line of the text on which the node stands. */
  readonly line: number;
}

/** The packet enters a pipeline of a datapath. */
export interface PipelineNode extends NodeBase {
  readonly kind: 'pipeline';
  readonly pipeline: Pipeline;
  readonly datapath: string;
  /** Null where the title has none: `egress(dp="…", outport="…")` after `next(pipeline=egress,…)`. */
  readonly inport: string | null;
  readonly outport: string | null;
  readonly children: readonly TraceNode[];
}

/** `output;` to a multicast group: one egress pipeline for each member. */
export interface MulticastNode extends NodeBase {
  readonly kind: 'multicast';
  readonly datapath: string;
  readonly group: string;
  /** The last member is printed where only the last is, so that none can be missing (detailed format). */
  readonly closed: boolean;
  readonly children: readonly TraceNode[];
}

/** A logical flow that matched (or that none did). Not printed in the summary and minimal formats. */
export interface TableNode extends NodeBase {
  readonly kind: 'table';
  readonly table: number;
  /** Stage name (`ls_in_acl_eval`), the key that is stable over OVN versions. */
  readonly stage: string | null;
  /** Where northd wrote the flow, such as `northd.c:7072`. */
  readonly source: string | null;
  /** Empty when `implicitDrop`. */
  readonly match: string;
  readonly priority: number | null;
  /** First 8 hex digits of the southbound Logical_Flow row. */
  readonly uuid: string | null;
  /** `no match (implicit drop)`: no flow of this table matched. */
  readonly implicitDrop: boolean;
  readonly children: readonly TraceNode[];
}

/** Names of the constructs that open a block of their own. `other` is one this version does not know. */
export type TransformationName =
  | 'ct_next'
  | 'ct_lb'
  | 'ct_lb_mark'
  | 'ct_lb_mark_local'
  | 'ct_dnat'
  | 'ct_snat'
  | 'ct_dnat_in_czone'
  | 'ct_snat_in_czone'
  | 'ct_commit_nat'
  | 'ct_commit_to_zone'
  | 'select'
  | 'clone'
  | 'arp'
  | 'nd_na'
  | 'nd_ns'
  | 'icmp4'
  | 'icmp6'
  | 'tcp_reset'
  | 'sctp_abort'
  | 'log'
  | 'other';

/** Conntrack, load balancing, NAT, a copied packet, or a packet that OVN generates. */
export interface TransformationNode extends NodeBase {
  readonly kind: 'transformation';
  readonly name: TransformationName;
  /** The title as printed, without a trailing ` {`. */
  readonly title: string;
  /** Of `ct_next(ct_state=new|trk)`: `['new','trk']`; else null. */
  readonly ctState: readonly string[] | null;
  /** `default (use --ct to customize)`: ovn-trace ran out of `--ct` and assumed an established connection. */
  readonly assumed: boolean;
  readonly children: readonly TraceNode[];
}

/** One logical action, as OVN formats it: `reg0[1] = 1;`, `next;`, `arp { … };`, or a comment action. */
export interface ActionNode extends NodeBase {
  readonly kind: 'action';
  readonly text: string;
}

/** An OUTPUT node. Only `output` to a port that does not continue elsewhere is an arrival. */
export interface OutputNode extends NodeBase {
  readonly kind: 'output';
  /** `omitted`: inport == outport; `replaced`: a chassisredirect port; `note`: other remarks about outputs. */
  readonly what: 'output' | 'omitted' | 'replaced' | 'note';
  readonly port: string | null;
  /** Southbound Port_Binding type; `''` is a VIF. Null in the minimal format, which does not say. */
  readonly portType: string | null;
  readonly text: string;
}

/** `*** …`. Only the three about an output end the packet; the others are remarks. */
export interface ErrorNode extends NodeBase {
  readonly kind: 'error';
  readonly text: string;
}

/** The effect on the packet (minimal format only). */
export interface ModifyNode extends NodeBase {
  readonly kind: 'modify';
  readonly text: string;
}

/** An OpenFlow flow printed under a stage by `--ovs`. */
export interface OpenFlowNode extends NodeBase {
  readonly kind: 'openflow';
  readonly text: string;
}

export type TraceNode =
  | PipelineNode
  | MulticastNode
  | TableNode
  | TransformationNode
  | ActionNode
  | OutputNode
  | ErrorNode
  | ModifyNode
  | OpenFlowNode;

/** One rendering of the trace; `--all` prints three of them. */
export interface TraceSection {
  readonly format: TraceFormat;
  readonly roots: readonly TraceNode[];
}

/** A line that the program logged: `2026-01-01T00:00:00Z|00001|ovntrace|WARN|text`. */
export interface LogLine {
  readonly line: number;
  readonly level: string;
  readonly module: string;
  readonly message: string;
}

/** What a text holds. `sections` is empty when the text is no trace; then `refusal` may say why. */
export interface ParsedTrace {
  /** The packet as OpenFlow fields, from the `# …` line, without `# `. */
  readonly flow: string | null;
  readonly sections: readonly TraceSection[];
  readonly logLines: readonly LogLine[];
  /** The sentence with which ovn-trace refused: `unknown datapath "x"`, `error parsing flow: …`, …. */
  readonly refusal: string | null;
  /** Lines that fit nothing ovn-trace prints, at most 20 of them, as 0-based line numbers. */
  readonly foreignLines: readonly number[];
  /** The text begins in the middle of a trace (no header and no pipeline first). */
  readonly cutAtStart: boolean;
  /** The text ends in the middle: of a line, of a block, or behind an ellipsis. */
  readonly cutAtEnd: boolean;
  /**
   * Where something is missing or unreadable inside the trace: an ellipsis, a mangled line, a block without its title. At
   * most 20 0-based line numbers.
   */
  readonly gaps: readonly number[];
  /** A detailed trace whose indentation is lost: what follows a block may stand inside or behind it. */
  readonly flat: boolean;
  /** More traces follow in the text; only the first was read. */
  readonly furtherTraces: number;
}
