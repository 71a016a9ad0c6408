import type { AclEntity } from '../definitions/definition';
import type { Acl } from '../ovn/northbound';

/** An ACL together with what it is set on. */
export interface AppliedAcl {
  readonly acl: Acl;
  /** Port groups and switches that carry it, those of the traced datapath only. */
  readonly entities: readonly AclEntity[];
  /** Who owns it in the platform: `security group 1234…`, `NetworkPolicy ns/name`; null when nothing says. */
  readonly owner: string | null;
}

/** How an ACL stage ended for the packet. */
export type AclVerdict = 'allow' | 'drop' | 'reject' | 'pass';

/** What an ACL says, as a step shows it. */
export function verdictOf({ action }: Acl): AclVerdict {
  return action === 'drop' || action === 'reject' || action === 'pass' ? action : 'allow';
}

/** What a hop of an ACL stage stands for. */
export interface AclStep {
  readonly hop: number;
  readonly verdict: AclVerdict;
  /** ACLs this step can stand for: one; several when rows are equal; none when northd made the flow by itself. */
  readonly acls: readonly AppliedAcl[];
  /** Why no ACL: the default verdict, an established or related connection, invalid conntrack state, …. */
  readonly builtIn: 'default' | 'established' | 'invalid' | 'nd' | 'blocked' | null;
  /** Tier in which it was decided. */
  readonly tier: number;
}
