import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { broadcastOf, isLinkLocal, isMulticast, multicastMac, networkContains } from '../ovn/ip';
import type { LogicalRouter, LogicalRouterPort, LogicalSwitch, LogicalSwitchPort } from '../ovn/northbound';
import { macOf, type PacketEnds } from './resolveEnds';
import { type MacCandidate, UndecidableMac } from './undecidableMac';

/** A router port that the source's switch leads to. */
interface Gateway {
  readonly port: LogicalRouterPort;
  readonly router: LogicalRouter;
}

/**
 * The MAC address the source would send to: that of the destination when it is on the link, else that of the router port
 * that serves the source's network; groups have theirs.
 * @throws UndecidableMac when the inventory leaves several or none.
 */
export function chooseEthDst(ends: PacketEnds, index: InventoryIndex): string {
  const { ipSrc, ipDst, inport, outport } = ends;
  if (isMulticast(ipDst)) return multicastMac(ipDst);
  const logicalSwitch = index.switchOf(inport.name);
  const gateways = logicalSwitch === undefined ? [] : listGateways(logicalSwitch, inport, index);
  const networks = gateways
    .flatMap(({ port }) => port.networks)
    .filter((network) => networkContains(network, ipSrc));
  if (networks.some((network) => broadcastOf(network) === ipDst)) return 'ff:ff:ff:ff:ff:ff';

  const isOnLink = isLinkLocal(ipDst) || networks.some((network) => networkContains(network, ipDst));
  const onSwitch = findOnSwitch(ends, logicalSwitch, index);
  // A switch with several networks: a host sends to another network through its router even if the port is next door.
  if (onSwitch !== undefined && (isOnLink || networks.length === 0 || !isServed(ipDst, gateways))) {
    const mac = macOf(onSwitch, ipDst);
    if (mac !== null) return mac;
    throw new UndecidableMac(
      'ethDst',
      l10n.t(
        "The database holds no MAC address for port {0}, so the packet's destination MAC is not known.",
        onSwitch.name,
      ),
      [],
    );
  }
  if (isOnLink) {
    const elsewhere = outport ?? only(index.portsWithIp(ipDst));
    const mac = elsewhere === null || elsewhere.type === 'router' ? null : macOf(elsewhere, ipDst);
    // Switches can share a link through localnet or transit ports.
    if (mac !== null) return mac;
  }
  return chooseGateway(ends, gateways, isOnLink, index);
}

function chooseGateway(
  ends: PacketEnds,
  gateways: readonly Gateway[],
  isOnLink: boolean,
  index: InventoryIndex,
): string {
  const { inport, ipSrc, ipDst, outport } = ends;
  const owners = gateways.filter((gateway) => ownsAddress(gateway, ipDst, index));
  const serving = gateways.filter(({ port }) =>
    port.networks.some((network) => networkContains(network, ipSrc)),
  );
  const candidates = serving.length > 0 ? serving : gateways;
  // What is on the link and is nobody's port can only be answered by the router that owns the address; from outside (a localnet
  // port), where no router serves the source, the owner is meant as well, or the router that leads to the destination.
  const preferred = isOnLink || serving.length === 0 ? owners : candidates;
  const chosen =
    (preferred === owners ? macOfDistributedNat(owners, ipDst) : null) ??
    only(macsOf(preferred)) ??
    (isOnLink
      ? null
      : (only(macsOf(candidates)) ??
        only(macsOf(candidates.filter((gateway) => leadsTo(gateway, outport, index))))));
  if (chosen !== null) return chosen;
  const listed = [
    ...(isLinkLocal(ipDst) ? toLocalCandidates(inport, index) : []),
    ...toCandidates(candidates),
  ];
  throw new UndecidableMac(
    'ethDst',
    listed.length === 0
      ? l10n.t(
          "Switch {0} has neither a port with {1} nor a router, so the packet's destination MAC is not known.",
          inport.switchName,
          ipDst,
        )
      : isOnLink
        ? wordUnowned(inport.friendlyName ?? inport.name, ipDst)
        : l10n.t(
            'Several routers serve port {0}, and the database does not tell which of them it sends through to {1}.',
            inport.name,
            ipDst,
          ),
    listed,
  );
}

function wordUnowned(port: string, ip: string): string {
  return isLinkLocal(ip)
    ? l10n.t(
        "{0} is a link-local address on the network of port {1}, but no port and no router has this address, so the packet's destination MAC is not known.",
        ip,
        port,
      )
    : l10n.t(
        "{0} is in the network of port {1}, but no port and no router has this address, so the packet's destination MAC is not known.",
        ip,
        port,
      );
}

function findOnSwitch(
  { ipDst, outport, inport }: PacketEnds,
  logicalSwitch: LogicalSwitch | undefined,
  index: InventoryIndex,
): LogicalSwitchPort | undefined {
  const isHere = (port: LogicalSwitchPort): boolean => index.switchOf(port.name) === logicalSwitch;
  if (outport !== null) return isHere(outport) ? outport : undefined;
  const here = index.portsWithIp(ipDst).filter(isHere);
  return here.find((port) => port.name !== inport.name) ?? here[0];
}

/** Router ports on the switch that are up for business, the source itself left out. */
function listGateways(
  logicalSwitch: LogicalSwitch,
  inport: LogicalSwitchPort,
  index: InventoryIndex,
): readonly Gateway[] {
  return index.portsOn(logicalSwitch).flatMap((switchPort) => {
    const port = switchPort.name === inport.name ? undefined : index.routerPortBehind(switchPort);
    const router = port === undefined ? undefined : index.routerOf(port.name);
    return port === undefined || router === undefined || !port.enabled || !router.enabled
      ? []
      : [{ port, router }];
  });
}

function isServed(ip: string, gateways: readonly Gateway[]): boolean {
  return gateways.some(({ port }) => port.networks.some((network) => networkContains(network, ip)));
}

/** A NAT address, a load balancer's address or an address of the router itself. */
function ownsAddress({ router }: Gateway, ip: string, index: InventoryIndex): boolean {
  return (
    router.nats.some((nat) => nat.externalIp === ip) ||
    index.vips(ip).some(({ loadBalancer }) => router.loadBalancers.includes(loadBalancer.uuid)) ||
    router.ports.some((name) =>
      index.routerPort(name)?.networks.some((network) => network.slice(0, network.indexOf('/')) === ip),
    )
  );
}

/** A distributed NAT answers for its address with a MAC of its own, on the chassis of the instance. */
function macOfDistributedNat(owners: readonly Gateway[], ip: string): string | null {
  const nats = owners.flatMap(({ router }) => router.nats).filter(({ externalIp }) => externalIp === ip);
  return nats.find(({ externalMac }) => externalMac)?.externalMac?.toLowerCase() ?? null;
}

/** The router has a port on the destination's switch. */
function leadsTo({ router }: Gateway, outport: LogicalSwitchPort | null, index: InventoryIndex): boolean {
  if (outport === null) return false;
  const wanted = index.switchOf(outport.name);
  return router.ports.some((name) => {
    const before = index.switchPortBefore(name);
    return before !== undefined && index.switchOf(before.name) === wanted;
  });
}

function macsOf(gateways: readonly Gateway[]): readonly string[] {
  return [...new Set(gateways.map(({ port }) => port.mac.toLowerCase()))];
}

function toCandidates(gateways: readonly Gateway[]): readonly MacCandidate[] {
  return gateways.map(({ port, router }) => ({
    mac: port.mac.toLowerCase(),
    label: l10n.t(
      'router port {0} of {1}, {2}',
      port.name,
      router.friendlyName ?? router.name,
      port.networks.join(' '),
    ),
  }));
}

/** A link-local service, such as the metadata of OpenStack, is behind a localport: instances get a route to it by DHCP. */
function toLocalCandidates(inport: LogicalSwitchPort, index: InventoryIndex): readonly MacCandidate[] {
  const logicalSwitch = index.switchOf(inport.name);
  return (logicalSwitch === undefined ? [] : index.portsOn(logicalSwitch))
    .filter(({ type }) => type === 'localport')
    .flatMap((port) =>
      port.addresses.map(({ mac, ips }) => ({
        mac,
        label: l10n.t('localport {0}, {1}', port.friendlyName ?? port.name, ips.join(' ')),
      })),
    );
}

function only<Item>(items: readonly Item[]): Item | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}
