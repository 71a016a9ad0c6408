/**
 * OVN's symbol table: the fields, subfields and predicates a match may name, with their widths and prerequisites.
 * Facts from lib/logical-fields.c of OVN 20.03 to 26.03; the union of them, for a name means the same wherever it exists
 * (but for `igmp`).
 */

/**
 * What may be done with a symbol. A nominal one can only be tested for equality, because the switch cannot match some
 * of its bits alone; a predicate is nominal when its expansion is.
 */
export type Level = 'nominal' | 'boolean' | 'ordinal';

export interface MatchSymbol {
  readonly name: string;
  /** In bits; 0 for a string. */
  readonly width: number;
  readonly level: Level;
  /** Symbol that must hold for the field to be there at all; a term that names the field implies it. */
  readonly prerequisite: string | null;
  /** The field of which this one is a part, from bit `low` on. */
  readonly parent: { readonly name: string; readonly low: number } | null;
  /** Match expression for which a predicate stands. */
  readonly expansion: string | null;
}

type FieldRow = readonly [name: string, width: number, level: 'nominal' | 'ordinal', prerequisite?: string];
type SubfieldRow = readonly [name: string, parent: string, low: number, width: number, prerequisite?: string];
type PredicateRow = readonly [name: string, level: 'nominal' | 'boolean', expansion: string];

const fieldRows: readonly FieldRow[] = [
  ['inport', 0, 'nominal'],
  ['outport', 0, 'nominal'],
  ['xxreg0', 128, 'ordinal'],
  ['xxreg1', 128, 'ordinal'],
  ['xreg4', 64, 'ordinal'],
  ['flags', 32, 'ordinal'],
  ['ct_mark', 32, 'ordinal'],
  ['ct_label', 128, 'ordinal'],
  ['ct_state', 32, 'ordinal'],
  ['pkt.mark', 32, 'ordinal'],
  ['eth.src', 48, 'ordinal'],
  ['eth.dst', 48, 'ordinal'],
  ['eth.type', 16, 'nominal'],
  ['vlan.tci', 16, 'ordinal'],
  ['ip.proto', 8, 'nominal', 'ip'],
  ['ip.dscp', 6, 'nominal', 'ip'],
  ['ip.ecn', 2, 'nominal', 'ip'],
  ['ip.ttl', 8, 'nominal', 'ip'],
  ['ip.frag', 2, 'ordinal', 'ip'],
  ['ip4.src', 32, 'ordinal', 'ip4'],
  ['ip4.dst', 32, 'ordinal', 'ip4'],
  ['ip6.src', 128, 'ordinal', 'ip6'],
  ['ip6.dst', 128, 'ordinal', 'ip6'],
  ['ip6.label', 20, 'ordinal', 'ip6'],
  ['icmp4.type', 8, 'nominal', 'icmp4'],
  ['icmp4.code', 8, 'nominal', 'icmp4'],
  ['icmp4.frag_mtu', 16, 'nominal'],
  ['icmp6.type', 8, 'nominal', 'icmp6'],
  ['icmp6.code', 8, 'nominal', 'icmp6'],
  ['icmp6.frag_mtu', 32, 'nominal'],
  ['arp.op', 16, 'nominal', 'arp'],
  ['arp.spa', 32, 'ordinal', 'arp'],
  ['arp.sha', 48, 'ordinal', 'arp'],
  ['arp.tpa', 32, 'ordinal', 'arp'],
  ['arp.tha', 48, 'ordinal', 'arp'],
  ['rarp.op', 16, 'nominal', 'rarp'],
  ['rarp.spa', 32, 'ordinal', 'rarp'],
  ['rarp.sha', 48, 'ordinal', 'rarp'],
  ['rarp.tpa', 32, 'ordinal', 'rarp'],
  ['rarp.tha', 48, 'ordinal', 'rarp'],
  ['nd.target', 128, 'ordinal', 'nd'],
  ['nd.sll', 48, 'ordinal', 'nd_ns'],
  ['nd.tll', 48, 'ordinal', 'nd_na'],
  ['tcp.src', 16, 'ordinal', 'tcp'],
  ['tcp.dst', 16, 'ordinal', 'tcp'],
  ['tcp.flags', 12, 'ordinal', 'tcp'],
  ['udp.src', 16, 'ordinal', 'udp'],
  ['udp.dst', 16, 'ordinal', 'udp'],
  ['sctp.src', 16, 'ordinal', 'sctp'],
  ['sctp.dst', 16, 'ordinal', 'sctp'],
];

/** The small registers lie in the big ones, the first in the highest bits. */
const registerRows: readonly SubfieldRow[] = [
  ...[0, 1, 2, 3].map((i): SubfieldRow => [`xreg${i}`, `xxreg${i >> 1}`, 64 * (1 - (i % 2)), 64]),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i): SubfieldRow => [`reg${i}`, `xxreg${i >> 2}`, 32 * (3 - (i % 4)), 32]),
  ['reg8', 'xreg4', 32, 32],
  ['reg9', 'xreg4', 0, 32],
];

/** Conntrack state flags by bit of `ct_state`, as `ct.new` and as in `ct_state=new|trk`. */
export const conntrackFlags = ['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'snat', 'dnat'] as const;

const conntrackRows = conntrackFlags.map((flag, bit): SubfieldRow =>
  flag === 'trk' ? [`ct.${flag}`, 'ct_state', bit, 1] : [`ct.${flag}`, 'ct_state', bit, 1, 'ct.trk'],
);

const subfieldRows: readonly SubfieldRow[] = [
  ...registerRows,
  ...conntrackRows,
  ['flags.loopback', 'flags', 0, 1],
  ['flags.force_snat_for_dnat', 'flags', 2, 1],
  ['flags.force_snat_for_lb', 'flags', 3, 1],
  ['flags.skip_snat_for_lb', 'flags', 9, 1],
  ['flags.use_snat_zone', 'flags', 11, 1],
  ['flags.localnet', 'flags', 15, 1],
  ['flags.tunnel_rx', 'flags', 16, 1],
  ['flags.icmp_snat', 'flags', 17, 1],
  ['flags.from_ctrl', 'flags', 19, 1],
  ['flags.unsnat_new', 'flags', 20, 1],
  ['flags.unsnat_not_tracked', 'flags', 21, 1],
  ['flags.igmp_loopback', 'flags', 22, 1],
  ['flags.pkt_sampled', 'flags', 23, 1],
  ['flags.network_id', 'flags', 28, 4],
  ['ct_mark.blocked', 'ct_mark', 0, 1],
  ['ct_mark.natted', 'ct_mark', 1, 1],
  ['ct_mark.skip_snat', 'ct_mark', 2, 1],
  ['ct_mark.force_snat', 'ct_mark', 3, 1],
  ['ct_mark.obs_stage', 'ct_mark', 4, 2],
  ['ct_mark.allow_established', 'ct_mark', 6, 1],
  ['ct_mark.obs_collector_id', 'ct_mark', 16, 8],
  ['ct_mark.ecmp_reply_port', 'ct_mark', 16, 16],
  ['ct_label.blocked', 'ct_label', 0, 1],
  ['ct_label.natted', 'ct_label', 1, 1],
  ['ct_label.skip_snat', 'ct_label', 2, 1],
  ['ct_label.force_snat', 'ct_label', 3, 1],
  ['ct_label.nf', 'ct_label', 7, 1],
  ['ct_label.tun_if', 'ct_label', 8, 1],
  ['ct_label.nf_id', 'ct_label', 17, 8],
  ['ct_label.ecmp_reply_eth', 'ct_label', 32, 48],
  ['ct_label.ecmp_reply_port', 'ct_label', 80, 16],
  ['ct_label.acl_id', 'ct_label', 80, 16],
  ['ct_label.tun_if_id', 'ct_label', 80, 16],
  ['ct_label.label', 'ct_label', 96, 32],
  ['ct_label.obs_point_id', 'ct_label', 96, 32],
  ['ct_label.obs_unused', 'ct_label', 0, 96],
  ['eth.mcast', 'eth.dst', 40, 1],
  ['vlan.pcp', 'vlan.tci', 13, 3, 'vlan.present'],
  ['vlan.vid', 'vlan.tci', 0, 12, 'vlan.present'],
];

const predicateRows: readonly PredicateRow[] = [
  ['eth.bcast', 'boolean', 'eth.dst == ff:ff:ff:ff:ff:ff'],
  ['eth.mcastv6', 'boolean', 'eth.dst[32..47] == 0x3333'],
  ['vlan.present', 'boolean', 'vlan.tci[12]'],
  ['ip4', 'nominal', 'eth.type == 0x800'],
  ['ip6', 'nominal', 'eth.type == 0x86dd'],
  ['ip', 'nominal', 'ip4 || ip6'],
  ['ip4.src_mcast', 'boolean', 'ip4.src[28..31] == 0xe'],
  ['ip4.mcast', 'boolean', 'eth.mcast && ip4.dst[28..31] == 0xe'],
  ['icmp4', 'nominal', 'ip4 && ip.proto == 1'],
  // In 23.03 every destination would do, in 25.03 only a multicast one: between the two, nobody can tell.
  ['igmp', 'nominal', 'ip4 && ip.proto == 2 && (ip4.mcast || ^OVN_TAKES_ANY_DESTINATION)'],
  ['ip6.mcast_rsvd', 'boolean', 'ip6.dst[116..127] == 0xff0 && ip6.dst[0..111] == 0'],
  ['ip6.mcast_all_nodes', 'boolean', 'ip6.dst == {ff01::1, ff02::1}'],
  ['ip6.mcast_all_rtrs', 'boolean', 'ip6.dst == {ff01::2, ff02::2, ff05::2}'],
  ['ip6.mcast_sol_node', 'boolean', 'ip6.dst == ff02::1:ff00:0/104'],
  [
    'ip6.mcast_flood',
    'boolean',
    'eth.mcastv6 && (ip6.mcast_rsvd || ip6.mcast_all_nodes || ip6.mcast_all_rtrs || ip6.mcast_sol_node)',
  ],
  ['ip6.mcast', 'boolean', 'eth.mcastv6 && ip6.dst[120..127] == 0xff'],
  ['icmp6', 'nominal', 'ip6 && ip.proto == 58'],
  ['icmp', 'nominal', 'icmp4 || icmp6'],
  ['ip.is_frag', 'boolean', 'ip.frag[0]'],
  ['ip.later_frag', 'boolean', 'ip.frag[1]'],
  ['ip.first_frag', 'boolean', 'ip.is_frag && !ip.later_frag'],
  ['arp', 'nominal', 'eth.type == 0x806'],
  ['rarp', 'nominal', 'eth.type == 0x8035'],
  ['nd', 'nominal', 'icmp6.type == {135, 136} && icmp6.code == 0 && ip.ttl == 255'],
  ['nd_ns', 'nominal', 'icmp6.type == 135 && icmp6.code == 0 && ip.ttl == 255'],
  ['nd_ns_mcast', 'nominal', 'ip6.mcast && icmp6.type == 135 && icmp6.code == 0 && ip.ttl == 255'],
  ['nd_na', 'nominal', 'icmp6.type == 136 && icmp6.code == 0 && ip.ttl == 255'],
  ['nd_rs', 'nominal', 'icmp6.type == 133 && icmp6.code == 0 && ip.ttl == 255'],
  ['nd_ra', 'nominal', 'icmp6.type == 134 && icmp6.code == 0 && ip.ttl == 255'],
  ['mldv1', 'nominal', 'eth.mcastv6 && ip6.src == fe80::/10 && icmp6.type == {130, 131, 132}'],
  ['mldv2', 'nominal', 'eth.mcastv6 && ip6.dst == ff02::16 && icmp6.type == 143'],
  ['tcp', 'nominal', 'ip.proto == 6'],
  ['udp', 'nominal', 'ip.proto == 17'],
  ['sctp', 'nominal', 'ip.proto == 132'],
];

const symbols: ReadonlyMap<string, MatchSymbol> = new Map(
  [
    ...fieldRows.map(([name, width, level, prerequisite = null]): MatchSymbol => ({
      name,
      width,
      level,
      prerequisite,
      parent: null,
      expansion: null,
    })),
    ...subfieldRows.map(([name, parent, low, width, prerequisite = null]): MatchSymbol => ({
      name,
      width,
      level: 'ordinal',
      prerequisite,
      parent: { name: parent, low },
      expansion: null,
    })),
    ...predicateRows.map(([name, level, expansion]): MatchSymbol => ({
      name,
      width: 1,
      level,
      prerequisite: null,
      parent: null,
      expansion,
    })),
  ].map((symbol) => [symbol.name, symbol]),
);

/** The symbol of that name, null when OVN has none. */
export function symbolNamed(name: string): MatchSymbol | null {
  return symbols.get(name) ?? null;
}

/** Every name a match may use, for messages and for tests. */
export function symbolNames(): readonly string[] {
  return [...symbols.keys()];
}
