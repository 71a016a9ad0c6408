import * as l10n from '@vscode/l10n';
import { callPort, routerArgument, routerOf, type CauseFacts, type WordsOf } from './causeFacts';
import { matchOf, wordFilter } from './routerFilters';

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
    sentence: l10n.t('{0} has no route to {1}.', routerOf(facts), destinationOf(facts)),
    advice: [
      ...openConnection(facts),
      l10n.t('Look at its routes with "{0}", and add the one that is missing.', show(facts, 'lr-route-list')),
    ],
  }),
  ROUTE_DISCARD: (facts) => ({
    sentence: l10n.t(
      'A route of {0} discards packets to {1}{2}.',
      routerOf(facts),
      destinationOf(facts),
      inParentheses(prefixOf(facts)),
    ),
    advice: [
      l10n.t(
        'Look in "{0}" for a static route with the next hop discard, and remove it if the packet should pass.',
        show(facts, 'lr-route-list'),
      ),
    ],
  }),
  ROUTER_POLICY: (facts) => ({
    sentence: l10n.t('A policy of {0} drops the packet{1}.', routerOf(facts), inParentheses(matchOf(facts))),
    advice: [
      l10n.t(
        'Look at its policies with "{0}". Correct that one, or put one with the action allow and a higher priority above it.',
        show(facts, 'lr-policy-list'),
      ),
    ],
  }),
  WRONG_ROUTER_MAC: (facts) => ({
    sentence: l10n.t(
      '{0} does not take the frame: {1} is not the MAC of {2}.',
      routerOf(facts),
      facts.names.ethDst ?? l10n.t('its destination MAC'),
      callPort(facts, facts.hop?.inport, l10n.t('the router port')),
    ),
    advice: [
      l10n.t('Use the MAC of that router port as the destination MAC (Edit and Trace).'),
      l10n.t('In a running instance, look for a stale ARP entry of the gateway.'),
    ],
  }),
  ROUTER_FILTER: (facts) => wordFilter(facts),
  ARP_UNRESOLVED: (facts) => ({
    sentence: l10n.t(
      '{0} does not know the MAC of {1}; it sends an ARP or neighbour request, and the packet itself does not arrive until that is answered.',
      routerOf(facts),
      nextHopOf(facts),
    ),
    advice: [
      ...openConnection(facts),
      ...(facts.heading?.gateway
        ? [
            l10n.t(
              'Check that the gateway {0} is right and reachable from that router port.',
              facts.heading.gateway,
            ),
          ]
        : [l10n.t('Check that the address exists: no port of the switch has it among its addresses.')]),
      facts.inwardSwitch === null
        ? l10n.t(
            'If it is outside OVN, a real request may be answered: ovn-trace only knows the rows of MAC_Binding, not those of Static_MAC_Binding.',
          )
        : l10n.t(
            'No port of switch {0} leads out of OVN (localnet, or "unknown" among its addresses), so nobody else can answer.',
            facts.inwardSwitch,
          ),
    ],
  }),
  TTL_EXCEEDED: (facts) => ({
    sentence: l10n.t('The TTL of the packet is used up at {0}.', routerOf(facts)),
    advice: [
      l10n.t('Send it with a higher TTL (ip.ttl == 64); a microflow without ip.ttl has TTL 0.'),
      l10n.t(
        'If it began with a high one, look for a routing loop: a router that the trace shows more than once.',
      ),
    ],
  }),
  PACKET_TOO_BIG: (facts) => ({
    sentence: l10n.t(
      'The packet is larger than the MTU of the gateway port of {0}, which tells the sender to send smaller ones.',
      routerOf(facts),
    ),
    advice: [
      l10n.t('Check options:gateway_mtu of that router port against the physical network.'),
      l10n.t('See that the sender gets the ICMP error: a firewall that drops it breaks path MTU discovery.'),
    ],
  }),
  ROUTER_ADDRESS: (facts) => ({
    sentence: l10n.t(
      '{0} is an address of {1} itself, which does not offer {2}.',
      destinationOf(facts),
      routerOf(facts),
      facts.names.service,
    ),
    advice: [
      l10n.t(
        'A router answers pings and ARP only. Trace to the address of an instance, or of a load balancer.',
      ),
    ],
  }),
  NAT_UNSIMULATED: (facts) => wordNat(facts),
  NAT_EXCLUDED: (facts) => ({
    sentence: l10n.t(
      'A stateless NAT rule of {0} is for certain outside addresses only, and {1} is none of them.',
      routerOf(facts),
      facts.names.ipSrc ?? l10n.t('the other end'),
    ),
    advice: [
      l10n.t('Check allowed_ext_ips and exempted_ext_ips of its NAT rows, and the address sets they name.'),
    ],
  }),
  DHCP_RELAY_REFUSED: (facts) => ({
    sentence: l10n.t('The DHCP relay of {0} does not take the packet.', routerOf(facts)),
    advice: [
      l10n.t(
        'Check the DHCP_Relay row of the router port: its server has to be a routed address, and the packet a plain request without relay address.',
      ),
    ],
  }),
};

/** The end of the packet's way as it stood by then: behind load balancing and NAT it is another than it set out for. */
function destinationOf({ heading, names }: CauseFacts): string {
  return heading?.destination ?? (heading === null ? names.ipDst : null) ?? l10n.t('the destination');
}

/** `the next hop 192.0.2.1 towards 8.8.8.8`, as far as the trace says. */
function nextHopOf(facts: CauseFacts): string {
  const gateway = facts.heading?.gateway;
  return gateway
    ? l10n.t('the next hop {0} towards {1}', gateway, destinationOf(facts))
    : l10n.t('the next hop towards {0}', destinationOf(facts));
}

/** The destination is a load balancer's, and what the trace carries is no new connection. */
function openConnection({ vip, balancedInText }: CauseFacts): readonly string[] {
  if (vip?.fault === 'established') {
    return [
      l10n.t(
        '{0} is an address of load balancer {1}. ovn-trace balances new connections only, for it does not know the backend of an open one: trace a new connection (--ct=new).',
        vip.ip,
        vip.loadBalancer,
      ),
    ];
  }
  return vip === null && balancedInText
    ? [
        l10n.t(
          'The address is one of a load balancer, which takes new connections (--ct=new) to the ports it serves: check the port, and the connection states of the trace.',
        ),
      ]
    : [];
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
  const destination = destinationOf(facts);
  const router = routerOf(facts);
  const rules = l10n.t('Look at its NAT rules with "{0}".', show(facts, 'lr-nat-list'));
  const open = l10n.t(
    'To let new connections in, add a NAT rule of type dnat or dnat_and_snat for the address, or a load balancer.',
  );
  const limit = l10n.t(
    'For the way back of an open connection this is a limit of ovn-trace, not of the network. Trace from the router on, with the translated address.',
  );
  if (state?.includes('new') === true) {
    return {
      sentence: l10n.t(
        '{0} is an address of the NAT of {1}, which translates only replies back from there; a new connection leads nowhere, and the router drops it.',
        destination,
        router,
      ),
      advice: [rules, open],
    };
  }
  if (state !== null) {
    return {
      sentence: l10n.t(
        '{0} is an address of the NAT of {1}; ovn-trace knows no connections, so it cannot translate the address back, and the router drops it.',
        destination,
        router,
      ),
      advice: [limit],
    };
  }
  return {
    sentence: l10n.t(
      '{0} is an address of the NAT of {1}, which the packet still has when it is to be forwarded, so the router drops it: ovn-trace cannot translate the address of a reply back, and a new connection leads nowhere there.',
      destination,
      router,
    ),
    advice: [limit, rules, open],
  };
}

function show(facts: CauseFacts, command: string): string {
  return `ovn-nbctl ${command} ${routerArgument(facts) ?? 'ROUTER'}`;
}
