import assert from 'node:assert/strict';
import type { Definition } from '../../../src/core/definitions/definition';
import { linksOf, networkOf, ovnKubernetesIds, ownersOf, type Carrier } from './kubernetesInventory';
import type { ReadDefinitions } from './load';
import { loadReader } from './load';

let parse: ReadDefinitions;
before(async () => {
  parse = await loadReader('kubernetes');
});
const read = (text: string, file = 'policy.yaml'): readonly Definition[] => parse({ text, file });

const policy = (name: string, namespace: string | null): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}${namespace === null ? '' : `\n  namespace: ${namespace}`}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
        - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
        - ipBlock: {cidr: 192.0.2.0/24}
      ports:
        - port: 80
        - port: 443
        - {protocol: UDP, port: 443}
    - ports: [{port: 22}]
  egress:
    - {}
    - to: [{ipBlock: {cidr: 2001:db8::/32}}]
`;

type Shape = 'port by port' | 'block by block' | 'all blocks';

/** What ovn-kubernetes makes of the policy. */
function ovnKubernetes(name: string, namespace: string, shape: Shape): readonly Carrier[] {
  const acl = (
    title: 'Ingress' | 'Egress',
    index: number,
    block: number,
    match: string,
    l4: string,
    port = 0,
  ) => ({
    name: `NP:${namespace}:${name}:${title}:${index}`,
    direction: title === 'Ingress' ? ('to-lport' as const) : ('from-lport' as const),
    match: `${match}${l4 === '' ? '' : ` && ${l4}`} && ${title === 'Ingress' ? 'outport' : 'inport'} == @a123`,
    tier: shape === 'port by port' ? 0 : 2,
    externalIds: ovnKubernetesIds('NetworkPolicy', `${namespace}:${name}`, {
      direction: title,
      'gress-index': index,
      'ip-block-index': block,
      ...(shape === 'port by port'
        ? { 'port-policy-index': port }
        : { 'port-policy-protocol': /^(?:tcp|udp)/.exec(l4)?.[0] ?? 'None' }),
    }),
  });
  const l4s =
    shape === 'port by port'
      ? ['tcp && tcp.dst==80', 'tcp && tcp.dst==443', 'udp && udp.dst==443']
      : ['tcp && tcp.dst=={80,443}', 'udp && udp.dst==443'];
  const blocks =
    shape === 'all blocks'
      ? [[-2, '((ip4.src == 10.0.0.0/8 && ip4.src != {10.1.0.0/16}) || (ip4.src == 192.0.2.0/24))'] as const]
      : [
          [0, 'ip4.src == 10.0.0.0/8 && ip4.src != {10.1.0.0/16}'] as const,
          [1, 'ip4.src == 192.0.2.0/24'] as const,
        ];
  return [
    {
      name: 'a123',
      externalIds: ovnKubernetesIds('NetworkPolicy', `${namespace}:${name}`),
      acls: [
        ...l4s.flatMap((l4, port) => [
          acl('Ingress', 0, -1, 'ip4.src == {$a1, $a2}', l4, port),
          ...blocks.map(([block, match]) => acl('Ingress', 0, block, match, l4, port)),
        ]),
        acl('Ingress', 1, -1, '(ip4 || ip6)', 'tcp && tcp.dst==22'),
        acl('Egress', 0, -1, 'ip4', '', -1),
        acl('Egress', 1, 0, 'ip6.dst == 2001:db8::/32', '', -1),
      ],
    },
    ...(['Ingress', 'Egress'] as const).map((title) => ({
      name: `deny${title}`,
      externalIds: ovnKubernetesIds('NetpolNamespace', namespace, { direction: title }),
      acls: [
        {
          name: `NP:${namespace}:${title}`,
          priority: 1000,
          action: 'drop' as const,
          direction: title === 'Ingress' ? ('to-lport' as const) : ('from-lport' as const),
          match: `${title === 'Ingress' ? 'outport' : 'inport'} == @deny${title}`,
          externalIds: ovnKubernetesIds('NetpolNamespace', namespace, {
            direction: title,
            type: 'defaultDeny',
          }),
        },
      ],
    })),
  ];
}

describe('NetworkPolicies that ovn-kubernetes realised', () => {
  const expected = (owner: string, shape: Shape, confidence = 'exact'): readonly (readonly string[])[] => {
    const rule = (label: string): readonly string[] => [`${confidence} ${owner}/${label}`];
    const blocks =
      shape === 'all blocks'
        ? [rule('ingress rule 0')]
        : [rule('ipBlock 0 of ingress rule 0'), rule('ipBlock 1 of ingress rule 0')];
    const ports = shape === 'port by port' ? 3 : 2;
    return [
      ...Array.from({ length: ports }, () => [rule('ingress rule 0'), ...blocks]).flat(),
      rule('ingress rule 1'),
      rule('egress rule 0'),
      rule('egress rule 1'),
    ];
  };
  for (const shape of ['block by block', 'all blocks'] as const) {
    it(`join exactly, ${shape}`, () => {
      const live = networkOf(ovnKubernetes('web', 'shop', shape));
      const definitions = [...read(policy('web', 'shop')), ...read(policy('api', 'shop'), 'api.yaml')];
      assert.deepEqual(linksOf(definitions, live), [
        ...expected('shop/web', shape),
        ['exact shop/web', 'exact shop/api'],
        ['exact shop/web', 'exact shop/api'],
      ]);
      assert.deepEqual(ownersOf(definitions, live, 'a123'), ['exact shop/web']);
    });
  }
  it('join of older releases, port by port, too', () => {
    const live = networkOf(ovnKubernetes('web', 'shop', 'port by port'));
    const links = linksOf(read(policy('web', 'shop')), live).slice(0, -2);
    const plain = links.map((of) => of.map((link) => link.replace(/^(?:exact|derived)/, 'sure')));
    assert.deepEqual(plain, expected('shop/web', 'port by port', 'sure'));
  });
  it('are not sure where the file leaves the namespace to who applies it', () => {
    const live = networkOf(ovnKubernetes('web', 'shop', 'block by block'));
    const definitions = read(policy('web', null));
    assert.deepEqual(linksOf(definitions, live), [...expected('web', 'block by block', 'derived'), [], []]);
    assert.deepEqual(ownersOf(definitions, live, 'a123'), ['derived web']);
  });
  it('are none of other names or namespaces, nor of what is called alike', () => {
    const live = networkOf(ovnKubernetes('web', 'shop', 'block by block'));
    for (const [name, namespace] of [
      ['web', 'shop2'],
      ['web2', 'shop'],
      ['eb', 'shop'],
      ['shop', 'web'],
    ] as const) {
      const found = linksOf(read(policy(name, namespace)), live)
        .slice(0, -2)
        .flat();
      assert.deepEqual(found, [], `${namespace}/${name}`);
    }
    assert.deepEqual(linksOf(read(policy('eb', null)), live).flat(), []);
    const firewall = networkOf([
      {
        name: 'ns',
        acls: [
          { match: 'ip4', externalIds: ovnKubernetesIds('EgressFirewall', 'shop', { 'rule-index': 0 }) },
        ],
      },
    ]);
    assert.deepEqual(linksOf(read(policy('web', 'shop')), firewall), [[]]);
  });
  it('follow the match when the file was reordered, and say what was edited', () => {
    const live = networkOf(ovnKubernetes('web', 'shop', 'block by block'));
    const text = policy('web', 'shop');
    const ssh = '    - ports: [{port: 22}]\n';
    const reordered = text.replace(ssh, '').replace('  ingress:\n', `  ingress:\n${ssh}`);
    const moved = linksOf(read(reordered), live);
    assert.ok(
      moved
        .slice(0, 7)
        .every((links) => links.length > 0 && links.every((link) => !link.startsWith('exact'))),
    );
    const rules = ['ingress rule 1', 'ipBlock 0 of ingress rule 1', 'ipBlock 1 of ingress rule 1'];
    for (const [index, label] of [...rules, ...rules, 'ingress rule 0'].entries()) {
      assert.ok(
        moved[index]?.some((link) => link.endsWith(`/web/${label}`)),
        `${index}: ${String(moved[index])}`,
      );
    }
    const edited = text.replace('[{port: 22}]', '[{port: 2222}]');
    assert.deepEqual(linksOf(read(edited), live)[6], ['derived shop/web/ingress rule 1']);
  });
  it('join by their shape where a template has the name', () => {
    const chart = policy('{{ .Release.Name }}', '{{ .Release.Namespace }}');
    const live = networkOf(ovnKubernetes('web', 'shop', 'block by block'));
    const links = linksOf(read(chart), live);
    assert.ok(
      links.slice(0, -2).every(([link]) => link !== undefined && !link.startsWith('exact')),
      JSON.stringify(links),
    );
    assert.deepEqual(links.slice(-2), [[], []]);
  });
});

/** What kube-ovn makes of the policy, in IPv4. */
function kubeOvn(name: string, namespace: string, release: 'old' | 'new'): readonly Carrier[] {
  const digits = /^\d/.test(name) ? `np${name}` : name;
  const group = `${digits}.${namespace}`.replaceAll('-', '.');
  const parent = { parent: group, vendor: 'kube-ovn' };
  const acl = (key: 'ingress' | 'egress', index: string, match: string, port: string) => ({
    name: `np/${digits}.${namespace}/${key}/IPv4/${index}`,
    direction: key === 'ingress' ? ('to-lport' as const) : ('from-lport' as const),
    priority: 2001,
    tier: release === 'old' ? 0 : 2,
    match: `${key === 'ingress' ? 'outport' : 'inport'} == @${group} && ip && ${match}${port === '' ? '' : ` && ${port}`}`,
    externalIds: parent,
  });
  const sets = (key: 'ingress' | 'egress', index: number): string => {
    const side = key === 'ingress' ? 'ip4.src' : 'ip4.dst';
    return `${side} == $${group}.${key}.allow.IPv4.${index} && ${side} != $${group}.${key}.except.IPv4.${index}`;
  };
  const ports = ['tcp.dst == 80', 'tcp.dst == 443', 'udp.dst == 443'];
  const blocks = '((ip4.src == 10.0.0.0/8 && ip4.src != {10.1.0.0/16}) || ip4.src == 192.0.2.0/24)';
  const deny = (direction: 'to-lport' | 'from-lport', port: string) => ({
    name: `${namespace}/${name}`,
    direction,
    priority: 2000,
    action: 'drop' as const,
    match: `${port} == @${group} && ip`,
    externalIds: parent,
  });
  return [
    {
      name: group,
      externalIds: { np: `${namespace}/${digits}`, vendor: 'kube-ovn' },
      acls: [
        ...ports.map((port) => acl('ingress', '0', sets('ingress', 0), port)),
        ...(release === 'new' ? ports.map((port) => acl('ingress', '0/ipBlock', blocks, port)) : []),
        acl('ingress', '1', sets('ingress', 1), 'tcp.dst == 22'),
        acl('egress', '0', sets('egress', 0), ''),
        deny('to-lport', 'outport'),
        deny('from-lport', 'inport'),
      ],
    },
  ];
}

describe('NetworkPolicies that kube-ovn realised', () => {
  const sure = (links: readonly (readonly string[])[]) =>
    links.map((of) => of.map((link) => link.replace(/^(?:exact|derived)/, 'sure')));
  it('join by name: rules, blocks of newer releases, and the default deny', () => {
    for (const name of ['web', 'front-end', '2web']) {
      const live = networkOf(kubeOvn(name, 'my-shop', 'new'));
      const definitions = [...read(policy(name, 'my-shop')), ...read(policy('api', 'my-shop'), 'api.yaml')];
      const rule = (label: string): readonly string[] => [`sure my-shop/${name}/${label}`];
      const links = linksOf(definitions, live);
      assert.deepEqual(sure(links), [
        ...Array.from({ length: 6 }, () => rule('ingress rule 0')),
        rule('ingress rule 1'),
        rule('egress rule 0'),
        [`sure my-shop/${name}`],
        [`sure my-shop/${name}`],
      ]);
      assert.deepEqual(
        links.slice(3, 6).map(([link]) => link?.split(' ')[0]),
        ['exact', 'exact', 'exact'],
      );
      assert.ok(links.slice(-2).every(([link]) => link?.startsWith('exact')));
      assert.deepEqual(ownersOf(definitions, live, live.inventory.portGroups[0]!.name), [
        `exact my-shop/${name}`,
      ]);
    }
  });
  it('join of releases before tiers and blocks', () => {
    const links = linksOf(read(policy('web', 'shop')), networkOf(kubeOvn('web', 'shop', 'old')));
    assert.deepEqual(sure(links).slice(0, 5), [
      ['sure shop/web/ingress rule 0'],
      ['sure shop/web/ingress rule 0'],
      ['sure shop/web/ingress rule 0'],
      ['sure shop/web/ingress rule 1'],
      ['sure shop/web/egress rule 0'],
    ]);
  });
  it('are none of names that only look alike in OVN', () => {
    const live = networkOf(kubeOvn('web-x', 'y', 'new'));
    for (const [name, namespace] of [
      ['web', 'x-y'],
      ['web', 'y'],
      ['x', 'y'],
    ] as const) {
      assert.deepEqual(linksOf(read(policy(name, namespace)), live).flat(), [], `${namespace}/${name}`);
      assert.deepEqual(ownersOf(read(policy(name, namespace)), live, 'web.x.y'), []);
    }
  });
  it('are known by the whole name, where the name of the ACL was cut', () => {
    const long = 'a-policy-with-a-name-that-says-what-it-is-for-and-for-whom';
    const [carrier] = kubeOvn(long, 'shop', 'new');
    const acls = carrier!.acls.map((acl) => ({
      ...acl,
      name: acl.name!.length > 63 ? `${acl.name!.slice(0, 60)}...` : acl.name!,
      externalIds: { ...acl.externalIds, 'kube-ovn.io/network-policy-acl-name': acl.name! },
    }));
    const links = linksOf(read(policy(long, 'shop')), networkOf([{ ...carrier!, acls }]));
    assert.ok(
      links.every(([link, ...more]) => link !== undefined && more.length === 0),
      JSON.stringify(links),
    );
    const cut = acls.map((acl) => ({ ...acl, externalIds: { parent: carrier!.name } }));
    const shaped = linksOf(read(policy(long, 'shop')), networkOf([{ ...carrier!, acls: cut }]));
    assert.ok(
      shaped
        .slice(0, -2)
        .flat()
        .every((link) => !link.startsWith('exact')),
      JSON.stringify(shaped),
    );
  });
});

const admin = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: no-secrets
spec:
  priority: 10
  subject: {namespaces: {}}
  ingress:
    - name: monitoring
      action: Allow
      from: [{namespaces: {matchLabels: {name: monitoring}}}]
    - action: Deny
      from: [{namespaces: {}}]
      ports:
        - portNumber: {protocol: TCP, port: 22}
        - portRange: {protocol: TCP, start: 8000, end: 8100}
        - namedPort: web
  egress:
    - action: Pass
      to: [{networks: [10.0.0.0/8]}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress:
    - {action: Deny, from: [{namespaces: {}}]}
`;

describe('policies of administrators', () => {
  it('join exactly in ovn-kubernetes', () => {
    const acl = (
      type: string,
      name: string,
      index: number,
      protocol: string,
      match: string,
      others: object,
    ) => ({
      match,
      tier: type === 'AdminNetworkPolicy' ? 1 : 3,
      externalIds: ovnKubernetesIds(type, name, {
        direction: match.startsWith('outport') ? 'Ingress' : 'Egress',
        'gress-index': index,
        'port-policy-protocol': protocol,
      }),
      ...others,
    });
    const live = networkOf([
      {
        name: 'a1',
        externalIds: ovnKubernetesIds('AdminNetworkPolicy', 'no-secrets'),
        acls: [
          acl('AdminNetworkPolicy', 'no-secrets', 0, 'None', 'outport == @a1 && ((ip4.src == $a2))', {
            priority: 29_000,
          }),
          acl(
            'AdminNetworkPolicy',
            'no-secrets',
            1,
            'tcp',
            'outport == @a1 && ((ip4.src == $a3 || ip6.src == $a4)) && tcp && (tcp.dst==22 || 8000<=tcp.dst<=8100)',
            { priority: 28_999, action: 'drop' },
          ),
          acl(
            'AdminNetworkPolicy',
            'no-secrets',
            1,
            'tcp-namedPort',
            'outport == @a1 && ((ip4.src == $a3)) && tcp && ((ip4.dst == 10.0.0.7 && tcp.dst == 80))',
            { priority: 28_999, action: 'drop' },
          ),
          acl('AdminNetworkPolicy', 'no-secrets', 0, 'None', 'inport == @a1 && ((ip4.dst == $a5))', {
            priority: 29_000,
            action: 'pass',
            direction: 'from-lport',
          }),
        ],
      },
      {
        name: 'b1',
        externalIds: ovnKubernetesIds('BaselineAdminNetworkPolicy', 'default'),
        acls: [
          acl('BaselineAdminNetworkPolicy', 'default', 0, 'None', 'outport == @b1 && ((ip4.src == $a2))', {
            priority: 1750,
            action: 'drop',
          }),
        ],
      },
    ]);
    assert.deepEqual(linksOf(read(admin), live), [
      ['exact no-secrets/ingress rule 0'],
      ['exact no-secrets/ingress rule 1'],
      ['derived no-secrets/named ports of ingress rule 1'],
      ['exact no-secrets/egress rule 0'],
      ['exact default/ingress rule 0'],
    ]);
    const moved = admin.replace('priority: 10', 'priority: 11');
    assert.deepEqual(linksOf(read(moved), live)[0], ['derived no-secrets/ingress rule 0']);
    assert.deepEqual(linksOf(read(admin.replace('no-secrets', 'secrets')), live)[0], []);
  });
  it('join exactly in kube-ovn', () => {
    const acl = (kind: string, name: string, index: number, match: string, others: object) => ({
      name: `${kind}/${name}/ingress/IPv4/${index}`,
      tier: kind === 'anp' ? 1 : 3,
      match,
      ...others,
    });
    const live = networkOf([
      {
        name: 'no.secrets',
        externalIds: { anp: 'no-secrets' },
        acls: [
          acl('anp', 'no-secrets', 0, 'outport == @no.secrets && ip && ip4.src == $no.secrets.ingress.0', {
            priority: 29_000,
          }),
          acl(
            'anp',
            'no-secrets',
            1,
            'outport == @no.secrets && ip && ip4.src == $no.secrets.ingress.1 && tcp.dst == 22',
            { priority: 28_999, action: 'drop' },
          ),
        ],
      },
      {
        name: 'default',
        externalIds: { banp: 'default' },
        acls: [
          acl('banp', 'default', 0, 'outport == @default && ip && ip4.src == $default.ingress.0', {
            priority: 1800,
            action: 'drop',
          }),
        ],
      },
    ]);
    assert.deepEqual(linksOf(read(admin), live), [
      ['exact no-secrets/ingress rule 0'],
      ['exact no-secrets/ingress rule 1'],
      ['exact default/ingress rule 0'],
    ]);
  });
});

const firewall = `apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata:
  name: default
  namespace: shop
spec:
  egress:
    - type: Allow
      to: {dnsName: www.example.com}
    - type: Allow
      to: {cidrSelector: 198.51.100.0/24}
      ports: [{protocol: TCP, port: 443}, {protocol: UDP}]
    - type: Deny
      to: {cidrSelector: 0.0.0.0/0}
`;

describe('EgressFirewalls', () => {
  const live = networkOf([
    {
      name: 'a9',
      externalIds: ovnKubernetesIds('Namespace', 'shop'),
      acls: [
        ['(ip4.dst == $a1) && inport == @a9', 'allow'],
        ['(ip4.dst == 198.51.100.0/24) && inport == @a9 && ((udp) || (tcp && ( tcp.dst == 443 )))', 'allow'],
        ['(ip4.dst == 0.0.0.0/0 && ip4.dst != 10.128.0.0/14) && inport == @a9', 'drop'],
      ].map(([match = '', action], index) => ({
        match,
        action: action as 'allow',
        priority: 10_000 - index,
        name: `EF:shop:${index}`,
        externalIds: ovnKubernetesIds('EgressFirewall', 'shop', { 'rule-index': index }),
      })),
    },
  ]);
  it('join by namespace and index, exactly where the file tells the match', () => {
    assert.deepEqual(linksOf(read(firewall), live), [
      ['exact shop/default/egress rule 0'],
      ['exact shop/default/egress rule 1'],
      ['derived shop/default/egress rule 2'],
    ]);
  });
  it('are none of other namespaces', () => {
    assert.deepEqual(linksOf(read(firewall.replace('namespace: shop', 'namespace: bank')), live).flat(), []);
  });
  it('are candidates where the file does not tell the namespace', () => {
    const links = linksOf(read(firewall.replace('  namespace: shop\n', '')), live).flat();
    assert.ok(
      links.every((link) => link.startsWith('candidate')),
      JSON.stringify(links),
    );
  });
});
