import fc from 'fast-check';
import assert from 'node:assert/strict';
import { evaluateMatch, type PacketFields } from '../../../src/core/ovn/match/evaluate';
import { packetFromFlow } from '../../../src/core/ovn/match/packet';
import { parseMatch } from '../../../src/core/ovn/match/parser';
import { knownSets, matchText, samplePacket } from './generate';

const tcpFlow =
  'tcp,reg14=0x1,vlan_tci=0x0000,dl_src=00:00:00:00:00:01,dl_dst=00:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,' +
  'nw_tos=32,nw_ecn=1,nw_ttl=64,nw_frag=no,tp_src=40000,tp_dst=80,tcp_flags=syn|ack';

describe('evaluateMatch', () => {
  const packet = packetFromFlow(tcpFlow, { inport: 'vm1', outport: 'vm2', ctState: ['new', 'trk'] });
  const cases: readonly (readonly [text: string, result: string, failing: string | null])[] = [
    ['tcp.dst == 80', 'true', null],
    ['outport == "vm2" && ip4 && tcp.dst == 5432', 'false', 'tcp.dst == 5432'],
    ['udp && udp.dst == 53', 'false', 'udp'],
    ['udp.dst == 53', 'false', 'udp.dst == 53'],
    ['!(udp.dst == 53)', 'false', '!(udp.dst == 53)'],
    ['!(tcp.dst == 53)', 'true', null],
    ['tcp.dst == {22, 443}', 'false', 'tcp.dst == {22, 443}'],
    ['1000 <= tcp.dst <= 2000', 'false', '1000 <= tcp.dst <= 2000'],
    ['tcp.dst == 22 || tcp.dst == 23', 'false', 'tcp.dst == 22 || tcp.dst == 23'],
    ['(ip6 && udp && udp.dst == 53) || (ip4 && tcp.dst == 22)', 'false', 'tcp.dst == 22'],
    ['ip4.src == $as', 'true', null],
    ['ip4.dst == $as', 'false', 'ip4.dst == $as'],
    ['ip4.dst == $unknown', 'unknown', null],
    ['ip4.dst == $unknown && udp', 'false', 'udp'],
    ['ip4.dst == {$unknown, 10.0.0.2}', 'true', null],
    ['ip6.dst == $unknown', 'false', 'ip6.dst == $unknown'],
    ['inport == @pg', 'true', null],
    ['outport == @pg', 'false', 'outport == @pg'],
    ['ct.new && !ct.est', 'true', null],
    ['ct.est', 'false', 'ct.est'],
    ['reg0 == 1', 'unknown', null],
    ['is_chassis_resident("vm1")', 'unknown', null],
    ['is_chassis_resident("vm1") && udp', 'false', 'udp'],
    ['ip4.dst == ^VIP || tcp', 'true', null],
    ['!ip.is_frag', 'true', null],
    ['tcp.flags[1] && tcp.flags[4] && !tcp.flags[2]', 'true', null],
    ['ip.dscp == 8 && ip.ecn == 1 && ip.ttl == 64', 'true', null],
    ['tcp.dst[0..3] == 0x1f0', 'true', null],
    ['eth.mcast', 'false', 'eth.mcast'],
    ['vlan.vid == 0', 'false', 'vlan.vid == 0'],
    ['0', 'false', '0'],
  ];
  for (const [text, result, failing] of cases) {
    it(`finds ${text} ${result}`, () => {
      const evaluation = evaluate(text, packet);
      assert.equal(evaluation.result, result);
      assert.equal(evaluation.failing, failing);
    });
  }

  it('counts the terms in the way', () => {
    assert.equal(evaluate('udp && ip6 && tcp.dst == 5', packet).misses, 3);
    assert.equal(evaluate('(udp && ip6) || tcp.dst == 5', packet).misses, 1);
    assert.equal(evaluate('tcp', packet).misses, 0);
  });

  it('says unknown only where one more field can tip it', () => {
    fc.assert(
      fc.property(matchText(2), samplePacket, fc.infiniteStream(fc.boolean()), (text, { fields }, forget) => {
        const known = evaluate(text, fields).result;
        const part = Object.fromEntries(Object.entries(fields).filter(() => forget.next().value));
        const seen = evaluate(text, part).result;
        assert.ok(seen === known || seen === 'unknown', `${text}: ${seen}, but ${known} when all is known`);
      }),
      { numRuns: 500 },
    );
  });

  it('copes with 200,000 alternatives', () => {
    const text = Array.from({ length: 200_000 }, () => 'tcp.dst == 1').join(' || ');
    assert.equal(evaluate(text, packet).misses, 1);
  });

  it('turns round under a negation, prerequisites apart', () => {
    // Of terms that ask for no protocol, the negation is the opposite.
    const terms = ['eth.dst[40]', 'eth.src == 1', 'reg0 > 5', 'ct_mark != 1', 'vlan.tci == {0, 0x1005}', '0'];
    const chain = fc
      .tuple(fc.array(fc.constantFrom(...terms), { minLength: 1 }), fc.constantFrom(' && ', ' || '))
      .map(([chosen, sign]) => chosen.join(sign));
    fc.assert(
      fc.property(chain, samplePacket, (text, { fields }) => {
        assert.notEqual(evaluate(text, fields).result, evaluate(`!(${text})`, fields).result);
      }),
    );
  });
});

describe('packetFromFlow', () => {
  it('reads addresses, ports and flags', () => {
    assert.deepEqual(packetFromFlow(`# ${tcpFlow}`, { inport: 'vm1', ctState: [] }), {
      'eth.type': 0x800n,
      'ip.proto': 6n,
      'vlan.tci': 0n,
      'eth.src': 1n,
      'eth.dst': 2n,
      'ip4.src': 0x0a000001n,
      'ip4.dst': 0x0a000002n,
      'ip.ecn': 1n,
      'ip.ttl': 64n,
      'ip.dscp': 8n,
      'ip.frag': 0n,
      'tcp.src': 40000n,
      'tcp.dst': 80n,
      'tcp.flags': 0x12n,
      ct_state: 0n,
      inport: 'vm1',
    });
  });

  const headers: readonly (readonly [flow: string, match: string])[] = [
    [
      'ct_state=new|trk,tcp6,ipv6_src=fe80::1,ipv6_dst=::,ipv6_label=0x00003,nw_ttl=3,tp_src=0,tp_dst=80',
      'ct.new && ip6.src == fe80::1 && ip6.label == 3 && tcp.dst == 80',
    ],
    ['udp6,ipv6_src=::,ipv6_dst=::,tp_src=1,tp_dst=53', 'udp.dst == 53 && ip6'],
    ['icmp,nw_src=0.0.0.0,nw_dst=0.0.0.0,icmp_type=8,icmp_code=0', 'icmp4.type == 8 && icmp4.code == 0'],
    [
      'icmp6,ipv6_src=::,nw_ttl=255,icmp_type=135,icmp_code=0,nd_target=fe80::1,nd_sll=00:00:00:00:00:01',
      'nd_ns && nd.target == fe80::1 && nd.sll == 1',
    ],
    [
      'arp,arp_spa=1.2.3.4,arp_tpa=0.0.0.0,arp_op=1,arp_sha=00:00:00:00:00:05,arp_tha=00:00:00:00:00:00',
      'arp.op == 1 && arp.spa == 1.2.3.4 && arp.sha == 5',
    ],
    ['rarp,arp_spa=0.0.0.0,arp_op=3', 'rarp.op == 3'],
    ['ip,nw_src=0.0.0.0,nw_dst=0.0.0.0,nw_proto=47,nw_ttl=0', 'ip.proto == 47'],
    [
      'sctp,dl_vlan=5,dl_vlan_pcp=3,vlan_tci1=0x0000,nw_frag=first,tp_dst=4',
      'vlan.vid == 5 && vlan.pcp == 3 && ip.first_frag && sctp.dst == 4',
    ],
    ['sctp6,nw_frag=later', 'ip.later_frag && ip.is_frag'],
    ['reg14=0x1,vlan_tci=0x0000,dl_type=0x1234', 'eth.type == 0x1234 && !vlan.present'],
    ['tcp,tcp_flags=fin|syn|rst|psh|ack|urg|ece|cwr|ns|[200]|[400]|[800]', 'tcp.flags == 0xfff'],
    ['tcp,tcp_flags=0', '!tcp.flags'],
    ['pkt_mark=0x9,ct_mark=0x7,ct_label=0x8,ip', 'pkt.mark == 9 && ct_mark == 7 && ct_label == 8'],
  ];
  for (const [flow, match] of headers) {
    it(`reads ${flow}`, () => assert.equal(evaluate(match, packetFromFlow(flow, {})).result, 'true'));
  }

  it('leaves out what it cannot read', () => {
    const fields = packetFromFlow(
      'tcp6,nw_frag=<error>,nw_ttl=x,tp_dst=,tcp_flags=what,dl_src=1,__proto__=1,ipv6_src=…',
      {},
    );
    assert.deepEqual(fields, { 'eth.type': 0x86ddn, 'ip.proto': 6n });
  });

  it('answers any text whatever', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof packetFromFlow(text, {}) === 'object'));
  });
});

describe('a port group in a match', () => {
  it('holds a port as a list of its ports does', () => {
    const port = fc.constantFrom('p1', 'p2', 'p3', 'p4', '');
    const ports = fc.uniqueArray(port, { minLength: 1 });
    fc.assert(
      fc.property(ports, port, (members, inport) => {
        const sets = { addressSet: () => null, portGroup: () => members };
        const evaluateWith = (constant: string) => {
          const parsed = parseMatch(`inport == ${constant}`);
          assert.ok(parsed.ok);
          return evaluateMatch(parsed.expr, { inport }, sets).result;
        };
        const list = members.map((name) => JSON.stringify(name)).join(', ');
        assert.equal(evaluateWith('@group'), evaluateWith(`{${list}}`));
      }),
    );
  });
});

function evaluate(text: string, packet: PacketFields) {
  const parsed = parseMatch(text);
  assert.ok(parsed.ok, text);
  return evaluateMatch(parsed.expr, packet, knownSets);
}
