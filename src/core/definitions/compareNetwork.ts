import { isPlatformDefault, ownerOf } from '../acl/ownerOf';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl, PortGroup } from '../ovn/northbound';
import type { Steps } from '../slices';
import { push } from './matchIndex';
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
  /** How sure the link to the first of the ACLs is, and why; null without ACLs. */
  readonly link: Pick<DefinitionLink, 'confidence' | 'because'> | null;
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
  /** The port groups of owners by the owners' keys, as far as they are sure. */
  readonly groups: ReadonlyMap<string, readonly PortGroup[]>;
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
  const groups = new Map<string, PortGroup[]>();
  for (const group of live.inventory.portGroups) {
    if (count++ % aclsPerSlice === 0) yield;
    const owners = join.ownerLinks(group.name, live);
    for (const key of ownersOf(owners, 'derived')) push(groups, key, group);
    for (const key of ownersOf(owners, 'exact')) present.add(key);
  }
  const states = new Map<Definition, DefinitionState>();
  for (const definition of definitions) {
    if (count++ % aclsPerSlice === 0) yield;
    states.set(definition, stateOf(definition, links.get(definition) ?? [], present, live));
  }
  return { states, unwritten, groups };
}

/** Keys of the groups or policies that made a port group, as sure as this or surer. */
function ownersOf(links: readonly DefinitionLink[], least: 'exact' | 'derived'): ReadonlySet<string> {
  return new Set(
    links.flatMap(({ definition, confidence }) =>
      definition.kind !== 'acl' && (confidence === 'exact' || confidence === least)
        ? [definition.owner.key]
        : [],
    ),
  );
}

/** Owners of whose rules some are surely in the network. */
function presentOwners(
  links: ReadonlyMap<Definition, readonly { readonly link: DefinitionLink }[]>,
): Set<string> {
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
  const [first] = same;
  if (first !== undefined)
    return { kind: 'live', acls: same.map(({ acl }) => acl), differs: [], link: first.link };
  const [other] = links.filter(({ link }) => link.differs.length > 0);
  if (other !== undefined)
    return { kind: 'differs', acls: [other.acl], differs: other.link.differs, link: other.link };
  const [possible] = links;
  if (possible !== undefined)
    return { kind: 'unknown', acls: links.map(({ acl }) => acl), differs: [], link: possible.link };
  return { kind: absence(definition, present, live), acls: [], differs: [], link: null };
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
