import type { Acl } from '../ovn/northbound';

/** Which part of the ACL logic a stage is: its name tells, its table number differs with every release. */
export interface AclStage {
  readonly direction: Acl['direction'];
  /** Asked after load balancing (`options:apply-after-lb`). */
  readonly afterLb: boolean;
  /**
   * - `pre`: sends packets to conntrack, but for those that a stateless ACL takes;
   * - `whole`: match and verdict in one flow (up to OVN 23.03);
   * - `eval`: asks the ACLs and notes a verdict; `action`: acts on it, or goes to the next tier (since 23.06).
   */
  readonly part: 'pre' | 'whole' | 'eval' | 'action';
}

/** The ACL stage of that name; null for every other stage, those that only sample or prepare included. */
export function readAclStage(stage: string | null): AclStage | null {
  const parts = /^ls_(in|out)_(?:(pre_acl)|acl(_after_lb)?(?:_(eval|action))?)$/.exec(stage ?? '');
  if (parts === null) return null;
  const [, side, pre, afterLb, part] = parts;
  return {
    direction: side === 'in' ? 'from-lport' : 'to-lport',
    afterLb: afterLb !== undefined,
    part: pre !== undefined ? 'pre' : part === 'eval' || part === 'action' ? part : 'whole',
  };
}

/** Whether northd puts the ACL into the after-lb stages; only `from-lport` ACLs can be there. */
export function isAfterLb(acl: Acl): boolean {
  return acl.direction === 'from-lport' && acl.options['apply-after-lb'] === 'true';
}
