import assert from 'node:assert/strict';
import type { NeutronRule } from '../../../src/core/definitions/neutron/rule';
import { anyRule, formsOfRule } from '../../../src/core/definitions/neutron/rule';
import { unknown } from '../../../src/core/definitions/neutron/told';
import { parseMatch } from '../../../src/core/ovn/match/parser';

const ingress = { ...anyRule, direction: 'ingress', ethertype: 'IPv4' };

function becomes(changes: Partial<NeutronRule>): readonly string[] {
  return formsOfRule({ ...ingress, ...changes }).map(({ match }) => {
    assert.ok(parseMatch(match).ok, match);
    return match.replace('outport == @owner && ', '');
  });
}

describe('ACLs that Neutron makes of a rule', () => {
  it('are of the direction, priority and action of the rule', () => {
    assert.deepEqual(formsOfRule({ ...ingress, protocol: 'tcp', min: 22, max: 22, prefix: '10.0.0.0/8' }), [
      {
        direction: 'to-lport',
        priorities: [1002],
        tier: 0,
        actions: ['allow-related'],
        match: 'outport == @owner && ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22',
      },
    ]);
    const out = {
      ...ingress,
      direction: 'egress',
      ethertype: 'IPv6',
      prefix: '2001:db8::/32',
      stateful: false,
    };
    assert.deepEqual(formsOfRule(out), [
      {
        direction: 'from-lport',
        priorities: [1002],
        tier: 0,
        actions: ['allow-stateless', 'allow-related'],
        match: 'inport == @owner && ip6 && ip6.dst == 2001:db8::/32',
      },
    ]);
  });
  it('match ports, types and numbers', () => {
    assert.deepEqual(becomes({}), ['ip4']);
    assert.deepEqual(becomes({ protocol: 'any' }), ['ip4']);
    assert.deepEqual(becomes({ protocol: '6', min: 80, max: 90 }), [
      'ip4 && tcp && tcp.dst >= 80 && tcp.dst <= 90',
    ]);
    assert.deepEqual(becomes({ protocol: 'sctp' }), ['ip4 && sctp']);
    assert.deepEqual(becomes({ protocol: 'icmp', min: 8, max: 0 }), [
      'ip4 && icmp4 && icmp4.type == 8 && icmp4.code == 0',
    ]);
    assert.deepEqual(becomes({ protocol: 'icmp', min: 3 }), ['ip4 && icmp4 && icmp4.type == 3']);
    assert.deepEqual(becomes({ protocol: 'vrrp' }), ['ip4 && ip.proto == 112']);
    assert.deepEqual(becomes({ protocol: '50' }), ['ip4 && ip.proto == 50']);
    assert.deepEqual(becomes({ protocol: 'icmp', ethertype: 'IPv6' }), ['ip6 && icmp6']);
    assert.deepEqual(becomes({ protocol: 'ipv6-icmp', ethertype: 'ipv6', min: 128 }), [
      'ip6 && icmp6 && icmp6.type == 128',
    ]);
  });
  it('take the whole range of ports for none, in new releases', () => {
    assert.deepEqual(becomes({ protocol: 'udp', min: 1, max: 65535 }), [
      'ip4 && udp',
      'ip4 && udp && udp.dst >= 1 && udp.dst <= 65535',
    ]);
  });
  it('have prefixes without host bits', () => {
    assert.deepEqual(becomes({ prefix: '192.168.1.77/24' }), ['ip4 && ip4.src == 192.168.1.0/24']);
    assert.deepEqual(becomes({ prefix: '192.168.1.77' }), ['ip4 && ip4.src == 192.168.1.77']);
    assert.deepEqual(becomes({ prefix: '10.1.2.3/255.255.0.0' }), ['ip4 && ip4.src == 10.1.0.0/16']);
    assert.deepEqual(becomes({ prefix: '2001:DB8::1/64', ethertype: 'IPv6' }), [
      'ip6 && ip6.src == 2001:db8::/64',
    ]);
  });
  it('know remote groups by nothing', () => {
    assert.deepEqual(becomes({ hasRemoteGroup: true, protocol: 'tcp' }), ['ip4 && ip4.src == $peer && tcp']);
  });
  it('are none for what Neutron refuses', () => {
    const refused: readonly Partial<NeutronRule>[] = [
      { ethertype: 'IPv5' },
      { direction: 'both' },
      { prefix: '10.0.0.0/8', ethertype: 'IPv6' },
      { prefix: '10.0.0.0/33' },
      { prefix: '10.0.0' },
      { prefix: '10.0.0.0/8', hasRemoteGroup: true },
      { protocol: 'tcp', min: 80 },
      { protocol: 'tcp', min: 90, max: 80 },
      { protocol: 'tcp', min: 0, max: 0 },
      { protocol: 'tcp', min: 80, max: 65536 },
      { protocol: 'tcpp' },
      { protocol: '256' },
      { protocol: 'icmp', max: 0 },
      { protocol: 'icmp', min: 256 },
      { protocol: 'esp', min: 80, max: 80 },
      { protocol: 'ipv6-icmp' },
      { min: 80, max: 80 },
    ];
    for (const changes of refused) assert.deepEqual(becomes(changes), [], JSON.stringify(changes));
  });
  it('are none when something is not told', () => {
    for (const field of ['direction', 'ethertype', 'protocol', 'min', 'max', 'prefix', 'hasRemoteGroup']) {
      assert.deepEqual(becomes({ protocol: 'tcp', [field]: unknown }), [], field);
    }
    assert.equal(formsOfRule({ ...ingress, stateful: unknown })[0]?.actions.length, 2);
  });
});
