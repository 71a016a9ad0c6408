import assert from 'node:assert/strict';
import { interpretText } from '../../../src/core/session/interpretText';
import type { CauseCode } from '../../../src/core/trace/explanation';

const clock = { now: () => 0 };
const header =
  '# tcp,reg14=0x1,dl_src=0a:00:00:00:01:01,dl_dst=0a:00:00:00:01:fe,nw_src=10.0.1.1,nw_dst=10.0.2.1,nw_ttl=64,tp_src=40000,tp_dst=80';

/** `--summary` of a packet that ends in this pipeline. */
function summary(title: string, ...actions: readonly string[]): string {
  return [header, `${title} {`, ...actions.map((action) => `    ${action}`), '};', ''].join('\n');
}

const switchIn = 'ingress(dp="web", inport="web1")';
const switchOut = 'egress(dp="web", inport="web1", outport="web2")';
const routerIn = 'ingress(dp="r", inport="r-web")';
const routed = [
  'xreg0[0..47] = 0a:00:00:00:01:fe;',
  'next;',
  'reg9[2] = 1;',
  'next;',
  'reg7 = 0;',
  'next;',
  'ip.ttl--;',
  'reg8[0..15] = 0;',
  'reg0 = ip4.dst;',
  'eth.src = 0a:00:00:00:02:fe;',
  'outport = "r-db";',
  'flags.loopback = 1;',
  'next;',
  'next;',
];
const log = (verdict: string): string =>
  `LOG: ACL name=EF:default:0, direction=IN, verdict=${verdict}, severity=info, packet="tcp";`;

describe('the cause in a format without stages', () => {
  const cases: readonly (readonly [what: string, CauseCode, text: string, says: RegExp])[] = [
    [
      'port security of the sender',
      'PORT_SECURITY_IN',
      summary(switchIn, 'reg0[15] = check_in_port_sec();', 'next;', 'drop;'),
      /Port security of web1/,
    ],
    [
      'port security of the receiver',
      'PORT_SECURITY_OUT',
      summary(switchOut, 'reg0[15] = check_out_port_sec();', 'next;', 'drop;'),
      /Port security of web2/,
    ],
    [
      'a disabled port',
      'PORT_DISABLED',
      summary(switchIn, 'reg0[15] = 1;', 'next;', 'drop;'),
      /web1 is disabled/,
    ],
    [
      'an unknown MAC',
      'UNKNOWN_MAC',
      summary(
        switchIn,
        'reg0[15] = check_in_port_sec();',
        'next;',
        'outport = get_fdb(eth.dst);',
        'next;',
        'drop;',
      ),
      /Switch web knows no port/,
    ],
    [
      'an ACL by its verdict bit',
      'ACL_DROP',
      summary(switchIn, 'reg8[17] = 1;', 'next;', 'reg8[16] = 0;', 'reg8[17] = 0;', 'reg8[18] = 0;'),
      /An ACL drops TCP port 80 from web1 to 10\.0\.2\.1 at switch web/,
    ],
    [
      'an ACL by its log',
      'ACL_DROP',
      summary(
        switchIn,
        'log(name="EF:default:0", verdict=drop, severity=info);',
        log('drop'),
        'reg8[17] = 1;',
        'next;',
        'reg8[17] = 0;',
      ),
      /ACL EF:default:0 drops/,
    ],
    [
      'no route',
      'NO_ROUTE',
      summary(routerIn, 'xreg0[0..47] = 0a:00:00:00:01:fe;', 'next;', 'reg7 = 0;', 'next;', 'drop;'),
      /Router r has no route to 10\.0\.2\.1/,
    ],
    ['a policy', 'ROUTER_POLICY', summary(routerIn, ...routed, 'drop;'), /A policy of router r/],
    [
      'no ACL and the default is to drop',
      'ACL_DEFAULT_DROP',
      summary(switchIn, 'next;', 'reg8[16] = 0;', 'reg8[17] = 0;', 'reg8[18] = 0;'),
      /^No ACL allows TCP port 80 from web1/,
    ],
    [
      'a load balancer without backends',
      'LB_NO_BACKEND',
      summary(switchIn, 'reg1[16..23] = ct_proto();', 'reg1[0..15] = ct_tp_dst();', 'next;', 'drop;'),
      /^The load balancer of 10\.0\.2\.1 has no backend/,
    ],
    [
      'a refusal on the way out',
      'ACL_REJECT',
      summary(
        switchOut,
        'reg0 = 0;',
        'reject { outport <-> inport; next(pipeline=ingress, table=22); };',
        'tcp_reset {',
        '    outport <-> inport;',
        '};',
      ),
      /^An ACL rejects TCP port 80/,
    ],
    [
      'what lies behind the policies',
      'UNKNOWN',
      summary(routerIn, ...routed, 'reg8[0..15] = 0;', 'next;', 'next;', 'drop;'),
      /does not show|is dropped/,
    ],
    [
      'a log of an ACL that allowed',
      'UNKNOWN',
      summary(switchIn, log('allow'), 'next;', 'drop;'),
      /does not show|is dropped/,
    ],
  ];
  for (const [what, code, text, says] of cases) {
    it(`${what}: ${code}`, () => {
      const { losses } = interpretText(text, clock).explanation;
      assert.equal(losses[0]?.cause.code, code);
      assert.match(losses[0].cause.sentence, says);
    });
  }

  it('knows an ACL from its log in the minimal format', () => {
    const text = `${header}\nct_next(ct_state=new|trk) {\n    ${log('drop')}\n};\n`;
    const { losses } = interpretText(text, clock).explanation;
    assert.equal(losses[0]?.cause.code, 'ACL_DROP');
    assert.match(
      losses[0].cause.sentence,
      /^ACL EF:default:0 drops TCP port 80 from 10\.0\.1\.1 to 10\.0\.2\.1\.$/,
    );
  });

  it('tells what a router refuses from what an ACL refuses', () => {
    const refused = (...effects: readonly string[]): string =>
      `${header}\nct_next(ct_state=new|trk) {\n    icmp4 {\n${effects.map((effect) => `        ${effect};\n`).join('')}        output("web1");\n    };\n};\n`;
    const codeOf = (text: string): string | undefined =>
      interpretText(text, clock).explanation.losses[0]?.cause.code;
    assert.equal(
      codeOf(refused('eth.dst = 0a:00:00:00:01:01', 'icmp4.type = 11', 'icmp4.code = 0')),
      'TTL_EXCEEDED',
    );
    assert.equal(
      codeOf(refused('eth.dst = 0a:00:00:00:01:01', 'icmp4.type = 3', 'icmp4.code = 3')),
      'ROUTER_ADDRESS',
    );
    assert.equal(codeOf(refused('icmp4.type = 3', 'icmp4.code = 4')), 'PACKET_TOO_BIG');
    assert.equal(codeOf(refused()), 'UNKNOWN');
  });

  it('does not guess which copy of a flooded packet was lost', () => {
    const flood = summary(
      switchIn,
      'output;',
      'multicast(dp="web", mcgroup="_MC_flood") {',
      '    egress(dp="web", inport="web1", outport="web2") {',
      '        drop;',
      '    };',
      '};',
    );
    assert.equal(interpretText(flood, clock).explanation.losses[0]?.cause.code, 'UNKNOWN');
  });
});
