import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';
import type { DefinitionState } from './compareNetwork';

/** What became of definitions that stand in one line, in a few words. */
export function describeStates(states: readonly DefinitionState[], live: InventoryIndex): string | null {
  const acls = aclsOf(states, 'live');
  const [acl] = acls;
  if (acls.length === 1 && acl !== undefined) return `Live: ${describeAcl(acl, live)}`;
  if (acls.length > 1) return `Live: ${acls.length} ACLs`;
  const differing = states.find(({ kind }) => kind === 'differs');
  if (differing !== undefined) return `Live, but differs: ${differing.differs.join('; ')}`;
  if (states.some(({ kind }) => kind === 'missing')) return 'Not in the network';
  const possible = aclsOf(states, 'unknown');
  return possible.length === 0
    ? null
    : `Perhaps live: ${possible.length === 1 ? 'one ACL' : `${possible.length} ACLs`} like it`;
}

/** The live ACLs behind definitions of one line, each once. */
export function aclsOf(states: readonly DefinitionState[], kind?: DefinitionState['kind']): readonly Acl[] {
  const acls = states
    .filter((state) => kind === undefined || state.kind === kind)
    .flatMap((state) => state.acls);
  return [...new Map(acls.map((acl) => [acl.uuid, acl])).values()];
}

/** `priority 1001, port group pg_db, tier 2`. */
export function describeAcl(acl: Acl, live: InventoryIndex): string {
  const entities = live
    .entitiesOf(acl)
    .map(({ type, name }) => `${type === 'switch' ? 'switch' : 'port group'} ${name}`);
  return [
    `priority ${acl.priority}`,
    ...entities.slice(0, 2),
    ...(entities.length > 2 ? [`${entities.length - 2} more`] : []),
    ...(acl.tier > 0 ? [`tier ${acl.tier}`] : []),
  ].join(', ');
}
