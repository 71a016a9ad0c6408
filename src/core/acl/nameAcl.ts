import type { Acl } from '../ovn/northbound';

/** An ACL in a sentence: `ACL deny-db (to-lport, priority 1000)`, by the beginning of its UUID where it has no name. */
export function nameAcl({ name, uuid, direction, priority, tier }: Acl): string {
  const order = tier === 0 ? `priority ${priority}` : `tier ${tier}, priority ${priority}`;
  return `ACL ${name ?? uuid.slice(0, 8)} (${direction}, ${order})`;
}
