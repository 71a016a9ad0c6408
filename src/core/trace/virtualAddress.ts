import * as l10n from '@vscode/l10n';
import type { InventoryIndex, Vip } from '../ovn/inventoryIndex';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Heading } from './nextHop';

/** What of a packet a load balancer looks at. */
export interface Traffic {
  /** `TCP`, `UDP`, `SCTP`, `ICMP`, …; null for what is no IP. */
  readonly protocol: string | null;
  readonly dstPort: number | null;
  readonly ipDst: string | null;
}

/** A load balancer that has the destination address. */
export interface VipFacts {
  readonly loadBalancer: string;
  readonly ip: string;
  /** `TCP port 80`, `every port`; what it serves on that address. */
  readonly serves: readonly string[];
  /** Switches and routers that it is set on. */
  readonly setOn: readonly string[];
  /** `IP[:PORT]` of its backends for this packet. */
  readonly backends: readonly string[];
  readonly fault:
    /** It is on the packet's way, and serves other ports. */
    | 'other-port'
    /** It serves the packet's port, and is on none of the switches and routers that the packet passed. */
    | 'not-applied'
    /** It serves the packet's port for new connections, and this one is open already. */
    | 'established'
    /** It takes the packet, and has nobody to send it to. */
    | 'no-backend';
}

interface Place {
  readonly way: readonly TraceHop[];
  readonly heading: Heading | null;
  readonly traffic: Traffic;
}

/** Codes that a packet to an address nobody has gets: what becomes of a virtual address without its load balancer. */
const unowned: readonly CauseCode[] = [
  'NO_ROUTE',
  'ARP_UNRESOLVED',
  'UNKNOWN_MAC',
  'ROUTER_ADDRESS',
  'NAT_UNSIMULATED',
];

/** The load balancer that should have taken the packet, and why it did not; null when none has the address. */
export function findVip(code: CauseCode, place: Place, index: InventoryIndex): VipFacts | null {
  const { traffic, way, heading } = place;
  if (traffic.protocol === null || traffic.protocol === 'ARP' || traffic.protocol === 'IPv6 ND') return null;
  if (code === 'LB_NO_BACKEND') {
    const taking = vipsOnWay(traffic.ipDst, way, index).filter((vip) => isServed(vip, traffic));
    return describe(taking, 'no-backend', index);
  }
  const destination = heading === null ? traffic.ipDst : heading.destination;
  // Behind a load balancer or NAT the packet goes to an address that has its own troubles.
  if (!unowned.includes(code) || destination === null || destination !== traffic.ipDst) return null;
  const onWay = vipsOnWay(destination, way, index);
  const serving = onWay.filter((vip) => isServed(vip, traffic));
  if (serving.length > 0) {
    const isOpen = !way.some(({ ctState }) => ctState?.includes('new') === true);
    return isOpen ? describe(serving, 'established', index) : null;
  }
  if (onWay.length > 0) return describe(onWay, 'other-port', index);
  return describe(
    index.vips(destination).filter((vip) => isServed(vip, traffic)),
    'not-applied',
    index,
  );
}

function vipsOnWay(ip: string | null, way: readonly TraceHop[], index: InventoryIndex): readonly Vip[] {
  if (ip === null) return [];
  const passed = new Set(
    [...new Set(way.map(({ datapath }) => datapath))]
      .flatMap((datapath) => index.datapaths(datapath))
      .flatMap(({ row }) => row.loadBalancers),
  );
  return index.vips(ip).filter(({ loadBalancer }) => passed.has(loadBalancer.uuid));
}

/** An address with a port is served for that port and the load balancer's protocol, which is TCP unless it says otherwise. */
function isServed({ loadBalancer, port }: Vip, { protocol, dstPort }: Traffic): boolean {
  if (port === null) return true;
  return port === dstPort && (loadBalancer.protocol ?? 'tcp').toUpperCase() === protocol;
}

function describe(vips: readonly Vip[], fault: VipFacts['fault'], index: InventoryIndex): VipFacts | null {
  const [first] = vips;
  if (!first) return null;
  const { loadBalancer, ip } = first;
  const isOn = ({ loadBalancers }: { readonly loadBalancers: readonly string[] }): boolean =>
    loadBalancers.includes(loadBalancer.uuid);
  return {
    loadBalancer: loadBalancer.name === '' ? loadBalancer.uuid.slice(0, 8) : loadBalancer.name,
    ip,
    serves: [...new Set(vips.map(nameService))],
    setOn: [
      ...index.inventory.switches.filter(isOn).map(({ name }) => l10n.t('switch {0}', name)),
      ...index.inventory.routers.filter(isOn).map(({ name }) => l10n.t('router {0}', name)),
    ],
    backends: first.backends,
    fault,
  };
}

function nameService({ loadBalancer, port }: Vip): string {
  return port === null
    ? l10n.t('every port')
    : l10n.t('{0} port {1}', (loadBalancer.protocol ?? 'tcp').toUpperCase(), port);
}
