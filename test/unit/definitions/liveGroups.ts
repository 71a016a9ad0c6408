import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { Acl, ExternalIds, Inventory } from '../../../src/core/ovn/northbound';

export type LiveAcl = Partial<Acl> & Pick<Acl, 'match'>;
/** The ACLs of each port group, by the group's name. */
export type LiveGroups = Readonly<Record<string, readonly LiveAcl[]>>;

/** A network of port groups. */
export function liveGroups(
  groups: LiveGroups,
  externalIds: Readonly<Record<string, ExternalIds>> = {},
): InventoryIndex {
  const acls: Acl[] = [];
  const portGroups = Object.entries(groups).map(([name, ofGroup]) => ({
    uuid: `group-${name}`,
    name,
    ports: [],
    externalIds: externalIds[name] ?? {},
    acls: ofGroup.map((changes) => {
      const uuid = `${acls.length.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
      acls.push({
        uuid,
        name: null,
        direction: 'to-lport',
        priority: 300,
        action: 'allow-related',
        tier: 0,
        log: false,
        severity: null,
        label: 0,
        options: {},
        externalIds: {},
        ...changes,
      });
      return uuid;
    }),
  }));
  const inventory: Inventory = {
    switches: [],
    switchPorts: [],
    routers: [],
    routerPorts: [],
    portGroups,
    acls,
    addressSets: [],
    loadBalancers: [],
    globalOptions: {},
    readAt: 0,
  };
  return indexInventory(inventory);
}
