import { connect } from 'node:net';
import { decodeInventory, inventoryTables } from '../src/core/ovn/decodeInventory';
import type { Inventory } from '../src/core/ovn/northbound';
import { openTables } from '../src/core/ovn/ovsdbJson';

/** How large a network is. Ports are shared out among the switches, and so are port groups among the ports. */
export interface NetworkSize {
  readonly switches: number;
  readonly ports: number;
  readonly groups: number;
  readonly aclsOfGroup: number;
  /** 1 when left out: the group of its neighbours. Further ones have ports everywhere. */
  readonly groupsOfPort?: number;
}

type Cell = string | number | boolean | readonly [string, unknown];
type Row = Readonly<Record<string, Cell>>;

/** Rows of the northbound database in the notation of RFC 7047, each with its `_uuid`. */
export type Network = ReadonlyMap<string, readonly Row[]>;

export const switchesOfRouter = 10;
const reference = (uuid: string): Cell => ['uuid', uuid];
const references = (uuids: readonly string[]): Cell => ['set', uuids.map(reference)];
const map = (entries: Readonly<Record<string, string>>): Cell => ['map', Object.entries(entries)];
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
const count = <Item>(length: number, make: (at: number) => Item): Item[] =>
  Array.from({ length }, (_, at) => make(at));

/** As random as real ones where it matters: ovn-trace and logical flows name rows by the first eight digits. */
function uuidOf(kind: number, at: number): string {
  const head = (Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(kind, 0x85ebca6b)) >>> 0;
  return `${hex(head, 8)}-${hex(kind, 4)}-4000-8000-${hex(at, 12)}`;
}

/**
 * A network as a platform would make it: routers with ten switches each, a load balancer and NAT to a provider's network; guests
 * with addresses, port security and owners; port groups whose rules let some in and drop the rest.
 */
export function makeNetwork(size: NetworkSize): Network {
  const { switches, ports, groups, aclsOfGroup, groupsOfPort = 1 } = size;
  const ofSwitch = ports / switches;
  const routers = Math.ceil(switches / switchesOfRouter);
  const uuid = {
    switch: (at: number) => uuidOf(1, at),
    port: (at: number) => uuidOf(2, at),
    wire: (at: number) => uuidOf(3, at),
    router: (at: number) => uuidOf(4, at),
    routerPort: (at: number) => uuidOf(5, at),
    acl: (at: number) => uuidOf(6, at),
    group: (at: number) => uuidOf(7, at),
    nat: (at: number) => uuidOf(8, at),
    balancer: (at: number) => uuidOf(9, at),
    uplink: (at: number) => uuidOf(10, at),
    uplinkWire: (at: number) => uuidOf(11, at),
    gateway: (at: number) => uuidOf(12, at),
    addressSet: (at: number) => uuidOf(13, at),
    provider: uuidOf(14, 0),
    localnet: uuidOf(15, 0),
    global: uuidOf(16, 0),
  };
  const switchOf = (port: number) => Math.floor(port / ofSwitch);
  const ip = (port: number) => hostAddress(size, switchOf(port), (port % ofSwitch) + 10);
  const members = count(groups, (): string[] => []);
  for (let port = 0; port < ports; port++) {
    for (let at = 0; at < groupsOfPort; at++) {
      const home = Math.floor((port * groups) / ports);
      members[at === 0 ? home : (port + at * (groups / groupsOfPort)) % groups]?.push(uuid.port(port));
    }
  }
  return new Map<string, readonly Row[]>([
    [
      'Logical_Switch',
      [
        ...count(switches, (at) => ({
          _uuid: reference(uuid.switch(at)),
          name: `net-${at}`,
          ports: references([...count(ofSwitch, (port) => uuid.port(at * ofSwitch + port)), uuid.wire(at)]),
          load_balancer: references([uuid.balancer(Math.floor(at / switchesOfRouter))]),
          external_ids: map({ 'neutron:network_name': `network ${at}`, 'neutron:mtu': '1442' }),
        })),
        {
          _uuid: reference(uuid.provider),
          name: 'provider',
          ports: references([uuid.localnet, ...count(routers, uuid.uplinkWire)]),
          load_balancer: references([]),
          external_ids: map({ 'neutron:network_name': 'public' }),
        },
      ],
    ],
    [
      'Logical_Switch_Port',
      [
        ...count(ports, (at) => {
          const address = `${macOf(at)} ${ip(at)}`;
          return {
            ...portRow(uuid.port(at), guestName(switchOf(at), at % ofSwitch), '', address),
            port_security: address,
            options: map({ 'requested-chassis': `compute-${at % 97}` }),
            external_ids: map({
              'neutron:port_name': `web ${at}`,
              'neutron:device_owner': 'compute:nova',
              'neutron:device_id': uuidOf(17, at),
              'neutron:project_id': hex(0x7e57 + Math.floor(at / 400), 32),
              'neutron:revision_number': '4',
            }),
          };
        }),
        ...count(switches, (at) => ({
          ...portRow(uuid.wire(at), `net-${at}-r`, 'router', 'router'),
          options: map({ 'router-port': `r-net-${at}` }),
        })),
        ...count(routers, (at) => ({
          ...portRow(uuid.uplinkWire(at), `provider-r-${at}`, 'router', 'router'),
          options: map({ 'router-port': `r-${at}-up` }),
        })),
        {
          ...portRow(uuid.localnet, 'provider-wire', 'localnet', 'unknown'),
          options: map({ network_name: 'physnet' }),
        },
      ],
    ],
    [
      'Logical_Router',
      count(routers, (at) => ({
        _uuid: reference(uuid.router(at)),
        name: `router-${at}`,
        ports: references([...switchesBehind(size, at).map(uuid.routerPort), uuid.uplink(at)]),
        nat: references([
          ...switchesBehind(size, at).map((number) => uuid.nat(2 * number)),
          ...switchesBehind(size, at).map((number) => uuid.nat(2 * number + 1)),
        ]),
        load_balancer: references([uuid.balancer(at)]),
        external_ids: map({ 'neutron:router_name': `router of project ${at}` }),
      })),
    ],
    [
      'Logical_Router_Port',
      [
        ...count(switches, (at) => ({
          _uuid: reference(uuid.routerPort(at)),
          name: `r-net-${at}`,
          mac: `0e:00:00:00:${hex(at >> 8, 2)}:${hex(at & 255, 2)}`,
          networks: `${hostAddress(size, at, 1)}/${prefixLength(size)}`,
          gateway_chassis: references([]),
          external_ids: map({}),
        })),
        ...count(routers, (at) => ({
          _uuid: reference(uuid.uplink(at)),
          name: `r-${at}-up`,
          mac: `0e:00:00:01:${hex(at >> 8, 2)}:${hex(at & 255, 2)}`,
          networks: `${publicAddress(at)}/12`,
          gateway_chassis: references([uuid.gateway(at)]),
          external_ids: map({}),
        })),
      ],
    ],
    [
      'Gateway_Chassis',
      count(routers, (at) => ({
        _uuid: reference(uuid.gateway(at)),
        name: `r-${at}-up_gateway`,
        chassis_name: `gateway-${at % 3}`,
        priority: 1,
      })),
    ],
    [
      'NAT',
      count(switches, (at) => [
        {
          _uuid: reference(uuid.nat(2 * at)),
          type: 'snat',
          external_ip: publicAddress(Math.floor(at / switchesOfRouter)),
          logical_ip: `${hostAddress(size, at, 0)}/${prefixLength(size)}`,
        },
        {
          _uuid: reference(uuid.nat(2 * at + 1)),
          type: 'dnat_and_snat',
          external_ip: publicAddress(10_000 + at),
          logical_ip: ip(at * ofSwitch + ofSwitch - 1),
        },
      ]).flat(),
    ],
    [
      'Port_Group',
      count(groups, (at) => ({
        _uuid: reference(uuid.group(at)),
        name: `pg_${at}`,
        ports: references(members[at] ?? []),
        acls: references(count(aclsOfGroup, (rule) => uuid.acl(at * aclsOfGroup + rule))),
        external_ids: map({ 'neutron:security_group_id': uuidOf(18, at) }),
      })),
    ],
    [
      'ACL',
      count(groups, (group) =>
        count(aclsOfGroup, (rule) => ({
          _uuid: reference(uuid.acl(group * aclsOfGroup + rule)),
          ...aclOf(group, rule, aclsOfGroup),
          external_ids: map({ 'neutron:security_group_rule_id': uuidOf(19, group * aclsOfGroup + rule) }),
        })),
      ).flat(),
    ],
    [
      'Address_Set',
      count(routers, (at) => ({
        _uuid: reference(uuid.addressSet(at)),
        name: `as_${at}`,
        addresses: ['set', switchesBehind(size, at).map((number) => ip(number * ofSwitch))],
      })),
    ],
    [
      'Load_Balancer',
      count(routers, (at) => {
        const backends = switchesBehind(size, at).map((number) => `${ip(number * ofSwitch)}:8080`);
        return {
          _uuid: reference(uuid.balancer(at)),
          name: `balancer-${at}`,
          protocol: 'tcp',
          vips: map(
            Object.fromEntries(count(4, (vip) => [`${virtualAddress(at)}:${80 + vip}`, backends.join(',')])),
          ),
          external_ids: map({}),
        };
      }),
    ],
    ['Load_Balancer_Group', []],
    ['NB_Global', [{ _uuid: reference(uuid.global), options: map({}) }]],
  ]);
}

function portRow(uuid: string, name: string, type: string, addresses: string): Row {
  return { _uuid: reference(uuid), name, type, addresses, port_security: ['set', []], external_ids: map({}) };
}

/** What sends is let out, the rules let in, and the last one drops what none of them let in. */
function aclOf(group: number, rule: number, rules: number): Row {
  if (rule === rules - 1) {
    return { direction: 'to-lport', priority: 900, match: `outport == @pg_${group} && ip`, action: 'drop' };
  }
  if (rule === rules - 2) {
    const match = `inport == @pg_${group} && ip4`;
    return { direction: 'from-lport', priority: 1000, match, action: 'allow-related' };
  }
  return {
    name: `rule-${rule}`,
    direction: 'to-lport',
    priority: 1000 + rule,
    match: `outport == @pg_${group} && ip4.src == 10.${rule}.0.0/16 && tcp.dst == ${2000 + rule}`,
    action: 'allow-related',
  };
}

export function guestName(ofSwitch: number, at: number): string {
  return `vm-${ofSwitch}-${at}`;
}

function switchesBehind({ switches }: NetworkSize, router: number): readonly number[] {
  const first = router * switchesOfRouter;
  return count(Math.min(switchesOfRouter, switches - first), (at) => first + at);
}

function prefixLength({ switches, ports }: NetworkSize): number {
  return ports / switches > 240 ? 16 : 24;
}

function hostAddress(size: NetworkSize, ofSwitch: number, host: number): string {
  return prefixLength(size) === 24
    ? `10.${ofSwitch >> 8}.${ofSwitch & 255}.${host}`
    : `10.${ofSwitch}.${host >> 8}.${host & 255}`;
}

const publicAddress = (at: number): string => `172.${16 + (at >> 14)}.${(at >> 8) & 63}.${at & 255}`;
const virtualAddress = (at: number): string => `192.168.${at >> 8}.${at & 255}`;
const macOf = (at: number): string =>
  `0a:00:00:${hex(at >> 16, 2)}:${hex((at >> 8) & 255, 2)}:${hex(at & 255, 2)}`;

/** What `ovn-nbctl --format=json --data=json list …` would print of the network. */
export function listNetwork(network: Network): string {
  return inventoryTables
    .map((table) => {
      const rows = network.get(table) ?? [];
      const headings = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const data = rows.map((row) => headings.map((heading) => row[heading] ?? ['set', []]));
      return `${JSON.stringify({ data, headings })}\n`;
    })
    .join('');
}

/** The network as the program reads it. */
export function inventoryOf(network: Network): Inventory {
  return decodeInventory(openTables(listNetwork(network), inventoryTables), 0);
}

/** Writes the network in one transaction, to a northbound database that has nothing but its first row. */
export async function writeNetwork(network: Network, socketFile: string): Promise<void> {
  const inserts = [...network].flatMap(([table, rows]) =>
    table === 'NB_Global'
      ? []
      : rows.map(({ _uuid, ...row }) => ({ op: 'insert', table, uuid: (_uuid as [string, string])[1], row })),
  );
  const request = { method: 'transact', params: ['OVN_Northbound', ...inserts], id: 0 };
  const answer = await call(socketFile, JSON.stringify(request));
  const { error, result } = JSON.parse(answer) as {
    error: unknown;
    result: readonly ({ error?: string } | null)[];
  };
  const failed = result.find((each) => each?.error !== undefined);
  if (error !== null || failed !== undefined)
    throw new Error(`The network was not written: ${JSON.stringify(failed ?? error)}`);
}

/** One call of OVSDB's JSON-RPC, which separates documents by nothing. */
function call(socketFile: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketFile, () => socket.write(request));
    const parts: string[] = [];
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The database closed the connection.')));
    socket.on('data', (text: string) => {
      parts.push(text);
      if (!text.endsWith('"error":null}') && !text.endsWith('"id":0}')) return;
      resolve(parts.join(''));
      socket.destroy();
    });
  });
}
