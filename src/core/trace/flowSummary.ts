import * as l10n from '@vscode/l10n';
/** The packet in the few fields that people speak of, from the `# …` line of a trace; a field that it lacks is null. */
export interface FlowSummary {
  /** `TCP`, `UDP`, `ICMP`, `ARP`, `IPv6 ND`, `IP protocol 47`, `IP`; null for a frame of no known type. */
  readonly protocol: string | null;
  readonly family: 'IPv4' | 'IPv6' | null;
  readonly ethSrc: string | null;
  readonly ethDst: string | null;
  readonly ipSrc: string | null;
  readonly ipDst: string | null;
  readonly srcPort: string | null;
  readonly dstPort: string | null;
  readonly ttl: string | null;
  readonly icmpType: string | null;
}

type Family = FlowSummary['family'];

/** The keyword that an OpenFlow flow begins with (ovs-fields(7)). */
const keywords: Readonly<Record<string, readonly [protocol: string, family: Family]>> = {
  ip: ['IP', 'IPv4'],
  tcp: ['TCP', 'IPv4'],
  udp: ['UDP', 'IPv4'],
  sctp: ['SCTP', 'IPv4'],
  icmp: ['ICMP', 'IPv4'],
  igmp: ['IGMP', 'IPv4'],
  ipv6: ['IP', 'IPv6'],
  tcp6: ['TCP', 'IPv6'],
  udp6: ['UDP', 'IPv6'],
  sctp6: ['SCTP', 'IPv6'],
  icmp6: ['ICMPv6', 'IPv6'],
  arp: ['ARP', null],
  rarp: ['RARP', null],
};

/** Reads `tcp,reg14=0x1,…,nw_src=10.0.1.11,…,tp_dst=80`. */
export function summarizeFlow(flow: string): FlowSummary {
  const values = new Map<string, string>();
  let keyword: readonly [protocol: string, family: Family] | undefined;
  for (const part of flow.split(',')) {
    const equals = part.indexOf('=');
    if (equals === -1) keyword ??= keywords[part.trim()];
    else if (!values.has(part.slice(0, equals))) values.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const get = (...names: readonly string[]): string | null =>
    names.map((name) => values.get(name)).find((value) => value !== undefined) ?? null;
  return {
    protocol: nameProtocol(keyword?.[0] ?? null, get('nd_target'), get('nw_proto')),
    family: keyword?.[1] ?? null,
    ethSrc: get('dl_src'),
    ethDst: get('dl_dst'),
    ipSrc: get('nw_src', 'ipv6_src', 'arp_spa'),
    ipDst: get('nw_dst', 'ipv6_dst', 'arp_tpa'),
    srcPort: get('tp_src'),
    dstPort: get('tp_dst'),
    ttl: get('nw_ttl'),
    icmpType: get('icmp_type'),
  };
}

function nameProtocol(keyword: string | null, ndTarget: string | null, number: string | null): string | null {
  if (ndTarget !== null) return 'IPv6 ND';
  return keyword === 'IP' && number !== null && number !== '0' ? l10n.t('IP protocol {0}', number) : keyword;
}
