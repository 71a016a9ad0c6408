import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { slice } from './load';
import {
  allowAndRead,
  assertReadableInHalves,
  formatOf,
  joined,
  lettingOut,
  neutronNetwork,
  ownersOf,
  places,
  rulesOf,
  summary,
  uuid,
  webPacket,
} from './neutronSupport';

const format = formatOf('heat');
const read = (text: string, file = 'stack/shop.yaml') => {
  assert.ok(format.matches(file, text));
  return format.parse({ file, text }, []);
};

const shop = `heat_template_version: 2021-04-16

description: The shop

parameters:
  admin_cidr:
    type: string
    default: 10.1.0.0/16
  api_port:
    type: number

resources:
  web_group:
    type: OS::Neutron::SecurityGroup
    properties:
      name: web
      rules:
        # Anybody may ping.
        - protocol: icmp
        - protocol: tcp
          port_range_min: 22
          port_range_max: 22
          remote_ip_prefix: { get_param: admin_cidr }
        - { protocol: udp, port_range_min: 53, port_range_max: 53, remote_mode: remote_group_id }

  db_group:
    type: OS::Neutron::SecurityGroup
    properties:
      rules:
        - direction: egress
          ethertype: IPv6
        - protocol: tcp
          port_range_min: { get_param: api_port }
          port_range_max: { get_param: api_port }

  db_from_web:
    type: OS::Neutron::SecurityGroupRule
    properties:
      security_group: { get_resource: db_group }
      port_range_min: 3306
      port_range_max: 3306
      remote_group: { get_resource: web_group }
`;

describe('security groups in Heat templates', () => {
  const definitions = read(shop);
  it('are read with rules and defaults', () => {
    assert.deepEqual(summary(definitions), [
      'group web',
      'web: default egress rule for IPv4 (implicit): out ip4',
      'web: default egress rule for IPv6 (implicit): out ip6',
      'web: rule 0: in ip4 && icmp4',
      'web: rule 1: in ip4 && ip4.src == 10.1.0.0/16 && tcp && tcp.dst == 22',
      'web: rule 2: in ip4 && ip4.src == $peer && udp && udp.dst == 53',
      'group db_group',
      'db_group: rule 0: out ip6',
      'db_group: rule 1: ?',
      'db_group: rule db_from_web: in ip4 && ip4.src == $peer && tcp && tcp.dst == 3306',
    ]);
  });
  it('have exact places', () => {
    const found = places(shop, definitions);
    assert.match(found[0] ?? '', /^web_group: type: .* remote_group_id \} <- web$/);
    assert.equal(found[3], 'protocol: icmp <- protocol: icmp');
    assert.match(found[4] ?? '', /^(protocol: tcp .* \{ get_param: admin_cidr \}) <- \1$/);
    assert.equal(found[5]?.split(' <- ')[1], 'protocol: udp, port_range_min: 53, port_range_max: 53');
    assert.match(found[6] ?? '', /<- db_group$/);
    assert.match(
      found[9] ?? '',
      /^db_from_web: type: .* <- port_range_min: 3306 .* remote_group: \{ get_resource: web_group \}$/,
    );
  });
  it('may be JSON', () => {
    const text = `{"heat_template_version": "2016-10-14", "resources": {"g": {"type": "OS::Neutron::SecurityGroup",
      "properties": {"rules": [{"protocol": "tcp", "port_range_min": "80", "port_range_max": 80}]}}}}`;
    assert.deepEqual(summary(rulesOf(read(text, 'a.json'))), ['g: rule 0: in ip4 && tcp && tcp.dst == 80']);
  });
  it("may be written in CloudFormation's words", () => {
    const text = `HeatTemplateFormatVersion: '2012-12-12'
Parameters:
  Cidr: { Type: String, Default: 10.0.0.0/8 }
Resources:
  G:
    Type: OS::Neutron::SecurityGroup
    Properties:
      rules:
        - { protocol: tcp, remote_ip_prefix: { Ref: Cidr } }
  R:
    Type: OS::Neutron::SecurityGroupRule
    Properties: { security_group: { Ref: G }, protocol: udp }
`;
    assert.deepEqual(summary(rulesOf(read(text))), [
      'G: rule 0: in ip4 && ip4.src == 10.0.0.0/8 && tcp',
      'G: rule R: in ip4 && udp',
    ]);
  });
});

describe('rules in Heat templates', () => {
  const one = (properties: string, more = '') =>
    summary(
      rulesOf(
        read(
          `heat_template_version: rocky\n${more}resources:\n  g:\n    type: OS::Neutron::SecurityGroup\n    properties:\n      rules:\n${properties}`,
        ),
      ),
    ).map((line) => line.replace(/^g: rule \d+: /, ''));
  it('have a remote group by their mode only', () => {
    assert.deepEqual(one('        - { protocol: tcp, remote_group_id: x }'), ['in ip4 && tcp']);
    assert.deepEqual(one('        - { protocol: tcp, remote_mode: remote_group_id, remote_group_id: x }'), [
      'in ip4 && ip4.src == $peer && tcp',
    ]);
    assert.deepEqual(one('        - { remote_mode: remote_group_id, remote_ip_prefix: 10.0.0.0/8 }'), [
      'in ip4 && ip4.src == $peer',
    ]);
    assert.deepEqual(one('        - { remote_mode: { get_param: m } }'), ['?']);
  });
  it('are made of templates', () => {
    const parameters = 'parameters:\n  ports: { type: comma_delimited_list, default: "80, 443" }\n';
    const repeat = `        repeat:
          for_each:
            <%port%>: { get_param: ports }
            <%net%>: [10.0.0.0/8, 172.16.0.0/12]
          template:
            protocol: tcp
            port_range_min: <%port%>
            port_range_max: <%port%>
            remote_ip_prefix: <%net%>
`;
    const expected = ['80', '443'].flatMap((port) =>
      ['10.0.0.0/8', '172.16.0.0/12'].map(
        (net) => `in ip4 && ip4.src == ${net} && tcp && tcp.dst == ${port}`,
      ),
    );
    assert.deepEqual(one(repeat, parameters), expected);
    assert.deepEqual(
      one(repeat),
      ['?'].map(() => 'g: rules: ?'),
    );
  });
  it('are made of other functions', () => {
    const join = (value: string) => one(`        - remote_ip_prefix: ${value}`);
    assert.deepEqual(join("{ list_join: ['.', [10, 0, 0, 0/8]] }"), ['in ip4 && ip4.src == 10.0.0.0/8']);
    assert.deepEqual(join('{ str_replace: { template: $net/8, params: { $net: 10.0.0.0 } } }'), [
      'in ip4 && ip4.src == 10.0.0.0/8',
    ]);
    assert.deepEqual(join('{ get_attr: [subnet, cidr] }'), ['?']);
    assert.deepEqual(join('{ if: [a, 10.0.0.0/8, 10.1.0.0/16] }'), ['?']);
    assert.deepEqual(one('        - if: [a, { protocol: tcp }]'), ['?']);
    assert.deepEqual(
      one(
        '        - { get_param: [rules, 1] }',
        'parameters:\n  rules: { default: [{}, { protocol: sctp }] }\n',
      ),
      ['in ip4 && sctp'],
    );
  });
  it('may be shared by anchors', () => {
    assert.deepEqual(
      one(
        '        - &ssh { protocol: tcp, port_range_min: 22, port_range_max: 22 }\n        - { <<: *ssh, remote_ip_prefix: 10.0.0.0/8 }\n        - *ssh\n',
      ),
      [
        'in ip4 && tcp && tcp.dst == 22',
        'in ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22',
        'in ip4 && tcp && tcp.dst == 22',
      ],
    );
  });
  it('that stand alone are of the group they name', () => {
    const owner = (group: string) => {
      const text = `${shop}  alone:\n    type: OS::Neutron::SecurityGroupRule\n    properties: { security_group: ${group} }\n`;
      const rule = rulesOf(read(text)).at(-1);
      assert.deepEqual(
        rule?.forms.map(({ match }) => match),
        ['outport == @owner && ip4 && tcp'],
      );
      assert.ok(rule);
      return rule.owner;
    };
    const [web] = ownersOf(read(shop));
    assert.equal(owner('{ get_resource: web_group }').key, web?.owner.key);
    assert.equal(owner('web').key, web?.owner.key);
    assert.equal(owner(uuid(1)).key, `neutron:${uuid(1)}`);
    assert.equal(owner('default').name, 'default');
    assert.equal(owner('{ get_param: group }').name, 'parameter group');
    assert.equal(owner('{ yaql: x }').name, 'of unknown group');
  });
});

describe('joining rules of Heat templates', () => {
  const rules = [
    { id: uuid(20), match: 'ip4 && icmp4' },
    { id: uuid(21), match: 'ip4 && ip4.src == 10.1.0.0/16 && tcp && tcp.dst == 22' },
    { id: uuid(22), match: 'ip4 && ip4.src == $pg_x_ip4 && udp && udp.dst == 53' },
  ];
  const live = neutronNetwork(
    { id: uuid(1), rules: [...rules, ...lettingOut(10)] },
    { id: uuid(2), rules: [...rules.slice(1), ...lettingOut(30)] },
  );
  it('is derived for the group that has them all, and a candidate for one like it', () => {
    const links = joined(read(shop), live);
    assert.deepEqual(links.slice(0, 5).flat(), [
      'derived web rule 0',
      'derived web rule 1',
      'derived web rule 2',
      'derived web default egress rule for IPv4',
      'derived web default egress rule for IPv6',
    ]);
    for (const link of links.slice(5).flat()) assert.match(link, /^candidate /);
  });
  it('finds the group whose allow is missing', () => {
    const links = indexDefinitions(read(shop)).ownerLinks(`pg_${uuid(1).replaceAll('-', '_')}`, live);
    assert.deepEqual(
      links.map(({ definition, confidence }) => `${confidence} ${definition.kind}`),
      ['derived owner'],
    );
  });
});

describe('a rule that a Heat template lacks', () => {
  const add = (text: string, packet = webPacket, index = 0) => {
    const beside = ownersOf(read(text))[index];
    assert.ok(beside);
    return allowAndRead(format, { file: 'stack/shop.yaml', text }, beside, packet);
  };
  it('goes behind the last of the list', () => {
    const result = add(shop);
    assert.deepEqual(result?.becomes, ['ip4 && ip4.src == 10.0.0.5 && tcp && tcp.dst == 443']);
    assert.ok(
      result.text.includes(`remote_group_id }
        - protocol: tcp
          port_range_min: 443
          port_range_max: 443
          remote_ip_prefix: 10.0.0.5/32

  db_group:`),
    );
  });
  it('about what goes out only joins others of its kind', () => {
    const out = { ...webPacket, direction: 'from-lport' as const };
    assert.equal(add(shop, out), null);
    assert.deepEqual(add(shop, out, 1)?.becomes, ['ip4 && ip4.dst == 10.0.0.5 && tcp && tcp.dst == 443']);
  });
  it('makes the list, or goes into brackets', () => {
    const bare =
      'heat_template_version: rocky\nresources:\n  g:\n    type: OS::Neutron::SecurityGroup\n    properties:\n      name: g\n';
    const v6 = { ...webPacket, family: 6 as const, peer: '2001:db8::5' };
    assert.match(
      add(bare, v6)?.text ?? '',
      /\n {6}rules:\n {8}- ethertype: IPv6\n.*\n.*\n.*\n {10}remote_ip_prefix: "2001:db8::5\/128"\n$/,
    );
    assert.ok(add(`${bare}      rules: []\n`));
    assert.ok(add(`${bare}      rules: [{ protocol: icmp }]\n`));
    assert.ok(
      add(
        JSON.stringify(
          {
            heat_template_version: 'x',
            resources: { g: { type: 'OS::Neutron::SecurityGroup', properties: { rules: [{}] } } },
          },
          null,
          2,
        ),
      ),
    );
    assert.equal(add(`${bare}      rules: { get_param: rules }\n`), null);
  });
});

describe('texts of Heat', () => {
  it('are told from others', () => {
    assert.ok(!format.matches('a.yaml', shop.replace('heat_template_version', 'version')));
    assert.ok(!format.matches('a.tf', shop));
  });
  it('that are half written keep what is whole', () => {
    assertReadableInHalves(format, { file: 'shop.yaml', text: shop }, 1);
  });
  it('lose what is broken only', () => {
    const broken = shop.replace('- protocol: icmp', '- protocol: {{ ping }}\n        - protocol: [icmp');
    const found = summary(rulesOf(read(broken)));
    assert.ok(found.length > 0);
    const odd = read(`${shop}  odd:\n    type: [1]\n    properties: 5\n  other: null\n`);
    assert.deepEqual(summary(odd), summary(read(shop)));
  });
  it('never fail', () => {
    fc.assert(
      fc.property(fc.nat(shop.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, length, junk) => {
        format.parse({ file: 'a.yaml', text: shop.slice(0, at) + junk + shop.slice(at + length) }, []);
      }),
      { numRuns: 300 },
    );
  });
  it('are not read for ever', () => {
    const lines = Array.from(
      { length: 30 },
      (_, i) =>
        `  p${i + 1}: { default: { list_join: ['', [${Array(9).fill(`{ get_param: p${i} }`).join(', ')}]] } }`,
    );
    const text = `heat_template_version: rocky\nparameters:\n  p0: { default: x }\n${lines.join('\n')}
resources:\n  g:\n    type: OS::Neutron::SecurityGroup\n    properties:\n      rules: [{ protocol: { get_param: p30 } }]\n`;
    assert.deepEqual(summary(rulesOf(read(text))), ['g: rule 0: ?']);
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghijk'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`)
      .join('\n')}\n`;
    assert.deepEqual(summary(read(`${bomb}${shop}`)), summary(read(shop)));
    assert.equal(slice(shop, read(shop)[3]!.range), 'protocol: icmp');
  });
});
