import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareNetworkSteps } from '../../../src/core/definitions/compareNetwork';
import type { AclDefinition } from '../../../src/core/definitions/definition';
import { describeStates } from '../../../src/core/definitions/describeLive';
import { listDrift } from '../../../src/core/definitions/describeState';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { placeMatch } from '../../../src/core/definitions/matchText';
import { packetOfMatch } from '../../../src/core/definitions/packetOf';
import { describeField } from '../../../src/core/ovn/match/fieldWords';
import { symbolNames } from '../../../src/core/ovn/match/fields';
import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { Acl, LogicalSwitchPort } from '../../../src/core/ovn/northbound';
import { runThrough } from '../../../src/core/slices';
import { makeAcl } from '../inventory/network';

function port(name: string, ip: string): LogicalSwitchPort {
  return {
    uuid: name,
    name,
    friendlyName: null,
    type: '',
    addresses: [{ mac: '0a:00:00:00:00:01', ips: [ip] }],
    unknownAddresses: false,
    portSecurity: [],
    up: true,
    enabled: true,
    options: {},
    externalIds: {},
    switchName: 'sw',
  };
}
function acl(uuid: string, match: string, changes: Partial<Acl> = {}): Acl {
  return makeAcl({ uuid, match, ...changes });
}
function network(
  acls: readonly Acl[],
  ofGroup: readonly string[] = acls.map(({ uuid }) => uuid),
): InventoryIndex {
  return indexInventory({
    switches: [],
    switchPorts: [port('web1', '10.0.1.11'), port('web2', '10.0.1.12'), port('db1', 'fd00::5')],
    routers: [],
    routerPorts: [],
    portGroups: [{ uuid: 'pg', name: 'web', ports: ['web1', 'web2'], acls: ofGroup, externalIds: {} }],
    acls,
    addressSets: [{ uuid: 'as', name: 'admins', addresses: ['10.9.0.0/24', '10.0.1.12'] }],
    loadBalancers: [],
    globalOptions: {},
    readAt: 0,
  });
}

describe('a packet that a match is about', () => {
  const live = network([]);
  const cases: readonly (readonly [string, Acl['direction'], object])[] = [
    ['outport == @web && tcp.dst == 22', 'to-lport', { toPort: 'web1', protocol: 'tcp', dstPort: 22 }],
    ['outport == "db1" && ip6 && udp', 'to-lport', { toPort: 'db1', protocol: 'udp' }],
    [
      'inport == @web && ip4.dst == 8.8.8.8 && icmp4.type == 8',
      'from-lport',
      { inport: 'web1', toAddress: '8.8.8.8', protocol: 'icmp' },
    ],
    ['inport == @web && ip4.dst == 10.0.1.0/24', 'from-lport', { inport: 'web1', toPort: 'web2' }],
    [
      'outport == @web && ip4.src == $admins',
      'to-lport',
      { toPort: 'web1', inport: 'web2', ipSrc: '10.0.1.12' },
    ],
    [
      'outport == @web && ip6.src == fd00::/64',
      'to-lport',
      { toPort: 'web1', inport: 'db1', ipSrc: 'fd00::5' },
    ],
    ['80 <= tcp.dst <= 90', 'to-lport', { protocol: 'tcp', dstPort: 80 }],
    ['tcp.dst == {443, 80} && (ip4.src == 10.0.1.11 || ip4)', 'to-lport', { protocol: 'tcp', dstPort: 443 }],
    ['!(tcp.dst == 22)', 'to-lport', {}],
    ['outport == @nowhere', 'to-lport', {}],
    ['outport ==', 'to-lport', {}],
  ];
  for (const [match, direction, expected] of cases) {
    it(match, () => assert.deepEqual(packetOfMatch(match, direction, live), expected));
  }
  it('leaves groups open without a network', () => {
    assert.deepEqual(packetOfMatch('outport == @web && tcp.dst == 22', 'to-lport', null), {
      protocol: 'tcp',
      dstPort: 22,
    });
  });
});

describe('a match in the text of its file', () => {
  const at = (text: string, match: string) => {
    const start = text.indexOf('<') + 1;
    const end = text.indexOf('>');
    const place = (offset: number) => ({ line: 0, character: offset, offset });
    return placeMatch({ match, matchRange: { start: place(start), end: place(end) } }, text);
  };
  it('is where it is written', () => {
    const place = at('x <ip4 tcp> y', 'ip4 tcp');
    assert.deepEqual(
      [place?.toFile(4), place?.toMatch(7), place?.toMatch(2), place?.toMatch(10)],
      [7, 4, null, 7],
    );
  });
  it('is found through backslashes', () => {
    const place = at('<inport == \\"a\\" x>', 'inport == "a" x');
    assert.equal(place?.toFile('inport == "a" '.length), '<inport == \\"a\\" '.length);
  });
  it('is not where variables make it', () => assert.equal(at('<tcp.dst == $p>', 'tcp.dst == 22'), null));
  it('maps every offset there and back', () => {
    fc.assert(
      fc.property(fc.string(), (match) => {
        const written = JSON.stringify(match).slice(1, -1);
        const place = placeMatch(
          {
            match,
            matchRange: {
              start: { line: 0, character: 0, offset: 0 },
              end: { line: 0, character: 0, offset: written.length },
            },
          },
          written,
        );
        // Control characters have escapes that are no backslash before the character itself.
        if (place === null) return /[\u0000-\u001f]|[\ud800-\udfff]/.test(match);
        return [...Array(match.length + 1).keys()].every(
          (offset) => place.toMatch(place.toFile(offset)) === offset,
        );
      }),
    );
  });
});

describe('definitions against the network', () => {
  const nowhere = { line: 0, character: 0, offset: 0 };
  const define = (changes: Partial<AclDefinition>): AclDefinition => ({
    kind: 'acl',
    identities: [],
    format: 'ovn-nbctl',
    file: 'acls.sh',
    range: { start: nowhere, end: nowhere },
    matchRange: { start: nowhere, end: nowhere },
    entity: { type: null, name: 'web' },
    direction: 'to-lport',
    priority: 1000,
    match: 'outport == @web && tcp',
    action: 'drop',
    tier: null,
    name: null,
    ...changes,
  });
  const compare = (definitions: readonly AclDefinition[], live: InventoryIndex) =>
    runThrough(compareNetworkSteps(definitions, indexDefinitions(definitions), live));
  const live = network([
    acl('a1', 'outport == @web && tcp'),
    acl('a2', 'outport == @web && udp'),
    acl('a3', 'outport == @web && sctp'),
    acl('a4', 'outport == @web && ip', { externalIds: { 'k8s.ovn.org/owner-type': 'NetpolNamespace' } }),
  ]);

  it('are live, differ, are missing, or are of another network', () => {
    const definitions = [
      define({}),
      define({ match: 'outport == @web && udp', priority: 1500 }),
      define({ match: 'outport == @web && icmp' }),
      define({ entity: { type: null, name: 'other' } }),
      define({ match: null, priority: 7 }),
    ];
    const { states } = compare(definitions, live);
    assert.deepEqual(
      definitions.map((definition) => states.get(definition)?.kind),
      ['live', 'differs', 'missing', 'elsewhere', 'unknown'],
    );
    assert.deepEqual(
      definitions.map((definition) => describeStates([states.get(definition)!], live)),
      [
        'Live: priority 1000, port group web',
        'Live, but differs: the file has priority 1500, the network 1000',
        'Not in the network',
        null,
        null,
      ],
    );
  });
  it('make problems of what is missing or differs', () => {
    const comparison = compare(
      [define({ match: 'outport == @web && icmp', name: 'ping' }), define({ priority: 7 })],
      live,
    );
    assert.deepEqual(
      listDrift(comparison).map(({ message }) => message),
      [
        'ACL ping is not in the network. Apply the file, or take the ACL out of it.',
        'This ACL is not as in the network: the file has priority 7, the network 1000 (ACL a1). Apply the file, or write into it what the network has.',
      ],
    );
  });
  it('leave over the ACLs that nobody wrote, but for defaults of platforms', () => {
    const { unwritten } = compare([define({})], live);
    assert.deepEqual(
      unwritten.map((each) => each.acl.uuid),
      ['a2', 'a3'],
    );
  });
});

describe('words for fields', () => {
  it('are there for every symbol of OVN, and for no other', () => {
    for (const name of symbolNames()) assert.match(describeField(name)?.about ?? '', /\.$/, name);
    assert.equal(describeField('tcp.dest'), null);
  });
});
