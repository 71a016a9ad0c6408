import assert from 'node:assert/strict';
import { packetAt } from '../../../src/core/trace/packetAt';
import { makeHop, makeOutcome } from '../acl/hops';

const flow =
  'tcp,dl_src=00:00:00:00:00:01,dl_dst=00:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.100,nw_ttl=64,tp_src=40000,tp_dst=80';

describe('packetAt', () => {
  const cases: readonly (readonly [action: string, fields: Readonly<Record<string, bigint | undefined>>])[] =
    [
      ['eth.dst = 00:00:00:00:00:09;', { 'eth.dst': 9n }],
      ['eth.dst <-> eth.src;', { 'eth.dst': 1n, 'eth.src': 2n }],
      ['eth.src = xreg0[0..47];', { 'eth.src': undefined }],
      ['reg0 = ip4.dst;', { 'ip4.dst': 0x0a000064n }],
      ['ip.ttl--;', { 'ip.ttl': 63n }],
      ['ct_snat(172.16.0.1);', { 'ip4.src': 0xac100001n, 'tcp.src': 40000n }],
      ['ct_snat_in_czone(172.16.0.1,1024-2048);', { 'ip4.src': 0xac100001n, 'tcp.src': undefined }],
      ['ct_dnat(10.0.0.5);', { 'ip4.dst': 0x0a000005n, 'tcp.dst': 80n }],
      ['ct_snat;', { 'ip4.src': 0x0a000001n }],
      ['ct_lb_mark(backends=10.0.0.5:8080);', { 'ip4.dst': 0x0a000005n, 'tcp.dst': 8080n }],
      ['ct_lb(10.0.0.5:8080);', { 'ip4.dst': 0x0a000005n, 'tcp.dst': 8080n }],
      ['ct_lb_mark(backends=10.0.0.5; hash_fields="ip_src");', { 'ip4.dst': 0x0a000005n, 'tcp.dst': 80n }],
      ['ct_lb_mark(backends=10.0.0.5:8080,10.0.0.6:8080);', { 'ip4.dst': undefined, 'tcp.dst': undefined }],
      ['ct_lb_mark;', { 'ip4.dst': 0x0a000064n, 'tcp.dst': 80n, ct_state: undefined }],
      ['get_arp(outport, reg0);', { 'eth.dst': undefined }],
      ['/* MAC binding to 00:00:00:00:00:07. */', { 'eth.dst': 7n }],
      ['ct_clear;', { ct_state: 0n }],
    ];
  const follow = (actions: readonly string[], lbDst: string | null = null, match = '1') => {
    const hops = [
      makeHop({ stage: 'ls_in_acl_hint', match, priority: 1, actions }),
      makeHop({ stage: 'ls_in_l2_lkup', match: '1', priority: 1, actions: ['output;'] }),
    ];
    const outcome = makeOutcome(hops);
    const [, last] = outcome.hops;
    return packetAt(last ?? assert.fail(), outcome, flow, lbDst);
  };
  for (const [action, fields] of cases) {
    it(`follows ${action}`, () => {
      const packet = follow([action]);
      assert.deepEqual(Object.fromEntries(Object.keys(fields).map((name) => [name, packet[name]])), fields);
    });
  }

  it('takes the backend that was asked for', () => {
    const backends = 'ct_lb_mark(backends=10.0.0.5:8080,10.0.0.6:8080);';
    assert.equal(follow([backends], '10.0.0.6:8080')['ip4.dst'], 0x0a000006n);
    assert.equal(follow(['ct_lb_mark;'], '10.0.0.6:8080')['tcp.dst'], 8080n);
  });

  it('learns the state of the connection from the hint stage, until it is tracked anew', () => {
    const match = '!ct.new && ct.est && !ct.rpl && ct_mark.blocked == 0';
    const state = ({
      'ct.new': isNew,
      'ct.est': isKnown,
      'ct.trk': isTracked,
    }: ReturnType<typeof follow>) => [isNew, isKnown, isTracked];
    assert.deepEqual(state(follow(['next;'], null, match)), [0n, 1n, 1n]);
    assert.deepEqual(state(follow(['next;', 'ct_lb_mark(backends=10.0.0.5);'], null, match)), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(state(follow(['next;'], null, '!ct.trk')), [undefined, undefined, 0n]);
  });

  it('knows nothing without the flow in the first line', () => {
    const outcome = makeOutcome([
      makeHop({ stage: 'ls_in_acl', match: '1', priority: 1, actions: ['next;'] }),
    ]);
    const [hop] = outcome.hops;
    assert.deepEqual(packetAt(hop ?? assert.fail(), outcome, null, null), {});
  });
});
