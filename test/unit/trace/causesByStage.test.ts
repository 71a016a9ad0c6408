import assert from 'node:assert/strict';
import { interpretText } from '../../../src/core/session/interpretText';
import type { TraceReport } from '../../../src/core/session/report';
import type { CauseCode } from '../../../src/core/trace/explanation';

const clock = { now: () => 0 };
const header =
  'tcp,reg14=0x1,dl_src=0a:00:00:00:01:01,dl_dst=0a:00:00:00:01:fe,nw_src=10.0.1.1,nw_dst=10.0.2.1,nw_ttl=64,tp_src=40000,tp_dst=80';

interface End {
  readonly stage: string;
  /** Empty for `no match (implicit drop)`. */
  readonly match: string;
  readonly priority?: number;
  readonly actions?: readonly string[];
  readonly before?: readonly string[];
  readonly flow?: string;
  readonly title?: string;
}

/** A text as ovn-trace prints it, that ends in this stage. */
function read({
  stage,
  match,
  priority = 50,
  actions = ['drop;'],
  before = [],
  flow = header,
  title,
}: End): TraceReport {
  const pipeline = /^l[sr]_out_/.test(stage) ? 'egress' : 'ingress';
  const datapath = stage.startsWith('lr_') ? 'r' : 'web';
  const outport = pipeline === 'egress' ? ', outport="b"' : '';
  const heading = title ?? `${pipeline}(dp="${datapath}", inport="a"${outport})`;
  const last =
    match === ''
      ? [` 3. ${stage}: no match (implicit drop)`]
      : [
          ` 3. ${stage} (northd.c:1): ${match}, priority ${priority}, uuid 0a0b0c0d`,
          ...actions.map((action) => `    ${action}`),
        ];
  const lines = [`# ${flow}`, '', heading, '-'.repeat(heading.length), ...before, ...last, ''];
  return interpretText(lines.join('\n'), clock);
}

function codeOf(end: End): CauseCode | undefined {
  return read(end).explanation.losses[0]?.cause.code;
}

describe('the cause by the stage that lost the packet', () => {
  const cases: readonly (readonly [CauseCode, End])[] = [
    // Up to 22.03
    ['PORT_SECURITY_IN', { stage: 'ls_in_port_sec_l2', match: '' }],
    ['SWITCH_FILTER', { stage: 'ls_in_port_sec_l2', match: 'vlan.present', priority: 100 }],
    ['SWITCH_FILTER', { stage: 'ls_in_port_sec_l2', match: 'eth.src[40]', priority: 100 }],
    [
      'PORT_SECURITY_IN',
      {
        stage: 'ls_in_port_sec_ip',
        match: 'inport == "a" && eth.src == 0a:00:00:00:01:01 && ip',
        priority: 80,
      },
    ],
    ['PORT_SECURITY_IN', { stage: 'ls_in_port_sec_nd', match: 'inport == "a" && (arp || nd)', priority: 80 }],
    [
      'PORT_SECURITY_OUT',
      {
        stage: 'ls_out_port_sec_ip',
        match: 'outport == "b" && eth.dst == 0a:00:00:00:01:02 && ip',
        priority: 80,
      },
    ],
    ['PORT_SECURITY_OUT', { stage: 'ls_out_port_sec_l2', match: '' }],
    ['PORT_DISABLED', { stage: 'ls_out_port_sec_l2', match: 'outport == "b"', priority: 150 }],
    [
      'LB_NO_BACKEND',
      { stage: 'ls_in_stateful', match: 'ct.new && ip4.dst == 30.0.0.1 && tcp.dst == 80', priority: 120 },
    ],
    ['UNKNOWN_MAC', { stage: 'ls_in_l2_lkup', match: '' }],
    ['WRONG_ROUTER_MAC', { stage: 'lr_in_admission', match: '' }],
    ['NO_ROUTE', { stage: 'lr_in_ip_routing', match: '' }],
    ['TTL_EXCEEDED', { stage: 'lr_in_ip_input', match: 'ip.ttl == {0, 1}', priority: 30 }],
    ['LB_NO_BACKEND', { stage: 'lr_in_dnat', match: 'ct.new && ip4 && ip4.dst == 30.0.0.1', priority: 110 }],
    [
      'ACL_DROP',
      {
        stage: 'ls_in_acl',
        match: '(!ct.est || (ct.est && ct_label.blocked == 1)) && (inport == "a" && ip4)',
        priority: 2001,
      },
    ],
    [
      'CONNTRACK_INVALID',
      {
        stage: 'ls_out_acl',
        match: 'ct.inv || (ct.est && ct.rpl && ct_label.blocked == 1)',
        priority: 65535,
      },
    ],
    ['ACL_DEFAULT_DROP', { stage: 'ls_in_acl', match: 'ip && !ct.est', priority: 1 }],
    ['NO_MATCH', { stage: 'ls_in_hairpin', match: '' }],
    // Since
    ['PORT_SECURITY_IN', { stage: 'ls_in_apply_port_sec', match: 'reg0[15] == 1' }],
    ['NOT_RESIDENT', { stage: 'ls_in_apply_port_sec', match: 'reg0[20] == 1', priority: 70 }],
    [
      'PACKET_TOO_BIG',
      {
        stage: 'ls_in_apply_port_sec',
        match: 'icmp4.type == 3 && icmp4.code == 4 && flags.tunnel_rx == 1',
        priority: 105,
      },
    ],
    [
      'NOT_RESIDENT',
      {
        stage: 'ls_in_external_port',
        match:
          'inport == "a" && eth.src == 0a:00:00:00:01:01 && !is_chassis_resident("ext") && arp.tpa == 10.0.1.254 && arp.op == 1',
        priority: 100,
      },
    ],
    ['NETWORK_FUNCTION_DOWN', { stage: 'ls_out_network_function', match: 'reg8[21] == 1', priority: 1 }],
    ['PORT_DISABLED', { stage: 'ls_in_l2_unknown', match: 'outport == "b"' }],
    ['UNKNOWN_MAC', { stage: 'ls_in_l2_unknown', match: 'outport == "none"' }],
    ['NO_MULTICAST_GROUP', { stage: 'ls_in_l2_lkup', match: 'ip4.mcast || ip6.mcast', priority: 80 }],
    [
      'NOT_RESIDENT',
      {
        stage: 'lr_in_ip_input',
        match: 'inport == "a" && arp.op == 1 && arp.tpa == 172.16.0.9 && !is_chassis_resident("cr-a")',
        priority: 91,
      },
    ],
    ['ROUTER_FILTER', { stage: 'lr_in_ip_input', match: 'ip6.mcast_rsvd', priority: 83 }],
    [
      'TTL_EXCEEDED',
      {
        stage: 'lr_in_ip_input',
        match: 'ip.ttl == {0, 1} && !ip.later_frag && (ip4.mcast || ip6.mcast)',
        priority: 32,
      },
    ],
    [
      'DHCP_RELAY_REFUSED',
      {
        stage: 'lr_in_dhcp_relay_req',
        match:
          'inport == "a" && ip4.src == 0.0.0.0 && ip4.dst == 255.255.255.255 && udp.src == 68 && udp.dst == 67 && reg9[7] == 0',
        priority: 1,
      },
    ],
    [
      'DHCP_RELAY_REFUSED',
      {
        stage: 'lr_in_dhcp_relay_resp',
        match: 'ip4.src == 10.0.2.1 && reg2 == 10.0.1.254 && reg9[8] == 0',
        priority: 1,
      },
    ],
    ['ROUTER_FILTER', { stage: 'lr_in_ip_routing', match: 'nd_rs || nd_ra', priority: 10550 }],
    ['NO_MULTICAST_GROUP', { stage: 'lr_in_ip_routing', match: 'ip4.mcast || ip6.mcast', priority: 10450 }],
    [
      'ROUTE_DISCARD',
      { stage: 'lr_in_ip_routing', match: 'reg7 == 0 && ip4.dst == 10.99.0.0/25', priority: 78 },
    ],
    ['NO_ROUTE', { stage: 'lr_in_ip_routing', match: '1', priority: 0 }],
    ['NO_MATCH', { stage: 'lr_in_policy_ecmp', match: '1', priority: 0 }],
    ['ROUTER_POLICY', { stage: 'lr_in_policy', match: 'ip4.dst == 10.0.2.1', priority: 100 }],
    ['NAT_UNSIMULATED', { stage: 'lr_in_arp_resolve', match: 'ip4.dst == {172.16.0.100}', priority: 2 }],
    ['NAT_EXCLUDED', { stage: 'lr_in_gw_redirect', match: 'ip4.dst == 172.16.0.100', priority: 70 }],
    [
      'NOT_RESIDENT',
      { stage: 'lr_in_gw_redirect', match: 'ip4.src == 10.0.1.9 && outport == "b"', priority: 80 },
    ],
    ['PORT_DISABLED', { stage: 'lr_out_delivery', match: '1', priority: 0 }],
    ['NO_MATCH', { stage: 'lr_in_learn_neighbor', match: '1', priority: 0 }],
    // A stage nobody knows yet
    ['UNKNOWN', { stage: 'ls_in_future', match: 'reg9[3] == 1 && ip4', priority: 90 }],
    ['NO_MATCH', { stage: 'ls_in_future', match: '1', priority: 0 }],
  ];
  for (const [code, end] of cases) {
    it(`${end.stage}: ${end.match === '' ? 'no match' : end.match} is ${code}`, () => {
      assert.equal(codeOf(end), code);
    });
  }

  it('tells the default of the action stage from an ACL, without the northbound database', () => {
    const evaluated = [
      ' 2. ls_in_acl_eval (northd.c:1): ip4, priority 2000, uuid 01010101',
      '    reg8[17] = 1;',
      '    next;',
    ];
    const cleared = ['reg8[16] = 0;', 'reg8[17] = 0;', 'reg8[18] = 0;', 'drop;'];
    const action = { stage: 'ls_in_acl_action', actions: cleared };
    assert.equal(
      codeOf({ ...action, before: evaluated, match: 'reg8[17] == 1', priority: 1000 }),
      'ACL_DROP',
    );
    assert.equal(codeOf({ ...action, match: '1', priority: 0 }), 'ACL_DEFAULT_DROP');
  });

  it('tells an invalid packet from a blocked connection by state and header', () => {
    const match = 'ct.inv || (ct.est && ct.rpl && ct_mark.blocked == 1)';
    const end = { stage: 'ls_in_acl', match, priority: 65532 };
    assert.equal(codeOf({ ...end, flow: `ct_mark=0x1,${header}` }), 'ACL_ESTABLISHED_BLOCKED');
    assert.equal(
      codeOf({ ...end, title: 'ct_next(ct_state=inv|trk)', flow: `ct_mark=0x1,${header}` }),
      'CONNTRACK_INVALID',
    );
    assert.equal(codeOf(end), 'CONNTRACK_INVALID');
    const blockedAlone = 'ct.est && ct.rpl && ct_mark.blocked == 1';
    assert.equal(codeOf({ ...end, match: blockedAlone }), 'ACL_ESTABLISHED_BLOCKED');
  });

  it('says nothing that only OVN understands', () => {
    for (const [, end] of cases) {
      const { sentence, losses } = read(end).explanation;
      for (const text of [sentence, ...losses.flatMap(({ cause }) => [cause.sentence, ...cause.advice])]) {
        assert.doesNotMatch(text, /\breg\d|\bflags\b|undefined|null\b/, text);
        assert.match(text, /^[\p{Lu}\d"].*\.$/su, text);
      }
    }
  });

  it('calls an ACL of an old release by its own match', () => {
    const match = '(!ct.est || (ct.est && ct_label.blocked == 1)) && (inport == "a" && ip4)';
    assert.match(
      read({ stage: 'ls_in_acl', match, priority: 2001 }).explanation.sentence,
      /^The ACL with the match inport == "a" && ip4 drops TCP port 80/,
    );
  });
});
