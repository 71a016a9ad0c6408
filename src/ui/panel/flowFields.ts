/** The packet as far as the panel shows it, from the `# …` line of ovn-trace or from a request. */
export interface PacketFields {
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

const families: Readonly<Record<string, readonly [protocol: string, family: 'IPv4' | 'IPv6' | null]>> = {
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
};

/** Reads an OpenFlow-style flow: `tcp,reg14=0x1,…,nw_src=10.0.1.11,…,tp_dst=80`. */
export function readFlow(flow: string): PacketFields {
  const values = new Map<string, string>();
  let known: readonly [string, 'IPv4' | 'IPv6' | null] | undefined;
  for (const part of flow.split(',')) {
    const equals = part.indexOf('=');
    if (equals === -1) known ??= families[part.trim()];
    else if (!values.has(part.slice(0, equals))) values.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const get = (...names: readonly string[]): string | null =>
    names.map((name) => values.get(name)).find((value) => value !== undefined) ?? null;
  return {
    protocol: known?.[0] ?? null,
    family: known?.[1] ?? null,
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
