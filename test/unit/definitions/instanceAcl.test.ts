import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Definition, RuleDefinition } from '../../../src/core/definitions/definition';
import type { RuleEdit, WantedPacket } from '../../../src/core/definitions/format';
import { instanceAclFormat } from '../../../src/core/definitions/instanceAcl';
import { slice } from './load';

const web = `name: web
description: Web servers
egress:
- action: allow
  destination: 10.0.0.0/8, fd00::/8
  state: enabled   # the rest is in db
ingress:
- action: allow
  source: 10.0.1.5-10.0.1.9
  protocol: tcp
  destination_port: 22,8080-8090
  description: From the bastion
  state: logged
- action: allow-stateless
  source: '@external'
  protocol: udp
  source_port: "53"
  state: disabled
- action: reject
  source: db
  protocol: icmp4
  icmp_type: 8
  icmp_code: 0
  state: enabled
config: {}
used_by:
- /1.0/instances/web1
project: default
`;

const parse = (text: string, file = 'web.yaml'): readonly Definition[] =>
  instanceAclFormat.parse({ file, text }, []);
const rulesIn = (text: string, file?: string): readonly RuleDefinition[] =>
  parse(text, file).filter((definition) => definition.kind === 'rule');
const written = (text: string): readonly RuleDefinition[] =>
  rulesIn(text).filter(({ implicit }) => !implicit);

/** What the rules become: label, priorities, action and match. */
function summaries(text: string): readonly string[] {
  return written(text).map(({ label, forms: [form] }) =>
    form === undefined
      ? `${label} ?`
      : `${label} ${String(form.priorities)} ${form.actions.join()} ${form.match}`,
  );
}
/** The one rule of an ACL with these lines. */
function ruleOf(...lines: readonly string[]): string | undefined {
  const [rule] = written(`name: a\ningress:\n- action: allow\n  ${lines.join('\n  ')}\n`);
  return rule?.forms[0]?.match.replace('(outport == @owner) && ', '');
}

describe('network ACLs of instances', () => {
  it('become the ACLs that Incus makes of them', () => {
    assert.deepEqual(summaries(web), [
      'egress rule 0 300,500 allow-related (inport == @owner) && (ip4.dst == 10.0.0.0/8 || ip6.dst == fd00::/8)',
      'ingress rule 0 300,500 allow-related (outport == @owner) && ((ip4.src >= 10.0.1.5 && ip4.src <= 10.0.1.9)) && (tcp) && (tcp.dst == 22 || (tcp.dst >= 8080 && tcp.dst <= 8090))',
      'ingress rule 2 400 reject (outport == @owner) && (inport == @peer) && (icmp4) && (icmp4.type == 8) && (icmp4.code == 0)',
    ]);
  });

  it('know a logged rule by its index and match, whatever the number of the ACL', () => {
    const [, logged, other] = written(web);
    assert.deepEqual(other?.identities, []);
    assert.deepEqual(
      logged?.identities.map(({ by, columns }) => [by, columns['name'], columns['match']?.slice(0, 26)]),
      [
        ['place', 'incus_acl*-ingress-0', '(outport == @incus_acl*) &'],
        ['place', 'lxd_acl*-ingress-0', '(outport == @lxd_acl*) && '],
      ],
    );
  });

  it('are found where they are written', () => {
    const [owner] = parse(web);
    assert.ok(owner?.kind === 'owner');
    assert.equal(slice(web, owner.range), web.trimEnd());
    assert.equal(slice(web, owner.matchRange), 'web');
    assert.equal(owner.owner.name, 'web');
    const [egress, ingress, reject] = written(web);
    assert.ok(egress && ingress && reject);
    assert.equal(
      slice(web, egress.range),
      'action: allow\n  destination: 10.0.0.0/8, fd00::/8\n  state: enabled',
    );
    assert.equal(slice(web, egress.matchRange), 'destination: 10.0.0.0/8, fd00::/8');
    assert.equal(
      slice(web, ingress.matchRange),
      'source: 10.0.1.5-10.0.1.9\n  protocol: tcp\n  destination_port: 22,8080-8090',
    );
    assert.equal(slice(web, reject.range).split('\n').length, 6);
  });

  it('have a drop behind all rules that Incus adds', () => {
    const safeguard = rulesIn(web).find(({ implicit }) => implicit);
    assert.deepEqual(
      safeguard?.forms.map(({ match, priorities }) => [match, priorities]),
      [['(inport == @owner || outport == @owner)', [0]]],
    );
  });

  const subjects: readonly (readonly [written: string, match: string | undefined])[] = [
    ['source: 10.0.0.1', '(ip4.src == 10.0.0.1)'],
    ['source: "2001:db8::1-2001:db8::9"', '((ip6.src >= 2001:db8::1 && ip6.src <= 2001:db8::9))'],
    ['source: a', '(inport == @owner)'],
    ['source: web-1,10.0.0.1', '(inport == @peer || ip4.src == 10.0.0.1)'],
    ['source: "@internal"', '(inport == @peer)'],
    ['source: "#external"', '(inport == "peer")'],
    ['source: $office', '(ip6.src == $peer || ip4.src == $peer)'],
    ['source: "@net0/peer1"', '(ip6.src == $peer || ip4.src == $peer)'],
    ['destination: 10.0.0.1', '(ip4.dst == 10.0.0.1)'],
    ['source: 10.0.0.1/33', undefined],
    ['source: "@nobody"', undefined],
    ['source: 10.0.0', undefined],
    ['source: [10.0.0.1]', undefined],
  ];
  for (const [lines, match] of subjects) {
    it(`reads ${lines}`, () => assert.equal(ruleOf(lines), match));
  }

  const protocols: readonly (readonly [lines: readonly string[], match: string | undefined])[] = [
    [['protocol: tcp', 'destination_port: 22'], '(tcp) && (tcp.dst == 22)'],
    [
      ['protocol: udp', 'source_port: "1-9, 53"'],
      '(udp) && ((udp.src >= 1 && udp.src <= 9) || udp.src == 53)',
    ],
    [['protocol: icmp6', 'icmp_type: 128'], '(icmp6) && (icmp6.type == 128)'],
    [['protocol: ""'], '(outport == @owner)'],
    [['protocol: sctp'], undefined],
    [['destination_port: 22'], undefined],
    [['protocol: icmp4', 'destination_port: 22'], undefined],
    [['protocol: tcp', 'icmp_type: 8'], undefined],
    [['protocol: tcp', 'destination_port: ssh'], undefined],
    [['protocol: tcp', 'destination_port: 1-'], undefined],
  ];
  for (const [lines, match] of protocols) {
    it(`reads ${lines.join(', ')}`, () => assert.equal(ruleOf(...lines), match));
  }

  it('may be many in a file', () => {
    const rule = '{action: allow, protocol: tcp, state: enabled}';
    const owners = (text: string, file = 'a.yaml') =>
      parse(text, file).flatMap((each) => (each.kind === 'owner' ? [each.owner.name] : []));
    assert.deepEqual(owners(`name: a\ningress: [${rule}]\n---\nname: b\negress: [${rule}]\n`), ['a', 'b']);
    assert.deepEqual(
      owners(`- name: a\n  ingress: [${rule}]\n- name: b\n  ingress: []\n  egress: [${rule}]\n`),
      ['a', 'b'],
    );
    assert.deepEqual(owners(`networks: []\nnetwork_acls:\n- name: a\n  ingress: [${rule}]\n`), ['a']);
    assert.deepEqual(owners(`network_acls:\n  default:\n    a:\n      ingress: [${rule}]\n`), ['a']);
    assert.deepEqual(owners(`ingress: [${rule}]\n`, 'acls/web.yaml'), ['web.yaml']);
    const keys = parse(`- ingress: [${rule}]\n- ingress: [${rule}]\n`).flatMap((each) =>
      each.kind === 'owner' ? [each.owner.key] : [],
    );
    assert.equal(new Set(keys).size, 2);
  });

  it('without a name may mean themselves by one', () => {
    const text = 'ingress:\n- action: allow\n  source: db,web\n';
    assert.deepEqual(
      written(text)[0]?.forms.map(({ match }) => match),
      [
        '(outport == @owner) && (inport == @peer || inport == @peer)',
        '(outport == @owner) && (inport == @owner || inport == @peer)',
        '(outport == @owner) && (inport == @peer || inport == @owner)',
      ],
    );
  });

  it('may be JSON, as the API answers', () => {
    const text = JSON.stringify({
      metadata: [
        {
          name: 'a',
          ingress: [{ action: 'drop', source: '10.0.0.1', protocol: 'tcp', destination_port: '22' }],
        },
      ],
    });
    assert.deepEqual(summaries(text), [
      'ingress rule 0 500,300 drop (outport == @owner) && (ip4.src == 10.0.0.1) && (tcp) && (tcp.dst == 22)',
    ]);
    const [rule] = written(text);
    assert.ok(rule);
    assert.equal(
      slice(text, rule.matchRange),
      '"source":"10.0.0.1","protocol":"tcp","destination_port":"22"',
    );
  });

  it('may use anchors and merge keys', () => {
    const text = `name: a
ingress:
- &ssh {action: allow, protocol: tcp, destination_port: "22"}
- <<: *ssh
  source: 10.0.0.1
- *ssh
`;
    assert.deepEqual(
      written(text).map(({ forms, range }) => [forms[0]?.match, slice(text, range)]),
      [
        [
          '(outport == @owner) && (tcp) && (tcp.dst == 22)',
          '{action: allow, protocol: tcp, destination_port: "22"}',
        ],
        [
          '(outport == @owner) && (ip4.src == 10.0.0.1) && (tcp) && (tcp.dst == 22)',
          '<<: *ssh\n  source: 10.0.0.1',
        ],
        ['(outport == @owner) && (tcp) && (tcp.dst == 22)', '*ssh'],
      ],
    );
  });

  it('may be templates: what those compute is not told, the rest counts', () => {
    const text = `name: {{ acl_name }}
ingress:
- action: allow
  source: {{ office }}
  state: logged
{% for port in ports %}
- action: allow
  protocol: tcp
  destination_port: "{{ port }}"
{% endfor %}
- action: drop
  protocol: udp
  state: logged
`;
    assert.deepEqual(summaries(text), [
      'ingress rule 0 ?',
      'ingress rule 1 ?',
      'ingress rule 2 500,300 drop (outport == @owner) && (udp)',
    ]);
    const last = written(text).at(-1);
    assert.ok(last);
    // A loop before it: nobody knows its index.
    assert.deepEqual(last.identities, []);
    assert.equal(slice(text, last.range), 'action: drop\n  protocol: udp\n  state: logged');
  });

  it('are told from what looks alike', () => {
    const others = [
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\ningress:\n- action: allow\n',
      'ingress:\n- from_port: 22\n  action: accept\n',
      'networkPolicy:\n  ingress: []\n  egress: []\n',
      'ingress: []\negress: []\n',
      'spec:\n  ingress:\n  - action: allow\n',
    ];
    for (const text of others) assert.deepEqual(parse(text), [], text);
    assert.ok(instanceAclFormat.matches('acls/web.yml', web));
    assert.ok(!instanceAclFormat.matches('web.sh', web));
    assert.ok(!instanceAclFormat.matches('a.yaml', 'networkPolicy:\n  ingress: []\n  egress: []\n'));
  });

  it('keep the rules before what is half typed', () => {
    for (let end = 0; end <= web.length; end++) {
      const text = web.slice(0, end);
      const found = written(text);
      const whole = written(web).filter(({ range }) => range.end.offset < end);
      assert.ok(found.length >= whole.length - 1, `after ${end}`);
      for (const [index, { label }] of whole.entries()) {
        // The last one may go on behind the end.
        if (found[index] !== undefined) assert.equal(found[index].label, label);
      }
    }
    const broken = web.replace('source: db', 'source: "db');
    assert.deepEqual(summaries(broken).slice(0, 2), summaries(web).slice(0, 2));
  });

  it('never throw', () => {
    const parts = [
      'name: a\n',
      'ingress:\n',
      '- ',
      'action: allow\n',
      '  source: ',
      '10.0.0.1',
      '{{ x }}',
      '{% if %}',
    ];
    const more = [
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: ',
      '\n',
      ': ',
      '#',
      '|',
      '\t',
      '\r\n',
      'egress: []',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...parts, ...more), fc.string({ maxLength: 4 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (pieces) => {
        const all = web.slice(0, 120) + pieces.join('');
        for (const { range, matchRange } of parse(all)) {
          assert.ok(range.start.offset <= matchRange.start.offset || matchRange.end.offset <= all.length);
          assert.ok(range.start.offset <= range.end.offset && range.end.offset <= all.length);
        }
      }),
      { numRuns: 200 },
    );
    const deep = `ingress:\n- action: allow\n  source: ${'['.repeat(20_000)}`;
    assert.doesNotThrow(() => parse(deep));
    const bomb = Array.from(
      { length: 40 },
      (_, index) => `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
    );
    assert.equal(written(`${web}${bomb.join('\n')}\n`).length, 3);
  });
});

describe('adding a rule to a network ACL', () => {
  const packet: WantedPacket = {
    direction: 'to-lport',
    family: 4,
    protocol: 'tcp',
    dstPort: 443,
    icmp: null,
    peer: '10.9.0.7',
  };
  const added =
    'ingress rule N 300,500 allow-related (outport == @owner) && (ip4.src == 10.9.0.7) && (tcp) && (tcp.dst == 443)';

  function edit(text: string, changes: Partial<WantedPacket> = {}): RuleEdit | null {
    const [owner] = parse(text).filter(({ kind }) => kind === 'owner');
    assert.ok(owner);
    return instanceAclFormat.allow?.({ file: 'web.yaml', text }, owner, { ...packet, ...changes }) ?? null;
  }
  function apply(text: string, changes: Partial<WantedPacket> = {}): string {
    const change = edit(text, changes);
    assert.ok(change);
    return text.slice(0, change.range.start.offset) + change.newText + text.slice(change.range.end.offset);
  }
  function assertAdded(before: string, after: string, index: number, expected = added): void {
    const rules = summaries(after);
    const wanted = expected.replace('N', String(index));
    assert.ok(rules.includes(wanted), after);
    assert.deepEqual(
      rules.filter((rule) => rule !== wanted),
      summaries(before),
    );
  }

  it('puts it behind the others', () => {
    const text = apply(web);
    assertAdded(web, text, 3);
    assert.ok(
      text.includes(`  icmp_code: 0
  state: enabled
- action: allow
  source: 10.9.0.7
  protocol: tcp
  destination_port: "443"
  state: enabled
config: {}`),
    );
  });
  it('puts what leaves the instance among the egress rules, behind a comment', () => {
    const text = apply(web, {
      direction: 'from-lport',
      protocol: 'icmp',
      dstPort: null,
      icmp: { type: 8, code: 0 },
    });
    assertAdded(
      web,
      text,
      1,
      'egress rule N 300,500 allow-related (inport == @owner) && (ip4.dst == 10.9.0.7) && (icmp4) && (icmp4.type == 8) && (icmp4.code == 0)',
    );
    assert.ok(text.includes('# the rest is in db\n- action: allow\n  destination: 10.9.0.7\n'));
  });

  const styles: readonly (readonly [what: string, text: string, line: string])[] = [
    ['empty', 'name: a\negress: []\ningress: []\nused_by: []\n', 'ingress:\n- action: allow\n  source'],
    [
      'nothing',
      'name: a\nconfig: {}\negress: []\ningress:\nused_by: []\n',
      'ingress:\n- action: allow\n  source',
    ],
    [
      'indented',
      'name: a\ningress: []\negress:\n    -   action: drop\n',
      'ingress:\n    - action: allow\n      source',
    ],
    ['missing', 'name: a\negress:\n  - action: drop\n', 'drop\ningress:\n  - action: allow\n    source'],
    [
      'missing, in a list',
      '- name: a\n  egress:\n  - action: drop\n',
      'drop\n  ingress:\n  - action: allow\n    source',
    ],
    [
      'of flow items',
      'ingress:\n- {action: drop, protocol: udp}\n',
      '\n- { action: allow, source: 10.9.0.7, prot',
    ],
    [
      'in flow style',
      'ingress: [{action: drop, protocol: udp}]\n',
      '}, { action: allow, source: 10.9.0.7, prot',
    ],
    [
      'CR LF',
      'name: a\r\ningress:\r\n- action: drop\r\n  protocol: udp\r\n',
      'udp\r\n- action: allow\r\n  source',
    ],
    ['without a line end', 'ingress:\n- action: drop', 'drop\n- action: allow\n  source'],
    [
      'JSON',
      '{\n  "name": "a",\n  "ingress": [\n    {\n      "action": "drop"\n    }\n  ]\n}\n',
      '    },\n    {\n      "action": "allow",\n      "source": "10.9.0.7",\n',
    ],
    [
      'JSON in a line',
      '{"name":"a","ingress":[{"action":"drop"}]}',
      '},{"action":"allow","source":"10.9.0.7",',
    ],
    [
      'empty JSON',
      '{"name": "a", "used_by": [], "ingress": [], "egress": []}',
      '"ingress": [{"action": "allow", ',
    ],
    [
      'missing in JSON',
      '{"name": "a", "egress": [{"action": "drop"}]}',
      '], "ingress": [{"action": "allow", ',
    ],
  ];
  for (const [what, before, line] of styles) {
    it(`to a list that is ${what}`, () => {
      const after = apply(before);
      assert.ok(after.includes(line), after);
      assertAdded(before, after, summaries(before).filter((rule) => rule.startsWith('ingress')).length);
    });
  }

  it('quotes addresses of IPv6', () => {
    const text = apply(web, { family: 6, peer: 'fd00::' });
    assert.ok(text.includes('source: "fd00::"'));
  });
  it('does not where a rule would not help, or would do more', () => {
    assert.equal(edit(web, { protocol: 'sctp' }), null);
    assert.equal(edit(web, { protocol: 47, dstPort: null }), null);
    assert.equal(edit(web, { family: 6 }), null);
    assert.equal(edit(web, { dstPort: null }), null);
    assert.equal(edit(web.replace('config: {}\n', '{% if x %}\nconfig: {}\n{% endif %}\n')), null);
    const reject = written(web).at(-1);
    assert.ok(reject);
    assert.equal(instanceAclFormat.allow?.({ file: 'web.yaml', text: web }, reject, packet), null);
  });
});
