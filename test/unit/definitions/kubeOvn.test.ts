import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Definition } from '../../../src/core/definitions/definition';
import { linksOf, nameOf, networkOf, ownersOf } from './kubernetesInventory';
import type { ReadDefinitions } from './load';
import { formats, loadReader, slice, summary } from './load';

let parse: ReadDefinitions;
before(async () => {
  parse = await loadReader('kube-ovn');
});
const read = (text: string, file = 'kube-ovn.yaml'): readonly Definition[] => parse({ text, file });

const group = `apiVersion: kubeovn.io/v1
kind: SecurityGroup
metadata:
  name: web-tier
spec:
  allowSameGroupTraffic: true
  ingressRules:
  - ipVersion: ipv4
    policy: allow
    priority: 10
    protocol: tcp
    remoteType: address
    remoteAddress: 10.16.0.0/16
    portRangeMin: 80
    portRangeMax: 443
  - {ipVersion: ipv4, policy: drop, priority: 20, protocol: all, remoteType: securityGroup, remoteSecurityGroup: guests}
  egressRules:
  - ipVersion: ipv6
    policy: allow
    priority: 1
    protocol: icmp
    remoteType: address
    remoteAddress: ::/0
`;

const subnet = `apiVersion: kubeovn.io/v1
kind: Subnet
metadata:
  name: shop
spec:
  cidrBlock: 10.20.0.0/16
  private: true
  allowEWTraffic: true
  acls:
    - action: drop
      direction: to-lport
      match: ip4.dst == 10.20.0.2 && ip
      priority: 1002
    - action: allow-related
      direction: to-lport
      match: "ip4.src == 10.20.0.2 &&
        tcp"
      priority: 1003
`;

describe('SecurityGroups of kube-ovn', () => {
  it('have a definition for the group, for traffic within it, and for each rule', () => {
    assert.deepEqual(
      read(group).map((each) => `${nameOf(each)}: ${slice(group, each.matchRange).split('\n')[0]}`),
      [
        'web-tier: web-tier',
        'web-tier/traffic within the group: allowSameGroupTraffic: true',
        'web-tier/ingress rule 0: ipVersion: ipv4',
        'web-tier/ingress rule 1: {ipVersion: ipv4, policy: drop, priority: 20, protocol: all, remoteType: securityGroup, remoteSecurityGroup: guests}',
        'web-tier/egress rule 0: ipVersion: ipv6',
      ],
    );
    const [, , rule] = read(group);
    assert.ok(rule?.kind === 'rule' && slice(group, rule.range).endsWith('portRangeMax: 443'));
    assert.deepEqual(rule.forms, [
      ...[0, 2].map((tier) => ({
        direction: 'to-lport',
        priorities: [18_474, 2290],
        tier,
        actions: ['allow-related'],
        match: 'outport == @owner && ip4.src == 10.16.0.0/16 && 80 <= tcp.dst <= 443',
      })),
    ]);
  });
  it('have no ACLs that the file does not tell', () => {
    for (const key of ['policy', 'protocol', 'remoteType', 'remoteAddress', 'portRangeMin', 'portRangeMax']) {
      const rule: Record<string, unknown> = {
        policy: 'allow',
        priority: 1,
        protocol: 'tcp',
        remoteType: 'address',
        remoteAddress: '10.0.0.1',
        portRangeMin: 1,
        portRangeMax: 2,
      };
      for (const value of [undefined, '{{ .Values.x }}', 'x', 99_999]) {
        const text = JSON.stringify({
          apiVersion: 'kubeovn.io/v1',
          kind: 'SecurityGroup',
          metadata: { name: 'a' },
          spec: { ingressRules: [{ ...rule, [key]: value }] },
        });
        const [, found] = read(text);
        assert.ok(found?.kind === 'rule' && found.forms.length === 0, `${key}: ${String(value)}`);
      }
    }
  });

  const acls = (groupName: string, tier: number, highest: number) =>
    [
      { match: `outport == @${groupName} && arp`, priority: 2005 },
      { match: `outport == @${groupName} && ip4 && ip4.src == $${groupName}.associated.v4`, priority: 2004 },
      {
        match: `outport == @${groupName} && ip4 && ip4.src == 10.16.0.0/16 && 80 <= tcp.dst <= 443`,
        priority: highest - 10,
      },
      {
        match: `outport == @${groupName} && ip4 && ip4.src == $ovn.sg.guests.associated.v4`,
        priority: highest - 20,
        action: 'drop' as const,
      },
      {
        match: `inport == @${groupName} && ip6 && ip6.dst == ::/0 && icmp6`,
        priority: highest - 1,
        direction: 'from-lport' as const,
      },
    ].map((acl) => ({ tier, externalIds: { parent: groupName, vendor: 'kube-ovn' }, ...acl }));
  const live = (tier: number, highest: number) =>
    networkOf([
      {
        name: 'ovn.sg.web.tier',
        externalIds: { type: 'security_group', sg: 'web-tier' },
        acls: acls('ovn.sg.web.tier', tier, highest),
      },
      { name: 'ovn.sg.guests', externalIds: { type: 'security_group', sg: 'guests' }, acls: [] },
    ]);

  it('join exactly by group, priority and match', () => {
    for (const [tier, highest] of [
      [2, 18_484],
      [2, 2300],
    ] as const) {
      const network = live(tier, highest);
      assert.deepEqual(linksOf(read(group), network), [
        ['exact web-tier'],
        ['exact web-tier/traffic within the group'],
        ['exact web-tier/ingress rule 0'],
        ['exact web-tier/ingress rule 1'],
        ['exact web-tier/egress rule 0'],
      ]);
      assert.deepEqual(ownersOf(read(group), network, 'ovn.sg.web.tier'), ['exact web-tier']);
    }
    const old = linksOf(read(group), live(0, 2300)).map(([link]) => link?.split(' ').slice(1).join(' '));
    assert.deepEqual(old.slice(2), [
      'web-tier/ingress rule 0',
      'web-tier/ingress rule 1',
      'web-tier/egress rule 0',
    ]);
  });
  it('are no other groups', () => {
    for (const name of ['web', 'tier', 'guests', 'web-tier-2']) {
      const found = read(group.replace('name: web-tier', `name: ${name}`));
      assert.deepEqual(linksOf(found, live(2, 18_484)).flat(), [], name);
    }
    assert.deepEqual(
      ownersOf(read(group.replace('web-tier', 'web.tier')), live(2, 18_484), 'ovn.sg.web.tier'),
      [],
    );
  });
  it('say what was edited', () => {
    const edited = read(group.replace('portRangeMax: 443', 'portRangeMax: 8080'));
    assert.deepEqual(linksOf(edited, live(2, 18_484))[2], ['derived web-tier/ingress rule 0']);
    const flipped = read(group.replace('policy: drop', 'policy: allow'));
    assert.deepEqual(linksOf(flipped, live(2, 18_484))[3], ['derived web-tier/ingress rule 1']);
  });
});

describe('Subnets of kube-ovn', () => {
  it('have ACLs as OVN has them', () => {
    const found = read(subnet);
    assert.deepEqual(
      found.flatMap((each) =>
        each.kind === 'acl' ? [`${summary(each)} | ${slice(subnet, each.matchRange)}`] : [],
      ),
      [
        "shop to-lport 1002 'ip4.dst == 10.20.0.2 && ip' drop | ip4.dst == 10.20.0.2 && ip",
        'shop to-lport 1003 \'ip4.src == 10.20.0.2 && tcp\' allow-related | "ip4.src == 10.20.0.2 &&\n        tcp"',
      ],
    );
  });
  it('join exactly when subnet, direction, priority, match and action are the same', () => {
    const acl = (match: string, others: object) => ({
      match,
      externalIds: { parent: 'shop', subnet: 'shop', vendor: 'kube-ovn' },
      ...others,
    });
    for (const tier of [0, 2]) {
      const network = networkOf(
        [],
        [
          {
            name: 'shop',
            acls: [
              acl('ip4.dst == 10.20.0.2 && ip', { tier, priority: 1002, action: 'drop' }),
              acl('ip4.src == 10.20.0.2 && tcp', { tier, priority: 1003 }),
              acl('ip4.src == 10.20.0.0/16 && ip4.dst == 10.20.0.0/16', {
                tier,
                priority: 1900,
                action: 'allow',
              }),
              { name: 'shop', match: 'ip', tier, priority: 1000, action: 'drop' },
            ],
          },
          {
            name: 'bank',
            acls: [
              {
                match: 'ip4.dst == 10.20.0.2 && ip',
                priority: 1002,
                action: 'drop',
                externalIds: { subnet: 'bank' },
              },
            ],
          },
        ],
      );
      assert.deepEqual(linksOf(read(subnet), network), [
        ['exact ip4.dst == 10.20.0.2 && ip'],
        ['exact ip4.src == 10.20.0.2 && tcp'],
        ['exact shop'],
        ['exact shop'],
        [],
      ]);
      for (const [from, to] of [
        ['1002', '1001'],
        ['action: drop', 'action: reject'],
        ['10.20.0.2 && ip\n', '10.20.0.3 && ip\n'],
        ['name: shop', 'name: store'],
      ] as const) {
        const [links] = linksOf(read(subnet.replace(from, to)), network);
        assert.ok(
          links?.every((link) => !link.startsWith('exact')),
          `${to}: ${String(links)}`,
        );
      }
    }
  });
});

describe('manifests of kube-ovn', () => {
  it('are those of its group of the API', () => {
    const format = formats.find(({ id }) => id === 'kube-ovn');
    assert.ok(format);
    assert.ok(format.matches('sg.yaml', group));
    assert.ok(!format.matches('sg.yaml', group.replace('kubeovn.io', 'vpcresources.k8s.aws')));
    assert.ok(!format.matches('sg.yaml', 'apiVersion: kubeovn.io/v1\nkind: Vpc\n'));
    assert.deepEqual(read(group.replace('kubeovn.io', 'vpcresources.k8s.aws')), []);
    assert.deepEqual(read(group.replace('apiVersion: kubeovn.io/v1\n', '')), []);
  });
  it('of which only the beginning is there have the rules of that, and never fail', () => {
    const text = `${group}---\n${subnet}`;
    for (let end = 0; end <= text.length; end++) {
      const found = read(text.slice(0, end));
      if (end >= text.indexOf('  - {ipVersion'))
        assert.ok(found.some((each) => nameOf(each) === 'web-tier/ingress rule 0'));
    }
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...text.split('\n')), fc.string())), (lines) => {
        read(`apiVersion: kubeovn.io/v1\nkind: SecurityGroup\n${lines.join('\n')}`);
      }),
      { numRuns: 300 },
    );
  });
});
