import type { Definition } from '../../../src/core/definitions/definition';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { Acl, ExternalIds, Inventory, PortGroup } from '../../../src/core/ovn/northbound';

export interface Carrier {
  readonly name: string;
  readonly externalIds?: ExternalIds;
  readonly acls: readonly (Partial<Acl> & Pick<Acl, 'match'>)[];
}

/** A network in which port groups, or switches, carry ACLs. */
export function networkOf(groups: readonly Carrier[], switches: readonly Carrier[] = []): InventoryIndex {
  const acls: Acl[] = [];
  const add = ({ acls: written }: Carrier): readonly string[] =>
    written.map((changes) => {
      const uuid = changes.uuid ?? `acl-${acls.length}`;
      acls.push({
        uuid,
        name: null,
        direction: 'to-lport',
        priority: 1001,
        action: 'allow-related',
        tier: 2,
        log: false,
        severity: null,
        label: 0,
        options: {},
        externalIds: {},
        ...changes,
      });
      return uuid;
    });
  const portGroups = groups.map((group, i): PortGroup => ({
    uuid: `group-${i}`,
    name: group.name,
    ports: [],
    externalIds: group.externalIds ?? {},
    acls: [...add(group)],
  }));
  const logicalSwitches = switches.map((each, i) => ({
    uuid: `switch-${i}`,
    name: each.name,
    friendlyName: null,
    ports: [],
    acls: [...add(each)],
    externalIds: {},
    otherConfig: {},
    loadBalancers: [],
  }));
  const inventory: Inventory = {
    switches: logicalSwitches,
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

export function nameOf(definition: Definition): string {
  switch (definition.kind) {
    case 'rule':
      return `${definition.owner.name}/${definition.label}`;
    case 'owner':
      return definition.owner.name;
    case 'acl':
      return definition.match ?? '?';
  }
}

/** What the links of each ACL say: how surely, which definition. */
export function linksOf(
  definitions: readonly Definition[],
  live: InventoryIndex,
): readonly (readonly string[])[] {
  const join = indexDefinitions(definitions);
  return live.inventory.acls.map((acl) =>
    join
      .aclLinks(acl, live.entitiesOf(acl), live)
      .map(({ definition, confidence }) => `${confidence} ${nameOf(definition)}`),
  );
}

/** The same of the owners of a port group. */
export function ownersOf(
  definitions: readonly Definition[],
  live: InventoryIndex,
  group: string,
): readonly string[] {
  return indexDefinitions(definitions)
    .ownerLinks(group, live)
    .map(({ definition, confidence }) => `${confidence} ${nameOf(definition)}`);
}

/** External ids as ovn-kubernetes writes them. */
export function ovnKubernetesIds(
  type: string,
  name: string,
  others: Readonly<Record<string, string | number>> = {},
): ExternalIds {
  const values = [type, name, ...Object.values(others)].join(':');
  return {
    'k8s.ovn.org/id': `default-network-controller:${values}`,
    'k8s.ovn.org/owner-controller': 'default-network-controller',
    'k8s.ovn.org/owner-type': type,
    'k8s.ovn.org/name': name,
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, String(value)])),
  };
}
