import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { canonicalIp, multicastMac, solicitedNode } from '../ovn/ip';
import { chooseEthDst } from './chooseEthDst';
import { beginsConnection, conntrackFlags, floodLookups } from './conntrack';
import { nameDatapath, needsExactNames } from './nameDatapath';
import { quoteOvnString } from './quoteOvnString';
import type { Connection, Service, TracePlan, TraceRequest } from './request';
import { checkMac, type PacketEnds, resolveEnds } from './resolveEnds';

/** Source port of a request that names none: from the ephemeral range, and the same each time so that traces can be compared. */
export const ephemeralPort = 40000;

/**
 * Makes of a question the packet that answers it, with every field that a flow could ask for.
 * @throws TraceFailure `unknown-port`, `ambiguous`, `bad-request`; UndecidableMac when a MAC has to be asked for.
 */
export function planTrace(request: TraceRequest, index: InventoryIndex): TracePlan {
  checkRequest(request);
  const ends = resolveEnds(request, index);
  const logicalSwitch = index.switchOf(ends.inport.name);
  if (logicalSwitch === undefined) {
    throw new TraceFailure(
      'unknown-datapath',
      l10n.t('Port {0} is on no logical switch.', ends.inport.name),
      {
        advice: l10n.t('Refresh the inventory.'),
      },
    );
  }
  const isArp = request.service.protocol === 'arp';
  const ethDst =
    request.ethDst !== undefined
      ? checkMac(request.ethDst)
      : isArp
        ? discoveryMac(ends)
        : chooseEthDst(ends, index);
  // Each member of a group costs lookups of its own.
  const isGroup = (Number.parseInt(ethDst.slice(0, 2), 16) & 1) === 1;
  const lookups = isGroup ? floodLookups(logicalSwitch.ports.length) : undefined;
  return {
    datapath: nameDatapath(logicalSwitch, index),
    microflow: [
      `inport == ${quoteOvnString(ends.inport.name)}`,
      `eth.src == ${ends.ethSrc}`,
      `eth.dst == ${ethDst}`,
      ...(isArp ? discoveryTerms(ends) : ipTerms(request, ends)),
    ].join(' && '),
    ct: isArp && ends.family === 'ip4' ? [] : conntrackFlags(request.connection, lookups),
    ...(request.connection.kind === 'states' ? {} : { repeatsCt: true }),
    lbDst: request.lbDst ?? null,
    ...(request.selectId === undefined ? {} : { selectId: request.selectId }),
    openFlow: request.openFlow ?? false,
    ...(needsExactNames(index) ? { exactNames: true } : {}),
  };
}

function ipTerms(request: TraceRequest, { family, ipSrc, ipDst }: PacketEnds): readonly string[] {
  return [
    family,
    `${family}.src == ${ipSrc}`,
    `${family}.dst == ${ipDst}`,
    `ip.ttl == ${request.ttl ?? 64}`,
    ...serviceTerms(request.service, request.connection, family),
  ];
}

function serviceTerms(service: Service, connection: Connection, family: 'ip4' | 'ip6'): readonly string[] {
  switch (service.protocol) {
    case 'tcp':
      return ['tcp', `tcp.flags == ${tcpFlags(connection)}`, ...portTerms(service)];
    case 'udp':
    case 'sctp':
      return [service.protocol, ...portTerms(service)];
    case 'icmp': {
      const protocol = family === 'ip4' ? 'icmp4' : 'icmp6';
      const isError = connection.kind === 'related' && service.type === undefined;
      const { type, code } = isError
        ? hostUnreachable[family]
        : { type: echoType(family, connection.kind === 'reply'), code: 0 };
      return [
        protocol,
        `${protocol}.type == ${service.type ?? type}`,
        `${protocol}.code == ${service.code ?? code}`,
      ];
    }
    case 'other':
      return [`ip.proto == ${service.number}`];
    case 'arp':
      return [];
  }
}

function portTerms(service: Extract<Service, { dstPort: number }>): readonly string[] {
  return [
    `${service.protocol}.src == ${service.srcPort ?? ephemeralPort}`,
    `${service.protocol}.dst == ${service.dstPort}`,
  ];
}

/** SYN for the first packet, SYN and ACK for the first one back, ACK on an established connection. */
function tcpFlags(connection: Connection): number {
  if (connection.kind === 'reply') return 0x12;
  return beginsConnection(connection) ? 0x02 : 0x10;
}

/** The ICMP error about a connection that a request means when it names no type (RFC 792, RFC 4443). */
const hostUnreachable = { ip4: { type: 3, code: 1 }, ip6: { type: 1, code: 3 } } as const;

/** Type of an ICMP echo request or its reply. */
export function echoType(family: 'ip4' | 'ip6', isReply: boolean): number {
  if (family === 'ip4') return isReply ? 0 : 8;
  return isReply ? 129 : 128;
}

/** An ARP request or a neighbour solicitation for the destination's address. */
function discoveryTerms({ family, ipSrc, ethSrc, ipDst }: PacketEnds): readonly string[] {
  if (family === 'ip4') {
    return [
      'arp',
      'arp.op == 1',
      `arp.sha == ${ethSrc}`,
      `arp.spa == ${ipSrc}`,
      'arp.tha == 00:00:00:00:00:00',
      `arp.tpa == ${ipDst}`,
    ];
  }
  return [
    'ip6',
    `ip6.src == ${ipSrc}`,
    `ip6.dst == ${solicitedNode(ipDst)}`,
    // Neighbour discovery with another hop limit has come through a router and is invalid (RFC 4861).
    'ip.ttl == 255',
    'icmp6',
    'icmp6.type == 135',
    'icmp6.code == 0',
    `nd.target == ${ipDst}`,
    `nd.sll == ${ethSrc}`,
  ];
}

function discoveryMac({ family, ipDst }: PacketEnds): string {
  return family === 'ip4' ? 'ff:ff:ff:ff:ff:ff' : multicastMac(solicitedNode(ipDst));
}

function checkRequest({ service, ttl, lbDst, selectId }: TraceRequest): void {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      checkNumber(l10n.t('The destination port'), service.dstPort, 1, 65535);
      if (service.srcPort !== undefined) checkNumber(l10n.t('The source port'), service.srcPort, 1, 65535);
      break;
    case 'icmp':
      if (service.type !== undefined) checkNumber(l10n.t('The ICMP type'), service.type, 0, 255);
      if (service.code !== undefined) checkNumber(l10n.t('The ICMP code'), service.code, 0, 255);
      break;
    case 'other':
      checkNumber(l10n.t('The IP protocol'), service.number, 0, 255);
      break;
    case 'arp':
      break;
  }
  if (ttl !== undefined) checkNumber(l10n.t('The TTL'), ttl, 1, 255);
  if (selectId !== undefined) checkNumber(l10n.t('The member of a select'), selectId, 1, 65535);
  if (lbDst !== undefined && !isBackend(lbDst)) {
    throw new TraceFailure('bad-request', l10n.t('The backend “{0}” is not an address with a port.', lbDst), {
      advice: l10n.t('Write it as IP:PORT, such as 10.0.2.11:5432 or [fd00::11]:5432.'),
    });
  }
}

/** `IP`, `IP:PORT`, `[IP]:PORT`, as `--lb-dst` takes it. */
function isBackend(text: string): boolean {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const ip = parts?.[1] ?? parts?.[2] ?? text;
  return canonicalIp(ip) !== null && Number(parts?.[3] ?? 1) <= 65535;
}

function checkNumber(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TraceFailure(
    'bad-request',
    l10n.t('{0} {1} is not a whole number from {2} to {3}.', what, value, least, most),
    {
      advice: l10n.t('Give another number.'),
    },
  );
}
