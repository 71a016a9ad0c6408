import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indexDefinitions } from '../../../src/core/definitions/join';
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

const format = formatOf('ansible');
const read = (text: string, file = 'cloud/groups.yml') => {
  assert.ok(format.matches(file, text), text);
  return format.parse({ file, text }, []);
};
const becomes = (text: string) => summary(rulesOf(read(text)));

const playbook = `---
- name: Security groups of the shop
  hosts: localhost
  gather_facts: false
  vars:
    group: web
    office: 10.9.8.7/16
    open_ports: [80, 443]
  tasks:
    - name: Web servers
      openstack.cloud.security_group:
        cloud: shop
        name: "{{ group }}"
      register: web

    - name: SSH from the office
      openstack.cloud.security_group_rule:
        cloud: shop
        security_group: "{{ web.security_group.id }}"
        protocol: tcp
        port_range_min: 22
        port_range_max: 22
        remote_ip_prefix: "{{ office }}"

    - name: Open ports
      openstack.cloud.security_group_rule:
        cloud: shop
        security_group: web
        protocol: tcp
        port_range_min: "{{ item }}"
        port_range_max: "{{ item }}"
      loop: "{{ open_ports }}"

    - block:
        - name: Others
          os_security_group_rule:
            security_group: web
            protocol: "{{ item.protocol | default('tcp') }}"
            port_range_min: "{{ item.from }}"
            port_range_max: "{{ item.to | default(item.from) }}"
            remote_group: "{{ item.group | default(omit) }}"
            ethertype: IPv6
          with_items:
            - { from: 5000, to: 5010 }
            - { from: 53, protocol: udp, group: db }
            - { from: "{{ unset }}" }
      when: others

    - name: Nobody lets everything in any more
      os_security_group_rule:
        security_group: web
        state: absent

    - name: Databases
      openstack.cloud.security_group:
        cloud: shop
        name: db
        stateful: false
        security_group_rules:
          - protocol: tcp
            port_range_min: 3306
            port_range_max: 3306
            remote_group: web
          - direction: egress
`;

describe('security groups in playbooks', () => {
  const definitions = read(playbook);
  it('are read with rules and defaults', () => {
    assert.deepEqual(summary(definitions), [
      'group web',
      'web: default egress rule for IPv4 (implicit): out ip4',
      'web: default egress rule for IPv6 (implicit): out ip6',
      'web: rule "SSH from the office": in ip4 && ip4.src == 10.9.0.0/16 && tcp && tcp.dst == 22',
      'web: rule "Open ports" [0]: in ip4 && tcp && tcp.dst == 80',
      'web: rule "Open ports" [1]: in ip4 && tcp && tcp.dst == 443',
      'web: rule "Others" [0]: in ip6 && tcp && tcp.dst >= 5000 && tcp.dst <= 5010',
      'web: rule "Others" [1]: in ip6 && ip6.src == $peer && udp && udp.dst == 53',
      'web: rule "Others" [2]: ?',
      'group db',
      'db: rule 0: in ip4 && ip4.src == $peer && tcp && tcp.dst == 3306',
      'db: rule 1: out ip4',
    ]);
    const actions = definitions.map((each) =>
      each.kind === 'rule' ? each.forms[0]?.actions.join() : undefined,
    );
    assert.deepEqual([actions[3], actions[10]], ['allow-related', 'allow-stateless,allow-related']);
  });
  it('have exact places', () => {
    const found = places(playbook, definitions);
    assert.match(found[0] ?? '', /^name: Web servers .* register: web <- "\{\{ group \}\}"$/);
    assert.match(found[3] ?? '', /^name: SSH .* <- protocol: tcp .* remote_ip_prefix: "\{\{ office \}\}"$/);
    assert.deepEqual(found.slice(4, 7), [
      '80 <- 80',
      '443 <- 443',
      '{ from: 5000, to: 5010 } <- { from: 5000, to: 5010 }',
    ]);
    assert.match(found[10] ?? '', /^(protocol: tcp .* remote_group: web) <- \1$/);
    assert.equal(found[11], 'direction: egress <- direction: egress');
  });
  it('have one owner in all files of the folder', () => {
    const keys = (text: string, file: string) => rulesOf(read(text, file)).map(({ owner }) => owner.key);
    const rule = '- os_security_group_rule: { security_group: web, protocol: tcp }\n';
    assert.equal(keys(rule, 'cloud/more.yml')[0], ownersOf(definitions)[0]?.owner.key);
    assert.notEqual(keys(rule, 'other/more.yml')[0], ownersOf(definitions)[0]?.owner.key);
    assert.equal(
      keys(`- os_security_group_rule: { security_group: ${uuid(1)} }\n`, 'x.yml')[0],
      `neutron:${uuid(1)}`,
    );
  });
});

describe('tasks about security groups', () => {
  const rule = (args: string, more = '') => `- security_group_rule:\n    security_group: g\n${args}\n${more}`;
  const one = (args: string, more = '') =>
    becomes(rule(args, more)).map((line) => line.replace(/^g: rule without name(?: \[\d+\])?: /, ''));
  it('may be in one line', () => {
    assert.deepEqual(
      becomes(
        "- os_security_group_rule: security_group=g protocol=icmp port_range_min=-1 port_range_max=-1 remote_ip_prefix='10.0.0.0/8'\n",
      ),
      ['g: rule without name: in ip4 && ip4.src == 10.0.0.0/8 && icmp4'],
    );
  });
  it('take -1 for none, and any protocol', () => {
    assert.deepEqual(one('    protocol: tcp\n    port_range_min: -1\n    port_range_max: -1'), [
      'in ip4 && tcp',
    ]);
    assert.deepEqual(one('    protocol: any\n    port_range_min: 1\n    port_range_max: 65535'), ['in ip4']);
    assert.deepEqual(one('    protocol: 112'), ['in ip4 && ip.proto == 112']);
    assert.deepEqual(one('    ether_type: IPv6\n    direction: egress'), ['out ip6']);
  });
  it('loop over lists of all kinds', () => {
    const port =
      '    protocol: tcp\n    port_range_min: "{{ item.port }}"\n    port_range_max: "{{ item.port }}"';
    const found = ['in ip4 && tcp && tcp.dst == 1', 'in ip4 && tcp && tcp.dst == 2'];
    assert.deepEqual(one(port, '  loop: [{ port: 1 }, { port: "2" }]\n'), found);
    assert.deepEqual(one(port, '  with_items:\n    - [{ port: 1 }]\n    - { port: 2 }\n'), found);
    assert.deepEqual(
      one(port, '  with_items: "{{ p }}"\n  vars:\n    p:\n      - port: 1\n      - port: 2\n'),
      found,
    );
    assert.deepEqual(one(port.replaceAll('item.port', 'item.value'), '  with_dict: { a: 1, b: 2 }\n'), found);
    assert.deepEqual(
      one(
        port.replaceAll('item.port', 'p.value'),
        '  loop: "{{ d | dict2items }}"\n  loop_control: { loop_var: p }\n  vars: { d: { a: 1, b: 2 } }\n',
      ),
      found,
    );
    assert.deepEqual(one(port, '  with_subelements: [a, b]\n'), ['?']);
    assert.deepEqual(one(port, '  loop: "{{ query(\'x\') }}"\n'), ['?']);
  });
  it('know facts that tasks before them set', () => {
    const facts = '- set_fact: { cidr: 10.0.0.0/8 }\n';
    assert.deepEqual(becomes(facts + rule('    remote_ip_prefix: "{{ cidr }}"')), [
      'g: rule without name: in ip4 && ip4.src == 10.0.0.0/8',
    ]);
    assert.deepEqual(becomes(rule('    remote_ip_prefix: "{{ cidr }}"') + facts), [
      'g: rule without name: ?',
    ]);
  });
  it('are unknown where templates are', () => {
    for (const template of [
      '{{ a + b }}',
      '{{ lookup("env", "X") }}',
      '{% if x %}tcp{% endif %}',
      '{{ x',
      '{{ x.y | ipaddr }}',
      "{{ x['y'] }}",
    ]) {
      assert.deepEqual(one(`    protocol: ${JSON.stringify(template)}`), ['?'], template);
    }
    assert.deepEqual(one('    remote_group: "{{ other.id }}"'), ['in ip4 && ip4.src == $peer']);
    assert.deepEqual(one('    remote_group: "{{ x.group | default(omit) }}"'), ['?']);
  });
  it('whose rules come from elsewhere have rules of which nothing is known', () => {
    assert.deepEqual(
      summary(read('- security_group:\n    name: g\n    security_group_rules: "{{ rules }}"\n')),
      ['group g', 'g: rules: ?'],
    );
    assert.deepEqual(summary(read('- security_group:\n    name: g\n    security_group_rules: []\n')), [
      'group g',
    ]);
  });
  it('of groups without a known name are not mixed up', () => {
    const text =
      '- security_group: { name: "{{ item.name }}" }\n  loop: "{{ a }}"\n- security_group: { name: "{{ item.name }}" }\n  loop: "{{ b }}"\n';
    const [one, other] = ownersOf(read(text));
    assert.notEqual(one?.owner.key, other?.owner.key);
    const known = '- security_group: { name: "{{ item }}" }\n  loop: [a, b]\n';
    assert.deepEqual(
      ownersOf(read(known)).map(({ owner }) => owner.name),
      ['a', 'b'],
    );
  });
});

describe('joining rules of playbooks', () => {
  const rules = [
    {
      id: uuid(20),
      match: 'ip4 && ip4.src == $pg_x_ip4 && tcp && tcp.dst == 3306',
      action: 'allow-stateless',
    },
    { id: uuid(21), match: 'ip4', direction: 'from-lport' as const, action: 'allow-stateless' },
  ];
  const live = neutronNetwork({ id: uuid(1), rules }, { id: uuid(2), rules: [rules[0]!, ...lettingOut(30)] });
  it('is derived for the group that has them all, and a candidate for one like it', () => {
    const links = joined(read(playbook), live);
    assert.deepEqual(links.slice(0, 3), [
      ['derived db rule 0'],
      ['derived db rule 1'],
      ['candidate db rule 0'],
    ]);
    for (const link of links.slice(3).flat()) assert.match(link, /^candidate /);
  });
  it('finds the group whose allow is missing', () => {
    const links = indexDefinitions(read(playbook)).ownerLinks(`pg_${uuid(1).replaceAll('-', '_')}`, live);
    assert.deepEqual(
      links.map(({ definition, confidence }) => `${confidence} ${definition.kind}`),
      ['derived owner'],
    );
  });
});

describe('a rule that a playbook lacks', () => {
  const wanted = ['ip4 && ip4.src == 10.0.0.5 && tcp && tcp.dst == 443'];
  const add = (text: string, index = 0, packet = webPacket) => {
    const beside = ownersOf(read(text))[index];
    assert.ok(beside);
    return allowAndRead(format, { file: 'cloud/groups.yml', text }, beside, packet);
  };
  it('is a task behind the last one of the group', () => {
    const result = add(playbook);
    assert.deepEqual(result?.becomes, wanted);
    assert.ok(
      result.text.includes(`        state: absent

    - name: "Allow tcp 443 to web"
      openstack.cloud.security_group_rule:
        cloud: shop
        security_group: web
        protocol: tcp
        port_range_min: 443
        port_range_max: 443
        remote_ip_prefix: 10.0.0.5/32

    - name: Databases`),
      result.text,
    );
  });
  it('joins the list of rules where there is one', () => {
    const result = add(playbook, 1, { ...webPacket, direction: 'from-lport' });
    assert.deepEqual(result?.becomes, ['ip4 && ip4.dst == 10.0.0.5 && tcp && tcp.dst == 443']);
    assert.match(result.text, /\n {10}- direction: egress\n {10}- direction: egress\n {12}protocol: tcp\n/);
  });
  it('is not offered where it is not safe', () => {
    assert.equal(add('- security_group: { name: "{{ x }}" }\n'), null);
    assert.equal(
      add('[{ security_group: { name: x } }]\n'.replace('security_group:', '\nsecurity_group:')),
      null,
    );
    assert.equal(add('- security_group:\n    name: g\n    cloud: "{{ item }}"\n  loop: [a]\n'), null);
    assert.ok(add('- security_group:\n    name: g\n'));
  });
});

describe('texts of Ansible', () => {
  it('are told from others', () => {
    assert.ok(!format.matches('a.yml', 'heat_template_version: x\nsecurity_group: a'));
    assert.ok(!format.matches('a.yml', '- security_groups: [a]'));
    assert.deepEqual(read('security_group: web\n'), []);
  });
  it('that are half written keep what is whole', () => {
    const tasks = playbook.slice(0, playbook.indexOf('    - name: Open ports'));
    assertReadableInHalves(
      format,
      { file: 'a.yml', text: tasks + playbook.slice(playbook.indexOf('    - name: Databases')) },
      1,
    );
  });
  it('never fail', () => {
    fc.assert(
      fc.property(fc.nat(playbook.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, length, junk) => {
        format.parse({ file: 'a.yml', text: playbook.slice(0, at) + junk + playbook.slice(at + length) }, []);
      }),
      { numRuns: 300 },
    );
    const expression = fc.array(
      fc.constantFrom(
        '{{',
        '}}',
        'item',
        '.',
        '[',
        ']',
        '|',
        '(',
        ')',
        ',',
        "'a'",
        'default',
        '0',
        ' ',
        '{%',
        '-',
      ),
    );
    fc.assert(
      fc.property(expression, (parts) => {
        read(`- security_group_rule:\n    security_group: ${JSON.stringify(parts.join(''))}\n  loop: [1]\n`);
      }),
    );
  });
  it('are not read for ever', () => {
    const vars = Array.from({ length: 30 }, (_, i) => `      a${i + 1}: "${`{{ a${i} }}`.repeat(9)}"`).join(
      '\n',
    );
    const text = `- vars:\n      a0: x\n${vars}\n  security_group_rule: { security_group: g, protocol: "{{ a30 }}", direction: "{{ a15 }}" }\n`;
    assert.deepEqual(becomes(text), ['g: rule without name: ?']);
    const bomb =
      '- &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n' +
      'bcdefghij'
        .split('')
        .map((name, i) => `- &${name} { block: [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}] }\n`)
        .join('');
    assert.deepEqual(summary(rulesOf(read(`${bomb}- security_group_rule: { security_group: g }\n`))), [
      'g: rule without name: in ip4',
    ]);
  });
});
