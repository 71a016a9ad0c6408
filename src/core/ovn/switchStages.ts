import type { StageTexts } from './stageTexts';

/** Stages that do the same in both pipelines of a logical switch, by name without `ls_in_` or `ls_out_`. */
export const switchStages: StageTexts = {
  port_sec_ip: ['Port security, IP', 'Drops IP packets with an address that port security denies the port.'],
  apply_port_sec: [
    'Port security',
    'Drops the packet when the check before found that the port is disabled or port security broken.',
  ],
  mirror: ['Port mirroring', 'Sends a copy of the packet to a mirror port when a mirror rule matches.'],
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
  qos_mark: ['QoS marking', 'Sets the DSCP value or the packet mark that a QoS rule asks for.'],
  qos_meter: ['QoS metering', 'Limits the rate as a QoS rule asks for.'],
  qos: ['QoS', 'Marks or limits the packet as a QoS rule asks for.'],
  pre_network_function: [
    'Network function choice',
    'Chooses the healthy network function of the group that the deciding ACL names.',
  ],
  stateful: [
    'Connection commit',
    'Commits the connection to connection tracking when a stage before asked for it.',
  ],
  network_function: [
    'Network function',
    'Sends the packet through the chosen network function, or drops it when the group has none that works.',
  ],
};

/** Stages of the ingress pipeline of a logical switch, by name without `ls_in_`. */
export const switchIngressStages: StageTexts = {
  port_sec_l2: [
    'Port security, MAC',
    'Drops frames with a VLAN tag or a multicast source MAC, of a disabled port, or from a MAC that port security denies the port.',
  ],
  port_sec_nd: [
    'Port security, ARP and ND',
    'Drops ARP and neighbour discovery packets that claim addresses which port security denies the port.',
  ],
  check_port_sec: [
    'Port security check',
    'Drops frames with a VLAN tag or a multicast source MAC, and notes whether the port is disabled or its addresses break port security.',
  ],
  lookup_fdb: [
    'MAC learning, lookup',
    'Looks whether the source MAC of a port with unknown addresses is already learned.',
  ],
  put_fdb: [
    'MAC learning',
    'Learns the source MAC of a port with unknown addresses when the lookup missed it.',
  ],
  ct_extract: [
    'Conntrack fields',
    'Takes protocol and destination port of a new connection into registers, for the load balancers.',
  ],
  lb_aff_check: ['Session affinity check', 'Looks whether this client is already bound to a backend.'],
  lb: ['Load balancing', 'Replaces a load-balancer address by one of its backends.'],
  lb_aff_learn: ['Session affinity', 'Remembers which backend this client got.'],
  pre_hairpin: ['Hairpin check', 'Finds load-balanced packets whose backend is their own sender.'],
  nat_hairpin: [
    'Hairpin NAT',
    'Gives hairpinned packets the load-balancer address as source, so that the answer comes back the same way.',
  ],
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
    'Reports samples of the verdict of the ACLs after load balancing to a collector.',
  ],
  acl_after_lb_action: [
    'ACL action after load balancing',
    'Carries out the verdict of the ACLs that apply after load balancing.',
  ],
  arp_nd_pre_lookup: [
    'ARP and ND preparation',
    'Looks the target of an ARP request or neighbour solicitation up in what EVPN has learned, for the responder.',
  ],
  arp_rsp: [
    'ARP and ND responder',
    'Answers ARP requests and neighbour solicitations for addresses that OVN knows.',
  ],
  dhcp_options: ['DHCP options', 'Prepares the answer to a DHCP request.'],
  dhcp_response: ['DHCP response', 'Sends the prepared answer to a DHCP request back.'],
  dns_lookup: ['DNS lookup', 'Looks the name of a DNS query up in the DNS records that OVN knows.'],
  dns_response: ['DNS response', 'Sends the answer to a DNS query back when the lookup found one.'],
  external_port: [
    'External ports',
    'Drops what an external port asks of a router on every chassis but the one that answers for it.',
  ],
  l2_lkup: ['L2 lookup', 'Finds the output port, or the ports to flood to, by the destination MAC.'],
  l2_unknown: [
    'Unknown destination',
    'Drops packets to a MAC that no port has, or sends them to the ports with unknown addresses.',
  ],
};

/** Stages of the egress pipeline of a logical switch, by name without `ls_out_`. */
export const switchEgressStages: StageTexts = {
  lookup_fdb: [
    'MAC learning, lookup',
    'Looks whether the source MAC of a packet from another availability zone is already learned.',
  ],
  put_fdb: [
    'MAC learning',
    'Learns the source MAC of a packet from another availability zone when the lookup missed it.',
  ],
  lb: ['Load balancing', 'Gives established load-balanced connections their translation.'],
  check_port_sec: [
    'Port security check',
    'Notes whether the output port is disabled or the destination addresses break its port security.',
  ],
  port_sec_l2: [
    'Port security, MAC',
    'Drops frames for a disabled port or for a MAC that port security denies the port, and delivers the others.',
  ],
};
