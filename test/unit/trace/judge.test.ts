import assert from 'node:assert/strict';
import { judgeTrace, type JudgeOptions } from '../../../src/core/trace/judge';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { parseTrace } from '../../../src/core/trace/parse';

const judge = (text: string, options?: JudgeOptions): TraceOutcome => judgeTrace(parseTrace(text), options);
const whole = { complete: true };

const tcp =
  '# tcp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,tp_src=40000,tp_dst=80,tcp_flags=syn';
const broadcast =
  '# udp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst=10.0.0.255,nw_ttl=64,tp_src=1,tp_dst=2';
const arp =
  '# arp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1';

/** `--detailed` of one way: a title, or a stage with its actions. */
function detailed(header: string | null, ...parts: readonly (string | readonly string[])[]): string {
  const lines = parts.flatMap((part) => {
    if (typeof part === 'string') return ['', part, '-'.repeat(part.length)];
    const [stage = '', ...actions] = part;
    return [` 9. ${stage}, uuid 01234567`, ...actions.map((action) => `    ${action}`)];
  });
  return [...(header === null ? [] : [header]), ...lines, ''].join('\n');
}

const ingress = 'ingress(dp="sw", inport="vm1")';
const egress = 'egress(dp="sw", inport="vm1", outport="vm2")';
const delivered = ['ls_out_apply_port_sec: 1, priority 0', 'output;', '/* output to "vm2", type "" */'];
const lookup = 'ls_in_l2_lkup: eth.dst == 0a:00:00:00:00:02, priority 50';

describe('the end of a way', () => {
  const ends: readonly (readonly [what: string, verdict: string, stage: readonly string[]])[] = [
    ['drop;', 'drop', ['lr_in_policy: ip4.dst == 6.0.0.0/8, priority 1000', 'drop;']],
    ['a sample in its place', 'drop', ['ls_in_l2_unknown: outport == "none", priority 50', 'sample(a=1);']],
    ['output to nowhere', 'drop', [lookup, 'output;', '*** output to null logical port']],
    [
      'output that is omitted',
      'drop',
      [lookup, 'output;', '/* omitting output because inport == outport */'],
    ],
    ['a multicast report', 'unknown', ['ls_in_l2_lkup: igmp, priority 100', 'igmp;']],
    ['a BFD message', 'unknown', ['lr_in_ip_input: udp.dst == 3784, priority 110', 'handle_bfd_msg();']],
    ['a health check', 'unknown', [lookup, 'handle_svc_check(inport);']],
    [
      'session affinity',
      'unknown',
      ['ls_in_lb_aff_learn: ct.new, priority 100', 'commit_lb_aff(vip = "v");'],
    ],
    ['a forwarding group', 'unknown', [lookup, 'fwd_group(childports="a","b");']],
    ['un-SNAT of a gateway router', 'unknown', ['lr_in_unsnat: ip4.dst == 1.1.1.1, priority 90', 'ct_snat;']],
    ['a port that leads nowhere', 'drop', [...delivered.slice(0, 2), '/* output to "x", type "patch" */']],
    ['next; and no more', 'unknown', [lookup, 'next;']],
  ];
  for (const [what, verdict, stage] of ends) {
    it(`${what}: ${verdict}`, () => {
      const outcome = judge(detailed(tcp, ingress, stage), whole);
      assert.equal(outcome.verdict, verdict);
      assert.equal(outcome.losses[0]?.hop ?? outcome.undecided?.hop, 0);
    });
  }

  for (const type of ['', 'localnet', 'localport', 'l2gateway', 'vtep', 'virtual', 'external', 'remote']) {
    it(`a port of type "${type}" is an arrival`, () => {
      const stage = [
        'ls_out_apply_port_sec: 1, priority 0',
        'output;',
        `/* output to "p", type "${type}" */`,
      ];
      const { verdict, arrivals } = judge(detailed(tcp, ingress, [lookup, 'output;'], egress, stage));
      assert.deepEqual([verdict, arrivals.map(({ port }) => port)], ['allow', ['p']]);
    });
  }
});

describe('an ACL at the end of a text', () => {
  const evaluation = (match: string, ...actions: readonly string[]) => [
    `ls_in_acl_eval: ${match}, priority 2001`,
    ...actions,
  ];
  const action = (match: string, priority: number) => [
    `ls_in_acl_action: ${match}, priority ${priority}`,
    'reg8[16] = 0;',
    'reg8[17] = 0;',
    'reg8[18] = 0;',
  ];

  it('drops without a word where the verdict bit says so', () => {
    const { verdict, losses } = judge(
      detailed(tcp, ingress, evaluation('tcp', 'reg8[17] = 1;', 'next;'), action('reg8[17] == 1', 1000)),
    );
    assert.deepEqual([verdict, losses[0]?.hop, losses[0]?.decidedBy], ['drop', 1, 0]);
  });

  it('drops though the text ends behind the evaluation', () => {
    const { verdict, losses } = judge(detailed(tcp, ingress, evaluation('tcp', 'reg8[17] = 1;', 'next;')));
    assert.deepEqual([verdict, losses[0]?.hop], ['drop', 0]);
  });

  it('does not when northd set the bit by itself, which a switch without ACLs does not heed', () => {
    const own = ['ls_in_acl_eval: ct.inv, priority 65532', 'reg8[17] = 1;', 'next;'];
    assert.equal(judge(detailed(tcp, ingress, own)).verdict, 'unknown');
  });

  it('rejects though the text ends behind the evaluation, unless nothing answers the packet', () => {
    const rule = evaluation('tcp', 'reg8[18] = 1;', 'next;');
    assert.equal(judge(detailed(tcp, ingress, rule)).verdict, 'reject');
    assert.equal(judge(detailed(tcp.replace('=syn', '=rst'), ingress, rule)).verdict, 'drop');
    assert.equal(judge(detailed(tcp.replace('=syn', '=rst|ack'), ingress, rule)).verdict, 'reject');
    assert.equal(judge(detailed(null, ingress, rule)).verdict, 'unknown');
  });

  it('drops by default where the connection is committed only when the default is to allow', () => {
    const hint = ['ls_in_acl_hint: ct.new && !ct.est, priority 7', 'reg0[7] = 1;', 'next;'];
    const none = ['ls_in_acl_eval: ip && !ct.est, priority 1', 'next;'];
    const committing = ['ls_in_acl_hint: ct.new && !ct.est, priority 7', 'reg0[1] = 1;', 'next;'];
    assert.equal(judge(detailed(tcp, ingress, hint, none, action('1', 0))).verdict, 'drop');
    // From 25.09 on the hint commits it in any case, so that the line `next;` may as well be missing.
    const { verdict, undecided } = judge(detailed(tcp, ingress, committing, none, action('1', 0)));
    assert.equal(verdict, 'unknown');
    assert.match(undecided?.message ?? '', /the default drops the packet .* otherwise the text was cut off/);
    assert.equal(judge(detailed(tcp, ingress, committing, none, action('1', 0)), whole).verdict, 'drop');
  });

  it('is read by the verdict of its log, not by names that look like one', () => {
    const log = (name: string, verdict: string): string =>
      judge(
        detailed(tcp, ingress, [
          'ls_in_acl: reg0[9] == 1 && (tcp), priority 2001',
          `log(name="${name}", verdict=${verdict}, severity=info, meter="m, verdict=drop");`,
        ]),
      ).verdict;
    assert.equal(log('a', 'drop'), 'drop');
    assert.equal(log('verdict=drop, \\"b', 'allow'), 'unknown');
    assert.equal(log('verdict=drop', 'reject'), 'reject');
  });

  it('of an established connection rejects where the same commit stands behind a hint in parentheses', () => {
    const blocked = 'ct_commit { ct_label.blocked = 1; };';
    const drop = ['ls_in_acl: reg0[10] == 1 && (tcp), priority 2001', blocked];
    const reject = ['ls_in_acl: (reg0[10] == 1) && tcp, priority 2001', blocked];
    assert.equal(judge(detailed(tcp, ingress, drop)).verdict, 'drop');
    assert.equal(judge(detailed(tcp, ingress, reject)).verdict, 'unknown');
  });
});

describe('an answer of OVN', () => {
  const turn = ['lr_in_ip_input: icmp4.type == 8, priority 90', 'icmp4.type = 0;', 'next;'];
  const denied = ['ls_out_acl: ip4, priority 1900', 'log(verdict=drop, severity=info);'];
  const back = 'egress(dp="sw", inport="rp", outport="vm1")';
  const ping = (state: string): string =>
    detailed(tcp, ingress, turn, back, `ct_next(ct_state=${state})`, denied);

  it('is not lost at an ACL that takes it for a new connection', () => {
    assert.equal(judge(ping('new|trk'), whole).undecided?.reason, 'answer-untracked');
    assert.equal(judge(ping('est|rpl|trk'), whole).verdict, 'drop');
    assert.equal(judge(ping('new|trk'), { ...whole, statesHold: true }).verdict, 'drop');
  });

  it('is not lost where load balancing adds up the states, whatever the trace was told', () => {
    const balanced = detailed(
      tcp,
      ingress,
      turn,
      back,
      'ct_lb_mark',
      [lookup, 'next;'],
      'ct_lb_mark',
      denied,
    );
    assert.equal(judge(balanced, { ...whole, statesHold: true }).verdict, 'unknown');
  });

  it('is given by a router that advertises, though the trace drops the solicitation', () => {
    const rs = detailed(
      tcp,
      ingress,
      ['lr_in_nd_ra_options: nd_rs, priority 50', 'reg0[5] = put_nd_ra_opts(addr_mode = "slaac");', 'next;'],
      ['lr_in_ip_routing: nd_rs || nd_ra, priority 10550', 'drop;'],
    );
    const { verdict, answers } = judge(rs, whole);
    assert.deepEqual([verdict, answers[0]?.kind], ['answer', 'ra']);
  });
});

describe('a copy of the packet', () => {
  const mirror = [
    '    clone {',
    '        output;',
    '        /* output to "mp-sw-vm9", type "mirror" */;',
    '    };',
  ].join('\n');
  const summary = (...actions: readonly string[]): string =>
    [
      tcp,
      `${ingress} {`,
      ...actions.map((line) => (line.startsWith(' ') ? line : `    ${line}`)),
      '};',
      '',
    ].join('\n');

  it('for a port mirror neither arrives nor is lost', () => {
    const { verdict, arrivals } = judge(summary('mirror("mp-sw-vm9");', mirror, 'next;', 'drop;'));
    assert.deepEqual([verdict, arrivals], ['drop', []]);
  });

  it('for a network function that listens does not arrive for the packet', () => {
    const tap = mirror.replace('type "mirror"', 'type ""');
    const { verdict } = judge(summary('clone { outport = "nf"; output; };', tap, 'next;', 'drop;'));
    assert.equal(verdict, 'drop');
  });

  it('in the minimal format alone does not make the packet arrive', () => {
    const taps = 'ct_next(ct_state=new|trk) {\n    clone {\n        output("mp-sw-vm9");\n    };\n};\n';
    assert.equal(judge(`${tcp}\n${taps}`).verdict, 'drop');
    assert.equal(judge(`${broadcast}\n${taps}`).verdict, 'allow');
    assert.equal(judge(taps).verdict, 'unknown');
  });

  /** A flood to a router, which drops its copy, and to these ports. */
  const flood = (header: string, dropped: string, ...ports: readonly string[]): string =>
    [
      header,
      `${ingress} {`,
      '    outport = "_MC_flood";',
      '    output;',
      '    multicast(dp="sw", mcgroup="_MC_flood") {',
      '        egress(dp="sw", inport="vm1", outport="sw-r") {',
      '            output;',
      '            /* output to "sw-r", type "patch" */;',
      '            ingress(dp="r", inport="r-sw") {',
      '                next;',
      `                ${dropped}`,
      '            };',
      '        };',
      '        egress(dp="sw", inport="vm1", outport="vm1") {',
      '            /* omitting output because inport == outport && !flags.loopback */;',
      '        };',
      ...ports.flatMap((port) => [
        `        egress(dp="sw", inport="vm1", outport="${port}") {`,
        `            output;`,
        `            /* output to "${port}", type "" */;`,
        '        };',
      ]),
      '    };',
      '};',
      '',
    ].join('\n');

  it('of a broadcast is missed by nobody when a router drops it', () => {
    assert.equal(judge(flood(broadcast, 'drop;', 'vm2')).verdict, 'allow');
  });

  it('of a question for a MAC is lost in a router', () => {
    assert.equal(judge(flood(arp, 'drop;', 'vm2')).verdict, 'mixed');
  });

  it('is lost where nobody gets one', () => {
    assert.equal(judge(flood(broadcast, 'drop;')).verdict, 'drop');
  });

  it('decides nothing while its group is not closed', () => {
    const text = flood(arp, 'drop;', 'vm2', 'vm3');
    assert.equal(judge(text.slice(0, text.indexOf('outport="vm3"'))).verdict, 'unknown');
  });
});

describe('a packet without a next hop', () => {
  const query = ['arp {', '    output("ln");', '};'].join('\n');

  it('is lost, whatever ovn-trace lets it do with an empty MAC', () => {
    const text = `${tcp}\nip.ttl--;\neth.dst = 00:00:00:00:00:00;\n${query}\noutput("ln");\n`;
    const { verdict, losses } = judge(text);
    assert.deepEqual([verdict, losses[0]?.kind], ['drop', 'unresolved']);
  });

  it('cannot be told from the copies of a flood in the minimal format', () => {
    assert.equal(judge(`${broadcast}\nip.ttl--;\n${query}\noutput("vm2");\n`).verdict, 'unknown');
  });
});

describe('the minimal format without an output', () => {
  const drops: readonly (readonly [what: string, body: string, verdict: string])[] = [
    ['behind a lookup', 'ct_next(ct_state=new|trk);', 'drop'],
    ['behind the first lookup of a balanced switch', 'ct_lb_mark;', 'drop'],
    [
      'right behind load balancing, which may learn the affinity',
      'ct_lb_mark {\n    ct_lb_mark;\n};',
      'unknown',
    ],
    [
      'behind the check for hairpins, from where it may have come to a gateway router',
      'ct_lb_mark {\n    ct_lb_mark {\n        reg0[6] = 0;\n    };\n};',
      'unknown',
    ],
    [
      'of a reply, from where it may have come to a gateway router',
      'ct_next(ct_state=est|rpl|trk);',
      'unknown',
    ],
    ['of an invalid reply', 'ct_next(ct_state=rpl|inv|trk);', 'drop'],
    [
      'of a reply behind its router',
      'ct_next(ct_state=est|rpl|trk) {\n    ip.ttl--;\n    ct_next(ct_state=est|rpl|trk);\n};',
      'drop',
    ],
    ['behind nothing at all', '', 'unknown'],
    ['behind an effect that may not be the last', 'ip.ttl--;', 'unknown'],
  ];
  for (const [what, body, verdict] of drops) {
    it(`${what}: ${verdict}`, () => assert.equal(judge(`${tcp}\n${body}\n`).verdict, verdict));
  }

  it('decides more where the text is known to be whole', () => {
    const frame =
      '# reg14=0x1,vlan_tci=0x0000,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:02,dl_type=0x0000\n';
    assert.equal(judge(frame).verdict, 'unknown');
    assert.equal(judge(frame, whole).verdict, 'drop');
    assert.equal(judge(`${tcp}\nip.ttl--;\n`, whole).verdict, 'drop');
  });

  it('decides nothing where one copy of a multicast report is refused, and ovn-controller may take the other', () => {
    const igmp =
      '# ip,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=01:00:5e:00:00:01,nw_src=10.0.0.1,nw_dst=239.0.0.1,nw_proto=2,nw_ttl=1';
    const refused = ['icmp4 {', 'output("vm1");', '};'];
    const text = (lines: readonly string[]): string => [igmp, ...lines, ''].join('\n');
    assert.equal(judge(text(['clone {', 'ip.ttl--;', '};', ...refused])).verdict, 'unknown');
    assert.equal(judge(text(refused)).verdict, 'reject');
  });

  it('decides nothing where OVN itself is refused the answer, which may be a reply', () => {
    const ping =
      '# icmp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:f1,nw_src=10.0.0.1,nw_dst=10.0.0.254,nw_ttl=64,icmp_type=8,icmp_code=0';
    const turned = [
      'ip4.dst = 10.0.0.1;',
      'ip4.src = 10.0.0.254;',
      'ip.ttl = 255;',
      'icmp4.type = 0;',
      'ip.ttl--;',
    ];
    const refused = [...turned, 'icmp4 {', 'ip4.dst = 10.0.0.254;', 'output("r");', '};'];
    const text = (lines: readonly string[]): string => [ping, ...lines, ''].join('\n');
    assert.equal(judge(text(['ct_lb {', ...refused, '};'])).verdict, 'unknown');
    assert.equal(judge(text(refused)).verdict, 'reject');
  });

  it('may still be a drop of a reply whose connection is marked', () => {
    const body = 'ct_next(ct_state=est|rpl|trk);\n';
    assert.equal(judge(`${tcp},ct_mark=0x1\n${body}`).verdict, 'drop');
  });

  it('is no drop for what ovn-controller may take in', () => {
    const report = tcp.replace('# tcp', '# igmp');
    assert.equal(judge(`${report}\nct_next(ct_state=new|trk);\n`).verdict, 'unknown');
  });
});

describe('lines into which several were put', () => {
  const arrives: readonly (readonly [what: string, body: string])[] = [
    ['effects', 'ip.ttl--; eth.dst = 0a:00:00:00:00:02; output("vm2");'],
    ['a block', 'ct_next(ct_state=new|trk) { ip.ttl--; output("vm2"); };'],
    [
      'a block in a block',
      'ct_next(ct_state=new|trk) {\n    ip.ttl--;\n    ct_next(ct_state=new|trk) { output("vm2"); };\n};',
    ],
    ['the ends of blocks', 'ct_lb {\n    ct_lb {\n        output("vm2"); }; };'],
    ['a beginning, with the ends lost', 'ct_next(ct_state=new|trk) { ip.ttl--;\n    output("vm2");'],
    [
      'a summary',
      `${ingress} { outport = "vm2"; output; ${egress} { output; /* output to "vm2", type "" */; }; };`,
    ],
    [
      'an output of the summary',
      `${ingress} {\n    ${egress} {\n        output; /* output to "vm2", type "" */;\n    };\n};`,
    ],
  ];
  for (const [what, body] of arrives) {
    it(`tell of an arrival: ${what}`, () => {
      const { verdict, arrivals } = judge(`${tcp}\n${body}\n`);
      assert.equal(verdict, 'allow');
      assert.deepEqual(
        arrivals.map(({ port }) => port),
        ['vm2'],
      );
    });
  }

  it('are taken apart in the detailed format, remarks and all', () => {
    const text = detailed(
      tcp,
      ingress,
      [lookup, 'outport = "vm2"; /* MAC binding to 0a:00:00:00:00:02. */ next; output;'],
      egress,
      ['ls_out_apply_port_sec: 1, priority 0', 'output; /* output to "vm2", type "" */'],
    );
    const { hops, verdict } = judge(text);
    assert.equal(verdict, 'allow');
    assert.deepEqual(hops[0]?.actions, [
      'outport = "vm2";',
      '/* MAC binding to 0a:00:00:00:00:02. */',
      'next;',
      'output;',
    ]);
  });

  it('leave the actions of a generated packet alone', () => {
    const query = 'arp { eth.dst = ff:ff:ff:ff:ff:ff; output; };';
    const text = `${tcp}\n${ingress} {\n    ${query}\n    arp {\n        *** output to null logical port;\n    };\n};\n`;
    const { verdict, losses } = judge(text);
    assert.deepEqual([verdict, losses[0]?.kind], ['drop', 'unresolved']);
  });

  it('decide nothing where a piece cannot be read', () => {
    for (const body of ['ct_next(ct_state=new|trk) { reg0[0] }; };', 'frob { output("vm2"); };']) {
      assert.equal(judge(`${tcp}\n${body}\n`).verdict, 'unknown', body);
    }
  });
});

describe('a stage whose number got lost', () => {
  it('decides as any other', () => {
    const text =
      ' ls_out_acl (northd.c:6500): reg0[10] == 1 && (ip4.src == 10.1.0.0/16), priority 3000, uuid 41d5f22e\n';
    const { verdict, hops } = judge(`${text}    ct_commit { ct_mark.blocked = 1; };\n`);
    assert.equal(verdict, 'drop');
    assert.deepEqual([hops[0]?.stage, hops[0]?.table], ['ls_out_acl', -1]);
    const implicit = [
      tcp,
      '',
      ingress,
      '-'.repeat(ingress.length),
      'ls_in_port_sec_l2: no match (implicit drop)',
      '',
    ];
    assert.equal(judge(implicit.join('\n')).verdict, 'drop');
  });

  it('is none where the line is not whole', () => {
    assert.equal(
      judge(`${tcp}\n${ingress}\nls_in_acl (northd.c:1): ip4, priority 5\n    drop;\n`).hops.length,
      0,
    );
  });
});

describe('a block whose title nobody knows', () => {
  it('decides nothing, for it may hold a packet that OVN made up', () => {
    const stage = ['ls_in_new: 1, priority 0', 'next;'];
    assert.equal(judge(detailed(tcp, ingress, stage, 'ct_teleport(zone=7)', delivered)).verdict, 'unknown');
  });
});

describe('a MAC that EVPN may know', () => {
  it('is not unknown because ovn-trace has no table of it', () => {
    const text = detailed(
      tcp,
      ingress,
      [
        'ls_in_l2_lkup: 1, priority 0',
        'outport = get_fdb(eth.dst);',
        'remote_outport = get_remote_fdb(eth.dst);',
        'next;',
      ],
      ['ls_in_l2_unknown: outport == "none" && remote_outport == "none", priority 50', 'drop;'],
    );
    assert.equal(judge(text, whole).undecided?.reason, 'untraced');
  });
});

describe('the conntrack state of a hop', () => {
  const state = (...titles: readonly string[]): readonly string[] | null | undefined =>
    judge(detailed(tcp, ingress, ...titles, delivered)).hops.at(-1)?.ctState;
  const assumed = '/* default (use --ct to customize) */';

  it('is what ct_next found, and stays from one datapath to the next', () => {
    assert.deepEqual(state('ct_next(ct_state=new|trk)', egress), ['new', 'trk']);
    assert.deepEqual(state('ct_next(ct_state=new|trk)', 'ct_next(ct_state=est|rpl|trk)'), [
      'est',
      'rpl',
      'trk',
    ]);
  });

  it('adds up what load balancing and NAT found', () => {
    assert.deepEqual(state('ct_next(ct_state=new|trk)', `ct_lb_mark ${assumed}`), ['new', 'est', 'trk']);
    assert.deepEqual(state('ct_next(ct_state=new|trk)', 'ct_snat(ip4.src=1.1.1.1)'), ['new', 'trk', 'snat']);
    assert.deepEqual(state(`ct_dnat /* assuming no un-dnat entry, so no change */ ${assumed}`), [
      'est',
      'trk',
    ]);
  });

  it('is not known where a lookup that was told its state does not print it', () => {
    assert.equal(state('ct_lb_mark'), null);
    const cleared = ['ls_out_pre_lb: ip, priority 110', 'ct_clear;', 'next;'];
    const text = detailed(tcp, ingress, 'ct_next(ct_state=new|trk)', cleared, delivered);
    assert.equal(judge(text).hops.at(-1)?.ctState, null);
  });
});

describe('a flood to nobody but the sender', () => {
  const textWith = (column: string): string =>
    [
      '# tcp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:99,nw_src=10.0.0.1,nw_dst=10.0.0.9,nw_ttl=64',
      '',
      'ingress(dp="s", inport="a")',
      '---------------------------',
      '27. ls_in_l2_unknown (northd.c:1): outport == "none", priority 50, uuid 00000001',
      '    outport = "_MC_unknown";',
      '    output;',
      '',
      'multicast(dp="s", mcgroup="_MC_unknown")',
      '----------------------------------------',
      '',
      `${column}egress(dp="s", inport="a", outport="a")`,
      `${column}---------------------------------------`,
      `${column}${column}    /* omitting output because inport == outport && !flags.loopback */`,
      '',
    ].join('\n');

  it('is lost where the only member stands where the last one does', () => {
    const { verdict, losses } = judgeTrace(parseTrace(textWith('')));
    assert.deepEqual([verdict, losses[0]?.kind], ['drop', 'hairpin']);
  });

  it('may have reached others where it stands before them', () => {
    assert.equal(judgeTrace(parseTrace(textWith('    '))).verdict, 'unknown');
  });
});

describe('a block of the summary without anything in it', () => {
  const header =
    '# tcp,reg14=0x1,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64';
  const verdictOf = (...lines: readonly string[]) => judge([header, ...lines, ''].join('\n')).verdict;

  it('had no flow for the packet', () => {
    assert.equal(verdictOf('ingress(dp="sw", inport="vm1");'), 'drop');
    assert.equal(
      verdictOf('ingress(dp="sw", inport="vm1") {', '    ct_next;', '    ct_next(ct_state=new|trk);', '};'),
      'drop',
    );
  });

  it('is printed without braces: between braces something was taken out', () => {
    assert.equal(verdictOf('ingress(dp="sw", inport="vm1") {', '};'), 'unknown');
    const inner = ['    ct_next;', '    ct_next(ct_state=new|trk) {', '    };'];
    assert.equal(verdictOf('ingress(dp="sw", inport="vm1") {', ...inner, '};'), 'unknown');
  });

  it('may be cut off where it is not closed', () => {
    assert.equal(verdictOf('ingress(dp="sw", inport="vm1") {'), 'unknown');
    assert.equal(
      verdictOf('ingress(dp="sw", inport="vm1") {', '    ct_next;', '    ct_next(ct_state=new|trk) {'),
      'unknown',
    );
  });
});
