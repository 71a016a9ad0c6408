import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { AclEntity } from './definition';

/** The same for all port groups among which one owner's rules are spread. */
export function keyOfEntity({ type, name }: AclEntity): string {
  return `${type === 'switch' ? 'switch' : 'group'} ${familyOf(name)}`;
}

/** UUIDs of the ACLs on a switch, or on a port group and those of its family. */
export function aclsOf({ type, name }: AclEntity, live: InventoryIndex): ReadonlySet<string> {
  return new Set(
    type === 'switch'
      ? live.inventory.switches.filter((row) => row.name === name).flatMap(({ acls }) => acls)
      : (familiesOf(live).get(familyOf(name)) ?? []),
  );
}

const knownFamilies = new WeakMap<InventoryIndex, ReadonlyMap<string, readonly string[]>>();

/** The ACLs of each family of port groups. */
function familiesOf(live: InventoryIndex): ReadonlyMap<string, readonly string[]> {
  const known = knownFamilies.get(live);
  if (known !== undefined) return known;
  const families = new Map<string, string[]>();
  for (const { name, acls } of live.inventory.portGroups) {
    const family = familyOf(name);
    const ofFamily = families.get(family);
    if (ofFamily === undefined) families.set(family, [...acls]);
    else for (const uuid of acls) ofFamily.push(uuid);
  }
  knownFamilies.set(live, families);
  return families;
}

/** Incus and LXD spread the rules of one network ACL over several port groups. */
function familyOf(portGroup: string): string {
  return /^(?:incus|lxd)_acl\d+/.exec(portGroup)?.[0] ?? portGroup;
}

/** Whether a port group is the entity or of its family: what `@owner` stands for. */
export function ownedBy(entity: AclEntity): (portGroup: string) => boolean {
  const family = familyOf(entity.name);
  return (portGroup) => familyOf(portGroup) === family;
}
