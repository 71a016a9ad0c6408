import type { AclEntity } from '../definitions/definition';
import { canonicalIp, familyOf } from './ip';
import type {
  Acl,
  Inventory,
  LoadBalancer,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  PortGroup,
} from './northbound';

export type Datapath =
  | { readonly kind: 'switch'; readonly row: LogicalSwitch }
  | { readonly kind: 'router'; readonly row: LogicalRouter };

/** A virtual address of a load balancer. */
export interface Vip {
  readonly loadBalancer: LoadBalancer;
  readonly ip: string;
  /** Null for a virtual address that takes every port. */
  readonly port: number | null;
  /** `IP[:PORT]` of each backend. */
  readonly backends: readonly string[];
}

/** An ACL with the port groups and switches of one datapath that carry it. */
export interface ScopedAcl {
  readonly acl: Acl;
  readonly entities: readonly AclEntity[];
}

/** Look-ups over an inventory; each takes time in proportion to what it finds. */
export interface InventoryIndex {
  readonly inventory: Inventory;
  port(name: string): LogicalSwitchPort | undefined;
  routerPort(name: string): LogicalRouterPort | undefined;
  portsWithIp(ip: string): readonly LogicalSwitchPort[];
  /** Ports that people or ovn-trace call so; only the name itself is sure to be unique. */
  portsCalled(text: string): readonly LogicalSwitchPort[];
  switchOf(port: string): LogicalSwitch | undefined;
  routerOf(routerPort: string): LogicalRouter | undefined;
  portsOn(logicalSwitch: LogicalSwitch): readonly LogicalSwitchPort[];
  /** The router port behind a switch port of type `router`. */
  routerPortBehind(port: LogicalSwitchPort): LogicalRouterPort | undefined;
  /** The switch port in front of a router port. */
  switchPortBefore(routerPort: string): LogicalSwitchPort | undefined;
  portGroup(name: string): PortGroup | undefined;
  portGroupsOf(port: string): readonly PortGroup[];
  /** By UUID, or by its first eight hex digits, of which there can be several. */
  acls(uuidOrPrefix: string): readonly Acl[];
  /** Everything that carries the ACL, on whatever datapath. */
  entitiesOf(acl: Acl): readonly AclEntity[];
  /** ACLs that OVN enforces on the switch: its own, and those of every port group with a port on it. */
  aclsOn(logicalSwitch: LogicalSwitch): readonly ScopedAcl[];
  /** Members of an address set; `NAME_ip4` and `NAME_ip6` exist for each port group without having a row. */
  addressSet(name: string): readonly string[] | undefined;
  vips(ip: string): readonly Vip[];
  /** Datapaths that ovn-trace may call so: by UUID, by name, by friendly name, or by a name whose UUID it cut to six digits. */
  datapaths(text: string): readonly Datapath[];
}

/** Builds the look-ups, in time linear in the inventory. */
export function indexInventory(inventory: Inventory): InventoryIndex {
  const ports = new Map(inventory.switchPorts.map((port) => [port.name, port]));
  const routerPorts = new Map(inventory.routerPorts.map((port) => [port.name, port]));
  const portGroups = new Map(inventory.portGroups.map((group) => [group.name, group]));
  const aclsByUuid = new Map(inventory.acls.map((acl) => [acl.uuid, acl]));
  const aclsByPrefix = groupBy(inventory.acls, (acl) => [acl.uuid.slice(0, 8)]);
  const addressSets = new Map(inventory.addressSets.map((set) => [set.name, set.addresses]));
  const portsByIp = groupBy(inventory.switchPorts, (port) =>
    port.addresses.flatMap((address) => address.ips),
  );
  const portsByText = groupBy(inventory.switchPorts, printedNames);
  const groupsByPort = groupBy(inventory.portGroups, (group) => group.ports);
  const vipsByIp = groupBy(inventory.loadBalancers.flatMap(listVips), (vip) => [vip.ip]);

  const switchByPort = new Map(
    inventory.switches.flatMap((row) => row.ports.map((port) => [port, row] as const)),
  );
  const routerByPort = new Map(
    inventory.routers.flatMap((row) => row.ports.map((port) => [port, row] as const)),
  );
  const switchPortByRouterPort = new Map(
    inventory.switchPorts
      .filter((port) => port.type === 'router')
      .map((port) => [port.options['router-port'] ?? '', port] as const),
  );
  const datapathsByText = groupBy(
    [
      ...inventory.switches.map((row): Datapath => ({ kind: 'switch', row })),
      ...inventory.routers.map((row): Datapath => ({ kind: 'router', row })),
    ],
    ({ row }) => [row.uuid, ...printedNames(row)],
  );

  const groupsBySwitch = new Map<string, Set<PortGroup>>();
  for (const group of inventory.portGroups) {
    if (group.acls.length === 0) continue;
    for (const port of group.ports) {
      const uuid = switchByPort.get(port)?.uuid;
      if (uuid !== undefined) getOrAdd(groupsBySwitch, uuid, () => new Set<PortGroup>()).add(group);
    }
  }
  const entitiesByAcl = new Map<string, AclEntity[]>();
  for (const { name, acls } of inventory.switches) {
    for (const uuid of acls) getOrAdd(entitiesByAcl, uuid, () => []).push({ type: 'switch', name });
  }
  for (const { name, acls } of inventory.portGroups) {
    for (const uuid of acls) getOrAdd(entitiesByAcl, uuid, () => []).push({ type: 'port-group', name });
  }

  const listAclsOn = (logicalSwitch: LogicalSwitch): readonly ScopedAcl[] => {
    const entities = new Map<string, AclEntity[]>();
    for (const uuid of logicalSwitch.acls) {
      getOrAdd(entities, uuid, () => []).push({ type: 'switch', name: logicalSwitch.name });
    }
    for (const { name, acls } of groupsBySwitch.get(logicalSwitch.uuid) ?? []) {
      for (const uuid of acls) getOrAdd(entities, uuid, () => []).push({ type: 'port-group', name });
    }
    return [...entities].flatMap(([uuid, carriers]) => {
      const acl = aclsByUuid.get(uuid);
      return acl === undefined ? [] : [{ acl, entities: carriers }];
    });
  };
  const aclsBySwitch = new Map<string, readonly ScopedAcl[]>();

  return {
    inventory,
    port: (name) => ports.get(name),
    routerPort: (name) => routerPorts.get(name),
    portsWithIp: (ip) => portsByIp.get(canonicalIp(ip) ?? ip) ?? [],
    portsCalled: (text) => portsByText.get(text) ?? [],
    switchOf: (port) => switchByPort.get(port),
    routerOf: (routerPort) => routerByPort.get(routerPort),
    portsOn: (logicalSwitch) =>
      logicalSwitch.ports.map((name) => ports.get(name)).filter((port) => port !== undefined),
    routerPortBehind: (port) =>
      port.type === 'router' ? routerPorts.get(port.options['router-port'] ?? '') : undefined,
    switchPortBefore: (routerPort) => switchPortByRouterPort.get(routerPort),
    portGroup: (name) => portGroups.get(name),
    portGroupsOf: (port) => groupsByPort.get(port) ?? [],
    acls: (uuidOrPrefix) => {
      const acl = aclsByUuid.get(uuidOrPrefix);
      return acl === undefined ? (aclsByPrefix.get(uuidOrPrefix) ?? []) : [acl];
    },
    entitiesOf: (acl) => entitiesByAcl.get(acl.uuid) ?? [],
    aclsOn: (logicalSwitch) => getOrAdd(aclsBySwitch, logicalSwitch.uuid, () => listAclsOn(logicalSwitch)),
    addressSet: (name) => addressSets.get(name) ?? implicitAddressSet(name, portGroups, ports),
    vips: (ip) => vipsByIp.get(canonicalIp(ip) ?? ip) ?? [],
    datapaths: (text) => datapathsByText.get(text) ?? [],
  };
}

/** Names under which ovn-trace may print a datapath or a port: see `shorten` for the last. */
function printedNames(row: {
  readonly name: string;
  readonly friendlyName: string | null;
}): readonly string[] {
  const names = row.friendlyName === null ? [row.name] : [row.name, row.friendlyName];
  return [...new Set([...names, ...names.map(shorten)])];
}

/** ovn-trace cuts a full UUID at the end of a name to its first six digits, unless told `--no-friendly-names`. */
export function shorten(name: string): string {
  return name.replace(/([0-9a-f]{6})[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, '$1');
}

/** northd keeps an address set of each family for every port group, of the addresses of its ports. */
function implicitAddressSet(
  name: string,
  portGroups: ReadonlyMap<string, PortGroup>,
  ports: ReadonlyMap<string, LogicalSwitchPort>,
): readonly string[] | undefined {
  const family = name.endsWith('_ip4') ? 'ip4' : name.endsWith('_ip6') ? 'ip6' : null;
  const group = family === null ? undefined : portGroups.get(name.slice(0, -'_ip4'.length));
  return group?.ports
    .flatMap((port) => ports.get(port)?.addresses ?? [])
    .flatMap((address) => address.ips)
    .filter((ip) => familyOf(ip) === family);
}

function listVips(loadBalancer: LoadBalancer): readonly Vip[] {
  return Object.entries(loadBalancer.vips).flatMap(([key, value]) => {
    const parts = /^\[([^\]]+)\](?::(\d+))?$|^([^:]+)(?::(\d+))?$|^(.*:.*)$/.exec(key.trim());
    const ip = canonicalIp(parts?.[1] ?? parts?.[3] ?? parts?.[5] ?? '');
    if (ip === null) return [];
    const port = parts?.[2] ?? parts?.[4];
    const backends = value
      .split(',')
      .map((backend) => backend.trim())
      .filter((backend) => backend !== '');
    return [{ loadBalancer, ip, port: port === undefined ? null : Number(port), backends }];
  });
}

function groupBy<Item>(
  items: readonly Item[],
  keys: (item: Item) => readonly string[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of new Set(keys(item))) getOrAdd(groups, key, () => []).push(item);
  }
  return groups;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
