import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';
import { nameEntity } from '../trace/phrases';
import type { DefinitionState } from './compareNetwork';

/** What became of definitions that stand in one line, in a few words. */
export function describeStates(states: readonly DefinitionState[], live: InventoryIndex): string | null {
  const acls = aclsOf(states, 'live');
  const [acl] = acls;
  if (acls.length === 1 && acl !== undefined) return l10n.t('Live: {0}', describeAcl(acl, live));
  if (acls.length > 1) return l10n.t('Live: {0} ACLs', acls.length);
  const differing = states.find(({ kind }) => kind === 'differs');
  if (differing !== undefined) return l10n.t('Live, but differs: {0}', differing.differs.join('; '));
  if (states.some(({ kind }) => kind === 'missing')) return notInNetwork();
  const possible = aclsOf(states, 'unknown');
  if (possible.length === 0) return null;
  return possible.length === 1
    ? l10n.t('Perhaps live: one ACL like it')
    : l10n.t('Perhaps live: {0} ACLs like it', possible.length);
}

export function notInNetwork(): string {
  return l10n.t('Not in the network');
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
  const entities = live.entitiesOf(acl).map(nameEntity);
  return [
    l10n.t('priority {0}', acl.priority),
    ...entities.slice(0, 2),
    ...(entities.length > 2 ? [l10n.t('{0} more', entities.length - 2)] : []),
    ...(acl.tier > 0 ? [l10n.t('tier {0}', acl.tier)] : []),
  ].join(', ');
}
