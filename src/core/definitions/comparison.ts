import type { Acl } from '../ovn/northbound';
import type { AclDefinition, AclEntity } from './definition';

/** How a field of a definition stands to that of a live ACL. */
export type Agreement = 'same' | 'unknown' | 'differs';

/** `equal`: not the same letters, but the same packets. */
export type MatchAgreement = Agreement | 'equal';

export interface Comparison {
  readonly entity: Agreement;
  readonly direction: Agreement;
  readonly priority: Agreement;
  readonly match: MatchAgreement;
  readonly action: Agreement;
  readonly tier: Agreement;
  /** The definition gives the ACL's name. */
  readonly sameName: boolean;
}

/** Compares field by field; `match` is compared by the caller, who knows the canonical forms. */
export function compareDefinition(
  definition: AclDefinition,
  acl: Acl,
  entities: readonly AclEntity[],
  match: MatchAgreement,
): Comparison {
  return {
    entity: compareEntity(definition.entity, entities),
    direction: compareField(definition.direction, acl.direction),
    priority: compareField(definition.priority, acl.priority),
    match,
    action: compareField(definition.action, acl.action),
    // A definition without a tier makes an ACL of tier 0.
    tier: definition.tier === null && acl.tier === 0 ? 'same' : compareField(definition.tier, acl.tier),
    sameName: acl.name !== null && acl.name === definition.name,
  };
}

function compareField(written: unknown, live: unknown): Agreement {
  if (written === null) return 'unknown';
  return written === live ? 'same' : 'differs';
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

function compareEntity(written: AclEntity | null, entities: readonly AclEntity[]): Agreement {
  if (!written || entities.length === 0) return 'unknown';
  const isSame = entities.some(
    ({ type, name }) =>
      name === written.name && (written.type === null || type === null || type === written.type),
  );
  if (isSame) return 'same';
  // ovn-nbctl takes a row's UUID for its name.
  return uuid.test(written.name) ? 'unknown' : 'differs';
}
