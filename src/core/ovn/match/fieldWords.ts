import { symbolNamed, type MatchSymbol } from './fields';

/** What the fields and predicates of people's matches are, in a few words; those of northd's own flows tell by their names. */
const words: Readonly<Record<string, string>> = {
  inport: 'Logical port at which the packet entered this switch or router. ACLs of from-lport test it.',
  outport:
    'Logical port to which the packet goes. Known to ACLs of to-lport, and of from-lport only after load balancing.',
  'eth.src': 'Ethernet address of the sender.',
  'eth.dst': 'Ethernet address of the receiver on this segment.',
  'eth.type': 'Ethernet type, such as 0x800 for IPv4.',
  'eth.mcast': 'Ethernet destination is a multicast or broadcast address.',
  'eth.bcast': 'Ethernet destination is the broadcast address.',
  'eth.mcastv6': 'Ethernet destination is a multicast address of IPv6.',
  'vlan.tci': 'Tag control information of the VLAN tag.',
  'vlan.present': 'The packet has a VLAN tag.',
  'vlan.vid': 'VLAN ID.',
  'vlan.pcp': 'VLAN priority.',
  ip: 'IPv4 or IPv6.',
  ip4: 'IPv4.',
  ip6: 'IPv6.',
  'ip.proto': 'IP protocol number, such as 47 for GRE.',
  'ip.dscp': 'Differentiated services code point.',
  'ip.ecn': 'Explicit congestion notification.',
  'ip.ttl': 'Time to live, or hop limit of IPv6.',
  'ip.frag': 'Bits that tell whether, and which, fragment the packet is.',
  'ip.is_frag': 'The packet is a fragment.',
  'ip.later_frag': 'The packet is a fragment, and not the first: it has no ports.',
  'ip.first_frag': 'The packet is the first fragment.',
  'ip4.src': 'IPv4 address of the sender.',
  'ip4.dst':
    'IPv4 address of the receiver: before DNAT or load balancing for from-lport, unless the ACL is applied after it.',
  'ip6.src': 'IPv6 address of the sender.',
  'ip6.dst':
    'IPv6 address of the receiver: before DNAT or load balancing for from-lport, unless the ACL is applied after it.',
  'ip6.label': 'Flow label of IPv6.',
  'ip4.mcast': 'IPv4 destination is a multicast address.',
  'ip4.src_mcast': 'IPv4 source is a multicast address.',
  'ip6.mcast': 'IPv6 destination is a multicast address.',
  icmp: 'ICMP of IPv4 or IPv6.',
  icmp4: 'ICMP of IPv4.',
  icmp6: 'ICMP of IPv6. Neighbour discovery is part of it.',
  'icmp4.type': 'ICMP type, such as 8 for an echo request.',
  'icmp4.code': 'ICMP code.',
  'icmp6.type': 'ICMPv6 type, such as 128 for an echo request.',
  'icmp6.code': 'ICMPv6 code.',
  igmp: 'IGMP, by which hosts join multicast groups.',
  mldv1: 'Multicast listener discovery, version 1.',
  mldv2: 'Multicast listener discovery, version 2.',
  arp: 'ARP.',
  rarp: 'Reverse ARP.',
  'arp.op': 'ARP operation: 1 request, 2 reply.',
  'arp.spa': 'IPv4 address of the sender of the ARP packet.',
  'arp.tpa': 'IPv4 address that the ARP packet asks for or answers.',
  'arp.sha': 'Ethernet address of the sender of the ARP packet.',
  'arp.tha': 'Ethernet address of the target of the ARP packet.',
  nd: 'Neighbour solicitation or advertisement of IPv6.',
  nd_ns: 'Neighbour solicitation of IPv6.',
  nd_ns_mcast: 'Neighbour solicitation of IPv6 that is sent to a multicast address.',
  nd_na: 'Neighbour advertisement of IPv6.',
  nd_rs: 'Router solicitation of IPv6.',
  nd_ra: 'Router advertisement of IPv6.',
  'nd.target': 'Address that neighbour discovery is about.',
  'nd.sll': 'Source link-layer address of a neighbour solicitation.',
  'nd.tll': 'Target link-layer address of a neighbour advertisement.',
  tcp: 'TCP.',
  udp: 'UDP.',
  sctp: 'SCTP.',
  'tcp.src': 'TCP port of the sender.',
  'tcp.dst': 'TCP port of the receiver.',
  'tcp.flags': 'TCP flags: 1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK.',
  'udp.src': 'UDP port of the sender.',
  'udp.dst': 'UDP port of the receiver.',
  'sctp.src': 'SCTP port of the sender.',
  'sctp.dst': 'SCTP port of the receiver.',
  ct_state: 'Conntrack state, a bit for each flag.',
  ct_mark: 'Mark of the tracked connection.',
  ct_label: 'Label of the tracked connection.',
  'ct.new': 'The packet begins a connection.',
  'ct.est': 'The packet is part of an established connection.',
  'ct.rel': 'The packet is related to a connection, such as an ICMP error.',
  'ct.rpl': 'The packet goes against the direction in which the connection was opened.',
  'ct.inv': 'Connection tracking calls the packet invalid.',
  'ct.trk': 'The packet went through connection tracking.',
  'ct.snat': 'The source address was translated.',
  'ct.dnat': 'The destination address was translated.',
  'pkt.mark': 'Mark that the packet carries on the hypervisor.',
};

/** What a field or predicate is: words, width, what it stands for and what it implies; null for a name that OVN does not have. */
export function describeField(
  name: string,
): { readonly about: string; readonly facts: readonly string[] } | null {
  const symbol = symbolNamed(name);
  if (symbol === null) return null;
  return { about: words[name] ?? aboutUnnamed(symbol), facts: factsOf(symbol) };
}

function aboutUnnamed({ name, parent }: MatchSymbol): string {
  if (parent !== null) return `Part of ${parent.name}, used by OVN's own logical flows.`;
  return /^x*reg\d|^flags/.test(name) ? "Register of OVN's own logical flows." : 'Field of OVN.';
}

function factsOf({ width, level, prerequisite, parent, expansion }: MatchSymbol): readonly string[] {
  if (expansion !== null) {
    const only = level === 'nominal' ? ['can only be tested positively: OVN refuses ! before it'] : [];
    return [`stands for ${expansion}`, ...only];
  }
  return [
    width === 0 ? 'a name' : width === 1 ? '1 bit' : `${width} bits`,
    ...(parent === null ? [] : [`from bit ${parent.low} of ${parent.name}`]),
    ...(level === 'nominal' && width > 0 ? ['only == and != can test it'] : []),
    ...(prerequisite === null ? [] : [`implies ${prerequisite}`]),
  ];
}
