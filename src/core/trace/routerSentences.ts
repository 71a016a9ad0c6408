import { callPort, routerArgument, routerOf, type CauseFacts, type WordsOf } from './causeFacts';
import { readableMatch } from './phrases';

export const routerWords: WordsOf<
  | 'NO_ROUTE'
  | 'ROUTE_DISCARD'
  | 'ROUTER_POLICY'
  | 'WRONG_ROUTER_MAC'
  | 'ROUTER_FILTER'
  | 'ARP_UNRESOLVED'
  | 'TTL_EXCEEDED'
  | 'PACKET_TOO_BIG'
  | 'ROUTER_ADDRESS'
  | 'NAT_UNSIMULATED'
  | 'NAT_EXCLUDED'
  | 'DHCP_RELAY_REFUSED'
> = {
  NO_ROUTE: (facts) => ({
    sentence: `${routerOf(facts)} has no route to ${destinationOf(facts)}.`,
    advice: [
      ...openConnection(facts),
      `Look at its routes with "${show(facts, 'lr-route-list')}", and add the one that is missing.`,
    ],
  }),
  ROUTE_DISCARD: (facts) => ({
    sentence: `A route of ${routerOf(facts)} discards packets to ${destinationOf(facts)}${inParentheses(prefixOf(facts))}.`,
    advice: [
      `Look in "${show(facts, 'lr-route-list')}" for a static route with the next hop discard, and remove it if the packet should pass.`,
    ],
  }),
  ROUTER_POLICY: (facts) => ({
    sentence: `A policy of ${routerOf(facts)} drops the packet${inParentheses(matchOf(facts))}.`,
    advice: [
      `Look at its policies with "${show(facts, 'lr-policy-list')}". Correct that one, or put one with the action allow and a higher priority above it.`,
    ],
  }),
  WRONG_ROUTER_MAC: (facts) => ({
    sentence: `${routerOf(facts)} does not take the frame: ${facts.names.ethDst ?? 'its destination MAC'} is not the MAC of ${callPort(facts, facts.hop?.inport, 'the router port')}.`,
    advice: [
      'Use the MAC of that router port as the destination MAC (Edit and Trace).',
      'In a running instance, look for a stale ARP entry of the gateway.',
    ],
  }),
  ROUTER_FILTER: (facts) => wordFilter(facts),
  ARP_UNRESOLVED: (facts) => ({
    sentence: `${routerOf(facts)} does not know the MAC of ${nextHopOf(facts)}; it sends an ARP or neighbour request, and the packet itself does not arrive until that is answered.`,
    advice: [
      ...openConnection(facts),
      ...(facts.heading?.gateway
        ? [`Check that the gateway ${facts.heading.gateway} is right and reachable from that router port.`]
        : ['Check that the address exists: no port of the switch has it among its addresses.']),
      facts.inwardSwitch === null
        ? 'If it is outside OVN, a real request may be answered: ovn-trace only knows the rows of MAC_Binding, not those of Static_MAC_Binding.'
        : `No port of switch ${facts.inwardSwitch} leads out of OVN (localnet, or "unknown" among its addresses), so nobody else can answer.`,
    ],
  }),
  TTL_EXCEEDED: (facts) => ({
    sentence: `The TTL of the packet is used up at ${routerOf(facts)}.`,
    advice: [
      'Send it with a higher TTL (ip.ttl == 64); a microflow without ip.ttl has TTL 0.',
      'If it began with a high one, look for a routing loop: a router that the trace shows more than once.',
    ],
  }),
  PACKET_TOO_BIG: (facts) => ({
    sentence: `The packet is larger than the MTU of the gateway port of ${routerOf(facts)}, which tells the sender to send smaller ones.`,
    advice: [
      'Check options:gateway_mtu of that router port against the physical network.',
      'See that the sender gets the ICMP error: a firewall that drops it breaks path MTU discovery.',
    ],
  }),
  ROUTER_ADDRESS: (facts) => ({
    sentence: `${destinationOf(facts)} is an address of ${routerOf(facts)} itself, which does not offer ${facts.names.service}.`,
    advice: [
      'A router answers pings and ARP only. Trace to the address of an instance, or of a load balancer.',
    ],
  }),
  NAT_UNSIMULATED: (facts) => wordNat(facts),
  NAT_EXCLUDED: (facts) => ({
    sentence: `A stateless NAT rule of ${routerOf(facts)} is for certain outside addresses only, and ${facts.names.ipSrc ?? 'the other end'} is none of them.`,
    advice: ['Check allowed_ext_ips and exempted_ext_ips of its NAT rows, and the address sets they name.'],
  }),
  DHCP_RELAY_REFUSED: (facts) => ({
    sentence: `The DHCP relay of ${routerOf(facts)} does not take the packet.`,
    advice: [
      'Check the DHCP_Relay row of the router port: its server has to be a routed address, and the packet a plain request without relay address.',
    ],
  }),
};

/** The end of the packet's way as it stood by then: behind load balancing and NAT it is another than it set out for. */
function destinationOf({ heading, names }: CauseFacts): string {
  return heading?.destination ?? (heading === null ? names.ipDst : null) ?? 'the destination';
}

/** `the next hop 192.0.2.1 towards 8.8.8.8`, as far as the trace says. */
function nextHopOf(facts: CauseFacts): string {
  const gateway = facts.heading?.gateway;
  return `the next hop ${gateway ? `${gateway} ` : ''}towards ${destinationOf(facts)}`;
}

/** The destination is a load balancer's, and what the trace carries is no new connection. */
function openConnection({ vip, balancedInText }: CauseFacts): readonly string[] {
  if (vip?.fault === 'established') {
    return [
      `${vip.ip} is an address of load balancer ${vip.loadBalancer}. ovn-trace balances new connections only, for it does not know the backend of an open one: trace a new connection (--ct=new).`,
    ];
  }
  return vip === null && balancedInText
    ? [
        'The address is one of a load balancer, which takes new connections (--ct=new) to the ports it serves: check the port, and the connection states of the trace.',
      ]
    : [];
}

function wordFilter(facts: CauseFacts): { readonly sentence: string; readonly advice: readonly string[] } {
  const { names } = facts;
  const match = facts.hop?.match ?? '';
  if (/^arp(?: \|\| nd)?$/.test(match)) {
    return names.askedFor === null
      ? {
          sentence: `${routerOf(facts)} forwards no ARP and no neighbour discovery; it only learns from replies and announcements.`,
          advice: ['Nothing needs to change: such packets end at the router.'],
        }
      : {
          sentence: `${routerOf(facts)} does not answer for ${names.askedFor}, which is none of its addresses.`,
          advice: ['Check that the address exists: no port of the switch has it among its addresses.'],
        };
  }
  const filter = filters.find(({ pattern }) => pattern.test(match));
  const shown = matchOf(facts);
  const reason = filter?.reason(facts) ?? (shown === '' ? 'such packets' : `packets with ${shown}`);
  return {
    sentence: `${routerOf(facts)} does not forward ${reason}.`,
    advice: [
      filter?.advice ??
        'Check the source address: addresses of the router itself, broadcast, loopback and multicast sources are never forwarded.',
    ],
  };
}

interface Filter {
  readonly pattern: RegExp;
  readonly reason: (facts: CauseFacts) => string;
  readonly advice: string;
}

/** What a router never forwards, by the match of the flow that drops it. */
const filters: readonly Filter[] = [
  {
    pattern: /\bvlan\.present\b|\beth\.src\[40\]/,
    reason: () => 'frames with a VLAN tag or from a multicast MAC',
    advice: 'Send the frame untagged, from the MAC of one interface.',
  },
  {
    pattern: /^eth\.bcast$/,
    reason: () => 'broadcasts',
    advice: 'A broadcast ends at the router; send to an address, or use a DHCP relay for DHCP.',
  },
  {
    pattern: /\bnd_r[sa]\b/,
    reason: () => 'router solicitations and advertisements, and does not answer them on that port',
    advice: 'If it should answer solicitations, set ipv6_ra_configs:address_mode on the router port.',
  },
  {
    pattern: /\bip[46]\.mcast_rsvd\b|\bigmp\b|\bmld/,
    reason: () => 'packets that are meant for one link only',
    advice: 'Nothing needs to change: such packets end at the router.',
  },
  {
    pattern: /\bip[46]\.mcast\b/,
    reason: ({ names }) => `multicast such as ${names.ipDst ?? 'this'}`,
    advice: 'Set options:mcast_relay=true on the router if it should.',
  },
  {
    pattern: /\bip4\.src_mcast\b|\bip4\.src == 127\./,
    reason: ({ names }) =>
      `packets from or to addresses that mean one host or nobody (${names.ipSrc ?? 'source'} to ${names.ipDst ?? 'destination'})`,
    advice: 'Check both addresses: broadcast, loopback, multicast and 0.0.0.0/8 sources are never forwarded.',
  },
  {
    pattern: /^(?:.*&& )?ip[46]\.src == /,
    reason: ({ names }) =>
      `packets from ${names.ipSrc ?? 'an address'}, which is an address of its own or a broadcast`,
    advice: 'Check the source address; two machines may have the same one.',
  },
];

/** The match as the user wrote it, for policies. */
function matchOf({ hop }: CauseFacts): string {
  return hop ? readableMatch(hop.match) : '';
}

/** The prefix of the route that matched. */
function prefixOf({ hop }: CauseFacts): string {
  return /\bip[46]\.(?:dst|src) == ([\da-f.:]+\/\d+)/.exec(hop?.match ?? '')?.[1] ?? '';
}

function inParentheses(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

/** Whether the packet is a reply cannot be told where the router looked no connection up. */
function wordNat(facts: CauseFacts): { readonly sentence: string; readonly advice: readonly string[] } {
  const state = (facts.hop ?? facts.decidedBy)?.ctState ?? null;
  const address = `${destinationOf(facts)} is an address of the NAT of ${routerOf(facts)}`;
  const rules = `Look at its NAT rules with "${show(facts, 'lr-nat-list')}".`;
  const open =
    'To let new connections in, add a NAT rule of type dnat or dnat_and_snat for the address, or a load balancer.';
  const limit =
    'For the way back of an open connection this is a limit of ovn-trace, not of the network. Trace from the router on, with the translated address.';
  if (state?.includes('new') === true) {
    return {
      sentence: `${address}, which translates only replies back from there; a new connection leads nowhere, and the router drops it.`,
      advice: [rules, open],
    };
  }
  if (state !== null) {
    return {
      sentence: `${address}; ovn-trace knows no connections, so it cannot translate the address back, and the router drops it.`,
      advice: [limit],
    };
  }
  return {
    sentence: `${address}, which the packet still has when it is to be forwarded, so the router drops it: ovn-trace cannot translate the address of a reply back, and a new connection leads nowhere there.`,
    advice: [limit, rules, open],
  };
}

function show(facts: CauseFacts, command: string): string {
  return `ovn-nbctl ${command} ${routerArgument(facts) ?? 'ROUTER'}`;
}
