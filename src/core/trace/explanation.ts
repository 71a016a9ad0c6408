import type { AclStep, AppliedAcl } from '../acl/step';
import type { DefinitionLink } from '../definitions/definition';
import type { WantedPacket } from '../definitions/format';

/** Stable codes of the catalogue in docs/causes.md. A code, once published, never changes its meaning. */
export const causeCodes = [
  'ACL_DROP',
  'ACL_REJECT',
  'ACL_DEFAULT_DROP',
  'ACL_ESTABLISHED_BLOCKED',
  'CONNTRACK_INVALID',
  'NETWORK_FUNCTION_DOWN',
  'PORT_SECURITY_IN',
  'PORT_SECURITY_OUT',
  'SWITCH_FILTER',
  'NO_MULTICAST_GROUP',
  'NO_ROUTE',
  'ROUTE_DISCARD',
  'ROUTER_POLICY',
  'WRONG_ROUTER_MAC',
  'ROUTER_FILTER',
  'UNKNOWN_MAC',
  'ARP_UNRESOLVED',
  'LB_NO_BACKEND',
  'LB_OTHER_PORT',
  'LB_NOT_APPLIED',
  'TTL_EXCEEDED',
  'PACKET_TOO_BIG',
  'ROUTER_ADDRESS',
  'PORT_DISABLED',
  'ROUTER_DISABLED',
  'HAIRPIN',
  'NO_OUTPUT_PORT',
  'NOT_RESIDENT',
  'NAT_UNSIMULATED',
  'NAT_EXCLUDED',
  'DHCP_RELAY_REFUSED',
  'NO_MATCH',
  'UNKNOWN',
] as const;
export type CauseCode = (typeof causeCodes)[number];

/** Why a packet was lost, in words, with this packet's names. */
export interface Cause {
  readonly code: CauseCode;
  /** One sentence, complete, plain text. */
  readonly sentence: string;
  /** What to do about it: whole sentences, plain text, in the order to try. */
  readonly advice: readonly string[];
  /** A command that would mend it, to copy; null where none is safe to suggest. */
  readonly command: string | null;
}

/** A loss with its cause and, when an ACL did it, the ACL and where it is written. */
export interface ExplainedLoss {
  /** Index in `TraceOutcome.losses`. */
  readonly loss: number;
  readonly cause: Cause;
  /** The step that decided, when an ACL stage did. */
  readonly aclStep: AclStep | null;
  /** ACLs of the same scope and direction in the order OVN asks them, the deciding one among them. */
  readonly askedAcls: readonly AskedAcl[];
  readonly definitions: readonly DefinitionLink[];
  /** What a rule would have to allow, when an ACL stage lost the packet and enough of it is known; else null. */
  readonly wanted: WantedPacket | null;
}

/** An ACL that OVN asked, or would have asked, at the deciding point. */
export interface AskedAcl extends AppliedAcl {
  /**
   * `no`: it did not match; `passed`: it did, and passed on to the next tier; `decides`; `later`: not asked any more; `unknown`:
   * the match cannot be evaluated here.
   */
  readonly asked: 'no' | 'passed' | 'decides' | 'later' | 'unknown';
  /** The first term that does not hold: `tcp.dst == 22`; null otherwise. */
  readonly failing: string | null;
  /** How many terms would have to change for it to match; 0 unless `asked` is `no`. */
  readonly misses: number;
  readonly definitions: readonly DefinitionLink[];
}

/** Stable codes of findings that are no cause of a loss of this packet; described in docs/causes.md too. */
export const findingCodes = ['ONE_WAY'] as const;
export type FindingCode = (typeof findingCodes)[number];

/** A finding beside the verdict: a rule without effect, a port that is down, a reply that does not come back. */
export interface Warning {
  readonly code?: FindingCode | undefined;
  readonly message: string;
  /** UUID of the ACL it speaks of; null for others. */
  readonly acl: string | null;
}

/** What the result rests on, as sentences: conntrack states, ports being up, no tunnels or host firewalls. */
export interface Assumption {
  readonly message: string;
  /** `warning` when what the databases say contradicts it. */
  readonly severity: 'info' | 'warning';
}

export interface Explanation {
  /** The verdict as one sentence with this packet's names: what the banner and the terminal say. */
  readonly sentence: string;
  readonly losses: readonly ExplainedLoss[];
  /** Every ACL stage that took part, allowed ones too. */
  readonly aclSteps: readonly AclStep[];
  /** Where the ACLs of those stages are written, by UUID of the ACL, best first. */
  readonly definitions: Readonly<Record<string, readonly DefinitionLink[]>>;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}
