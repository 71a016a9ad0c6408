import type { StageTexts } from './stageTexts';

/** Stages of the ingress pipeline of a logical router, by name without `lr_in_`. */
export const routerIngressStages: StageTexts = {
  admission: [
    'Router admission',
    'Takes only frames without a VLAN tag whose destination MAC is that of the router port, or a multicast one.',
  ],
  lookup_neighbor: ['Neighbour lookup', 'Looks whether the sender of an ARP or ND packet is already known.'],
  learn_neighbor: ['Neighbour learning', 'Learns the MAC of the sender of an ARP or ND packet.'],
  ip_input: [
    'IP input',
    'Answers ARP, ND and pings for the router, and drops packets that must not be routed or have used up their TTL.',
  ],
  dhcp_relay_req: ['DHCP relay, request', 'Makes a DHCP request ready to be relayed to the DHCP server.'],
  unsnat: ['Reverse source NAT', 'Gives replies the destination address back that source NAT had hidden.'],
  post_unsnat: [
    'After reverse source NAT',
    'Notes whether source NAT tracks the connection, where the router commits every connection.',
  ],
  defrag: [
    'Defragmentation',
    'Sends packets that NAT, a load balancer or an ECMP route may need to know through connection tracking.',
  ],
  ct_extract: [
    'Conntrack fields',
    'Takes protocol and destination port of a new connection into registers, for the load balancers.',
  ],
  lb_aff_check: ['Session affinity check', 'Looks whether this client is already bound to a backend.'],
  dnat: ['Destination NAT', 'Replaces the destination address by a NAT rule or a load balancer.'],
  lb_aff_learn: ['Session affinity', 'Remembers which backend this client got.'],
  ecmp_stateful: [
    'ECMP symmetric reply',
    'Remembers the way a connection came in so that its replies go back the same way.',
  ],
  nd_ra_options: ['Router advertisement options', 'Prepares the answer to a router solicitation.'],
  nd_ra_response: ['Router advertisement', 'Sends the prepared router advertisement back.'],
  ip_routing_pre: ['Routing table choice', 'Chooses the routing table by the port the packet came in.'],
  ip_routing: ['Route lookup', 'Finds the route with the longest prefix, and decrements the TTL.'],
  ip_routing_ecmp: ['ECMP route choice', 'Chooses one of several routes of equal cost.'],
  policy: [
    'Routing policy',
    'Applies the routing policies, which may allow or drop the packet or change its next hop.',
  ],
  policy_ecmp: ['ECMP policy choice', 'Chooses one of several next hops of a routing policy.'],
  dhcp_relay_resp_chk: ['DHCP relay, response check', 'Checks the answer of the DHCP server.'],
  dhcp_relay_resp: ['DHCP relay, response', 'Relays the answer of the DHCP server to the client.'],
  arp_resolve: [
    'Next-hop MAC',
    'Finds the MAC address of the next hop among the known ports and learned neighbours.',
  ],
  chk_pkt_len: ['Packet size check', 'Notes whether the packet is too large for the gateway port.'],
  larger_pkts: ['Too large packets', 'Answers packets that are too large with an ICMP error.'],
  gw_redirect: [
    'Gateway redirect',
    'Sends packets for a distributed gateway port to the chassis that has it, unless NAT is done here.',
  ],
  network_id: ['Network choice', 'Notes in which of the networks of the output port the next hop lies.'],
  arp_request: [
    'ARP request',
    'Asks for the MAC of the next hop when it is not known, and sends the packet on when it is.',
  ],
  ecmp_stateful_egr: [
    'ECMP symmetric reply, egress',
    'Remembers the way a connection goes out so that its packets keep to it, and sends the packet on.',
  ],
};

/** Stages of the egress pipeline of a logical router, by name without `lr_out_`. */
export const routerEgressStages: StageTexts = {
  chk_dnat_local: [
    'Local DNAT check',
    'Notes whether the packet needs destination NAT on this router once source NAT has sent it back into it.',
  ],
  undnat: ['Reverse destination NAT', 'Gives replies the source address back that the client had asked for.'],
  post_undnat: [
    'After reverse destination NAT',
    'Brings the connection into connection tracking for source NAT, or commits it on a gateway router.',
  ],
  snat: ['Source NAT', 'Replaces the source address by a NAT rule.'],
  post_snat: [
    'After source NAT',
    'Commits connections that come from outside straight into a network behind source NAT.',
  ],
  egr_loop: [
    'Egress loopback',
    'Sends packets for an external address of this same router back into its ingress pipeline.',
  ],
  delivery: ['Delivery', 'Sends the packet out of the router port.'],
};
