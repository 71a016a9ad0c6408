import assert from 'node:assert/strict';
import type { RunCommand } from '../../src/core/command';
import type { Definition } from '../../src/core/definitions/definition';
import { readInventory } from '../../src/core/ovn/readInventory';
import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import { targetSchema } from '../../src/core/session/target';
import { ovnVersions, withOvn } from '../support/ovn';
import type { ExternalIds } from '../../src/core/ovn/northbound';
import { linksOf, ovnKubernetesIds, ownersOf } from '../unit/definitions/kubernetesInventory';
import { loadReader } from '../unit/definitions/load';

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector: {}
        - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
      ports: [{port: 80}, {port: 443}]
`;
const subnet = `apiVersion: kubeovn.io/v1
kind: Subnet
metadata: {name: shop}
spec:
  acls:
    - {action: drop, direction: from-lport, priority: 1111, match: 'ip4.dst == 10.0.0.9 && ip'}
`;

type Command = readonly [string, ...string[]];
type Columns = Readonly<Record<string, string | number | ExternalIds>>;

/** An ovn-nbctl command that makes an ACL and puts it where it belongs. */
function addAcl(table: 'Port_Group' | 'Logical_Switch', carrier: string, columns: Columns): Command {
  const settings = Object.entries(columns).map(([column, value]) => `${column}=${valueOf(value)}`);
  return [
    'ovn-nbctl',
    '--id=@acl',
    'create',
    'ACL',
    ...settings,
    '--',
    'add',
    table,
    carrier,
    'acls',
    '@acl',
  ];
}

function valueOf(value: string | number | ExternalIds): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, text]) => `${JSON.stringify(key)}=${JSON.stringify(text)}`);
  return `{${pairs.join(',')}}`;
}

/** Rows as ovn-kubernetes and kube-ovn write them, side by side. */
function rows(tier: Columns): readonly Command[] {
  const rule = (block: string, match: string): Command =>
    addAcl('Port_Group', 'a100', {
      name: 'NP:shop:web:Ingress:0',
      direction: 'to-lport',
      priority: 1001,
      action: 'allow-related',
      match: `${match} && outport == @a100`,
      external_ids: ovnKubernetesIds('NetworkPolicy', 'shop:web', {
        direction: 'Ingress',
        'gress-index': 0,
        'ip-block-index': block,
        'port-policy-protocol': 'tcp',
      }),
      ...tier,
    });
  const groups: Readonly<Record<string, ExternalIds>> = {
    a100: ovnKubernetesIds('NetworkPolicy', 'shop:web'),
    a200: ovnKubernetesIds('NetpolNamespace', 'shop', { direction: 'Ingress' }),
    'web.shop': { np: 'shop/web', vendor: 'kube-ovn' },
  };
  const kubeOvn = {
    direction: 'to-lport',
    external_ids: { parent: 'web.shop', vendor: 'kube-ovn' },
    ...tier,
  };
  return [
    ['ovn-nbctl', 'ls-add', 'shop', '--', 'lsp-add', 'shop', 'shop_web-1'],
    ...Object.entries(groups).flatMap(([name, ids]): readonly Command[] => [
      ['ovn-nbctl', 'pg-add', name, 'shop_web-1'],
      ['ovn-nbctl', 'set', 'Port_Group', name, `external_ids=${valueOf(ids)}`],
    ]),
    rule('-1', 'ip4.src == {$a300} && tcp && tcp.dst=={80,443}'),
    rule('0', 'ip4.src == 10.0.0.0/8 && ip4.src != {10.1.0.0/16} && tcp && tcp.dst=={80,443}'),
    addAcl('Port_Group', 'a200', {
      direction: 'to-lport',
      priority: 1000,
      action: 'drop',
      match: 'outport == @a200',
      external_ids: ovnKubernetesIds('NetpolNamespace', 'shop', {
        direction: 'Ingress',
        type: 'defaultDeny',
      }),
      ...tier,
    }),
    ...[80, 443].map((port) =>
      addAcl('Port_Group', 'web.shop', {
        ...kubeOvn,
        name: 'np/web.shop/ingress/IPv4/0/ipBlock',
        priority: 2001,
        action: 'allow-related',
        match: `outport == @web.shop && ip && (ip4.src == 10.0.0.0/8 && ip4.src != {10.1.0.0/16}) && tcp.dst == ${port}`,
      }),
    ),
    addAcl('Port_Group', 'web.shop', {
      ...kubeOvn,
      name: 'shop/web',
      priority: 2000,
      action: 'drop',
      match: 'outport == @web.shop && ip',
    }),
    addAcl('Logical_Switch', 'shop', {
      direction: 'from-lport',
      priority: 1111,
      action: 'drop',
      match: 'ip4.dst == 10.0.0.9 && ip',
      external_ids: { subnet: 'shop', parent: 'shop', vendor: 'kube-ovn' },
      ...tier,
    }),
  ];
}

for (const version of ovnVersions()) {
  describe(`manifests on OVN ${version.name}`, function () {
    this.timeout(60_000);

    it('join the rows that the platforms make of them', async () => {
      const read = async (id: 'kubernetes' | 'kube-ovn', text: string): Promise<readonly Definition[]> =>
        (await loadReader(id))({ text, file: `${id}.yaml` });
      const definitions = [...(await read('kubernetes', policy)), ...(await read('kube-ovn', subnet))];
      await withOvn(version, async (ovn) => {
        // Tiers came with 23.06.
        const hasTiers = version.name !== '23.03';
        for (const command of rows(hasTiers ? { tier: 2 } : {})) await ovn.check(command);
        const target = targetSchema.parse({
          type: 'local',
          name: 'lab',
          northbound: ovn.northbound,
          southbound: ovn.southbound,
        });
        const run: RunCommand = (argv) => ovn.run(argv);
        const live = indexInventory(await readInventory(run, target, { now: () => Date.now() }));
        const links = linksOf(definitions, live);
        const found = live.inventory.acls.map(({ priority, match }, i) => {
          const [link = 'none', ...more] = links[i] ?? [];
          assert.deepEqual(more, [], match);
          // Without tiers it may be less sure.
          return `${priority} ${hasTiers ? link : link.replace('derived', 'exact')}`;
        });
        assert.deepEqual(found.sort(), [
          '1000 exact shop/web',
          '1001 exact shop/web/ingress rule 0',
          '1001 exact shop/web/ipBlock 0 of ingress rule 0',
          '1111 exact ip4.dst == 10.0.0.9 && ip',
          '2000 exact shop/web',
          '2001 exact shop/web/ipBlock 0 of ingress rule 0',
          '2001 exact shop/web/ipBlock 0 of ingress rule 0',
        ]);
        for (const group of ['a100', 'web.shop']) {
          assert.deepEqual(ownersOf(definitions, live, group), ['exact shop/web']);
        }
      });
    });
  });
}
