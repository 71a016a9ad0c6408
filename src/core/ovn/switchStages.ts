import * as l10n from '@vscode/l10n';
import type { StageTexts } from './stageTexts';

/** Stages that do the same in both pipelines of a logical switch, by name without `ls_in_` or `ls_out_`. */
export const switchStages: StageTexts = {
  port_sec_ip: () => [
    l10n.t('Port security, IP'),
    l10n.t('Drops IP packets with an address that port security denies the port.'),
  ],
  apply_port_sec: () => [
    l10n.t('Port security'),
    l10n.t('Drops the packet when the check before found that the port is disabled or port security broken.'),
  ],
  mirror: () => [
    l10n.t('Port mirroring'),
    l10n.t('Sends a copy of the packet to a mirror port when a mirror rule matches.'),
  ],
  pre_acl: () => [
    l10n.t('ACL preparation'),
    l10n.t('Decides whether the packet needs connection tracking for stateful ACLs.'),
  ],
  pre_lb: () => [
    l10n.t('Load-balancer preparation'),
    l10n.t('Decides whether the packet needs connection tracking for load balancing.'),
  ],
  pre_stateful: () => [
    l10n.t('Conntrack lookup'),
    l10n.t('Sends the packet through connection tracking when a stage before asked for it.'),
  ],
  acl_hint: () => [
    l10n.t('ACL hints'),
    l10n.t('Notes which kinds of ACLs can matter for the state of this connection.'),
  ],
  acl: () => [
    l10n.t('ACL evaluation'),
    l10n.t('Finds the ACL of the highest priority that matches, and carries out its action.'),
  ],
  acl_eval: () => [
    l10n.t('ACL evaluation'),
    l10n.t('Finds the ACL of the highest priority that matches, and notes its verdict.'),
  ],
  acl_sample: () => [l10n.t('ACL sampling'), l10n.t('Reports samples of the ACL verdict to a collector.')],
  acl_action: () => [
    l10n.t('ACL action'),
    l10n.t(
      'Carries out the verdict of the ACL evaluation: lets go on, drops, rejects, or goes to the next tier.',
    ),
  ],
  qos_mark: () => [
    l10n.t('QoS marking'),
    l10n.t('Sets the DSCP value or the packet mark that a QoS rule asks for.'),
  ],
  qos_meter: () => [l10n.t('QoS metering'), l10n.t('Limits the rate as a QoS rule asks for.')],
  qos: () => [l10n.t('QoS'), l10n.t('Marks or limits the packet as a QoS rule asks for.')],
  pre_network_function: () => [
    l10n.t('Network function choice'),
    l10n.t('Chooses the healthy network function of the group that the deciding ACL names.'),
  ],
  stateful: () => [
    l10n.t('Connection commit'),
    l10n.t('Commits the connection to connection tracking when a stage before asked for it.'),
  ],
  network_function: () => [
    l10n.t('Network function'),
    l10n.t(
      'Sends the packet through the chosen network function, or drops it when the group has none that works.',
    ),
  ],
};

/** Stages of the ingress pipeline of a logical switch, by name without `ls_in_`. */
export const switchIngressStages: StageTexts = {
  port_sec_l2: () => [
    l10n.t('Port security, MAC'),
    l10n.t(
      'Drops frames with a VLAN tag or a multicast source MAC, of a disabled port, or from a MAC that port security denies the port.',
    ),
  ],
  port_sec_nd: () => [
    l10n.t('Port security, ARP and ND'),
    l10n.t(
      'Drops ARP and neighbour discovery packets that claim addresses which port security denies the port.',
    ),
  ],
  check_port_sec: () => [
    l10n.t('Port security check'),
    l10n.t(
      'Drops frames with a VLAN tag or a multicast source MAC, and notes whether the port is disabled or its addresses break port security.',
    ),
  ],
  lookup_fdb: () => [
    l10n.t('MAC learning, lookup'),
    l10n.t('Looks whether the source MAC of a port with unknown addresses is already learned.'),
  ],
  put_fdb: () => [
    l10n.t('MAC learning'),
    l10n.t('Learns the source MAC of a port with unknown addresses when the lookup missed it.'),
  ],
  ct_extract: () => [
    l10n.t('Conntrack fields'),
    l10n.t('Takes protocol and destination port of a new connection into registers, for the load balancers.'),
  ],
  lb_aff_check: () => [
    l10n.t('Session affinity check'),
    l10n.t('Looks whether this client is already bound to a backend.'),
  ],
  lb: () => [l10n.t('Load balancing'), l10n.t('Replaces a load-balancer address by one of its backends.')],
  lb_aff_learn: () => [l10n.t('Session affinity'), l10n.t('Remembers which backend this client got.')],
  pre_hairpin: () => [
    l10n.t('Hairpin check'),
    l10n.t('Finds load-balanced packets whose backend is their own sender.'),
  ],
  nat_hairpin: () => [
    l10n.t('Hairpin NAT'),
    l10n.t(
      'Gives hairpinned packets the load-balancer address as source, so that the answer comes back the same way.',
    ),
  ],
  hairpin: () => [l10n.t('Hairpin'), l10n.t('Sends hairpinned packets back to the port they came from.')],
  acl_after_lb: () => [
    l10n.t('ACL evaluation after load balancing'),
    l10n.t('Evaluates the ACLs that apply after load balancing, and carries out their action.'),
  ],
  acl_after_lb_eval: () => [
    l10n.t('ACL evaluation after load balancing'),
    l10n.t('Evaluates the ACLs that apply after load balancing, and notes the verdict.'),
  ],
  acl_after_lb_sample: () => [
    l10n.t('ACL sampling after load balancing'),
    l10n.t('Reports samples of the verdict of the ACLs after load balancing to a collector.'),
  ],
  acl_after_lb_action: () => [
    l10n.t('ACL action after load balancing'),
    l10n.t('Carries out the verdict of the ACLs that apply after load balancing.'),
  ],
  arp_nd_pre_lookup: () => [
    l10n.t('ARP and ND preparation'),
    l10n.t(
      'Looks the target of an ARP request or neighbour solicitation up in what EVPN has learned, for the responder.',
    ),
  ],
  arp_rsp: () => [
    l10n.t('ARP and ND responder'),
    l10n.t('Answers ARP requests and neighbour solicitations for addresses that OVN knows.'),
  ],
  dhcp_options: () => [l10n.t('DHCP options'), l10n.t('Prepares the answer to a DHCP request.')],
  dhcp_response: () => [l10n.t('DHCP response'), l10n.t('Sends the prepared answer to a DHCP request back.')],
  dns_lookup: () => [
    l10n.t('DNS lookup'),
    l10n.t('Looks the name of a DNS query up in the DNS records that OVN knows.'),
  ],
  dns_response: () => [
    l10n.t('DNS response'),
    l10n.t('Sends the answer to a DNS query back when the lookup found one.'),
  ],
  external_port: () => [
    l10n.t('External ports'),
    l10n.t('Drops what an external port asks of a router on every chassis but the one that answers for it.'),
  ],
  l2_lkup: () => [
    l10n.t('L2 lookup'),
    l10n.t('Finds the output port, or the ports to flood to, by the destination MAC.'),
  ],
  l2_unknown: () => [
    l10n.t('Unknown destination'),
    l10n.t('Drops packets to a MAC that no port has, or sends them to the ports with unknown addresses.'),
  ],
};

/** Stages of the egress pipeline of a logical switch, by name without `ls_out_`. */
export const switchEgressStages: StageTexts = {
  lookup_fdb: () => [
    l10n.t('MAC learning, lookup'),
    l10n.t('Looks whether the source MAC of a packet from another availability zone is already learned.'),
  ],
  put_fdb: () => [
    l10n.t('MAC learning'),
    l10n.t('Learns the source MAC of a packet from another availability zone when the lookup missed it.'),
  ],
  lb: () => [
    l10n.t('Load balancing'),
    l10n.t('Gives established load-balanced connections their translation.'),
  ],
  check_port_sec: () => [
    l10n.t('Port security check'),
    l10n.t('Notes whether the output port is disabled or the destination addresses break its port security.'),
  ],
  port_sec_l2: () => [
    l10n.t('Port security, MAC'),
    l10n.t(
      'Drops frames for a disabled port or for a MAC that port security denies the port, and delivers the others.',
    ),
  ],
};
