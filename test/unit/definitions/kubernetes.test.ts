import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Definition } from '../../../src/core/definitions/definition';
import type { ReadDefinitions } from './load';
import { formats, loadReader, slice } from './load';

let parse: ReadDefinitions;
before(async () => {
  parse = await loadReader('kubernetes');
});
const read = (text: string, file = 'policy.yaml'): readonly Definition[] => parse({ text, file });

/** One line for each definition: what it is and what of the text is underlined. */
function outline(text: string, definitions: readonly Definition[]): readonly string[] {
  return definitions.map((definition) => {
    const what = definition.kind === 'rule' ? definition.label : definition.kind;
    const owner = definition.kind === 'acl' ? '' : `${definition.owner.kind} ${definition.owner.name}: `;
    const shown = slice(text, definition.matchRange).replace(/\s+/g, ' ');
    return `${owner}${what}: ${shown}`;
  });
}

/** Each match once, as written, of a rule. */
function matches(definition: Definition | undefined): readonly string[] {
  assert.equal(definition?.kind, 'rule');
  return [
    ...new Set(definition.forms.map(({ match, priorities }) => `${String(priorities?.join('|'))} ${match}`)),
  ];
}

const shop = `# What the shop's pods may do.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
    - Egress
  ingress:
    # The load balancer and the office, without its guests.
    - from:
        - namespaceSelector:
            matchLabels:
              name: edge
        - ipBlock:
            cidr: 192.0.2.0/24
            except:
              - 192.0.2.128/25
        - ipBlock:
            cidr: 2001:db8::/32
      ports:
        - protocol: TCP
          port: 8443   # TLS

        - port: 8080
    # Metrics.
    - ports:
        - {protocol: UDP, port: 9100, endPort: 9110}
  egress:
    - to:
        - podSelector: {matchLabels: {app: db}}
      ports:
        - port: 5432
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
`;

describe('NetworkPolicies', () => {
  it('have a definition for the policy, for each rule, and for each block among other peers', () => {
    assert.deepEqual(outline(shop, read(shop)), [
      'NetworkPolicy shop/web: owner: web',
      'NetworkPolicy shop/web: ingress rule 0: from: - namespaceSelector: matchLabels: name: edge - ipBlock: cidr: 192.0.2.0/24 except: - 192.0.2.128/25 - ipBlock: cidr: 2001:db8::/32 ports: - protocol: TCP port: 8443 # TLS - port: 8080',
      'NetworkPolicy shop/web: ipBlock 0 of ingress rule 0: 192.0.2.0/24',
      'NetworkPolicy shop/web: ipBlock 1 of ingress rule 0: 2001:db8::/32',
      'NetworkPolicy shop/web: ingress rule 1: ports: - {protocol: UDP, port: 9100, endPort: 9110}',
      'NetworkPolicy shop/web: egress rule 0: to: - podSelector: {matchLabels: {app: db}} ports: - port: 5432',
      'NetworkPolicy shop/deny-all: owner: deny-all',
    ]);
  });
  it('have ranges without the blanks and comments around them', () => {
    const [policy, , block, , metrics] = read(shop);
    assert.ok(policy && block && metrics);
    const whole = slice(shop, policy.range);
    assert.ok(whole.startsWith('apiVersion') && whole.endsWith('port: 5432'), whole);
    assert.equal(
      slice(shop, block.range).replace(/\s+/g, ' '),
      'ipBlock: cidr: 192.0.2.0/24 except: - 192.0.2.128/25',
    );
    assert.equal(
      slice(shop, metrics.range).replace(/\s+/g, ' '),
      'ports: - {protocol: UDP, port: 9100, endPort: 9110}',
    );
    assert.deepEqual(metrics.range.start, {
      line: 31,
      character: 6,
      offset: shop.indexOf('ports:\n        - {proto'),
    });
  });
  it('become ACLs by protocol and by port, by family, and with sets', () => {
    const [, mixed, block, , metrics, database] = read(shop);
    assert.deepEqual(
      matches(block),
      [
        '1001|2001 (ip4.src == 192.0.2.0/24 && ip4.src != {192.0.2.128/25}) && tcp && tcp.dst == 8443 && outport == @owner',
        '1001|2001 (ip4.src == 192.0.2.0/24 && ip4.src != {192.0.2.128/25}) && tcp && tcp.dst == 8080 && outport == @owner',
        '1001 (ip4.src == 192.0.2.0/24 && ip4.src != {192.0.2.128/25}) && tcp && (tcp.dst == 8443 || tcp.dst == 8080) && outport == @owner',
      ].map((line) => line.replace('(ip4.src', '((ip4.src').replace('/25})', '/25}))')),
    );
    assert.ok(
      matches(mixed).includes(
        '1001 ip4.src == $peer && tcp && (tcp.dst == 8443 || tcp.dst == 8080) && outport == @owner',
      ),
    );
    assert.deepEqual(matches(metrics), [
      '1001|2001 ip4 && udp && 9100 <= udp.dst <= 9110 && outport == @owner',
      '1001|2001 ip6 && udp && 9100 <= udp.dst <= 9110 && outport == @owner',
      '1001|2001 (ip4 || ip6) && udp && 9100 <= udp.dst <= 9110 && outport == @owner',
      '2001 outport == @owner && ip4.src == $peer && ip4.src != $except && udp && 9100 <= udp.dst <= 9110',
      '2001 outport == @owner && ip6.src == $peer && ip6.src != $except && udp && 9100 <= udp.dst <= 9110',
    ]);
    const [form] = database?.kind === 'rule' ? database.forms : [];
    assert.equal(form?.direction, 'from-lport');
    assert.equal(form.match, 'ip4.dst == $peer && tcp && tcp.dst == 5432 && inport == @owner');
  });
  it('come in the order of the file', () => {
    const text = `kind: NetworkPolicy\nspec:\n  egress: [{}]\n  ingress: [{}]\n`;
    assert.deepEqual(
      read(text).flatMap((each) => (each.kind === 'rule' ? [each.label] : [])),
      ['egress rule 0', 'ingress rule 0'],
    );
  });
  it('deny by default where their types say so', () => {
    const directions = (spec: string): readonly string[] => {
      const [policy] = read(
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: b}\nspec: ${spec}\n`,
      );
      assert.equal(policy?.kind, 'owner');
      return policy.identities.flatMap(({ columns }) => columns['external_ids:direction'] ?? []);
    };
    assert.deepEqual(directions('{podSelector: {}}'), ['Ingress']);
    assert.deepEqual(directions('{podSelector: {}, egress: []}'), ['Ingress']);
    assert.deepEqual(directions('{podSelector: {}, egress: [{}]}'), ['Ingress', 'Egress']);
    assert.deepEqual(directions('{podSelector: {}, policyTypes: [Egress]}'), ['Egress']);
  });
  it('allow a whole protocol by a named port in ovn-kubernetes', () => {
    const [, rule] = read(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: b}\nspec:\n  ingress: [{ports: [{port: http}]}]\n',
    );
    assert.equal(matches(rule)[0], '1001 ip4 && tcp && outport == @owner');
  });
  it('have no ACLs that the file does not tell', () => {
    const rules = (rule: string): readonly (readonly string[])[] =>
      read(
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: b}\nspec:\n  ingress: [${rule}]\n`,
      )
        .slice(1)
        .map(matches);
    for (const rule of [
      '{ports: [{protocol: ICMP}]}',
      '{ports: [{port: 0}]}',
      '{ports: [{port: "80"}]}',
      '{ports: [{port: 80, endPort: 79}]}',
      '{ports: [80]}',
      '{ports: {port: 80}}',
      '{ports: [{port: "${PORT}"}]}',
      '{from: [{}]}',
      '{from: [{ipBlock: {cidr: 10.0.0.1/8}, podSelector: {}}]}',
      '{from: 10.0.0.0/8}',
    ]) {
      assert.deepEqual(rules(rule), [[]], rule);
    }
    const blocks = (block: string): number => rules(`{from: [{ipBlock: ${block}}]}`).flat().length;
    assert.equal(blocks('{cidr: 10.0.0.0/8}'), 2);
    for (const block of [
      '{}',
      '{cidr: 10.0.0.0}',
      '{cidr: 10.0.0.0/33}',
      '{cidr: x}',
      '{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}',
      '{cidr: 10.0.0.0/8, except: [x]}',
      '{cidr: "10.0.0.0/8 || 1"}',
    ]) {
      assert.equal(blocks(block), 0, block);
    }
  });
});

describe('manifests', () => {
  it('are read as lists, as JSON, and with anchors', () => {
    const policy = (name: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec: {
        podSelector: {},
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 22 }] }],
      },
    });
    const json = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [policy('a'), { kind: 'Service' }, policy('b')] },
      null,
      2,
    );
    const found = read(json, 'list.json');
    assert.deepEqual(
      found.map((each) => (each.kind === 'acl' ? '' : each.owner.name)),
      ['shop/a', 'shop/a', 'shop/b', 'shop/b'],
    );
    assert.deepEqual(JSON.parse(slice(json, found[0]!.range)), policy('a'));
    const anchors = `kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: &meta {name: a, namespace: shop}
  spec:
    ingress:
    - &ssh
      ports: &ports [{port: 22}]
    - *ssh
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    <<: *meta
    name: b
  spec:
    ingress:
    - <<: *ssh
      from: [{podSelector: {}}]
`;
    assert.deepEqual(outline(anchors, read(anchors)), [
      'NetworkPolicy shop/a: owner: a',
      'NetworkPolicy shop/a: ingress rule 0: ports: &ports [{port: 22}]',
      'NetworkPolicy shop/a: ingress rule 1: *ssh',
      'NetworkPolicy shop/b: owner: b',
      'NetworkPolicy shop/b: ingress rule 0: from: [{podSelector: {}}]',
    ]);
    assert.equal(
      matches(read(anchors)[4])[0],
      '1001|2001 ip4.src == $peer && tcp && tcp.dst == 22 && outport == @owner',
    );
  });
  it('are those of Kubernetes, of the groups of the API that have them', () => {
    const claims = (file: string, text: string): boolean =>
      formats.find(({ id }) => id === 'kubernetes')?.matches(file, text) ?? false;
    assert.ok(claims('a/web.yaml', shop));
    assert.ok(claims('web.yml.j2', shop));
    assert.ok(claims('web.json', '{"kind":"EgressFirewall"}'));
    assert.ok(!claims('web.md', shop));
    assert.ok(!claims('web.yaml', 'kind: Deployment\n# NetworkPolicy'));
    assert.deepEqual(read(shop.replaceAll('networking.k8s.io/v1', 'projectcalico.org/v3')), []);
    assert.equal(read(shop.replaceAll(/^apiVersion.*\n/gm, '')).length, 7);
    assert.deepEqual(read('kind: NetworkPolicy\n$patch: delete\nmetadata: {name: web}\n').length, 0);
    // Its items in a list are gone from it when the patch is applied.
    const replaced = read(
      'kind: NetworkPolicy\nmetadata: {name: web, namespace: mall}\nspec:\n  ingress:\n  - $patch: replace\n  - ports: [{port: 80}]\n',
    );
    assert.deepEqual(
      replaced.map(({ kind, identities }) => `${kind} ${kind === 'rule' ? identities.length : ''}`),
      ['owner ', 'rule 0'],
    );
  });
  it('lose what is broken in them, and no more', () => {
    const broken = shop.replace('namespace: shop\nspec', 'namespace: "shop\nspec');
    assert.deepEqual(outline(broken, read(broken)).slice(-1), [
      'NetworkPolicy shop/deny-all: owner: deny-all',
    ]);
    const typed = shop.replace('      ports:\n        - port: 5432', '      por\n');
    assert.equal(read(typed).length, 7);
  });
  it('of which only the beginning is there have the rules of that', () => {
    for (let end = 0; end <= shop.length; end++) {
      const found = read(shop.slice(0, end));
      const labels = found.flatMap((each) => (each.kind === 'rule' ? [each.label] : []));
      if (end >= shop.indexOf('# Metrics.'))
        assert.ok(labels.includes('ipBlock 1 of ingress rule 0'), String(end));
      if (end >= shop.indexOf('  egress:\n')) assert.ok(labels.includes('ingress rule 1'), String(end));
      for (const each of found) {
        assert.ok(
          each.range.start.offset <= each.matchRange.start.offset &&
            each.matchRange.end.offset <= each.range.end.offset,
        );
        assert.ok(each.range.end.offset <= end);
      }
    }
  });
  it('never fail to be read', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...shop.split('\n'),
        '{{ if .x }}',
        '{{- end }}',
        '{{ .Values.y }}',
        '*a',
        '&a',
        '<<: *a',
        '- ',
        '? ',
        '|',
        '"',
        "'",
        '[',
        '{',
        '}',
        '---',
        '...',
        '!!map',
        '%YAML 1.1',
        '\uFEFF',
        '\t',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 30 }),
        fc.constantFrom('\n', ' ', '\r\n'),
        (parts, separator) => {
          read(`kind: NetworkPolicy${separator}${parts.join(separator)}`);
        },
      ),
      { numRuns: 500 },
    );
    read(`kind: NetworkPolicy\nspec: ${'['.repeat(20_000)}`);
    read(`kind: NetworkPolicy\nspec: &a {<<: *a, ingress: &b [*b, {from: *b}]}\n`);
  });
  it('cannot be blown up by aliases', () => {
    const list = (name: string, of: string): string =>
      `${name}: &${name} [${Array(100).fill(of).join(', ')}]\n`;
    const bomb = `kind: NetworkPolicy\n${list('peers', '{ipBlock: {cidr: 10.0.0.0/8}}')}${list('rules', '{from: *peers}')}spec: {ingress: *rules, egress: *rules}\n`;
    assert.ok(read(bomb).length < 25_000);
    const deeper = `kind: List\n${list('a', '{kind: NetworkPolicy, spec: {ingress: [{}, {}]}}')}${list('b', '{kind: List, items: *a}')}${list('c', '{kind: List, items: *b}')}items: [{kind: List, items: *c}]\n`;
    assert.ok(read(deeper).length < 1_000_000);
  });
});

const chart = `{{- if .Values.networkPolicy.enabled }}
kind: NetworkPolicy
apiVersion: {{ include "common.capabilities.networkPolicy.apiVersion" . }}
metadata:
  name: {{ include "common.names.fullname" . }}
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "common.labels.standard" . | nindent 4 }}
    app.kubernetes.io/part-of: redis
  {{- if .Values.commonAnnotations }}
  annotations: {{- include "x" . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels: {{- include "common.labels.matchLabels" . | nindent 6 }}
      {{- if .Values.role }}
      app.kubernetes.io/component: {{ .Values.role }}
      {{- end }}
  policyTypes:
    - Ingress
  ingress:
    - ports:
        - port: 6379
    {{- if .Values.metrics.enabled }}
    - ports:
        - port: {{ .Values.metrics.port }}
    {{- end }}
    - from:
        - podSelector: {}
        {{- if .Values.extraPeers }}
        {{- toYaml .Values.extraPeers | nindent 8 }}
        {{- end }}
      ports:
        - port: 9121
{{- end }}
`;

describe('templates', () => {
  it('are passed over in charts; what a template does not touch counts', () => {
    const found = read(chart);
    assert.deepEqual(
      outline(chart, found).map((line) => line.slice(0, 44)),
      [
        'NetworkPolicy ?: owner: NetworkPolicy',
        'NetworkPolicy ?: ingress rule 0: ports: - po',
        'NetworkPolicy ?: ingress rule 1: ports: - po',
        'NetworkPolicy ?: ingress rule 2: from: - pod',
      ],
    );
    const [policy, plain, value, peers] = found;
    assert.ok(policy?.kind === 'owner' && policy.owner.groups.length === 0 && policy.identities.length === 0);
    assert.equal(matches(plain)[0], '1001|2001 ip4 && tcp && tcp.dst == 6379 && outport == @owner');
    assert.deepEqual([matches(value), matches(peers)], [[], []]);
    assert.ok(slice(chart, found[3]!.range).endsWith('port: 9121'));
  });
  it('leave open what a policy denies where they say it', () => {
    const denies = (types: string): number => {
      const [policy] = read(
        `kind: NetworkPolicy\nmetadata: {name: web, namespace: mall}\nspec:\n  podSelector: {}\n${types}`,
      );
      assert.equal(policy?.kind, 'owner');
      return policy.identities.length;
    };
    assert.equal(denies('  policyTypes:\n    {{- toYaml .Values.types | nindent 4 }}\n'), 0);
    assert.ok(denies('  policyTypes: [Ingress]\n') > 0);
    assert.ok(denies('  policyTypes:\n') > 0);
  });
  it('do not let an index tell a rule, where they may add others', () => {
    const named = chart
      .replace('{{ include "common.names.fullname" . }}', 'redis')
      .replace('{{ .Release.Namespace | quote }}', 'data');
    const [policy, plain] = read(named);
    assert.ok(policy?.kind === 'owner' && policy.identities.length > 0 && policy.owner.groups.length > 0);
    assert.deepEqual(plain?.identities, []);
    const fixed = named.replaceAll(/^ {4}\{\{.*\n/gm, '');
    assert.ok((read(fixed)[1]?.identities.length ?? 0) > 0);
  });
  it('may add to a value that the file has as well', () => {
    const text = chart.replace(
      '    - ports:\n        - port: 6379\n',
      '    - from: {{- include "peers" . | nindent 8 }}\n        - podSelector: {}\n      ports: [{port: 6379}]\n',
    );
    const [, rule] = read(text);
    assert.ok(rule && slice(text, rule.range).endsWith('ports: [{port: 6379}]'));
    assert.deepEqual(matches(rule), []);
  });
  it('of OpenShift are lists with parameters', () => {
    const text = `kind: Template
objects:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: allow-router, namespace: "\${PROJECT}"}
  spec:
    ingress: [{from: [{ipBlock: {cidr: "\${ROUTER}/32"}}]}]
`;
    const [policy, rule] = read(text);
    assert.ok(policy?.kind === 'owner' && policy.owner.name === 'allow-router');
    assert.deepEqual(matches(rule), []);
  });
  it('of Jinja as well', () => {
    const text = `{# who may come in #}
kind: NetworkPolicy
metadata:
  name: web
  namespace: {{ namespace }}
spec:
  ingress:
{% for port in ports %}
    - ports: [{port: {{ port }}}]
{% endfor %}
`;
    assert.deepEqual(outline(text, read(text)), [
      'NetworkPolicy web: owner: web',
      'NetworkPolicy web: ingress rule 0: ports: [{port: {{ port }}}]',
    ]);
  });
});
