import type { ComparisonModel } from './comparisonModel';

/**
 * What the result panel shows, as plain data: made by the host of a trace report, drawn by the browser code. Every text
 * is plain text. Some of it comes from outside (names, matches, output), so the browser makes control characters visible
 * when it draws them, and nothing here is ever markup.
 */

export type VerdictName = 'allow' | 'drop' | 'reject' | 'answer' | 'mixed' | 'unknown' | 'error';

/** What a colour and its icon say. Each stands beside words that say the same. */
export type Tone = 'allow' | 'drop' | 'reject' | 'answer' | 'mixed' | 'unknown' | 'info' | 'neutral';

export type IconName =
  | 'allow'
  | 'drop'
  | 'reject'
  | 'answer'
  | 'fork'
  | 'unknown'
  | 'error'
  | 'warning'
  | 'info'
  | 'none'
  | 'port'
  | 'switch'
  | 'router'
  | 'cloud'
  | 'conntrack'
  | 'go'
  | 'rewrite';

/** A tone, its icon and the words: how everything with a verdict is shown. */
export interface Badge {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
}

/** Where an ACL is written. Its index in `PanelModel.links` is what the browser sends back to have it opened. */
export interface LinkModel {
  /** `security/db-acls.sh:12`. */
  readonly label: string;
  readonly confidence: 'exact' | 'derived' | 'candidate';
  /** In words, why this definition belongs to the ACL. */
  readonly because: string;
}

export interface BannerModel extends Badge {
  readonly verdict: VerdictName;
  /** `Dropped`, `Allowed`, …. */
  readonly word: string;
  /** Codes of the causes, the first ones first, each once. */
  readonly causes: readonly string[];
  readonly links: readonly number[];
  /** What else must be known at first sight: that the reply is lost, that the output is cut. */
  readonly notes: readonly Badge[];
  /** Duration, target, version, time: short texts with the name a screen reader says before them. */
  readonly facts: readonly { readonly name: string; readonly text: string }[];
}

/** One column of the packet: a name, a value that stands out, and lines below. */
export interface PacketFact {
  readonly name: string;
  readonly value: string;
  readonly lines: readonly { readonly text: string; readonly code: boolean }[];
}

export interface PacketModel {
  readonly facts: readonly PacketFact[];
  /** The microflow or the flow as `ovn-trace` printed it; null when neither is known. */
  readonly microflow: string | null;
}

export interface PathRow {
  readonly name: string;
  readonly text: string;
  /** Set where something was decided. */
  readonly badge: { readonly tone: Tone; readonly icon: IconName } | null;
  /** Hop to show on a click. */
  readonly hop: number | null;
}

export interface PathNode {
  readonly kind: 'port' | 'switch' | 'router' | 'cloud';
  readonly name: string;
  readonly rows: readonly PathRow[];
  /** Set where the packet ended: `Delivered`, `Stops here, table 8`. */
  readonly end: (Badge & { readonly hop: number | null }) | null;
  /** The packet did not get here. */
  readonly missed: boolean;
  readonly hop: number | null;
}

export interface PathEdge {
  /** The port through which the packet passes. */
  readonly label: string;
  /** What NAT or a load balancer changed before it: `source 192.0.2.1`. */
  readonly changes: readonly string[];
  /** The packet did not pass. */
  readonly cut: boolean;
}

export interface PathStep {
  /** Null at the first node of the path. */
  readonly edge: PathEdge | null;
  readonly node: PathNode;
}

/** A way through the network; where it forks, the branches go on from its last step. */
export interface PathChain {
  readonly steps: readonly PathStep[];
  readonly branches: readonly PathChain[];
  /** Branches that were left out because there are too many. */
  readonly omitted: number;
}

/** A packet that OVN made up on the way: an ARP request, a TCP reset. */
export interface PathAside extends Badge {
  /** `db → r0 → web`. */
  readonly way: string;
  readonly hop: number | null;
  readonly end: Badge | null;
}

export interface PathModel {
  readonly chain: PathChain;
  readonly asides: readonly PathAside[];
}

export interface AskedAclRow {
  readonly uuid: string;
  readonly name: string;
  readonly priority: number;
  readonly tier: number;
  readonly action: string;
  readonly match: string;
  readonly badge: { readonly tone: Tone; readonly icon: IconName } | null;
  readonly decides: boolean;
  /** `No match: needs`, `Decides`, `Not asked any more`. */
  readonly answer: string;
  /** The term, or the match, that the answer speaks of; null when it needs none. */
  readonly term: string | null;
  readonly links: readonly number[];
}

/** Name and value of a small table; the value is text, with links and an ACL to open where there are any. */
export interface FactRow {
  readonly name: string;
  readonly text: string;
  readonly code: boolean;
  readonly links: readonly number[];
  readonly acl: string | null;
  /** What a button copies; without it the UUID of the ACL. */
  readonly copy?: string | undefined;
}

/** One loss with its cause, or one ACL that allowed the packet. */
export interface WhyItem {
  readonly code: string | null;
  readonly tone: Tone;
  /** Empty where the banner has said it. */
  readonly sentence: string;
  readonly hop: number | null;
  readonly asked: readonly AskedAclRow[];
  readonly askedCaption: string;
  readonly showTier: boolean;
  readonly facts: readonly FactRow[];
  readonly advice: readonly string[];
  readonly command: string | null;
}

export interface NoticeModel {
  /** Code of the finding, which leads to its description. */
  readonly code: string | null;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
  readonly acl: string | null;
}

export interface WhyModel {
  readonly heading: string;
  readonly items: readonly WhyItem[];
  readonly warnings: readonly NoticeModel[];
  readonly assumptions: readonly NoticeModel[];
}

export interface HopRow {
  readonly index: number;
  readonly table: number;
  /** `ls_out_acl_eval`; null where the text has none. */
  readonly stage: string | null;
  /** `ACL evaluation`; the stage name where it is not known. */
  readonly title: string;
  /** What the stage does, in one sentence; null where it is not known. */
  readonly about: string | null;
  readonly match: string;
  readonly priority: number | null;
  readonly uuid: string | null;
  readonly source: string | null;
  readonly actions: readonly string[];
  readonly openFlows: readonly string[];
  readonly result: Badge | null;
  readonly decisive: boolean;
  /** The step that decided the loss: marked, and open from the start. */
  readonly deciding: boolean;
  readonly facts: readonly FactRow[];
}

export type HopItem =
  | { readonly kind: 'hop'; readonly hop: HopRow }
  /** Two or more stages that only passed the packet on. */
  | { readonly kind: 'fold'; readonly hops: readonly HopRow[] };

export interface HopPipeline {
  readonly title: string;
  readonly detail: string;
  readonly items: readonly HopItem[];
  /** What became of the packet at the end of this pipeline. */
  readonly endings: readonly Badge[];
}

export interface HopGroup {
  readonly kind: 'switch' | 'router' | null;
  readonly datapath: string;
  /** Which branch this is, where there are several. */
  readonly detail: string;
  /** One of many copies that fared alike: shown only when asked for. */
  readonly folded: boolean;
  readonly pipelines: readonly HopPipeline[];
}

export interface HopsModel {
  readonly groups: readonly HopGroup[];
  readonly count: number;
  readonly decisive: number;
  /** Why there are none or not all: another format, output that ends early. */
  readonly note: string | null;
}

export interface TraceView {
  readonly path: PathModel;
  readonly why: WhyModel;
  readonly hops: HopsModel;
}

/** What OVN may choose among on the way of the packet: a trace for each, or the offer to make them. */
export interface ChoicesModel {
  readonly kind: 'backend' | 'selection';
  readonly heading: string;
  readonly sentence: string;
  readonly rows: readonly ChoiceRow[];
  readonly notes: readonly string[];
  readonly canTraceEach: boolean;
}

export interface ChoiceRow {
  /** `10.0.2.11:5432`, or the identifier of a `select` member. */
  readonly name: string;
  readonly badge: Badge;
  readonly sentence: string;
  /** The trace that the rest of the panel shows. */
  readonly shown: boolean;
}

export type ReplyModel =
  | {
      readonly kind: 'traced';
      readonly banner: BannerModel;
      readonly view: TraceView;
      /** What its trace does not tell. */
      readonly note: string | null;
    }
  | { readonly kind: 'none'; readonly sentence: string; readonly canTrace: boolean };

export interface RawSection {
  readonly title: string;
  readonly text: string;
  readonly lines: number;
  /** 0-based lines to mark, those of the deciding and losing stages. */
  readonly marked: readonly number[];
}

/** What can be done with the result from the panel. */
export interface PanelAbilities {
  readonly again: boolean;
  readonly reverse: boolean;
  readonly edit: boolean;
  readonly command: boolean;
  /** There is a trace before this one to compare it with. */
  readonly compare: boolean;
}

export interface PanelModel {
  readonly reportId: string;
  readonly banner: BannerModel;
  /** The verdict that the same packet had the last time, where it was another. */
  readonly was: Badge | null;
  readonly packet: PacketModel;
  readonly choices: ChoicesModel | null;
  readonly forward: TraceView;
  readonly reply: ReplyModel;
  readonly raw: readonly RawSection[];
  readonly links: readonly LinkModel[];
  readonly can: PanelAbilities;
}

/** A trace that could not be made. */
export interface FailureModel {
  readonly id: string;
  readonly reason: string;
  readonly sentence: string;
  readonly advice: string;
  readonly detail: string | null;
  readonly packet: PacketModel | null;
  readonly actions: readonly { readonly id: string; readonly label: string }[];
  /** The same request can be tried again. */
  readonly canRetry: boolean;
}

/** A trace made before, to be shown or made again. */
export interface RecentTrace {
  readonly id: string;
  readonly title: string;
  readonly badge: Badge;
  /** Target and age: `lab, 5 min ago`. */
  readonly detail: string;
}

export type PanelContent =
  /** `canRetry`: a first trace was cancelled, and can be made after all. */
  | { readonly kind: 'empty'; readonly recent: readonly RecentTrace[]; readonly canRetry: boolean }
  | { readonly kind: 'result'; readonly model: PanelModel; readonly stale: string | null }
  | { readonly kind: 'failure'; readonly failure: FailureModel }
  | { readonly kind: 'comparison'; readonly model: ComparisonModel };

/** All that the panel shows at one time. While a trace runs the content before it stays, dimmed. */
export interface PanelState {
  readonly content: PanelContent;
  /** A sentence above the content: that the last trace was cancelled, and what is shown instead. */
  readonly note: string | null;
  readonly running: { readonly title: string } | null;
}
