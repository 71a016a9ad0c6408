import assert from 'node:assert/strict';
import { ownerOf } from '../../../src/core/acl/ownerOf';
import { friendlyPortName } from '../../../src/core/ovn/friendlyNames';
import { shorten } from '../../../src/core/ovn/inventoryIndex';
import { canonicalIp, multicastMac, networkContains, solicitedNode } from '../../../src/core/ovn/ip';
import { indexNetwork, makeAcl } from './network';

describe('indexInventory', () => {
  const own = makeAcl({ match: 'ip4' });
  const shared = makeAcl({ match: 'ip6' });
  const index = indexNetwork({
    switches: [
      { name: 's', ports: ['a 0a:00:00:00:00:01 10.0.0.1 FD00::1', 's-r -> lrp'], acls: [own, shared] },
      { name: 't', friendlyName: 'tee', ports: ['b 0a:00:00:00:00:02 10.0.0.1', 'c'] },
    ],
    routers: [{ name: 'r', ports: ['lrp 0a:00:00:00:ff:01 10.0.0.254/24'] }],
    portGroups: [
      { name: 'pg', ports: ['a', 'c'], acls: [shared] },
      { name: 'unused', ports: ['a'] },
    ],
    loadBalancers: [
      {
        uuid: 'lb',
        name: 'lb',
        protocol: null,
        vips: {
          '10.9.9.9': '10.0.0.1',
          '[fd99::1]:80': '[fd00::1]:80, [fd00::2]:80',
          'fd99::2': '',
          'x:1': 'y',
        },
        externalIds: {},
      },
    ],
  });

  it('finds ports and what they belong to', () => {
    assert.deepEqual(
      index.portsWithIp('10.0.0.1').map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(
      index.portsWithIp('fd00:0:0::1').map(({ name }) => name),
      ['a'],
    );
    const before = index.switchPortBefore('lrp');
    assert.ok(before);
    assert.deepEqual([before.name, index.routerPortBehind(before)?.name], ['s-r', 'lrp']);
    assert.equal(index.routerOf('lrp')?.name, 'r');
    assert.deepEqual(
      index.portGroupsOf('a').map(({ name }) => name),
      ['pg', 'unused'],
    );
  });

  it('knows which ACLs apply to a switch, each once, with all that carry it there', () => {
    const on = (port: string): unknown => {
      const logicalSwitch = index.switchOf(port);
      assert.ok(logicalSwitch);
      return index
        .aclsOn(logicalSwitch)
        .map(({ acl, entities }) => [acl.match, entities.map(({ name }) => name)]);
    };
    assert.deepEqual(on('a'), [
      ['ip4', ['s']],
      ['ip6', ['s', 'pg']],
    ]);
    assert.deepEqual(on('b'), [['ip6', ['pg']]], 'because port c of the group is on the switch');
    assert.deepEqual(
      index.entitiesOf(shared).map(({ name }) => name),
      ['s', 'pg'],
    );
    assert.deepEqual(index.acls(own.uuid.slice(0, 8)), [own]);
  });

  it('reads virtual addresses of every notation', () => {
    assert.deepEqual(
      ['10.9.9.9', 'fd99:0::1', 'fd99::2', 'x'].map((ip) =>
        index.vips(ip).map(({ port, backends }) => [port, backends]),
      ),
      [[[null, ['10.0.0.1']]], [[80, ['[fd00::1]:80', '[fd00::2]:80']]], [[null, []]], []],
    );
  });

  it('makes the address sets of port groups', () => {
    assert.deepEqual(index.addressSet('pg_ip4'), ['10.0.0.1']);
    assert.deepEqual(index.addressSet('pg_ip6'), ['fd00::1']);
    assert.equal(index.addressSet('pg'), undefined);
  });

  it('finds datapaths by whatever ovn-trace calls them', () => {
    const uuid = index.switchOf('b')?.uuid ?? '';
    for (const text of ['t', 'tee', uuid]) {
      assert.deepEqual(
        index.datapaths(text).map(({ row }) => row.name),
        ['t'],
        text,
      );
    }
    assert.equal(shorten('lrp-17d870aa-0000-4000-8000-000000000000'), 'lrp-17d870');
  });

  it('takes names for names, whatever they are', () => {
    const hostile = indexNetwork({ switches: [{ name: '__proto__', ports: ['constructor', 'toString'] }] });
    assert.equal(hostile.switchOf('constructor')?.name, '__proto__');
    assert.equal(hostile.port('hasOwnProperty'), undefined);
  });
});

describe('friendlyPortName', () => {
  const cases: readonly [string, Readonly<Record<string, string>>, string | null][] = [
    ['0b2d', { 'neutron:port_name': 'web' }, 'web'],
    ['0b2d', { 'neutron:port_name': '' }, null],
    ['shop_web-1', { namespace: 'shop', pod: 'true' }, 'shop/web-1'],
    ['web-1.shop', { pod: 'shop/web-1', vendor: 'kube-ovn' }, 'shop/web-1'],
    ['incus-net3-instance-1a2b3c4d-0000-4000-8000-000000000000-eth0', {}, 'eth0 of instance 1a2b3c4d'],
    ['vm1', { name: 'vm1' }, null],
    ['vm1', { name: 'mail' }, 'mail'],
  ];
  for (const [name, externalIds, expected] of cases) {
    it(`${name} ${JSON.stringify(externalIds)}`, () =>
      assert.equal(friendlyPortName(name, externalIds), expected));
  }
});

describe('ownerOf', () => {
  const index = indexNetwork({
    portGroups: [
      { name: 'np.shop', externalIds: { np: 'shop/np' } },
      { name: 'ovn.sg.web', externalIds: { type: 'security_group', sg: 'web' } },
      { name: 'incus_acl7_ingress' },
      { name: 'neutron_pg_drop' },
      { name: 'mine' },
    ],
  });
  const cases: readonly [string, Readonly<Record<string, string>>, RegExp | null][] = [
    [
      'mine',
      { 'k8s.ovn.org/owner-type': 'NetworkPolicy', 'k8s.ovn.org/name': 'shop:allow' },
      /^NetworkPolicy shop\/allow$/,
    ],
    [
      'mine',
      { 'k8s.ovn.org/owner-type': 'NetpolNamespace', 'k8s.ovn.org/name': 'shop' },
      /NetworkPolicies in namespace shop/,
    ],
    ['np.shop', {}, /^NetworkPolicy shop\/np$/],
    ['ovn.sg.web', {}, /^SecurityGroup web$/],
    ['incus_acl7_ingress', {}, /^Incus network ACL with ID 7$/],
    ['neutron_pg_drop', {}, /default drop/],
    ['mine', { vendor: 'kube-ovn', subnet: 'shop' }, /^Subnet shop$/],
    ['mine', {}, null],
  ];
  for (const [name, externalIds, expected] of cases) {
    it(`${name} ${JSON.stringify(externalIds)}`, () => {
      const owner = ownerOf(makeAcl({ match: 'ip', externalIds }), [{ type: 'port-group', name }], index);
      if (expected === null) assert.equal(owner, null);
      else assert.match(owner ?? '', expected);
    });
  }
});

describe('addresses', () => {
  it('are brought to one notation', () => {
    assert.deepEqual(
      ['10.0.0.1', 'FD00:0:0::A', '::ffff:10.0.0.1', '010.0.0.1', '10.1', 'fe80::1%eth0', '', 'x'].map(
        canonicalIp,
      ),
      ['10.0.0.1', 'fd00::a', '::ffff:a00:1', null, null, null, null, null],
    );
  });

  it('lie in networks', () => {
    const pairs = [
      ['10.0.1.1/24', '10.0.1.200'],
      ['10.0.1.1/24', '10.0.2.1'],
      ['fd00::1/64', 'fd00::ffff'],
      ['10.0.1.1/24', 'fd00::1'],
      ['10.0.1.1', '10.0.1.1'],
      ['10.0.1.1/33', '10.0.1.1'],
      ['nonsense', '10.0.1.1'],
    ] as const;
    assert.deepEqual(
      pairs.map(([network, ip]) => networkContains(network, ip)),
      [true, false, true, false, true, false, false],
    );
  });

  it('map to group addresses', () => {
    assert.equal(multicastMac('239.255.1.2'), '01:00:5e:7f:01:02');
    assert.equal(multicastMac('ff02::1:3'), '33:33:00:01:00:03');
    assert.equal(solicitedNode('fd00::12:3456'), 'ff02::1:ff12:3456');
  });
});
