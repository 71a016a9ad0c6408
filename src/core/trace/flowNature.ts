/** What the `# …` line says of the packet as far as its fate depends on it. */
export interface FlowNature {
  /** `reject` generates nothing for a TCP reset or a destination that was unreachable; null without a header. */
  readonly unanswerable: boolean | null;
  /** Meant for more than one receiver: to a broadcast or multicast MAC, or a question for a MAC. Null without a header. */
  readonly toGroup: boolean | null;
  /** To such a MAC, and no question: nobody misses the copies that routers drop. Null without a header. */
  readonly broadcast: boolean | null;
  /** False only where the header says that it is no IP packet: then neither conntrack nor NAT takes part. */
  readonly mayBeIp: boolean;
  /** Of a kind that ovn-controller may take in, such as a multicast report, without a word in the minimal format. */
  readonly mayEndInController: boolean;
  /** The microflow sets the mark or label of the connection, by which OVN knows those that an ACL has blocked. */
  readonly marked: boolean;
}

const headerless: FlowNature = {
  unanswerable: null,
  toGroup: null,
  broadcast: null,
  mayBeIp: true,
  mayEndInController: false,
  marked: false,
};

/** Reads `tcp,reg14=0x1,…,nw_src=10.0.1.11,…,tp_dst=80`; null stands for a text without a header. */
export function readFlow(flow: string | null): FlowNature {
  if (flow === null) return headerless;
  const [first = ''] = flow.split(',', 1);
  const keyword = first.includes('=') ? '' : first;
  const field = (name: string) => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(flow)?.[1] ?? null;
  const etherType = field('dl_type');
  const isIp = /^(?:ip|ipv6|icmp6?|igmp|tcp6?|udp6?|sctp6?)$/.test(keyword) || isIpType(etherType);
  const isV6 = /6$/.test(keyword) || etherType === '0x86dd';
  const toGroupMac = /^[\da-f][13579bdf]:/i.test(field('dl_dst') ?? '');
  const icmpType = Number(field('icmp_type') ?? NaN);
  const isNeighbour = keyword === 'arp' || (isV6 && (icmpType === 135 || icmpType === 136));
  return {
    unanswerable: isUnanswerable(keyword, isV6, field),
    toGroup: toGroupMac || isNeighbour,
    broadcast: toGroupMac && !isNeighbour,
    mayBeIp: isIp || (keyword === '' && etherType === null),
    mayEndInController:
      keyword === 'igmp' ||
      (isV6 && [130, 131, 132, 143].includes(icmpType)) ||
      field('nw_proto') === '2' ||
      (/^udp/.test(keyword) &&
        (field('tp_dst') === '3784' || (field('tp_src') === '547' && field('tp_dst') === '546'))),
    marked: field('ct_mark') !== null || field('ct_label') !== null,
  };
}

function isIpType(etherType: string | null): boolean {
  return etherType === '0x0800' || etherType === '0x86dd';
}

/**
 * execute_reject() in ovn-trace.c answers no reset, and no packet whose ICMP type is that of its own error. It takes the
 * source port of UDP for that type, as both lie in the same field.
 */
function isUnanswerable(keyword: string, isV6: boolean, field: (name: string) => string | null): boolean {
  if (/^tcp/.test(keyword)) return field('tcp_flags') === 'rst';
  if (/^sctp/.test(keyword)) return false;
  return (field('icmp_type') ?? field('tp_src')) === (isV6 ? '1' : '3');
}
