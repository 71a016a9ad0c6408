import type { CauseCase } from './causeCase';
import { frame, mac, ping, tcp, tiers, udp } from './networks';

const invalid = { connection: { kind: 'states', states: ['inv', 'inv'] } } as const;
const toWeb2 = `eth.dst == ${mac(1, 2)} && ip4 && ip4.src == 10.0.1.1 && ip4.dst == 10.0.1.2 && ip.ttl == 64`;
/** Which of the two bits marks a connection as blocked depends on the release. */
const marked = 'ct_mark == 1 && ct_label == 1';

export const aclCases: readonly CauseCase[] = [
  {
    what: 'an ACL on a switch',
    network: `${tiers}
      --name=no-http acl-add web to-lport 1000 'tcp.dst == 80' drop
      --name=ssh acl-add web to-lport 1001 'ip4.src == 10.0.1.9 && tcp.dst == 80' allow-related`,
    packet: tcp('web2'),
    code: 'ACL_DROP',
    stage: /^ls_out_acl/,
    says: ['ACL no-http', 'priority 1000', 'switch web', 'TCP port 80', 'web1', 'web2'],
    advises: 'ssh; it needs ip4.src == 10.0.1.9',
    mended: { by: "acl-add web to-lport 1001 'tcp.dst == 80 && ip4' allow-related" },
  },
  {
    what: 'an ACL of a port group, before the router',
    network: `${tiers}
      pg-add pg_web web1
      --name=stay acl-add pg_web from-lport 1000 'inport == @pg_web && ip4.dst == 10.0.2.0/24' drop`,
    packet: tcp('db1'),
    code: 'ACL_DROP',
    stage: /^ls_in_acl/,
    says: ['ACL stay', 'port group pg_web', 'on the way in from web1', 'db1'],
    advises: 'priority above 1000',
    mended: { by: "acl-add pg_web from-lport 1001 'inport == @pg_web && ip4' allow-related" },
  },
  {
    what: 'an ACL after load balancing',
    network: `${tiers}
      --name=late --apply-after-lb acl-add web from-lport 1000 'tcp.dst == 80' drop`,
    packet: tcp('web2'),
    code: 'ACL_DROP',
    stage: /^ls_in_acl_after_lb/,
    says: ['ACL late'],
    mended: { by: "--apply-after-lb acl-add web from-lport 1001 'tcp.dst == 80' allow-related" },
  },
  {
    what: 'an ACL on an established connection',
    network: `${tiers}
      --name=cut acl-add web to-lport 1000 'tcp.dst == 80' drop
      acl-add web to-lport 900 ip4 allow-related`,
    packet: tcp('web2', 80, { connection: { kind: 'established' } }),
    code: 'ACL_DROP',
    stage: /^ls_out_acl/,
    says: ['ACL cut'],
    mended: { by: "acl-del web to-lport 1000 'tcp.dst == 80'" },
  },
  {
    what: 'an ACL of a NetworkPolicy, by its owner',
    network: `${tiers}
      pg-add a123 web2
      --name=NP:shop:db:Ingress acl-add a123 to-lport 1000 'outport == @a123' drop
      set ACL NP:shop:db:Ingress external_ids:k8s.ovn.org/owner-type=NetworkPolicy 'external_ids:k8s.ovn.org/name="shop:db"'`,
    packet: tcp('web2'),
    code: 'ACL_DROP',
    stage: /^ls_out_acl/,
    says: ['ACL NP:shop:db:Ingress', 'port group a123', 'NetworkPolicy shop/db'],
    mended: { by: "acl-add a123 to-lport 1001 'outport == @a123 && tcp' allow-related" },
  },
  {
    what: "Neutron's default drop",
    network: `${tiers}
      pg-add neutron_pg_drop web2
      acl-add neutron_pg_drop to-lport 1001 'outport == @neutron_pg_drop && ip' drop
      pg-add pg_sg web2
      set Port_Group pg_sg external_ids:neutron\\:security_group_id=5d1e
      acl-add pg_sg to-lport 1002 'outport == @pg_sg && ip4 && udp' allow-related`,
    packet: tcp('web2'),
    code: 'ACL_DROP',
    stage: /^ls_out_acl/,
    says: ['neutron_pg_drop'],
    advises: 'add a rule to port group pg_sg (security group 5d1e)',
    mended: { by: "acl-add pg_sg to-lport 1002 'outport == @pg_sg && ip4 && tcp' allow-related" },
  },
  {
    what: 'a reject of TCP',
    network: `${tiers}
      --name=refuse acl-add web to-lport 1000 'tcp.dst == 80' reject
      acl-add web to-lport 1 ip allow-related`,
    packet: tcp('web2'),
    code: 'ACL_REJECT',
    verdict: 'reject',
    stage: /^ls_out_acl/,
    says: ['ACL refuse', 'rejects TCP port 80 from web1 to web2'],
    advises: 'told by a TCP reset or an ICMP error',
    mended: { by: "acl-add web to-lport 1001 'tcp.dst == 80' allow-related" },
  },
  {
    what: 'a reject of UDP over IPv6',
    network: `${tiers}
      --name=refuse acl-add web from-lport 1000 'ip6 && udp' reject`,
    packet: udp('fd00:1::2'),
    code: 'ACL_REJECT',
    verdict: 'reject',
    stage: /^ls_in_acl/,
    says: ['ACL refuse', 'UDP port 53'],
    mended: { by: 'acl-del web' },
  },
  {
    what: 'a reject of a ping',
    network: `${tiers}
      --name=refuse acl-add web from-lport 1000 icmp4 reject`,
    packet: ping('10.0.1.2'),
    code: 'ACL_REJECT',
    verdict: 'reject',
    stage: /^ls_in_acl/,
    says: ['ACL refuse', 'ICMP'],
    mended: { by: 'acl-del web' },
  },
  {
    what: 'a reject of what nothing answers',
    network: `${tiers}
      --name=refuse acl-add web from-lport 1000 icmp4 reject`,
    packet: ping('10.0.1.2', { service: { protocol: 'icmp', type: 3, code: 1 } }),
    code: 'ACL_REJECT',
    stage: /^ls_in_acl/,
    says: ['ACL refuse'],
    advises: 'Nobody is told',
    mended: { by: 'acl-del web' },
  },
  {
    what: 'no ACL, and the default is to drop',
    network: `${tiers}
      set NB_Global . options:default_acl_drop=true
      --name=dns acl-add web from-lport 1000 'udp.dst == 53' allow-related
      acl-add web to-lport 1000 ip allow-related`,
    packet: tcp('web2'),
    code: 'ACL_DEFAULT_DROP',
    stage: /^ls_in_acl/,
    says: ['No ACL allows TCP port 80 from web1 to web2', 'on the way in from web1', 'default_acl_drop'],
    advises: 'Add an ACL that allows it to switch web',
    // The default drops again after load balancing.
    mended: {
      by: `acl-add web from-lport 1000 'tcp.dst == 80' allow-related
        --apply-after-lb acl-add web from-lport 1000 ip4 allow-related`,
    },
  },
  {
    what: 'no ACL after load balancing, and the default is to drop',
    network: `${tiers}
      set NB_Global . options:default_acl_drop=true
      acl-add web from-lport 1000 ip allow-related
      acl-add web to-lport 1000 ip allow-related`,
    packet: tcp('web2'),
    code: 'ACL_DEFAULT_DROP',
    stage: /^ls_in_acl_after_lb(?:_action)?$/,
    says: ['No ACL allows TCP port 80 from web1 to web2'],
    advises: 'options:apply-after-lb=true',
    mended: { by: '--apply-after-lb acl-add web from-lport 1000 ip allow-related' },
  },
  {
    what: 'an ACL that passes on, and the default is to drop',
    not: ['23.03'],
    network: `${tiers}
      set NB_Global . options:default_acl_drop=true
      --name=first --tier=0 acl-add web to-lport 1000 tcp pass
      --name=second --tier=1 acl-add web to-lport 1000 udp allow-related
      acl-add web from-lport 1000 ip allow-related
      --apply-after-lb acl-add web from-lport 1000 ip allow-related`,
    packet: tcp('web2'),
    code: 'ACL_DEFAULT_DROP',
    stage: /^ls_out_acl_action$/,
    says: ['No ACL allows'],
    advises: 'ACL first (priority 1000, switch web) matches, and only passes the packet on',
    mended: { by: '--tier=1 acl-add web to-lport 1001 tcp allow-related' },
  },
  {
    what: 'a reply on a connection that was blocked',
    network: `${tiers}
      acl-add web to-lport 1000 ip4 allow-related`,
    packet: frame(`${toWeb2} && tcp && tcp.src == 80 && tcp.dst == 40000 && ${marked}`, [
      'est,rpl',
      'est,rpl',
    ]),
    code: 'ACL_ESTABLISHED_BLOCKED',
    stage: /^ls_in_acl/,
    says: ['marked as blocked', 'TCP port 40000 from web1'],
    advises: 'Trace it as a new connection',
    mended: { packet: tcp('web2', 40000) },
  },
  {
    what: 'what connection tracking calls invalid',
    network: `${tiers}
      acl-add web to-lport 1000 ip4 allow-related`,
    packet: tcp('web2', 80, invalid),
    code: 'CONNTRACK_INVALID',
    stage: /^ls_in_acl/,
    says: ['invalid', 'TCP port 80 from web1 to web2', 'switch web'],
    advises: 'use_ct_inv_match=false',
    mended: { by: 'set NB_Global . options:use_ct_inv_match=false' },
  },
  {
    what: 'what connection tracking calls invalid, on a switch with a load balancer',
    network: `${tiers}
      acl-add web to-lport 1000 ip4 allow-related
      lb-add lb0 30.0.0.1:80 10.0.1.2:80 tcp
      ls-lb-add web lb0`,
    packet: tcp('web2', 80, invalid),
    code: 'CONNTRACK_INVALID',
    stage: /^ls_in_acl/,
    says: ['invalid'],
    mended: { packet: tcp('web2') },
  },
  {
    what: 'a network function with no port on the switch',
    not: ['23.03', '25.03'],
    network: `${tiers}
      --id=@in create Logical_Switch_Port name=in
      --id=@out create Logical_Switch_Port name=out
      add Logical_Switch db ports @in @out
      --id=@nf create Network_Function name=nf id=1 inport=@in outport=@out
      --id=@group create Network_Function_Group name=group id=1 mode=inline network_function=@nf
      --name=through acl-add web from-lport 1000 tcp allow-related
      set ACL through network_function_group=@group`,
    packet: tcp('web2'),
    code: 'NETWORK_FUNCTION_DOWN',
    stage: /^ls_in_network_function$/,
    says: ['network function', 'TCP port 80 from web1 to web2', 'switch web'],
    mended: { by: 'acl-del web' },
  },
];
