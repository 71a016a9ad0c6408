import assert from 'node:assert/strict';
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import type {
  Definition,
  DefinitionFormatId,
  RuleDefinition,
} from '../../../src/core/definitions/definition';
import type { WantedPacket } from '../../../src/core/definitions/format';
import { FormEntries, FormIndex } from '../../../src/core/definitions/forms';
import type { Acl } from '../../../src/core/ovn/northbound';
import { formats } from './load';

const packet: WantedPacket = {
  direction: 'to-lport',
  family: 4,
  protocol: 'tcp',
  dstPort: 8443,
  icmp: null,
  peer: '10.0.0.5',
};

interface Allowed {
  readonly text: string;
  readonly added: RuleDefinition;
}

/** Applies the edit beside the definition that is wanted; the rules that were there stay what they were. */
function allow(
  text: string,
  wanted: Partial<WantedPacket> = {},
  beside: (definition: Definition) => boolean = ({ kind }) => kind === 'owner',
  id: DefinitionFormatId = 'kubernetes',
): Allowed | null {
  const format = formats.find((each) => each.id === id);
  assert.ok(format);
  const file = 'policy.yaml';
  const before = format.parse({ text, file }, []);
  const definition = before.find(beside);
  assert.ok(definition);
  const edit = format.allow?.({ text, file }, definition, { ...packet, ...wanted }) ?? null;
  if (edit === null) return null;
  const edited = text.slice(0, edit.range.start.offset) + edit.newText + text.slice(edit.range.end.offset);
  for (const { errors } of parseAllDocuments(edited)) assert.deepEqual(errors, []);
  const rules = (definitions: readonly Definition[]): readonly RuleDefinition[] =>
    definitions.filter((each) => each.kind === 'rule');
  const matchesOf = ({ forms }: RuleDefinition): string => JSON.stringify(forms.map(({ match }) => match));
  const old = rules(before).map(matchesOf);
  const added = rules(format.parse({ text: edited, file }, [])).filter((each) => {
    const index = old.indexOf(matchesOf(each));
    if (index >= 0) old.splice(index, 1);
    return index < 0;
  });
  assert.deepEqual(old, []);
  assert.equal(added.length, 1);
  return { text: edited, added: added[0]! };
}

/** Whether the rule becomes an ACL with just this match. */
function becomes(rule: RuleDefinition, match: string, direction: Acl['direction'] = 'to-lport'): boolean {
  const entries = new FormEntries();
  entries.add(rule);
  const index = new FormIndex((shape) => entries.get(shape));
  const acl = { match, direction, priority: 0, tier: 0, action: 'allow' } as Acl;
  return index.find(acl, (name) => name === 'a1').length > 0;
}

const head = (types: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  podSelector: {}\n${types}`;

describe('a rule that allows a packet, in a NetworkPolicy', () => {
  it('goes behind the last one, in the style of the list', () => {
    const indented = head(
      '  ingress:\n    - from:\n        - podSelector: {}\n      ports:\n        - port: 80 # web\n    # more to come\n  egress: []\n',
    );
    const found = allow(indented);
    assert.ok(found);
    assert.ok(
      found.text.includes(
        '        - port: 80 # web\n    - from:\n        - ipBlock:\n            cidr: 10.0.0.5/32\n      ports:\n        - protocol: TCP\n          port: 8443\n    # more to come\n',
      ),
      found.text,
    );
    assert.ok(becomes(found.added, 'ip4.src == 10.0.0.5/32 && tcp && tcp.dst == 8443 && outport == @a1'));
    const flush = head('  ingress:\n  - from:\n    - podSelector: {}\n');
    assert.equal(
      allow(flush)?.text,
      `${flush}  - from:\n    - ipBlock:\n        cidr: 10.0.0.5/32\n    ports:\n    - protocol: TCP\n      port: 8443\n`,
    );
  });
  it('is written in braces where the list is', () => {
    const text = head('  ingress: [{ports: [{port: 80}]}]\n');
    assert.equal(
      allow(text, { protocol: 'udp', family: 6, peer: '2001:db8::5' })?.text,
      head(
        '  ingress: [{ports: [{port: 80}]}, {"from":[{"ipBlock":{"cidr":"2001:db8::5/128"}}],"ports":[{"protocol":"UDP","port":8443}]}]\n',
      ),
    );
    assert.ok(allow(head('  ingress: []\n'))?.text.includes('ingress: [{"from"'));
    const json = JSON.stringify(parseYaml(text), null, 2);
    const found = allow(json);
    const policy = parseYaml(found?.text ?? '') as { spec: { ingress: unknown[] } };
    assert.deepEqual(policy.spec.ingress[1], {
      from: [{ ipBlock: { cidr: '10.0.0.5/32' } }],
      ports: [{ protocol: 'TCP', port: 8443 }],
    });
    assert.equal(JSON.stringify(JSON.parse(found?.text ?? ''), null, 2), found?.text);
  });
  it('begins a list where the policy denies without one', () => {
    const none = head('  policyTypes:\n    - Ingress\n    - Egress\n');
    assert.ok(
      allow(none)?.text.endsWith(
        '    - Egress\n  ingress:\n    - from:\n        - ipBlock:\n            cidr: 10.0.0.5/32\n      ports:\n        - protocol: TCP\n          port: 8443\n',
      ),
    );
    const out = allow(none.trimEnd(), { direction: 'from-lport' });
    assert.ok(
      out && becomes(out.added, 'ip4.dst == 10.0.0.5 && tcp.dst == 8443 && inport == @a1', 'from-lport'),
    );
  });
  it('keeps the ends of lines', () => {
    const text = head('  ingress:\n    - {}\n').replaceAll('\n', '\r\n');
    const found = allow(text);
    assert.ok(found && !/[^\r]\n/.test(found.text), JSON.stringify(found?.text));
  });
  it('is none where it would not do, or do more', () => {
    for (const text of [
      head('  policyTypes: [Egress]\n'),
      head('  ingress: *rules\n'),
      head('  ingress:\n    - {}\n    {{- toYaml .Values.extra | nindent 4 }}\n'),
      head('  ingress:\n    - {}\n  foo: "open\n'),
    ]) {
      assert.equal(allow(text), null, text);
    }
    assert.equal(allow(head('  ingress: []\n'), { direction: 'from-lport' }), null);
    assert.equal(
      allow(head('  ingress: []\n'), { protocol: 'icmp', dstPort: null, icmp: { type: 8, code: 0 } }),
      null,
    );
    assert.equal(allow(head('  ingress: []\n'), { protocol: 47, dstPort: null }), null);
  });
});

describe('a rule that allows a packet, before one that denies', () => {
  const at = (label: string) => (definition: Definition) =>
    definition.kind === 'rule' && definition.label === label;
  it('of an AdminNetworkPolicy is one with networks', () => {
    const text = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec:
  priority: 5
  egress:
    - action: Allow
      to: [{namespaces: {}}]
    # nothing else
    - action: Deny
      to:
        - networks: [0.0.0.0/0]
`;
    const found = allow(text, { direction: 'from-lport' }, at('egress rule 1'));
    assert.ok(found);
    assert.ok(
      found.text.includes(
        '    # nothing else\n    - action: Allow\n      to:\n        - networks:\n            - 10.0.0.5/32\n      ports:\n        - portNumber:\n            protocol: TCP\n            port: 8443\n    - action: Deny\n',
      ),
      found.text,
    );
    assert.equal(allow(text, { direction: 'from-lport' }, at('egress rule 0')), null);
    assert.equal(allow(text, { direction: 'to-lport' }, at('egress rule 1')), null);
  });
  it('of an EgressFirewall is one with a network', () => {
    const text = `apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - type: Deny
    to:
      cidrSelector: 0.0.0.0/0
`;
    const found = allow(text, { direction: 'from-lport', peer: '198.51.100.7' }, at('egress rule 0'));
    assert.ok(found);
    assert.ok(
      found.text.includes(
        '  egress:\n  - type: Allow\n    to:\n      cidrSelector: 198.51.100.7/32\n    ports:\n    - protocol: TCP\n      port: 8443\n  - type: Deny\n',
      ),
      found.text,
    );
    assert.ok(
      becomes(found.added, '(ip4.dst == 198.51.100.7/32) && inport == @a1 && ((tcp && (tcp.dst == 8443)))'),
    );
  });
  it('of a SecurityGroup goes first by its priority', () => {
    const text = `apiVersion: kubeovn.io/v1
kind: SecurityGroup
metadata: {name: web}
spec:
  ingressRules:
    - ipVersion: ipv4
      policy: drop
      priority: 3
      protocol: all
      remoteType: address
      remoteAddress: 0.0.0.0/0
`;
    const found = allow(text, {}, ({ kind }) => kind === 'owner', 'kube-ovn');
    assert.deepEqual(found?.added.forms[0]?.priorities, [18_482, 2298]);
    assert.ok(
      becomes(found.added, 'outport == @a1 && ip4 && ip4.src == 10.0.0.5 && 8443 <= tcp.dst <= 8443'),
    );
    const icmp = allow(
      text,
      { protocol: 'icmp', dstPort: null, icmp: { type: 8, code: 0 } },
      undefined,
      'kube-ovn',
    );
    assert.ok(icmp && becomes(icmp.added, 'outport == @a1 && ip4.src == 10.0.0.5 && icmp4'));
    assert.equal(allow(text.replace('priority: 3', 'priority: 1'), {}, undefined, 'kube-ovn'), null);
    assert.equal(allow(text, { protocol: 'sctp' }, undefined, 'kube-ovn'), null);
  });
});
