import * as l10n from '@vscode/l10n';
import { symbolNamed, type MatchSymbol } from './fields';

/** What the fields and predicates of people's matches are, in a few words; those of northd's own flows tell by their names. */
const words: Readonly<Record<string, () => string>> = {
  inport: () =>
    l10n.t('Logical port at which the packet entered this switch or router. ACLs of from-lport test it.'),
  outport: () =>
    l10n.t(
      'Logical port to which the packet goes. Known to ACLs of to-lport, and of from-lport only after load balancing.',
    ),
  'eth.src': () => l10n.t('Ethernet address of the sender.'),
  'eth.dst': () => l10n.t('Ethernet address of the receiver on this segment.'),
  'eth.type': () => l10n.t('Ethernet type, such as 0x800 for IPv4.'),
  'eth.mcast': () => l10n.t('Ethernet destination is a multicast or broadcast address.'),
  'eth.bcast': () => l10n.t('Ethernet destination is the broadcast address.'),
  'eth.mcastv6': () => l10n.t('Ethernet destination is a multicast address of IPv6.'),
  'vlan.tci': () => l10n.t('Tag control information of the VLAN tag.'),
  'vlan.present': () => l10n.t('The packet has a VLAN tag.'),
  'vlan.vid': () => l10n.t('VLAN ID.'),
  'vlan.pcp': () => l10n.t('VLAN priority.'),
  ip: () => l10n.t('IPv4 or IPv6.'),
  ip4: () => l10n.t('IPv4.'),
  ip6: () => l10n.t('IPv6.'),
  'ip.proto': () => l10n.t('IP protocol number, such as 47 for GRE.'),
  'ip.dscp': () => l10n.t('Differentiated services code point.'),
  'ip.ecn': () => l10n.t('Explicit congestion notification.'),
  'ip.ttl': () => l10n.t('Time to live, or hop limit of IPv6.'),
  'ip.frag': () => l10n.t('Bits that tell whether, and which, fragment the packet is.'),
  'ip.is_frag': () => l10n.t('The packet is a fragment.'),
  'ip.later_frag': () => l10n.t('The packet is a fragment, and not the first: it has no ports.'),
  'ip.first_frag': () => l10n.t('The packet is the first fragment.'),
  'ip4.src': () => l10n.t('IPv4 address of the sender.'),
  'ip4.dst': () =>
    l10n.t(
      'IPv4 address of the receiver: before DNAT or load balancing for from-lport, unless the ACL is applied after it.',
    ),
  'ip6.src': () => l10n.t('IPv6 address of the sender.'),
  'ip6.dst': () =>
    l10n.t(
      'IPv6 address of the receiver: before DNAT or load balancing for from-lport, unless the ACL is applied after it.',
    ),
  'ip6.label': () => l10n.t('Flow label of IPv6.'),
  'ip4.mcast': () => l10n.t('IPv4 destination is a multicast address.'),
  'ip4.src_mcast': () => l10n.t('IPv4 source is a multicast address.'),
  'ip6.mcast': () => l10n.t('IPv6 destination is a multicast address.'),
  icmp: () => l10n.t('ICMP of IPv4 or IPv6.'),
  icmp4: () => l10n.t('ICMP of IPv4.'),
  icmp6: () => l10n.t('ICMP of IPv6. Neighbour discovery is part of it.'),
  'icmp4.type': () => l10n.t('ICMP type, such as 8 for an echo request.'),
  'icmp4.code': () => l10n.t('ICMP code.'),
  'icmp6.type': () => l10n.t('ICMPv6 type, such as 128 for an echo request.'),
  'icmp6.code': () => l10n.t('ICMPv6 code.'),
  igmp: () => l10n.t('IGMP, by which hosts join multicast groups.'),
  mldv1: () => l10n.t('Multicast listener discovery, version 1.'),
  mldv2: () => l10n.t('Multicast listener discovery, version 2.'),
  arp: () => l10n.t('ARP.'),
  rarp: () => l10n.t('Reverse ARP.'),
  'arp.op': () => l10n.t('ARP operation: 1 request, 2 reply.'),
  'arp.spa': () => l10n.t('IPv4 address of the sender of the ARP packet.'),
  'arp.tpa': () => l10n.t('IPv4 address that the ARP packet asks for or answers.'),
  'arp.sha': () => l10n.t('Ethernet address of the sender of the ARP packet.'),
  'arp.tha': () => l10n.t('Ethernet address of the target of the ARP packet.'),
  nd: () => l10n.t('Neighbour solicitation or advertisement of IPv6.'),
  nd_ns: () => l10n.t('Neighbour solicitation of IPv6.'),
  nd_ns_mcast: () => l10n.t('Neighbour solicitation of IPv6 that is sent to a multicast address.'),
  nd_na: () => l10n.t('Neighbour advertisement of IPv6.'),
  nd_rs: () => l10n.t('Router solicitation of IPv6.'),
  nd_ra: () => l10n.t('Router advertisement of IPv6.'),
  'nd.target': () => l10n.t('Address that neighbour discovery is about.'),
  'nd.sll': () => l10n.t('Source link-layer address of a neighbour solicitation.'),
  'nd.tll': () => l10n.t('Target link-layer address of a neighbour advertisement.'),
  tcp: () => l10n.t('TCP.'),
  udp: () => l10n.t('UDP.'),
  sctp: () => l10n.t('SCTP.'),
  'tcp.src': () => l10n.t('TCP port of the sender.'),
  'tcp.dst': () => l10n.t('TCP port of the receiver.'),
  'tcp.flags': () => l10n.t('TCP flags: 1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK.'),
  'udp.src': () => l10n.t('UDP port of the sender.'),
  'udp.dst': () => l10n.t('UDP port of the receiver.'),
  'sctp.src': () => l10n.t('SCTP port of the sender.'),
  'sctp.dst': () => l10n.t('SCTP port of the receiver.'),
  ct_state: () => l10n.t('Conntrack state, a bit for each flag.'),
  ct_mark: () => l10n.t('Mark of the tracked connection.'),
  ct_label: () => l10n.t('Label of the tracked connection.'),
  'ct.new': () => l10n.t('The packet begins a connection.'),
  'ct.est': () => l10n.t('The packet is part of an established connection.'),
  'ct.rel': () => l10n.t('The packet is related to a connection, such as an ICMP error.'),
  'ct.rpl': () => l10n.t('The packet goes against the direction in which the connection was opened.'),
  'ct.inv': () => l10n.t('Connection tracking calls the packet invalid.'),
  'ct.trk': () => l10n.t('The packet went through connection tracking.'),
  'ct.snat': () => l10n.t('The source address was translated.'),
  'ct.dnat': () => l10n.t('The destination address was translated.'),
  'pkt.mark': () => l10n.t('Mark that the packet carries on the hypervisor.'),
};

/** What a field or predicate is: words, width, what it stands for and what it implies; null for a name that OVN does not have. */
export function describeField(
  name: string,
): { readonly about: string; readonly facts: readonly string[] } | null {
  const symbol = symbolNamed(name);
  if (symbol === null) return null;
  return { about: words[name]?.() ?? aboutUnnamed(symbol), facts: factsOf(symbol) };
}

function aboutUnnamed({ name, parent }: MatchSymbol): string {
  if (parent !== null) return l10n.t("Part of {0}, used by OVN's own logical flows.", parent.name);
  return /^x*reg\d|^flags/.test(name)
    ? l10n.t("Register of OVN's own logical flows.")
    : l10n.t('Field of OVN.');
}

function factsOf({ width, level, prerequisite, parent, expansion }: MatchSymbol): readonly string[] {
  if (expansion !== null) {
    const only =
      level === 'nominal' ? [l10n.t('can only be tested positively: OVN refuses ! before it')] : [];
    return [l10n.t('stands for {0}', expansion), ...only];
  }
  return [
    width === 0 ? l10n.t('a name') : width === 1 ? l10n.t('1 bit') : l10n.t('{0} bits', width),
    ...(parent === null ? [] : [l10n.t('from bit {0} of {1}', parent.low, parent.name)]),
    ...(level === 'nominal' && width > 0 ? [l10n.t('only == and != can test it')] : []),
    ...(prerequisite === null ? [] : [l10n.t('implies {0}', prerequisite)]),
  ];
}
