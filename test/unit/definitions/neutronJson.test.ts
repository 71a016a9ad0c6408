import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse as parseYaml, stringify } from 'yaml';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { slice } from './load';
import {
  assertReadableInHalves,
  formatOf,
  joined,
  lettingOut,
  neutronNetwork,
  places,
  summary,
  uuid,
} from './neutronSupport';

const format = formatOf('neutron-json');
const [web, db] = [uuid(1), uuid(2)];

const ruleList = `[
  {
    "ID": "${uuid(11)}",
    "IP Protocol": "tcp",
    "Ethertype": "IPv4",
    "IP Range": "10.0.0.0/8",
    "Port Range": "22:22",
    "Direction": "ingress",
    "Remote Security Group": null,
    "Remote Address Group": null,
    "Security Group": "${web}"
  },
  {
    "ID": "${uuid(12)}",
    "IP Protocol": "tcp",
    "Ethertype": "IPv4",
    "IP Range": "0.0.0.0/0",
    "Port Range": "3306:3306",
    "Direction": "ingress",
    "Remote Security Group": "${web}",
    "Remote Address Group": null,
    "Security Group": "${db}"
  },
  {
    "ID": "${uuid(13)}",
    "IP Protocol": "icmp",
    "Ethertype": "IPv4",
    "IP Range": "0.0.0.0/0",
    "Port Range": "type=8:code=0",
    "Direction": "ingress",
    "Remote Security Group": null,
    "Remote Address Group": null,
    "Security Group": "${web}"
  },
  {
    "ID": "${uuid(14)}",
    "IP Protocol": null,
    "Ethertype": "IPv6",
    "IP Range": "::/0",
    "Port Range": "",
    "Direction": "egress",
    "Remote Security Group": null,
    "Remote Address Group": "${uuid(90)}",
    "Security Group": "${web}"
  }
]
`;
const read = (text: string, file = 'rules.json') => {
  assert.ok(format.matches(file, text));
  return format.parse({ file, text }, []);
};

describe('lists of security group rules', () => {
  const definitions = read(ruleList);
  it('are read with all their columns', () => {
    assert.deepEqual(summary(definitions), [
      `${web}: rule ${uuid(11)}: in ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22`,
      `${db}: rule ${uuid(12)}: in ip4 && ip4.src == $peer && tcp && tcp.dst == 3306`,
      `${web}: rule ${uuid(13)}: in ip4 && ip4.src == 0.0.0.0/0 && icmp4 && icmp4.type == 8 && icmp4.code == 0`,
      `${web}: rule ${uuid(14)}: out ip6 && ip6.dst == $peer`,
    ]);
  });
  it('have exact places', () => {
    const found = places(ruleList, definitions);
    assert.match(found[0] ?? '', /^\{ "ID": .* \} <- "Port Range": "22:22"$/);
    assert.match(found[3] ?? '', /<- \{ "ID"/);
    const [first] = definitions;
    assert.deepEqual(first?.range.start, { line: 1, character: 2, offset: 4 });
    assert.equal(first.range.end.line, 11);
  });
  it('are the same in YAML', () => {
    const text = `# openstack security group rule list -f yaml\n${stringify(parseYaml(ruleList))}`;
    const fromYaml = read(text, 'rules.yml');
    assert.deepEqual(summary(fromYaml), summary(definitions));
    assert.match(slice(text, fromYaml[0]!.range), /^ID: [\s\S]*Security Group: \S+$/);
    assert.equal(slice(text, fromYaml[0]!.matchRange), 'Port Range: 22:22');
  });
  it('of older clients lack columns, and rules are known by their ids all the same', () => {
    const old = `[{"ID": "${uuid(11)}", "IP Protocol": "tcp", "IP Range": "0.0.0.0/0", "Port Range": "22:22",
      "Remote Security Group": "None", "Security Group": "${web}"}]`;
    const live = neutronNetwork({ id: web, rules: [{ id: uuid(11), match: 'ip4 && ip4.src == $x && tcp' }] });
    assert.deepEqual(summary(read(old)), [`${web}: rule ${uuid(11)}: ?`]);
    assert.deepEqual(joined(read(old), live)[0], [`exact ${web} rule ${uuid(11)}`]);
  });
  it('of one group are listed without it', () => {
    const text = `[{"ID": "${uuid(11)}", "IP Protocol": "tcp", "Ethertype": "IPv4", "IP Range": "0.0.0.0/0", "Port Range": ""}]`;
    const [rule] = read(text);
    assert.ok(rule?.kind === 'rule');
    assert.deepEqual([rule.owner.groups, rule.identities.length], [[], 1]);
  });
});

const groupShow = `{
  "created_at": "2024-05-01T10:00:00Z",
  "description": "",
  "id": "${web}",
  "name": "web",
  "project_id": "4b5c",
  "rules": [
    {
      "id": "${uuid(21)}",
      "direction": "egress",
      "ethertype": "IPv4",
      "protocol": null,
      "port_range_min": null,
      "remote_ip_prefix": null
    },
    {
      "id": "${uuid(22)}",
      "direction": "ingress",
      "ethertype": "IPv4",
      "protocol": "tcp",
      "port_range_min": 80,
      "port_range_max": 443,
      "remote_group_id": "${db}"
    }
  ],
  "stateful": true
}`;

describe('a security group that is shown', () => {
  it('has its rules and its name', () => {
    const definitions = read(groupShow);
    assert.deepEqual(summary(definitions), [
      'group web',
      `web: rule ${uuid(21)}: out ip4`,
      `web: rule ${uuid(22)}: in ip4 && ip4.src == $peer && tcp && tcp.dst >= 80 && tcp.dst <= 443`,
    ]);
    assert.match(places(groupShow, definitions)[0] ?? '', /<- "web"$/);
  });
  it('by older clients has its rules in one string', () => {
    const text = `{"id": "${web}", "name": "web", "rules": "created_at='x', direction='egress', ethertype='IPv4', id='${uuid(21)}', updated_at='x'\\ndirection='ingress', ethertype='IPv4', id='${uuid(22)}', port_range_max='22', port_range_min='22', protocol='tcp', remote_ip_prefix='10.0.0.0/8'"}`;
    const definitions = format.parse({ file: 'a.json', text }, []);
    assert.deepEqual(summary(definitions), [
      'group web',
      `web: rule ${uuid(21)}: out ip4`,
      `web: rule ${uuid(22)}: in ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22`,
    ]);
    assert.match(slice(text, definitions[1]!.range), /^created_at=.*updated_at='x$/);
    assert.match(slice(text, definitions[2]!.range), /^direction='ingress'.*10\.0\.0\.0\/8$/);
  });
  it('is found in lists of groups, and in answers of the API', () => {
    const list = `[{"ID": "${web}", "Name": "web", "Description": "", "Project": "4b5c", "Tags": [], "Shared": false}]`;
    assert.deepEqual(summary(read(list)), ['group web']);
    const answer = `{"security_groups": [{"id": "${web}", "name": "web", "security_group_rules": [{"id": "${uuid(21)}",
      "direction": "egress", "ethertype": "IPv6", "protocol": null, "security_group_id": "${web}"}]}]}`;
    assert.deepEqual(summary(read(answer)), ['group web', `web: rule ${uuid(21)}: out ip6`]);
  });
});

describe('joining listed rules', () => {
  const live = neutronNetwork(
    {
      id: web,
      rules: [
        { id: uuid(22), match: 'ip4 && ip4.src == $pg_x_ip4 && tcp && tcp.dst >= 80 && tcp.dst <= 443' },
        { id: uuid(99), match: 'ip4 && ip4.src == $pg_x_ip4 && tcp && tcp.dst >= 80 && tcp.dst <= 443' },
        { id: uuid(98), match: 'ip4', action: 'drop' },
      ],
    },
    { id: uuid(3), rules: [{ id: uuid(97), match: 'ip4 && tcp' }, ...lettingOut(60)] },
  );
  const definitions = read(groupShow);
  it('is exact by id and nothing else', () => {
    const links = joined(definitions, live);
    assert.deepEqual(links[0], [`exact web rule ${uuid(22)}`]);
    assert.deepEqual(links.slice(1), [[], ['exact web'], [], [], [], [], []]);
  });
  it('finds the group that lacks a rule', () => {
    const owners = (group: string) => indexDefinitions(definitions).ownerLinks(group, live);
    const links = owners(`pg_${web.replaceAll('-', '_')}`);
    assert.deepEqual(
      links.map(({ confidence, definition }) => [confidence, definition.kind]),
      [['exact', 'owner']],
    );
    assert.deepEqual(owners(`pg_${uuid(3).replaceAll('-', '_')}`), []);
  });
});

describe('texts that are no listing', () => {
  it('are not claimed', () => {
    for (const text of [
      '[]',
      '{"ID": 1}',
      'kind: NetworkPolicy',
      `[{"ID": "${web}", "Name": "a", "Status": "ACTIVE"}]`,
    ]) {
      assert.ok(!format.matches('a.json', text), text);
    }
    assert.ok(!format.matches('a.txt', ruleList));
  });
  it('that are half written keep what is whole', () => {
    assertReadableInHalves(format, { file: 'rules.json', text: ruleList }, 1);
    assertReadableInHalves(format, { file: 'web.json', text: groupShow }, 1);
  });
  it('never fail', () => {
    fc.assert(
      fc.property(fc.nat(ruleList.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, length, junk) => {
        const text = ruleList.slice(0, at) + junk + ruleList.slice(at + length);
        format.parse({ file: 'a.json', text }, []);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(
        fc.json(),
        (text) => void format.parse({ file: 'a.json', text: `${text}"port_range_min": ${web}` }, []),
      ),
    );
    for (const text of [
      '['.repeat(100_000),
      '{"a":'.repeat(50_000),
      `${'['.repeat(300)}"port_range_min": "${web}"`,
    ]) {
      format.parse({ file: 'a.json', text: `${text} port_range_min: ${web}` }, []);
    }
  });
});
