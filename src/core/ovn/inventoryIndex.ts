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

/** The look-ups, each made when it is first wanted, in time linear in the inventory. */
export function indexInventory(inventory: Inventory): InventoryIndex {
  const ports = lazy(() => byName(inventory.switchPorts));
  const routerPorts = lazy(() => byName(inventory.routerPorts));
  const portGroups = lazy(() => byName(inventory.portGroups));
  const aclsByUuid = lazy(() => new Map(inventory.acls.map((acl) => [acl.uuid, acl])));
  const aclsByPrefix = lazy(() => groupBy(inventory.acls, (acl) => [acl.uuid.slice(0, 8)]));
  const addressSets = lazy(() => byName(inventory.addressSets));
  const portsByIp = lazy(() =>
    groupBy(inventory.switchPorts, (port) => port.addresses.flatMap((address) => address.ips)),
  );
  const portsByText = lazy(() => groupBy(inventory.switchPorts, printedNames));
  const groupsByPort = lazy(() => groupBy(inventory.portGroups, (group) => group.ports));
  const vipsByIp = lazy(() => groupBy(inventory.loadBalancers.flatMap(listVips), (vip) => [vip.ip]));
  const switchByPort = lazy(() => byPort(inventory.switches));
  const routerByPort = lazy(() => byPort(inventory.routers));
  const switchPortByRouterPort = lazy(
    () =>
      new Map(
        inventory.switchPorts
          .filter((port) => port.type === 'router')
          .map((port) => [port.options['router-port'] ?? '', port] as const),
      ),
  );
  const datapathsByText = lazy(() =>
    groupBy(
      [
        ...inventory.switches.map((row): Datapath => ({ kind: 'switch', row })),
        ...inventory.routers.map((row): Datapath => ({ kind: 'router', row })),
      ],
      ({ row }) => [row.uuid, ...printedNames(row)],
    ),
  );
  const groupsBySwitch = lazy(() => {
    const groups = new Map<string, Set<PortGroup>>();
    for (const group of inventory.portGroups) {
      if (group.acls.length === 0) continue;
      for (const port of group.ports) {
        const uuid = switchByPort().get(port)?.uuid;
        if (uuid !== undefined) getOrAdd(groups, uuid, () => new Set<PortGroup>()).add(group);
      }
    }
    return groups;
  });
  const entitiesByAcl = lazy(() =>
    carriersOf([
      ...inventory.switches.map(({ name, acls }) => ({ entity: { type: 'switch', name }, acls }) as const),
      ...inventory.portGroups.map(carrierOf),
    ]),
  );

  const listAclsOn = ({ uuid, name, acls }: LogicalSwitch): readonly ScopedAcl[] => {
    const groups = groupsBySwitch().get(uuid) ?? [];
    const carriers = carriersOf([{ entity: { type: 'switch', name }, acls }, ...[...groups].map(carrierOf)]);
    return [...carriers].flatMap(([carried, entities]) => {
      const acl = aclsByUuid().get(carried);
      return acl === undefined ? [] : [{ acl, entities }];
    });
  };
  const aclsBySwitch = new Map<string, readonly ScopedAcl[]>();

  return {
    inventory,
    port: (name) => ports().get(name),
    routerPort: (name) => routerPorts().get(name),
    portsWithIp: (ip) => portsByIp().get(canonicalIp(ip) ?? ip) ?? [],
    portsCalled: (text) => portsByText().get(text) ?? [],
    switchOf: (port) => switchByPort().get(port),
    routerOf: (routerPort) => routerByPort().get(routerPort),
    portsOn: (logicalSwitch) =>
      logicalSwitch.ports.map((name) => ports().get(name)).filter((port) => port !== undefined),
    routerPortBehind: (port) =>
      port.type === 'router' ? routerPorts().get(port.options['router-port'] ?? '') : undefined,
    switchPortBefore: (routerPort) => switchPortByRouterPort().get(routerPort),
    portGroup: (name) => portGroups().get(name),
    portGroupsOf: (port) => groupsByPort().get(port) ?? [],
    acls: (uuidOrPrefix) => {
      const acl = aclsByUuid().get(uuidOrPrefix);
      return acl === undefined ? (aclsByPrefix().get(uuidOrPrefix) ?? []) : [acl];
    },
    entitiesOf: (acl) => entitiesByAcl().get(acl.uuid) ?? [],
    aclsOn: (logicalSwitch) => getOrAdd(aclsBySwitch, logicalSwitch.uuid, () => listAclsOn(logicalSwitch)),
    addressSet: (name) =>
      addressSets().get(name)?.addresses ?? implicitAddressSet(name, portGroups(), ports()),
    vips: (ip) => vipsByIp().get(canonicalIp(ip) ?? ip) ?? [],
    datapaths: (text) => datapathsByText().get(text) ?? [],
  };
}

/** Makes a value when it is first wanted. */
function lazy<Value extends object>(make: () => Value): () => Value {
  let made: Value | null = null;
  return () => (made ??= make());
}

function byName<Row extends { readonly name: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.name, row]));
}

function byPort<Row extends { readonly ports: readonly string[] }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row> {
  const map = new Map<string, Row>();
  for (const row of rows) for (const port of row.ports) map.set(port, row);
  return map;
}

interface Carrier {
  readonly entity: AclEntity;
  readonly acls: readonly string[];
}

function carrierOf({ name, acls }: PortGroup): Carrier {
  return { entity: { type: 'port-group', name }, acls };
}

/** Who carries each ACL; those with the same single carrier share a list. */
function carriersOf(carriers: readonly Carrier[]): ReadonlyMap<string, readonly AclEntity[]> {
  const entities = new Map<string, readonly AclEntity[]>();
  for (const { entity, acls } of carriers) {
    const alone = [entity];
    for (const uuid of acls) {
      const known = entities.get(uuid);
      entities.set(uuid, known === undefined ? alone : [...known, entity]);
    }
  }
  return entities;
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
    const all = keys(item);
    for (const key of all.length > 1 ? new Set(all) : all) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
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
