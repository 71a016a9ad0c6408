import type { Acl } from '../ovn/northbound';

/** Offsets are UTF-16 code units, lines and characters 0-based: as editors count. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}
export interface TextPosition {
  readonly line: number;
  readonly character: number;
  readonly offset: number;
}

/** The owner of an ACL: a port group, or a switch; `null` type when the text does not say which. */
export interface AclEntity {
  readonly type: 'port-group' | 'switch' | null;
  readonly name: string;
}

/** An ACL as a file of the workspace writes it. Fields the file leaves open, or computes, are null. */
export interface AclDefinition {
  /** How the file was read: `ovn-nbctl`. More formats will follow. */
  readonly format: 'ovn-nbctl';
  /** Path or URI as the caller gave it. */
  readonly file: string;
  /** The whole statement, from the command (`ovn-nbctl` or `acl-add` in a chain) to its last argument. */
  readonly range: TextRange;
  /** The match expression only: what to underline. */
  readonly matchRange: TextRange;
  readonly entity: AclEntity | null;
  readonly direction: 'from-lport' | 'to-lport' | null;
  readonly priority: number | null;
  /** The match after quoting and resolved variables; null when part of it cannot be known from the file. */
  readonly match: string | null;
  readonly action: string | null;
  readonly tier: number | null;
  readonly name: string | null;
}

/**
 * How sure the link is. `exact`: an identity says so (same entity, direction, priority and the match to the letter);
 * `derived`: the same up to the canonical form of the match; `candidate`: something differs or is unknown.
 */
export type Confidence = 'exact' | 'derived' | 'candidate';

export interface DefinitionLink {
  readonly definition: AclDefinition;
  readonly confidence: Confidence;
  /** In words, why: "same port group, direction, priority and match". */
  readonly because: string;
}

/** The definitions that may have written the ACL, best first; empty when none fits. */
export type JoinDefinitions = (
  acl: Acl,
  entities: readonly AclEntity[],
  definitions: readonly AclDefinition[],
) => readonly DefinitionLink[];
