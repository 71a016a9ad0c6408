import { isPlatformDefault, ownerOf } from '../acl/ownerOf';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';
import type { Steps } from '../slices';
import type { AclEntity, Definition, DefinitionJoin, DefinitionLink } from './definition';

/** What became of a definition in the network. */
export interface DefinitionState {
  /**
   * `live`: ACLs are as it says; `differs`: they were, or were meant to be; `missing`: it has none, though its port group, switch
   * or owner is there; `elsewhere`: nothing of its owner is in this network; `unknown`: the file does not tell enough.
   */
  readonly kind: 'live' | 'differs' | 'missing' | 'elsewhere' | 'unknown';
  readonly acls: readonly Acl[];
  /** What the network has otherwise, in words. */
  readonly differs: readonly string[];
}

/** An ACL that no file of the workspace writes. */
export interface UnwrittenAcl {
  readonly acl: Acl;
  readonly entities: readonly AclEntity[];
  /** Who owns it in the platform; null when nothing says. */
  readonly owner: string | null;
}

/** The files of the workspace against the network. */
export interface NetworkComparison {
  readonly states: ReadonlyMap<Definition, DefinitionState>;
  /** Defaults that a platform makes by itself are left out. */
  readonly unwritten: readonly UnwrittenAcl[];
}

/** Joins that take some milliseconds. */
const aclsPerSlice = 20;

/** Compares all definitions with all ACLs of the network; with tens of thousands of them this takes a second or more. */
export function* compareNetworkSteps(
  definitions: readonly Definition[],
  join: DefinitionJoin,
  live: InventoryIndex,
): Steps<NetworkComparison> {
  const links = new Map<Definition, { readonly acl: Acl; readonly link: DefinitionLink }[]>();
  const unwritten: UnwrittenAcl[] = [];
  let count = 0;
  for (const acl of live.inventory.acls) {
    if (count++ % aclsPerSlice === 0) yield;
    const entities = live.entitiesOf(acl);
    const found = join.aclLinks(acl, entities, live);
    for (const link of found) {
      const known = links.get(link.definition);
      if (known === undefined) links.set(link.definition, [{ acl, link }]);
      else known.push({ acl, link });
    }
    if (found.length === 0 && !isPlatformDefault(acl, entities)) {
      unwritten.push({ acl, entities, owner: ownerOf(acl, entities, live) });
    }
  }
  const present = presentOwners(links);
  const states = new Map<Definition, DefinitionState>();
  for (const definition of definitions) {
    if (count++ % aclsPerSlice === 0) yield;
    states.set(definition, stateOf(definition, links.get(definition) ?? [], present, live));
  }
  return { states, unwritten };
}

/** Owners of whose rules some are surely in the network. */
function presentOwners(
  links: ReadonlyMap<Definition, readonly { readonly link: DefinitionLink }[]>,
): ReadonlySet<string> {
  const present = new Set<string>();
  for (const [definition, found] of links) {
    if (definition.kind === 'acl') continue;
    if (found.some(({ link }) => link.confidence !== 'candidate')) present.add(definition.owner.key);
  }
  return present;
}

function stateOf(
  definition: Definition,
  links: readonly { readonly acl: Acl; readonly link: DefinitionLink }[],
  present: ReadonlySet<string>,
  live: InventoryIndex,
): DefinitionState {
  const same = links.filter(({ link }) => link.confidence !== 'candidate' && link.differs.length === 0);
  if (same.length > 0) return { kind: 'live', acls: same.map(({ acl }) => acl), differs: [] };
  const [other] = links.filter(({ link }) => link.differs.length > 0);
  if (other !== undefined) return { kind: 'differs', acls: [other.acl], differs: other.link.differs };
  const acls = links.map(({ acl }) => acl);
  if (acls.length > 0) return { kind: 'unknown', acls, differs: [] };
  return { kind: absence(definition, present, live), acls, differs: [] };
}

function absence(
  definition: Definition,
  present: ReadonlySet<string>,
  live: InventoryIndex,
): DefinitionState['kind'] {
  switch (definition.kind) {
    case 'owner':
      return present.has(definition.owner.key) ? 'live' : 'elsewhere';
    case 'rule':
      if (definition.forms.length === 0 || definition.implicit) return 'unknown';
      return present.has(definition.owner.key) ? 'missing' : 'elsewhere';
    case 'acl': {
      const { entity, match, direction } = definition;
      if (entity === null || match === null || direction === null) return 'unknown';
      return isInNetwork(entity, live) ? 'missing' : 'elsewhere';
    }
  }
}

function isInNetwork({ type, name }: AclEntity, live: InventoryIndex): boolean {
  const isGroup = type !== 'switch' && live.portGroup(name) !== undefined;
  return isGroup || (type !== 'port-group' && live.datapaths(name).some(({ kind }) => kind === 'switch'));
}
