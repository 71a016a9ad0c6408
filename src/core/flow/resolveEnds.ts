import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { canonicalIp, familyOf, type IpFamily } from '../ovn/ip';
import type { LogicalSwitchPort, PortAddress } from '../ovn/northbound';
import { canonicalMac, parsePortAddress } from '../ovn/portAddresses';
import { findPort } from './findPort';
import type { TraceRequest } from './request';
import { UndecidableMac } from './undecidableMac';

/** Both ends of a packet, with everything but the destination's MAC decided. */
export interface PacketEnds {
  readonly family: IpFamily;
  readonly inport: LogicalSwitchPort;
  readonly ipSrc: string;
  readonly ethSrc: string;
  /** Null when the destination is a bare address. */
  readonly outport: LogicalSwitchPort | null;
  readonly ipDst: string;
}

/**
 * Finds the ports and chooses the addresses of a request: those it names, else each port's first of a family both have.
 * @throws TraceFailure `unknown-port`, `ambiguous`, `bad-request`; UndecidableMac for a source without a known MAC.
 */
export function resolveEnds(request: TraceRequest, index: InventoryIndex): PacketEnds {
  const inport = findPort(request.inport, index);
  const { destination } = request;
  const outport = destination.kind === 'port' ? findPort(destination.port, index) : null;
  const givenSrc = request.ipSrc === undefined ? null : checkIp(request.ipSrc, 'source');
  const givenDst = destination.ip === undefined ? null : checkIp(destination.ip, 'destination');
  if (givenSrc !== null && givenDst !== null && familyOf(givenSrc) !== familyOf(givenDst)) {
    throw mixedFamilies(
      l10n.t('Source {0} and destination {1} are not of one address family.', givenSrc, givenDst),
    );
  }

  const srcIps = givenSrc === null ? ipsOf(inport) : [givenSrc];
  const dstIps = givenDst === null ? ipsOf(outport) : [givenDst];
  if (srcIps.length === 0) throw withoutIp(inport, 'source');
  if (dstIps.length === 0 && outport !== null) throw withoutIp(outport, 'destination');
  const ipSrc = srcIps.find((ip) => dstIps.some((other) => familyOf(other) === familyOf(ip)));
  const ipDst = dstIps.find((ip) => ipSrc !== undefined && familyOf(ip) === familyOf(ipSrc));
  if (ipSrc === undefined || ipDst === undefined) {
    const nameFamily = (ips: readonly string[]): string =>
      ips.every((ip) => familyOf(ip) === 'ip4') ? 'IPv4' : 'IPv6';
    throw mixedFamilies(
      l10n.t(
        'The source {0} has only {1} and the destination {2} only {3} addresses.',
        givenSrc ?? inport.name,
        nameFamily(srcIps),
        givenDst ?? outport?.name ?? '',
        nameFamily(dstIps),
      ),
    );
  }
  return {
    family: familyOf(ipSrc),
    inport,
    ipSrc,
    ethSrc: chooseEthSrc(request, inport, ipSrc),
    outport,
    ipDst,
  };
}

/** What the port may send from: its addresses, or, where there are none, those port security allows it. */
export function knownAddresses(port: LogicalSwitchPort): readonly PortAddress[] {
  if (port.addresses.length > 0) return port.addresses;
  return port.portSecurity.map(parsePortAddress).filter((address) => address !== null);
}

/** The MAC that belongs to an address of the port, else the port's first one; null when it has none. */
export function macOf(port: LogicalSwitchPort, ip: string): string | null {
  const addresses = knownAddresses(port);
  return (addresses.find(({ ips }) => ips.includes(ip)) ?? addresses[0])?.mac ?? null;
}

/** A MAC address as a person gave it, checked. */
export function checkMac(text: string): string {
  const mac = canonicalMac(text.trim());
  if (mac !== null) return mac;
  throw new TraceFailure('bad-request', l10n.t('“{0}” is not an Ethernet address.', text), {
    advice: l10n.t('Write it as six bytes, such as 0a:00:00:00:00:01.'),
  });
}

function checkIp(text: string, end: 'source' | 'destination'): string {
  const ip = canonicalIp(text.trim());
  if (ip !== null) return ip;
  const message =
    end === 'source'
      ? l10n.t('The source “{0}” is not an IPv4 or IPv6 address.', text)
      : l10n.t('The destination “{0}” is not an IPv4 or IPv6 address.', text);
  throw new TraceFailure('bad-request', message, {
    advice: l10n.t('Give one address without prefix length, such as 10.0.1.11 or fd00::11.'),
  });
}

function chooseEthSrc(request: TraceRequest, inport: LogicalSwitchPort, ipSrc: string): string {
  if (request.ethSrc !== undefined) return checkMac(request.ethSrc);
  const mac = macOf(inport, ipSrc);
  if (mac !== null) return mac;
  throw new UndecidableMac(
    'ethSrc',
    inport.type === ''
      ? l10n.t(
          "The database holds no MAC address for port {0}, so the packet's source MAC is not known.",
          inport.name,
        )
      : l10n.t(
          "The database holds no MAC address for port {0} (type {1}), so the packet's source MAC is not known.",
          inport.name,
          inport.type,
        ),
    [],
  );
}

function ipsOf(port: LogicalSwitchPort | null): readonly string[] {
  return port === null ? [] : knownAddresses(port).flatMap(({ ips }) => ips);
}

function withoutIp(port: LogicalSwitchPort, end: 'source' | 'destination'): TraceFailure {
  const [message, advice] =
    end === 'source'
      ? [
          l10n.t('The database holds no IP address for the source port {0}.', port.name),
          l10n.t('Give the source address by hand.'),
        ]
      : [
          l10n.t('The database holds no IP address for the destination port {0}.', port.name),
          l10n.t('Give the destination address by hand.'),
        ];
  return new TraceFailure('bad-request', message, { advice });
}

function mixedFamilies(message: string): TraceFailure {
  return new TraceFailure('bad-request', message, {
    advice: l10n.t('Give a source and a destination that are both IPv4 or both IPv6.'),
  });
}
