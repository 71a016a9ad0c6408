/**
 * What the stages of OVN's pipelines do, for people. Stage names are the key that is stable over OVN versions (table
 * numbers are not). Names: `PIPELINE_STAGES` in `northd/ovn-northd.c` (20.03 to 20.12) and `northd/northd.h` (since).
 */
export interface StageDescription {
  /** A few words in the place of the stage name: `ACL evaluation`. */
  readonly title: string;
  /** One sentence. */
  readonly about: string;
}

type Entry = readonly [title: string, about: string];

/** Stages that both pipelines of a switch have, by name without `ls_in_` or `ls_out_`. */
const switchStages: Readonly<Record<string, Entry>> = {
  port_sec_l2: ['Port security, MAC', 'Checks that the MAC address is one the port may use.'],
  port_sec_ip: ['Port security, IP', 'Checks that the IP address is one the port may use.'],
  check_port_sec: [
    'Port security check',
    'Notes in a register whether MAC and IP addresses break port security.',
  ],
  apply_port_sec: [
    'Port security',
    'Drops the packet when the check before found that it breaks port security.',
  ],
  mirror: ['Port mirroring', 'Sends a copy of the packet to a mirror port when a mirror rule matches.'],
  lookup_fdb: ['MAC learning, lookup', 'Looks whether the source MAC is already learned on this port.'],
  put_fdb: ['MAC learning', 'Learns the source MAC on this port.'],
  pre_acl: ['ACL preparation', 'Decides whether the packet needs connection tracking for stateful ACLs.'],
  pre_lb: [
    'Load-balancer preparation',
    'Decides whether the packet needs connection tracking for load balancing.',
  ],
  pre_stateful: [
    'Conntrack lookup',
    'Sends the packet through connection tracking when a stage before asked for it.',
  ],
  acl_hint: ['ACL hints', 'Notes which kinds of ACLs can matter for the state of this connection.'],
  acl: ['ACL evaluation', 'Finds the ACL of the highest priority that matches, and carries out its action.'],
  acl_eval: ['ACL evaluation', 'Finds the ACL of the highest priority that matches, and notes its verdict.'],
  acl_sample: ['ACL sampling', 'Reports samples of the ACL verdict to a collector.'],
  acl_action: [
    'ACL action',
    'Carries out the verdict of the ACL evaluation: lets go on, drops, rejects, or goes to the next tier.',
  ],
  qos_mark: ['QoS marking', 'Sets the DSCP value that a QoS rule asks for.'],
  qos_meter: ['QoS metering', 'Limits the rate as a QoS rule asks for.'],
  qos: ['QoS', 'Marks or limits the packet as a QoS rule asks for.'],
  ct_extract: [
    'Conntrack fields',
    'Takes the original addresses and ports of the connection into registers.',
  ],
  lb: ['Load balancing', 'Replaces a virtual address by one of its backends.'],
  stateful: ['Connection commit', 'Commits the connection to connection tracking.'],
  network_function: ['Network function', 'Sends the packet through a network function that an ACL names.'],
};

const switchIngressStages: Readonly<Record<string, Entry>> = {
  port_sec_nd: [
    'Port security, ARP and ND',
    'Checks the addresses inside ARP and neighbour discovery packets.',
  ],
  lb_aff_check: ['Session affinity check', 'Looks whether this client is already bound to a backend.'],
  lb_aff_learn: ['Session affinity', 'Remembers which backend this client got.'],
  pre_hairpin: ['Hairpin check', 'Finds load-balanced packets whose backend is their own sender.'],
  nat_hairpin: ['Hairpin NAT', 'Changes the source of hairpinned packets so that the answer comes back.'],
  hairpin: ['Hairpin', 'Sends hairpinned packets back to the port they came from.'],
  acl_after_lb: [
    'ACL evaluation after load balancing',
    'Evaluates the ACLs that apply after load balancing, and carries out their action.',
  ],
  acl_after_lb_eval: [
    'ACL evaluation after load balancing',
    'Evaluates the ACLs that apply after load balancing, and notes the verdict.',
  ],
  acl_after_lb_sample: [
    'ACL sampling after load balancing',
    'Reports samples of the ACL verdict to a collector.',
  ],
  acl_after_lb_action: [
    'ACL action after load balancing',
    'Carries out the verdict of the ACLs that apply after load balancing.',
  ],
  arp_rsp: [
    'ARP and ND responder',
    'Answers ARP requests and neighbour solicitations for addresses that OVN knows.',
  ],
  dhcp_options: ['DHCP options', 'Prepares the answer to a DHCP request.'],
  dhcp_response: ['DHCP response', 'Sends the answer to a DHCP request.'],
  dns_lookup: ['DNS lookup', 'Looks the name of a DNS query up in the DNS records that OVN knows.'],
  dns_response: ['DNS response', 'Sends the answer to a DNS query.'],
  external_port: [
    'External ports',
    'Drops ARP and ND for external ports where another chassis answers for them.',
  ],
  l2_lkup: ['L2 lookup', 'Finds the output port by the destination MAC.'],
  l2_unknown: [
    'Unknown destination',
    'Decides what happens to a packet whose destination MAC is on no port.',
  ],
};

const routerIngressStages: Readonly<Record<string, Entry>> = {
  admission: [
    'Router admission',
    'Takes only frames whose destination MAC is that of the router port, or a multicast one.',
  ],
  lookup_neighbor: ['Neighbour lookup', 'Looks whether the sender of an ARP or ND packet is already known.'],
  learn_neighbor: ['Neighbour learning', 'Learns the MAC of the sender of an ARP or ND packet.'],
  ip_input: ['IP input', 'Answers packets to the router itself and drops those that must not be routed.'],
  dhcp_relay_req: ['DHCP relay, request', 'Forwards DHCP requests to the DHCP server.'],
  unsnat: ['Reverse source NAT', 'Gives replies their original destination address back.'],
  post_unsnat: ['After reverse source NAT', 'Tracks the connection again after reverse source NAT.'],
  defrag: [
    'Defragmentation',
    'Sends packets that NAT or a load balancer may change through connection tracking.',
  ],
  ct_extract: [
    'Conntrack fields',
    'Takes the original addresses and ports of the connection into registers.',
  ],
  lb_aff_check: ['Session affinity check', 'Looks whether this client is already bound to a backend.'],
  dnat: ['Destination NAT', 'Replaces the destination address, by a NAT rule or a load balancer.'],
  lb_aff_learn: ['Session affinity', 'Remembers which backend this client got.'],
  ecmp_stateful: [
    'ECMP symmetric reply',
    'Remembers the way a connection came so that its replies go back the same way.',
  ],
  nd_ra_options: ['Router advertisement options', 'Prepares the answer to a router solicitation.'],
  nd_ra_response: ['Router advertisement', 'Sends the answer to a router solicitation.'],
  ip_routing_pre: ['Routing table choice', 'Chooses the routing table by the port the packet came in.'],
  ip_routing: ['Route lookup', 'Finds the route with the longest prefix, and decrements the TTL.'],
  ip_routing_ecmp: ['ECMP route choice', 'Chooses one of several routes of equal cost.'],
  policy: [
    'Routing policy',
    'Applies the routing policies, which may drop the packet or change its next hop.',
  ],
  policy_ecmp: ['ECMP policy choice', 'Chooses one of several next hops of a routing policy.'],
  dhcp_relay_resp_chk: ['DHCP relay, response check', 'Checks the answer of the DHCP server.'],
  dhcp_relay_resp: ['DHCP relay, response', 'Forwards the answer of the DHCP server to the client.'],
  arp_resolve: ['Next-hop MAC', 'Finds the MAC address of the next hop.'],
  chk_pkt_len: ['Packet size check', 'Notes whether the packet is too large for the gateway port.'],
  larger_pkts: ['Too large packets', 'Answers packets that are too large with an ICMP error.'],
  gw_redirect: ['Gateway redirect', 'Sends packets that need the gateway chassis there.'],
  network_id: ['Network choice', 'Notes which network of the output port the packet leaves from.'],
  arp_request: [
    'ARP request',
    'Asks for the MAC of the next hop when it is not known; otherwise sends the packet on.',
  ],
};

const routerEgressStages: Readonly<Record<string, Entry>> = {
  chk_dnat_local: [
    'Local DNAT check',
    'Notes whether the packet went through destination NAT on this router.',
  ],
  undnat: ['Reverse destination NAT', 'Gives replies the original source address back.'],
  post_undnat: ['After reverse destination NAT', 'Commits the connection after reverse destination NAT.'],
  snat: ['Source NAT', 'Replaces the source address, by a NAT rule.'],
  post_snat: ['After source NAT', 'Commits the connection after source NAT.'],
  egr_loop: ['Egress loopback', 'Sends packets to an external address of this same router back into it.'],
  delivery: ['Delivery', 'Sends the packet out of the router port.'],
};

const pipelines: readonly (readonly [prefix: string, stages: readonly Readonly<Record<string, Entry>>[]])[] =
  [
    ['ls_in_', [switchStages, switchIngressStages]],
    ['ls_out_', [switchStages]],
    ['lr_in_', [routerIngressStages]],
    ['lr_out_', [routerEgressStages]],
  ];

const descriptions: ReadonlyMap<string, StageDescription> = new Map(
  pipelines.flatMap(([prefix, groups]) =>
    groups.flatMap((group) =>
      Object.entries(group).map(([name, [title, about]]) => [prefix + name, { title, about }] as const),
    ),
  ),
);

/** Title and purpose of a stage by its name (`ls_out_acl_eval`), of OVN 20.03 to 26.03; null for any other. */
export function describeStage(stage: string): StageDescription | null {
  return descriptions.get(stage) ?? null;
}
