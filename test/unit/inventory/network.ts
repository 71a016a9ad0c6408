import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type {
  Acl,
  ExternalIds,
  LoadBalancer,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  Nat,
  PortGroup,
} from '../../../src/core/ovn/northbound';
import { parsePortAddress } from '../../../src/core/ovn/portAddresses';

/** A network in a few lines, for tests that need an inventory and no database. */
export interface NetworkSketch {
  readonly switches?: readonly SwitchSketch[];
  readonly routers?: readonly RouterSketch[];
  readonly portGroups?: readonly {
    readonly name: string;
    readonly ports?: readonly string[];
    readonly acls?: readonly Acl[];
    readonly externalIds?: ExternalIds;
  }[];
  readonly loadBalancers?: readonly LoadBalancer[];
}

interface SwitchSketch {
  readonly name: string;
  readonly friendlyName?: string;
  /** `NAME` or `NAME MAC IP…`; a port of type router is `NAME -> ROUTERPORT`. */
  readonly ports?: readonly (string | (Partial<LogicalSwitchPort> & { readonly name: string }))[];
  readonly acls?: readonly Acl[];
  readonly externalIds?: ExternalIds;
}

interface RouterSketch {
  readonly name: string;
  /** `NAME MAC NETWORK…`. */
  readonly ports: readonly string[];
  readonly nats?: readonly Nat[];
  readonly loadBalancers?: readonly string[];
}

let rows = 0;

/** A row UUID like no other in this run. */
export function nextUuid(): string {
  rows++;
  return `${rows.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

export function makeAcl(parts: Partial<Acl> & Pick<Acl, 'match'>): Acl {
  return {
    uuid: nextUuid(),
    name: null,
    direction: 'to-lport',
    priority: 1000,
    action: 'drop',
    tier: 0,
    log: false,
    severity: null,
    label: 0,
    options: {},
    externalIds: {},
    ...parts,
  };
}

export function indexNetwork(sketch: NetworkSketch): InventoryIndex {
  const routerPorts = (sketch.routers ?? []).flatMap((router) =>
    router.ports.map((text): LogicalRouterPort => {
      const [name = '', mac = '', ...networks] = text.split(' ');
      return {
        uuid: nextUuid(),
        name,
        mac,
        networks,
        peer: null,
        enabled: true,
        gateway: 'none',
        externalIds: {},
        routerName: router.name,
      };
    }),
  );
  const switchPorts = (sketch.switches ?? []).flatMap((logicalSwitch) =>
    (logicalSwitch.ports ?? []).map((port) => makePort(port, logicalSwitch.name, routerPorts)),
  );
  const portGroups = (sketch.portGroups ?? []).map((group): PortGroup => ({
    uuid: nextUuid(),
    name: group.name,
    ports: group.ports ?? [],
    acls: (group.acls ?? []).map(({ uuid }) => uuid),
    externalIds: group.externalIds ?? {},
  }));
  return indexInventory({
    switches: (sketch.switches ?? []).map((row) => makeSwitch(row)),
    switchPorts,
    routers: (sketch.routers ?? []).map((row) => makeRouter(row)),
    routerPorts,
    portGroups,
    acls: [
      ...new Set(
        [...(sketch.switches ?? []), ...(sketch.portGroups ?? [])].flatMap(({ acls }) => acls ?? []),
      ),
    ],
    addressSets: [],
    loadBalancers: sketch.loadBalancers ?? [],
    globalOptions: {},
    readAt: 0,
  });
}

function makeSwitch(row: SwitchSketch): LogicalSwitch {
  return {
    uuid: nextUuid(),
    name: row.name,
    friendlyName: row.friendlyName ?? null,
    ports: (row.ports ?? []).map((port) =>
      typeof port === 'string' ? (port.split(' ')[0] ?? '') : port.name,
    ),
    acls: (row.acls ?? []).map(({ uuid }) => uuid),
    loadBalancers: [],
    otherConfig: {},
    externalIds: row.externalIds ?? {},
  };
}

function makeRouter(row: RouterSketch): LogicalRouter {
  return {
    uuid: nextUuid(),
    name: row.name,
    friendlyName: null,
    ports: row.ports.map((text) => text.split(' ')[0] ?? ''),
    enabled: true,
    options: {},
    externalIds: {},
    nats: row.nats ?? [],
    loadBalancers: row.loadBalancers ?? [],
  };
}

function makePort(
  sketch: string | (Partial<LogicalSwitchPort> & { readonly name: string }),
  switchName: string,
  routerPorts: readonly LogicalRouterPort[],
): LogicalSwitchPort {
  const plain = {
    uuid: nextUuid(),
    friendlyName: null,
    type: '',
    addresses: [],
    unknownAddresses: false,
    portSecurity: [],
    up: true,
    enabled: true,
    options: {},
    externalIds: {},
    switchName,
  };
  if (typeof sketch !== 'string') return { ...plain, ...sketch };
  const [name = '', ...words] = sketch.split(' ');
  const behind = words[0] === '->' ? words[1] : undefined;
  const routerPort = routerPorts.find((port) => port.name === behind);
  const address = parsePortAddress(
    routerPort === undefined ? words.join(' ') : `${routerPort.mac} ${routerPort.networks.join(' ')}`,
  );
  return {
    ...plain,
    name,
    addresses: address === null ? [] : [address],
    ...(behind === undefined ? {} : { type: 'router', options: { 'router-port': behind } }),
  };
}
