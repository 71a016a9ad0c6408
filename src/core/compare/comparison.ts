import type { AclVerdict, AppliedAcl } from '../acl/step';
import type { CauseCode } from '../trace/explanation';
import type { Verdict } from '../trace/outcome';

/** What two traces have in common and where they differ, as plain data. Hops and branches are indices into each outcome. */
export interface TraceComparison {
  /** What became of the packet both times, and what differs: the first sentence that anybody reads. */
  readonly sentence: string;
  /** Nothing that counts differs. UUIDs of logical flows, table numbers and times do not count. */
  readonly same: boolean;
  /** What was asked and where: target, version, fields of the packet, connection. */
  readonly asked: readonly TextChange[];
  readonly fates: Sides<Fate>;
  /** The first step that is not the same; a side is null where that one has no such step. Null where no step differs. */
  readonly firstDifference: HopSides | null;
  /** The steps that decided, where they differ and are not the first that do. */
  readonly decided: HopSides | null;
  readonly acls: readonly AclChange[];
  /** Ports reached, addresses rewritten, losses and answers; one text for each. */
  readonly results: readonly ListChange[];
  /** Findings and assumptions that only one of them has. */
  readonly remarks: readonly ListChange[];
  readonly branches: readonly BranchPair[];
  /** With each backend or `select` member traced: those that did not fare alike. */
  readonly choices: readonly TextChange[];
  /** What cannot be compared, and why: whole sentences. */
  readonly limits: readonly string[];
  readonly reply: ReplyComparison;
}

export interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

export type HopSides = Sides<number | null>;

/** A named text before and after; null where that side has none. */
export interface TextChange extends Sides<string | null> {
  readonly name: string;
}

/** What only one side has of a list. */
export interface ListChange {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface Fate {
  readonly verdict: Verdict;
  /** The packet arrives and its reply certainly does not. */
  readonly oneWay: boolean;
  /** The step that decided; null where no single one did. */
  readonly hop: number | null;
  readonly acl: AppliedAcl | null;
  readonly cause: CauseCode | null;
  /** `dropped by ACL web-deny (priority 1002)`. */
  readonly phrase: string;
}

/** An ACL in the part it took. */
export interface AclPart {
  /** One; several when the step can stand for any of these equal rows. */
  readonly acls: readonly [AppliedAcl, ...AppliedAcl[]];
  readonly verdict: AclVerdict;
  readonly datapath: string;
  /** The first hop at which it took part. */
  readonly hop: number;
}

/**
 * What became of an ACL that took part.
 * - `same`: it did both times, with the same content, also where the row was made anew.
 * - `changed`: it did both times, with another content.
 * - `before`, `after`: it did in that trace only.
 */
export interface AclChange extends Sides<AclPart | null> {
  readonly state: 'same' | 'changed' | 'before' | 'after';
  /** Content that differs, as far as both traces tell it. */
  readonly fields: readonly TextChange[];
  /** What is known of it in the trace in which it took no part, as a sentence; null where nothing is. */
  readonly elsewhere: string | null;
}

/** What of two steps at the same place differs. */
export type HopField = 'input port' | 'output port' | 'match' | 'priority' | 'actions' | 'connection';

export type HopRun =
  | { readonly kind: 'same'; readonly before: readonly number[]; readonly after: readonly number[] }
  | {
      readonly kind: 'differs';
      readonly before: number;
      readonly after: number;
      readonly fields: readonly HopField[];
    }
  /** Steps without a counterpart: those of one side, or another way on each. */
  | { readonly kind: 'apart'; readonly before: readonly number[]; readonly after: readonly number[] };

/** A packet, or a copy of it, on its way both times; a side is null where there is no such copy. */
export interface BranchPair extends Sides<number | null> {
  readonly runs: readonly HopRun[];
}

export type ReplyComparison =
  | { readonly kind: 'none' }
  /** Traced both times; `notes` where what is said about it differs. */
  | {
      readonly kind: 'both';
      readonly comparison: TraceComparison;
      readonly notes: Sides<string | null> | null;
    }
  /** Traced once at most, and what is said of it differs: whole sentences. */
  | ({ readonly kind: 'changed' } & Sides<string>);
