/** Names of protocols that Neutron takes, with their numbers (neutron-lib, `IP_PROTOCOL_MAP`). */
const numbers: Readonly<Record<string, number>> = {
  ah: 51,
  dccp: 33,
  egp: 8,
  esp: 50,
  gre: 47,
  hopopt: 0,
  icmp: 1,
  icmpv6: 58,
  igmp: 2,
  ip: 0,
  ipip: 4,
  'ipv6-encap': 41,
  'ipv6-frag': 44,
  'ipv6-icmp': 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  'ipv6-route': 43,
  ospf: 89,
  pgm: 113,
  rsvp: 46,
  sctp: 132,
  tcp: 6,
  udp: 17,
  udplite: 136,
  vrrp: 112,
};

export const transports: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

/** Protocols that only IPv6 has: Neutron refuses them in rules of IPv4. */
const ofIpv6: ReadonlySet<number> = new Set([41, 43, 44, 58, 59, 60]);

/** The number of a protocol as rules write it, or null for what Neutron refuses. */
export function protocolNumber(text: string, family: 4 | 6): number | null {
  const written = /^\d{1,3}$/.test(text) ? Number(text) : numbers[text.toLowerCase()];
  if (written === undefined || written > 255) return null;
  // It takes the protocol of IPv4 for that of IPv6.
  if (family === 6 && written === 1) return 58;
  return family === 4 && ofIpv6.has(written) ? null : written;
}
