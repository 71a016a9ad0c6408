import { friendlyPortName, friendlyRouterName, friendlySwitchName } from './friendlyNames';
import type {
  Acl,
  AddressSet,
  Inventory,
  LoadBalancer,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  Nat,
  PortGroup,
} from './northbound';
import type { OvsdbRow, RowParts } from './ovsdbJson';
import { runThrough, type Steps } from '../slices';
import { readPortAddresses } from './portAddresses';

export const inventoryTables = [
  'Logical_Switch',
  'Logical_Switch_Port',
  'Logical_Router',
  'Logical_Router_Port',
  'NAT',
  'Port_Group',
  'ACL',
  'Address_Set',
  'Load_Balancer',
  'Load_Balancer_Group',
  'NB_Global',
] as const;
export type InventoryTable = (typeof inventoryTables)[number];

export type InventoryRows = ReadonlyMap<InventoryTable, RowParts>;

/** Makes the inventory of the northbound rows; references to rows that are not there are left out. */
export function decodeInventory(rows: InventoryRows, readAt: number): Inventory {
  return runThrough(decodeInventorySteps(rows, readAt));
}

/** The same, with a pause after every some thousand rows. `decodedAcls` stands for the table, where it is known. */
export function* decodeInventorySteps(
  rows: InventoryRows,
  readAt: number,
  decodedAcls?: readonly Acl[],
): Steps<Inventory> {
  // The rows themselves, of tables that are small in any network.
  const whole = (name: InventoryTable): readonly OvsdbRow[] => [...(rows.get(name) ?? [])].flat();
  const nats = new Map(whole('NAT').map((row) => [row.uuid, decodeNat(row)]));
  const groups = new Map(whole('Load_Balancer_Group').map((row) => [row.uuid, row.uuids('load_balancer')]));
  const balancersOf = (row: OvsdbRow): readonly string[] => [
    ...new Set([
      ...row.uuids('load_balancer'),
      ...row.uuids('load_balancer_group').flatMap((group) => groups.get(group) ?? []),
    ]),
  ];

  const routerPortRows = new Map(whole('Logical_Router_Port').map((row) => [row.uuid, row]));
  const routerPortNames = new Map([...routerPortRows].map(([uuid, row]) => [uuid, row.string('name')]));
  const routers: LogicalRouter[] = [];
  const routerPorts: LogicalRouterPort[] = [];
  for (const row of whole('Logical_Router')) {
    const router = decodeRouter(row, nats, balancersOf(row), pick(row.uuids('ports'), routerPortNames));
    routers.push(router);
    for (const uuid of row.uuids('ports')) {
      const port = routerPortRows.get(uuid);
      if (port !== undefined) routerPorts.push(decodeRouterPort(port, router.name));
    }
  }
  const routerPortByName = new Map(routerPorts.map((port) => [port.name, port]));

  const switchRows = whole('Logical_Switch');
  const switchNames = new Map<string, string>();
  for (const row of switchRows) {
    const name = row.string('name');
    for (const uuid of row.uuids('ports')) switchNames.set(uuid, name);
  }
  const portNames = new Map<string, string>();
  const switchPorts: LogicalSwitchPort[] = [];
  for (const part of rows.get('Logical_Switch_Port') ?? []) {
    for (const row of part) {
      portNames.set(row.uuid, row.string('name'));
      const switchName = switchNames.get(row.uuid);
      if (switchName !== undefined) switchPorts.push(decodeSwitchPort(row, switchName, routerPortByName));
    }
    yield;
  }

  const acls = decodedAcls ?? (yield* decodeTable(rows.get('ACL'), decodeAcl));
  // The same strings again, instead of one more of each.
  const aclUuids = new Map(acls.map(({ uuid }) => [uuid, uuid]));
  const aclsOf = (row: OvsdbRow): readonly string[] =>
    row.uuids('acls').map((uuid) => aclUuids.get(uuid) ?? uuid);
  const switches = switchRows.map((row) =>
    decodeSwitch(row, balancersOf(row), pick(row.uuids('ports'), portNames), aclsOf(row)),
  );
  yield;
  const portGroups = yield* decodeTable(rows.get('Port_Group'), (row) =>
    decodePortGroup(row, pick(row.uuids('ports'), portNames), aclsOf(row)),
  );
  const addressSets = yield* decodeTable(rows.get('Address_Set'), decodeAddressSet);
  const loadBalancers = yield* decodeTable(rows.get('Load_Balancer'), decodeLoadBalancer);
  return {
    switches: sortByName(switches),
    switchPorts: sortByName(switchPorts),
    routers: sortByName(routers),
    routerPorts: sortByName(routerPorts),
    portGroups: sortByName(portGroups),
    acls: sortByName(acls),
    addressSets: sortByName(addressSets),
    loadBalancers: sortByName(loadBalancers),
    globalOptions: whole('NB_Global')[0]?.map('options') ?? {},
    readAt,
  };
}

function* decodeTable<Item>(
  parts: RowParts | undefined,
  decode: (row: OvsdbRow) => Item,
): Steps<readonly Item[]> {
  const items: Item[] = [];
  for (const part of parts ?? []) {
    for (const row of part) items.push(decode(row));
    yield;
  }
  return items;
}

function decodeSwitch(
  row: OvsdbRow,
  loadBalancers: readonly string[],
  ports: readonly string[],
  acls: readonly string[],
): LogicalSwitch {
  const name = row.string('name');
  const externalIds = row.map('external_ids');
  return {
    uuid: row.uuid,
    name,
    friendlyName: friendlySwitchName(name, externalIds),
    ports,
    acls,
    loadBalancers,
    otherConfig: row.map('other_config'),
    externalIds,
  };
}

function decodeSwitchPort(
  row: OvsdbRow,
  switchName: string,
  routerPorts: ReadonlyMap<string, LogicalRouterPort>,
): LogicalSwitchPort {
  const name = row.string('name');
  const externalIds = row.map('external_ids');
  const options = row.map('options');
  const { addresses, unknown } = readPortAddresses(row, routerPorts.get(options['router-port'] ?? ''));
  return {
    uuid: row.uuid,
    name,
    friendlyName: friendlyPortName(name, externalIds),
    type: row.string('type'),
    addresses,
    unknownAddresses: unknown,
    portSecurity: row.strings('port_security'),
    up: row.optionalBoolean('up'),
    // An empty column means enabled: ovn-nb(5).
    enabled: row.optionalBoolean('enabled') ?? true,
    options,
    externalIds,
    switchName,
  };
}

function decodeRouter(
  row: OvsdbRow,
  nats: ReadonlyMap<string, Nat>,
  loadBalancers: readonly string[],
  ports: readonly string[],
): LogicalRouter {
  const name = row.string('name');
  const externalIds = row.map('external_ids');
  return {
    uuid: row.uuid,
    name,
    friendlyName: friendlyRouterName(name, externalIds),
    ports,
    enabled: row.optionalBoolean('enabled') ?? true,
    options: row.map('options'),
    externalIds,
    nats: row
      .uuids('nat')
      .map((uuid) => nats.get(uuid))
      .filter((nat) => nat !== undefined),
    loadBalancers,
  };
}

function decodeRouterPort(row: OvsdbRow, routerName: string): LogicalRouterPort {
  return {
    uuid: row.uuid,
    name: row.string('name'),
    mac: row.string('mac'),
    networks: row.strings('networks'),
    peer: row.optionalString('peer'),
    enabled: row.optionalBoolean('enabled') ?? true,
    gateway: decodeGateway(row),
    externalIds: row.map('external_ids'),
    routerName,
  };
}

function decodeGateway(row: OvsdbRow): LogicalRouterPort['gateway'] {
  if (row.uuids('gateway_chassis').length + row.uuids('ha_chassis_group').length === 0) return 'none';
  if (!row.has('status')) return 'unknown';
  return row.map('status')['hosting-chassis'] === undefined ? 'unhosted' : 'hosted';
}

function decodeNat(row: OvsdbRow): Nat {
  return {
    uuid: row.uuid,
    type: row.string('type'),
    externalIp: row.string('external_ip'),
    logicalIp: row.string('logical_ip'),
    externalMac: row.optionalString('external_mac'),
  };
}

function decodePortGroup(row: OvsdbRow, ports: readonly string[], acls: readonly string[]): PortGroup {
  return {
    uuid: row.uuid,
    name: row.string('name'),
    ports,
    acls,
    externalIds: row.map('external_ids'),
  };
}

export function decodeAcl(row: OvsdbRow): Acl {
  return {
    uuid: row.uuid,
    name: row.optionalString('name'),
    direction: row.string('direction') === 'from-lport' ? 'from-lport' : 'to-lport',
    priority: row.optionalNumber('priority') ?? 0,
    match: row.string('match'),
    action: row.word('action'),
    tier: row.optionalNumber('tier') ?? 0,
    log: row.optionalBoolean('log') ?? false,
    severity: row.optionalString('severity'),
    label: row.optionalNumber('label') ?? 0,
    options: row.map('options'),
    externalIds: row.map('external_ids'),
  };
}

function decodeAddressSet(row: OvsdbRow): AddressSet {
  return { uuid: row.uuid, name: row.string('name'), addresses: row.strings('addresses') };
}

function decodeLoadBalancer(row: OvsdbRow): LoadBalancer {
  return {
    uuid: row.uuid,
    name: row.string('name'),
    protocol: row.optionalString('protocol'),
    vips: row.map('vips'),
    externalIds: row.map('external_ids'),
  };
}

function pick(uuids: readonly string[], names: ReadonlyMap<string, string>): readonly string[] {
  return uuids.map((uuid) => names.get(uuid)).filter((name) => name !== undefined);
}

/** By name, then by UUID, so that two reads of the same rows give the same order. */
function sortByName<Row extends { readonly name: string | null; readonly uuid: string }>(
  rows: readonly Row[],
): readonly Row[] {
  return [...rows].sort((a, b) => compare(a.name ?? '', b.name ?? '') || compare(a.uuid, b.uuid));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
