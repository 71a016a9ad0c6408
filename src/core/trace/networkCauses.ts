import { portNamed } from '../acl/aclScope';
import { switchOfHop } from '../acl/switchOfHop';
import { shorten, type InventoryIndex } from '../ovn/inventoryIndex';
import type { LogicalRouter, LogicalRouterPort, LogicalSwitch, LogicalSwitchPort } from '../ovn/northbound';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Heading } from './nextHop';
import { findVip, type Traffic, type VipFacts } from './virtualAddress';

/** What the northbound database knows of a loss beside the trace. */
export interface NetworkFacts {
  /** What is switched off, when that is the cause. */
  readonly disabled: Disabled | null;
  /** The load balancer that has the destination address; null when none has, or it took the packet. */
  readonly vip: VipFacts | null;
  /** Switch of the next hop, when no port of it leads out of OVN. */
  readonly inwardSwitch: string | null;
  /** Port to a router that does not exist. */
  readonly danglingPort: string | null;
  /** A disabled port that takes unknown addresses, on the switch that knows no port with the MAC. */
  readonly disabledUnknownPort: string | null;
  /** What the port security of the port in question allows; empty when it is not about that, or the port is not known. */
  readonly allowedAddresses: readonly string[];
}

export interface Disabled {
  readonly kind: 'port' | 'router port' | 'router';
  /** The name that ovn-nbctl knows. */
  readonly name: string;
}

export interface LossPlace {
  /** The hop that lost the packet. */
  readonly hop: TraceHop | null;
  /** The router that was looking for the next hop; null when the loss has nothing to do with one. */
  readonly router: TraceHop | null;
  /** The packet's way up to the loss, the losing hop included. */
  readonly way: readonly TraceHop[];
  readonly heading: Heading | null;
  readonly ethDst: string | null;
  readonly traffic: Traffic;
}

export const noFacts: NetworkFacts = {
  disabled: null,
  vip: null,
  inwardSwitch: null,
  danglingPort: null,
  disabledUnknownPort: null,
  allowedAddresses: [],
};

/**
 * The cause with what the databases know: ovn-trace tells of a disabled port as of an address that nobody has, and of a
 * load balancer that does not take the packet not at all.
 */
export function refineCause(
  code: CauseCode,
  place: LossPlace,
  index: InventoryIndex,
): { readonly code: CauseCode; readonly facts: NetworkFacts } {
  const disabled = findDisabled(code, place, index);
  if (disabled) {
    return {
      code: disabled.kind === 'router' ? 'ROUTER_DISABLED' : 'PORT_DISABLED',
      facts: { ...noFacts, disabled },
    };
  }
  const vip = findVip(code, place, index);
  const facts: NetworkFacts = {
    disabled: null,
    vip,
    inwardSwitch: code === 'ARP_UNRESOLVED' ? inwardSwitch(place, index) : null,
    danglingPort: danglingPort(code, place, index),
    disabledUnknownPort: code === 'UNKNOWN_MAC' ? disabledUnknownPort(place, index) : null,
    allowedAddresses: allowedAddresses(code, place, index),
  };
  if (vip?.fault === 'other-port') return { code: 'LB_OTHER_PORT', facts };
  return { code: vip?.fault === 'not-applied' ? 'LB_NOT_APPLIED' : code, facts };
}

function findDisabled(code: CauseCode, place: LossPlace, index: InventoryIndex): Disabled | null {
  const { hop } = place;
  switch (code) {
    case 'PORT_DISABLED':
      return disabledAt(place, index);
    case 'PORT_SECURITY_IN':
      // Up to 22.03 a disabled port just has no flow in the first stage.
      return hop?.implicitDrop === true ? asDisabled(portNamed(hop.inport, hop, index)) : null;
    case 'WRONG_ROUTER_MAC': {
      const port = routerPortCalled(hop?.inport ?? null, index);
      return port?.enabled === false ? { kind: 'router port', name: port.name } : null;
    }
    case 'UNKNOWN_MAC':
      return disabledRouter(place, index) ?? disabledByAddress(place, index);
    case 'NO_OUTPUT_PORT':
      return disabledRouter(place, index);
    case 'ARP_UNRESOLVED':
      return disabledByAddress(place, index);
    default:
      return null;
  }
}

/** The port that the losing stage says is disabled. */
function disabledAt(place: LossPlace, index: InventoryIndex): Disabled | null {
  const { hop } = place;
  if (!hop) return null;
  if (hop.stage === 'lr_out_delivery') {
    const port = routerPortCalled(hop.outport, index);
    return port?.enabled === false ? { kind: 'router port', name: port.name } : null;
  }
  if (/_port_sec/.test(hop.stage ?? '')) {
    return asDisabled(portNamed(hop.pipeline === 'egress' ? hop.outport : hop.inport, hop, index));
  }
  const named = /^outport == "(.*)"$/.exec(hop.match)?.[1];
  return (
    (named === undefined ? null : asDisabled(portNamed(named, hop, index))) ?? disabledByAddress(place, index)
  );
}

function asDisabled(port: LogicalSwitchPort | null | undefined): Disabled | null {
  return port?.enabled === false ? { kind: 'port', name: port.name } : null;
}

/** The owner of the address that the packet was going to, when all who have it there are disabled. */
function disabledByAddress(place: LossPlace, index: InventoryIndex): Disabled | null {
  const { hop, router, heading, ethDst } = place;
  const switches = new Set(
    (router ? switchesAround(router, index) : hop ? switchOfHop(hop, index) : []).map(({ name }) => name),
  );
  const here = (port: LogicalSwitchPort): boolean => port.type !== 'router' && switches.has(port.switchName);
  const nextHop = heading?.gateway ?? heading?.destination ?? null;
  const mac = /^eth\.dst == ([\da-f:]+)$/.exec(hop?.match ?? '')?.[1] ?? (router ? null : ethDst);
  const owners = [
    ...(nextHop === null ? [] : index.portsWithIp(nextHop).filter(here)),
    ...(mac === null || !hop
      ? []
      : switchOfHop(hop, index)
          .flatMap((row) => index.portsOn(row))
          .filter(
            ({ type, addresses }) => type !== 'router' && addresses.some((address) => address.mac === mac),
          )),
  ];
  return owners.length > 0 && owners.every(({ enabled }) => !enabled) ? asDisabled(owners[0]) : null;
}

/** The router that the frame was for, when it is disabled: a switch does not even know its MAC then. */
function disabledRouter({ hop, ethDst }: LossPlace, index: InventoryIndex): Disabled | null {
  for (const port of routerPortsOn(hop, index)) {
    const behind = index.routerPortBehind(port);
    const router = behind && index.routerOf(behind.name);
    if (router?.enabled === false && behind?.mac === ethDst) return { kind: 'router', name: router.name };
  }
  return null;
}

function danglingPort(code: CauseCode, { hop }: LossPlace, index: InventoryIndex): string | null {
  if (code !== 'UNKNOWN_MAC' && code !== 'NO_OUTPUT_PORT') return null;
  const dangling = routerPortsOn(hop, index).find((port) => index.routerPortBehind(port) === undefined);
  return dangling?.name ?? null;
}

function disabledUnknownPort({ hop }: LossPlace, index: InventoryIndex): string | null {
  if (!hop) return null;
  const taking = switchOfHop(hop, index)
    .flatMap((row) => index.portsOn(row))
    .filter(({ unknownAddresses }) => unknownAddresses);
  return taking.find(({ enabled }) => !enabled)?.name ?? null;
}

function allowedAddresses(code: CauseCode, { hop }: LossPlace, index: InventoryIndex): readonly string[] {
  if (!hop || (code !== 'PORT_SECURITY_IN' && code !== 'PORT_SECURITY_OUT')) return [];
  return portNamed(code === 'PORT_SECURITY_IN' ? hop.inport : hop.outport, hop, index)?.portSecurity ?? [];
}

function routerPortsOn(hop: TraceHop | null, index: InventoryIndex): readonly LogicalSwitchPort[] {
  if (hop?.datapathKind !== 'switch') return [];
  return switchOfHop(hop, index)
    .flatMap((row) => index.portsOn(row))
    .filter(({ type }) => type === 'router');
}

/** The switch behind the router port that the packet was to leave by, when nothing on it leads out of OVN. */
function inwardSwitch({ router, way }: LossPlace, index: InventoryIndex): string | null {
  const outport = way
    .filter((hop) => hop.datapath === router?.datapath)
    .flatMap(({ actions }) => actions)
    .map((action) => /^outport = "(.*)";$/.exec(action)?.[1])
    .findLast((name) => name !== undefined);
  const port = routerPortCalled(outport ?? null, index);
  const before = port && index.switchPortBefore(port.name);
  const row = before && index.switchOf(before.name);
  const leadsOut = (other: LogicalSwitchPort): boolean =>
    /^(?:localnet|l2gateway|vtep|remote)$/.test(other.type) || other.unknownAddresses;
  return row && !index.portsOn(row).some(leadsOut) ? (row.friendlyName ?? row.name) : null;
}

/** Switches on the ports of the hop's router. */
function switchesAround(hop: TraceHop, index: InventoryIndex): readonly LogicalSwitch[] {
  return routersOf(hop, index)
    .flatMap(({ ports }) => ports)
    .map((name) => index.switchPortBefore(name))
    .map((port) => port && index.switchOf(port.name))
    .filter((row) => row !== undefined);
}

function routersOf(hop: TraceHop, index: InventoryIndex): readonly LogicalRouter[] {
  return index.datapaths(hop.datapath).flatMap((found) => (found.kind === 'router' ? [found.row] : []));
}

/** The router port that ovn-trace prints so; undefined for none. */
export function routerPortCalled(text: string | null, index: InventoryIndex): LogicalRouterPort | undefined {
  if (text === null) return undefined;
  return index.routerPort(text) ?? index.inventory.routerPorts.find(({ name }) => shorten(name) === text);
}
