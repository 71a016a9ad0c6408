/** The packet in the few fields that people speak of, from the `# …` line of a trace. */
export interface FlowSummary {
  /** `TCP`, `UDP`, `ICMP`, `ARP`, `IPv6 ND`, `IP protocol 47`, `Ethernet`, …. */
  readonly protocol: string;
  readonly ethSrc: string | null;
  readonly ethDst: string | null;
  readonly ipSrc: string | null;
  readonly ipDst: string | null;
  readonly srcPort: number | null;
  readonly dstPort: number | null;
  readonly ttl: number | null;
}

const protocols: Readonly<Record<string, string>> = {
  tcp: 'TCP',
  tcp6: 'TCP',
  udp: 'UDP',
  udp6: 'UDP',
  sctp: 'SCTP',
  sctp6: 'SCTP',
  icmp: 'ICMP',
  icmp6: 'ICMPv6',
  igmp: 'IGMP',
  arp: 'ARP',
  rarp: 'RARP',
};

/** Reads the header line; a field that it lacks is null. */
export function summarizeFlow(flow: string): FlowSummary {
  const fields = new Map<string, string>();
  for (const part of flow.split(',')) {
    const at = part.indexOf('=');
    if (at < 0) fields.set(part, '');
    else fields.set(part.slice(0, at), part.slice(at + 1));
  }
  const first = (...names: string[]): string | null => {
    for (const name of names) {
      const value = fields.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return null;
  };
  const number = (...names: string[]): number | null => {
    const value = first(...names);
    return value !== null && /^\d+$/.test(value) ? Number(value) : null;
  };
  return {
    protocol: nameProtocol(fields),
    ethSrc: first('dl_src'),
    ethDst: first('dl_dst'),
    ipSrc: first('nw_src', 'ipv6_src', 'arp_spa'),
    ipDst: first('nw_dst', 'ipv6_dst', 'arp_tpa', 'nd_target'),
    srcPort: number('tp_src', 'tcp_src', 'udp_src'),
    dstPort: number('tp_dst', 'tcp_dst', 'udp_dst'),
    ttl: number('nw_ttl'),
  };
}

function nameProtocol(fields: ReadonlyMap<string, string>): string {
  if (fields.has('nd_target')) return 'IPv6 ND';
  for (const [keyword, name] of Object.entries(protocols)) if (fields.has(keyword)) return name;
  const number = fields.get('nw_proto');
  if (number !== undefined && number !== '0') return `IP protocol ${number}`;
  if (fields.has('ipv6')) return 'IPv6';
  return fields.has('ip') ? 'IPv4' : 'Ethernet';
}
