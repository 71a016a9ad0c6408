import type { InventoryIndex } from '../ovn/inventoryIndex';
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

/** How a file was read. */
export type DefinitionFormatId =
  | 'ovn-nbctl'
  | 'ovn-json'
  | 'neutron-json'
  | 'terraform'
  | 'heat'
  | 'ansible'
  | 'kubernetes'
  | 'kube-ovn'
  | 'instance-acl';

/** Where something is defined. */
export interface DefinitionPlace {
  readonly format: DefinitionFormatId;
  /** Path or URI as the caller gave it. */
  readonly file: string;
  /** The whole of it: the statement, the block, the item of a list. */
  readonly range: TextRange;
  /** What to underline: the match expression, or what else says best which packets it is about. */
  readonly matchRange: TextRange;
}

/** An ACL as a file of the workspace writes it. Fields the file leaves open, or computes, are null. */
export interface AclDefinition extends DefinitionPlace {
  readonly kind: 'acl';
  readonly entity: AclEntity | null;
  readonly direction: Acl['direction'] | null;
  readonly priority: number | null;
  /** The match after quoting and resolved variables; null when part of it cannot be known from the file. */
  readonly match: string | null;
  readonly action: string | null;
  readonly tier: number | null;
  readonly name: string | null;
  /** What tells the row, where the file does: its UUID, an external id. */
  readonly identities: readonly RowIdentity[];
}

/** A rule of a platform, which makes one or more ACLs of it. */
export interface RuleDefinition extends DefinitionPlace {
  readonly kind: 'rule';
  readonly owner: RuleOwner;
  /** Which of the owner's rules, in words: `ingress rule 0`. */
  readonly label: string;
  /** The platform adds it by itself, and it may have been taken away: Neutron's rules that let everything out. */
  readonly implicit: boolean;
  readonly identities: readonly RowIdentity[];
  /** The ACLs it becomes, by whatever release of the platform; empty when the file does not tell them. */
  readonly forms: readonly AclForm[];
}

/** The security group, policy or network ACL itself: where a missing allow has to stand. */
export interface OwnerDefinition extends DefinitionPlace {
  readonly kind: 'owner';
  readonly owner: RuleOwner;
  /** ACLs that are there because it is: its default deny. */
  readonly identities: readonly RowIdentity[];
}

export type Definition = AclDefinition | RuleDefinition | OwnerDefinition;

/** Who owns rules in the platform. */
export interface RuleOwner {
  /** In the platform's words: `security group`, `NetworkPolicy`. */
  readonly kind: string;
  /** As the file calls it: `web`, `shop/web`. */
  readonly name: string;
  /** The same for all definitions of this owner, in whatever file, and no other's. */
  readonly key: string;
  /** What tells its port groups in OVN; empty when the file does not: then its rules have to tell. */
  readonly groups: readonly RowIdentity[];
}

/**
 * Values of columns by which a row is known. Columns are called as in the database (`name`, `direction`, `_uuid`), a key of
 * external ids `external_ids:KEY`, and `port_group` is the name of a group that carries the ACL. A value may hold one `*`, for
 * what the file does not tell. The first column should be the most telling: rows are looked up by it.
 */
export interface RowIdentity {
  /** `id`: no other row can have them. `place`: owner and index of a rule, which hold until the file is edited. */
  readonly by: 'id' | 'place';
  readonly columns: Readonly<Record<string, string>>;
}

/** An ACL that a platform makes of a rule. */
export interface AclForm {
  readonly direction: Acl['direction'];
  /** Any of them; null when it cannot be told. */
  readonly priorities: readonly number[] | null;
  readonly tier: number;
  /** Any of them. */
  readonly actions: readonly string[];
  /**
   * The match, in which the owner's port group is called `@owner`, and sets whose names only the platform knows `$peer` and
   * `@peer`; `"peer"` is the router's port of a network of Incus or LXD.
   */
  readonly match: string;
}

/**
 * How sure the link is. `exact`: an identity says so (an id; owner and index with the match it becomes; or the same entity,
 * direction, priority and match to the letter), and no other place can have written it as well; `derived`: the same up to the
 * canonical form of the match, or one of several such places; `candidate`: something differs or is unknown.
 */
export type Confidence = 'exact' | 'derived' | 'candidate';

export interface DefinitionLink {
  readonly definition: Definition;
  readonly confidence: Confidence;
  /** In words, why: "same port group, direction, priority and match". */
  readonly because: string;
  /** What the network has otherwise than the file, in words: an edit that was not applied, or a change by hand. */
  readonly differs: readonly string[];
}

/** Finds what wrote live ACLs. */
export interface DefinitionJoin {
  /**
   * The definitions that may have written the ACL, best first; empty when none fits.
   * @param entities those that carry it on the datapath in question.
   * @param live the database it is from; without one only the ACL itself can tell.
   */
  aclLinks(acl: Acl, entities: readonly AclEntity[], live: InventoryIndex | null): readonly DefinitionLink[];
  /** The groups or policies that made a port group; best first. */
  ownerLinks(portGroup: string, live: InventoryIndex): readonly DefinitionLink[];
}

/** For texts and networks without a workspace. */
export const noDefinitions: DefinitionJoin = { aclLinks: () => [], ownerLinks: () => [] };
