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
import type { OvsdbRow } from './ovsdbJson';
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

export type InventoryRows = ReadonlyMap<InventoryTable, readonly OvsdbRow[]>;

/** Makes the inventory of the northbound rows; references to rows that are not there are left out. */
export function decodeInventory(rows: InventoryRows, readAt: number): Inventory {
  const table = (name: InventoryTable): readonly OvsdbRow[] => rows.get(name) ?? [];
  const portRows = byUuid(table('Logical_Switch_Port'));
  const routerPortRows = byUuid(table('Logical_Router_Port'));
  const nats = new Map(table('NAT').map((row) => [row.uuid, decodeNat(row)]));
  const groups = new Map(table('Load_Balancer_Group').map((row) => [row.uuid, row.uuids('load_balancer')]));
  const balancersOf = (row: OvsdbRow): readonly string[] => [
    ...new Set([
      ...row.uuids('load_balancer'),
      ...row.uuids('load_balancer_group').flatMap((group) => groups.get(group) ?? []),
    ]),
  ];

  const routers: LogicalRouter[] = [];
  const routerPorts: LogicalRouterPort[] = [];
  for (const row of table('Logical_Router')) {
    const router = decodeRouter(row, nats, balancersOf(row), namesOf(row.uuids('ports'), routerPortRows));
    routers.push(router);
    for (const uuid of row.uuids('ports')) {
      const port = routerPortRows.get(uuid);
      if (port !== undefined) routerPorts.push(decodeRouterPort(port, router.name));
    }
  }
  const routerPortByName = new Map(routerPorts.map((port) => [port.name, port]));

  const switches: LogicalSwitch[] = [];
  const switchPorts: LogicalSwitchPort[] = [];
  for (const row of table('Logical_Switch')) {
    const logicalSwitch = decodeSwitch(row, balancersOf(row), namesOf(row.uuids('ports'), portRows));
    switches.push(logicalSwitch);
    for (const uuid of row.uuids('ports')) {
      const port = portRows.get(uuid);
      if (port !== undefined) switchPorts.push(decodeSwitchPort(port, logicalSwitch.name, routerPortByName));
    }
  }

  return {
    switches: sortByName(switches),
    switchPorts: sortByName(switchPorts),
    routers: sortByName(routers),
    routerPorts: sortByName(routerPorts),
    portGroups: sortByName(table('Port_Group').map((row) => decodePortGroup(row, portRows))),
    acls: sortByName(table('ACL').map(decodeAcl)),
    addressSets: sortByName(table('Address_Set').map(decodeAddressSet)),
    loadBalancers: sortByName(table('Load_Balancer').map(decodeLoadBalancer)),
    globalOptions: table('NB_Global')[0]?.map('options') ?? {},
    readAt,
  };
}

function decodeSwitch(
  row: OvsdbRow,
  loadBalancers: readonly string[],
  ports: readonly string[],
): LogicalSwitch {
  const name = row.string('name');
  const externalIds = row.map('external_ids');
  return {
    uuid: row.uuid,
    name,
    friendlyName: friendlySwitchName(name, externalIds),
    ports,
    acls: row.uuids('acls'),
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

function decodePortGroup(row: OvsdbRow, ports: ReadonlyMap<string, OvsdbRow>): PortGroup {
  return {
    uuid: row.uuid,
    name: row.string('name'),
    ports: namesOf(row.uuids('ports'), ports),
    acls: row.uuids('acls'),
    externalIds: row.map('external_ids'),
  };
}

function decodeAcl(row: OvsdbRow): Acl {
  return {
    uuid: row.uuid,
    name: row.optionalString('name'),
    direction: row.string('direction') === 'from-lport' ? 'from-lport' : 'to-lport',
    priority: row.optionalNumber('priority') ?? 0,
    match: row.string('match'),
    action: row.string('action'),
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

function byUuid(rows: readonly OvsdbRow[]): ReadonlyMap<string, OvsdbRow> {
  return new Map(rows.map((row) => [row.uuid, row]));
}

function namesOf(uuids: readonly string[], rows: ReadonlyMap<string, OvsdbRow>): readonly string[] {
  return uuids.map((uuid) => rows.get(uuid)?.string('name')).filter((name) => name !== undefined);
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
