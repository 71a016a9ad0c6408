import * as l10n from '@vscode/l10n';
import type { StageTexts } from './stageTexts';

/** Stages of the ingress pipeline of a logical router, by name without `lr_in_`. */
export const routerIngressStages: StageTexts = {
  admission: () => [
    l10n.t('Router admission'),
    l10n.t(
      'Takes only frames without a VLAN tag whose destination MAC is that of the router port, or a multicast one.',
    ),
  ],
  lookup_neighbor: () => [
    l10n.t('Neighbour lookup'),
    l10n.t('Looks whether the sender of an ARP or ND packet is already known.'),
  ],
  learn_neighbor: () => [
    l10n.t('Neighbour learning'),
    l10n.t('Learns the MAC of the sender of an ARP or ND packet.'),
  ],
  ip_input: () => [
    l10n.t('IP input'),
    l10n.t(
      'Answers ARP, ND and pings for the router, and drops packets that must not be routed or have used up their TTL.',
    ),
  ],
  dhcp_relay_req: () => [
    l10n.t('DHCP relay, request'),
    l10n.t('Makes a DHCP request ready to be relayed to the DHCP server.'),
  ],
  unsnat: () => [
    l10n.t('Reverse source NAT'),
    l10n.t('Gives replies the destination address back that source NAT had hidden.'),
  ],
  post_unsnat: () => [
    l10n.t('After reverse source NAT'),
    l10n.t('Notes whether source NAT tracks the connection, where the router commits every connection.'),
  ],
  defrag: () => [
    l10n.t('Defragmentation'),
    l10n.t(
      'Sends packets that NAT, a load balancer or an ECMP route may need to know through connection tracking.',
    ),
  ],
  ct_extract: () => [
    l10n.t('Conntrack fields'),
    l10n.t('Takes protocol and destination port of a new connection into registers, for the load balancers.'),
  ],
  lb_aff_check: () => [
    l10n.t('Session affinity check'),
    l10n.t('Looks whether this client is already bound to a backend.'),
  ],
  dnat: () => [
    l10n.t('Destination NAT'),
    l10n.t('Replaces the destination address by a NAT rule or a load balancer.'),
  ],
  lb_aff_learn: () => [l10n.t('Session affinity'), l10n.t('Remembers which backend this client got.')],
  ecmp_stateful: () => [
    l10n.t('ECMP symmetric reply'),
    l10n.t('Remembers the way a connection came in so that its replies go back the same way.'),
  ],
  nd_ra_options: () => [
    l10n.t('Router advertisement options'),
    l10n.t('Prepares the answer to a router solicitation.'),
  ],
  nd_ra_response: () => [
    l10n.t('Router advertisement'),
    l10n.t('Sends the prepared router advertisement back.'),
  ],
  ip_routing_pre: () => [
    l10n.t('Routing table choice'),
    l10n.t('Chooses the routing table by the port the packet came in.'),
  ],
  ip_routing: () => [
    l10n.t('Route lookup'),
    l10n.t('Finds the route with the longest prefix, and decrements the TTL.'),
  ],
  ip_routing_ecmp: () => [
    l10n.t('ECMP route choice'),
    l10n.t('Chooses one of several routes of equal cost.'),
  ],
  policy: () => [
    l10n.t('Routing policy'),
    l10n.t('Applies the routing policies, which may allow or drop the packet or change its next hop.'),
  ],
  policy_ecmp: () => [
    l10n.t('ECMP policy choice'),
    l10n.t('Chooses one of several next hops of a routing policy.'),
  ],
  dhcp_relay_resp_chk: () => [
    l10n.t('DHCP relay, response check'),
    l10n.t('Checks the answer of the DHCP server.'),
  ],
  dhcp_relay_resp: () => [
    l10n.t('DHCP relay, response'),
    l10n.t('Relays the answer of the DHCP server to the client.'),
  ],
  arp_resolve: () => [
    l10n.t('Next-hop MAC'),
    l10n.t('Finds the MAC address of the next hop among the known ports and learned neighbours.'),
  ],
  chk_pkt_len: () => [
    l10n.t('Packet size check'),
    l10n.t('Notes whether the packet is too large for the gateway port.'),
  ],
  larger_pkts: () => [
    l10n.t('Too large packets'),
    l10n.t('Answers packets that are too large with an ICMP error.'),
  ],
  gw_redirect: () => [
    l10n.t('Gateway redirect'),
    l10n.t(
      'Sends packets for a distributed gateway port to the chassis that has it, unless NAT is done here.',
    ),
  ],
  network_id: () => [
    l10n.t('Network choice'),
    l10n.t('Notes in which of the networks of the output port the next hop lies.'),
  ],
  arp_request: () => [
    l10n.t('ARP request'),
    l10n.t('Asks for the MAC of the next hop when it is not known, and sends the packet on when it is.'),
  ],
  ecmp_stateful_egr: () => [
    l10n.t('ECMP symmetric reply, egress'),
    l10n.t(
      'Remembers the way a connection goes out so that its packets keep to it, and sends the packet on.',
    ),
  ],
};

/** Stages of the egress pipeline of a logical router, by name without `lr_out_`. */
export const routerEgressStages: StageTexts = {
  chk_dnat_local: () => [
    l10n.t('Local DNAT check'),
    l10n.t(
      'Notes whether the packet needs destination NAT on this router once source NAT has sent it back into it.',
    ),
  ],
  undnat: () => [
    l10n.t('Reverse destination NAT'),
    l10n.t('Gives replies the source address back that the client had asked for.'),
  ],
  post_undnat: () => [
    l10n.t('After reverse destination NAT'),
    l10n.t(
      'Brings the connection into connection tracking for source NAT, or commits it on a gateway router.',
    ),
  ],
  snat: () => [l10n.t('Source NAT'), l10n.t('Replaces the source address by a NAT rule.')],
  post_snat: () => [
    l10n.t('After source NAT'),
    l10n.t('Commits connections that come from outside straight into a network behind source NAT.'),
  ],
  egr_loop: () => [
    l10n.t('Egress loopback'),
    l10n.t('Sends packets for an external address of this same router back into its ingress pipeline.'),
  ],
  delivery: () => [l10n.t('Delivery'), l10n.t('Sends the packet out of the router port.')],
};
