import assert from 'node:assert/strict';
import type { Definition } from '../../../src/core/definitions/definition';
import { indexDefinitions } from '../../../src/core/definitions/join';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { networkOf, nameOf, ovnKubernetesIds, type Carrier } from './kubernetesInventory';
import { loadReader, type ReadDefinitions } from './load';

let script: ReadDefinitions;
let manifest: ReadDefinitions;
let kubeOvn: ReadDefinitions;
let dump: ReadDefinitions;

before(async () => {
  script = await loadReader('ovn-nbctl');
  manifest = await loadReader('kubernetes');
  kubeOvn = await loadReader('kube-ovn');
  dump = await loadReader('ovn-json');
});

/** For each ACL of the network: how surely it is of which definition of which file. */
function linksIn(definitions: readonly Definition[], live: InventoryIndex): readonly (readonly string[])[] {
  const join = indexDefinitions(definitions);
  return live.inventory.acls.map((acl) =>
    join
      .aclLinks(acl, live.entitiesOf(acl), live)
      .map(({ definition, confidence }) => `${confidence} ${definition.file} ${nameOf(definition)}`),
  );
}

describe('an ACL that two scripts add', () => {
  const ssh = `ovn-nbctl acl-add yard to-lport 1001 'tcp.dst == 22' drop`;
  const yard = (name: string | null): InventoryIndex =>
    networkOf([], [{ name: 'yard', acls: [{ match: 'tcp.dst == 22', action: 'drop', tier: 0, name }] }]);
  const texts = (second: string): readonly Definition[] => [
    ...script({ file: 'setup.sh', text: ssh }, []),
    ...script({ file: 'reset.sh', text: second }, []),
  ];
  it('is exactly of neither', () => {
    assert.deepEqual(linksIn(texts(ssh), yard(null)), [
      ['derived setup.sh tcp.dst == 22', 'derived reset.sh tcp.dst == 22'],
    ]);
    const twice = script({ file: 'setup.sh', text: `${ssh}\novn-nbctl acl-del yard\n${ssh}` }, []);
    assert.deepEqual(linksIn(twice, yard(null)).flat(), [
      'derived setup.sh tcp.dst == 22',
      'derived setup.sh tcp.dst == 22',
    ]);
  });
  it('is of the one that gives its name', () => {
    const named = ssh.replace('acl-add', '--name=no-ssh acl-add');
    assert.deepEqual(linksIn(texts(named), yard('no-ssh')), [
      ['exact reset.sh tcp.dst == 22', 'derived setup.sh tcp.dst == 22'],
    ]);
  });
  it('is of the statement in a loop that adds it once', () => {
    const loop = script(
      { file: 'loop.sh', text: `for i in 1 2; do ${ssh}; done\nf() { ${ssh.replace('22', '$1')}; }\nf 23` },
      [],
    );
    assert.deepEqual(linksIn(loop, yard(null)), [['exact loop.sh tcp.dst == 22']]);
  });
});

interface Rule {
  readonly app?: string;
  readonly port: number;
}

function policy(namespace: string, name: string, rules: readonly Rule[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  podSelector: {}
  ingress:
${rules.map(({ app, port }) => `  - ports: [{port: ${port}}]${app === undefined ? '' : `\n    from: [{podSelector: {matchLabels: {app: ${app}}}}]`}`).join('\n')}
`;
}

/** What ovn-kubernetes writes for it. */
function realised(
  namespace: string,
  name: string,
  rules: readonly Rule[],
  group = 'a77',
): readonly Carrier[] {
  return [
    {
      name: group,
      externalIds: ovnKubernetesIds('NetworkPolicy', `${namespace}:${name}`),
      acls: rules.map(({ app, port }, index) => ({
        name: `NP:${namespace}:${name}:Ingress:${index}`,
        match: `${app === undefined ? 'ip4' : `ip4.src == {$a_${app}}`} && tcp && tcp.dst==${port} && outport == @${group}`,
        externalIds: ovnKubernetesIds('NetworkPolicy', `${namespace}:${name}`, {
          direction: 'Ingress',
          'gress-index': index,
          'ip-block-index': -1,
          'port-policy-protocol': 'tcp',
        }),
      })),
    },
  ];
}

/** The default deny of the namespace. */
function denied(namespace: string): Carrier {
  return {
    name: `deny_${namespace}`,
    acls: [
      {
        match: `outport == @deny_${namespace}`,
        priority: 1000,
        action: 'drop',
        externalIds: ovnKubernetesIds('NetpolNamespace', namespace, {
          direction: 'Ingress',
          type: 'defaultDeny',
        }),
      },
    ],
  };
}

describe('a policy that stands in several files', () => {
  const web: Rule = { app: 'shop', port: 80 };
  const files = ['base/web.yaml', 'dev/web.yaml', 'prod/web.yaml'];
  it('is exactly of none where they are the same', () => {
    const definitions = files.flatMap((file) => manifest({ file, text: policy('mall', 'web', [web]) }, []));
    const live = networkOf([...realised('mall', 'web', [web]), denied('mall')]);
    assert.deepEqual(linksIn(definitions, live), [
      files.map((file) => `derived ${file} mall/web/ingress rule 0`),
      files.map((file) => `derived ${file} mall/web`),
    ]);
    assert.deepEqual(
      indexDefinitions(definitions)
        .ownerLinks('a77', live)
        .map(({ confidence }) => confidence),
      ['derived', 'derived', 'derived'],
    );
  });
  it('is of the one that has what the network has', () => {
    const definitions = files.flatMap((file, index) =>
      manifest({ file, text: policy('mall', 'web', [{ ...web, port: 80 + index }]) }, []),
    );
    const live = networkOf(realised('mall', 'web', [{ ...web, port: 82 }]));
    const [links] = linksIn(definitions, live);
    assert.equal(links?.[0], 'exact prod/web.yaml mall/web/ingress rule 0');
    assert.ok(links.slice(1).every((link) => link.startsWith('derived')));
  });
  it('is another policy in another namespace, and several policies may deny together', () => {
    const definitions = [
      ...manifest({ file: 'a.yaml', text: policy('mall', 'web', [web]) }, []),
      ...manifest({ file: 'b.yaml', text: policy('mall-2', 'web', [web]) }, []),
      ...manifest({ file: 'c.yaml', text: policy('mall-2', 'api', [web]) }, []),
    ];
    const live = networkOf([...realised('mall-2', 'web', [web]), denied('mall-2')]);
    assert.deepEqual(linksIn(definitions, live), [
      ['exact b.yaml mall-2/web/ingress rule 0'],
      ['exact b.yaml mall-2/web', 'exact c.yaml mall-2/api'],
    ]);
  });
});

describe('a rule at the index of an ACL', () => {
  const confidences = (written: readonly Rule[], live: readonly Rule[]): readonly string[] =>
    linksIn(
      manifest({ file: 'web.yaml', text: policy('mall', 'web', written) }, []),
      networkOf(realised('mall', 'web', live)),
    ).map(([link]) => link?.replace(/ .*\//, ' ') ?? '');
  const [shop, bank] = [
    { app: 'shop', port: 80 },
    { app: 'bank', port: 80 },
  ];
  it('is not certain where another differs in nothing but its peers: they may have changed places', () => {
    assert.deepEqual(confidences([bank, shop], [shop, bank]), [
      'derived ingress rule 0',
      'derived ingress rule 1',
    ]);
  });
  it('is not certain where one like it was taken out of the file, or put into it', () => {
    assert.deepEqual(confidences([bank], [shop, bank])[0], 'derived ingress rule 0');
    assert.deepEqual(confidences([bank, shop], [shop]), ['derived ingress rule 0']);
  });
  it('is certain where the ports tell, or no peers are to be told', () => {
    assert.deepEqual(confidences([shop, { ...bank, port: 81 }], [shop, { ...bank, port: 81 }]), [
      'exact ingress rule 0',
      'exact ingress rule 1',
    ]);
    assert.deepEqual(confidences([{ port: 80 }, { port: 80 }], [{ port: 80 }, { port: 80 }]), [
      'exact ingress rule 0',
      'exact ingress rule 1',
    ]);
  });
});

describe('rules of a security group of kube-ovn', () => {
  it('that differ in priority and peers alone are told by the priority', () => {
    const rule = (priority: number, peer: string): string =>
      `  - {ipVersion: ipv4, policy: allow, priority: ${priority}, protocol: tcp, remoteType: securityGroup, remoteSecurityGroup: ${peer}, portRangeMin: 80, portRangeMax: 80}`;
    const text = `apiVersion: kubeovn.io/v1\nkind: SecurityGroup\nmetadata: {name: web}\nspec:\n  ingressRules:\n${rule(3, 'shop')}\n${rule(4, 'bank')}\n`;
    const acl = (priority: number, peer: string) => ({
      priority,
      tier: 2,
      match: `outport == @ovn.sg.web && ip4 && ip4.src == $ovn.sg.${peer}.associated.v4 && 80 <= tcp.dst <= 80`,
      externalIds: { parent: 'ovn.sg.web', vendor: 'kube-ovn' },
    });
    const live = networkOf([
      {
        name: 'ovn.sg.web',
        externalIds: { type: 'security_group', sg: 'web' },
        acls: [acl(18_481, 'shop'), acl(18_480, 'bank')],
      },
    ]);
    assert.deepEqual(linksIn(kubeOvn({ file: 'sg.yaml', text }, []), live), [
      ['exact sg.yaml web/ingress rule 0'],
      ['exact sg.yaml web/ingress rule 1'],
    ]);
  });
});

describe('a switch of kube-ovn that two files describe', () => {
  it('has its ACLs exactly of neither', () => {
    const text = `apiVersion: kubeovn.io/v1\nkind: Subnet\nmetadata: {name: yard}\nspec:\n  acls:\n  - {action: drop, direction: to-lport, match: ip4.dst == 192.0.2.7, priority: 1400}\n`;
    const live = networkOf(
      [],
      [
        {
          name: 'yard',
          acls: [
            {
              match: 'ip4.dst == 192.0.2.7',
              priority: 1400,
              action: 'drop',
              externalIds: { subnet: 'yard', vendor: 'kube-ovn' },
            },
          ],
        },
      ],
    );
    const copies = ['east.yaml', 'west.yaml'].flatMap((file) => kubeOvn({ file, text }, []));
    assert.deepEqual(linksIn(copies.slice(0, 1), live), [['exact east.yaml ip4.dst == 192.0.2.7']]);
    assert.deepEqual(linksIn(copies, live), [
      ['derived east.yaml ip4.dst == 192.0.2.7', 'derived west.yaml ip4.dst == 192.0.2.7'],
    ]);
  });
});

describe('a dump of the database beside what wrote it', () => {
  const uuid = '0d3c4a7e-58a4-4b0e-9c1d-6f2a8e5b7c90';
  const printed = (match: string): readonly Definition[] =>
    dump(
      {
        file: 'nb.json',
        text: JSON.stringify({
          caption: 'ACL table',
          headings: ['_uuid', 'action', 'direction', 'match', 'priority'],
          data: [[['uuid', uuid], 'drop', 'to-lport', match, 1001]],
        }),
      },
      [],
    );
  const live = networkOf(
    [],
    [{ name: 'yard', acls: [{ match: 'udp.dst == 53', action: 'drop', tier: 0, uuid }] }],
  );
  const written = (): readonly Definition[] =>
    script({ file: 'setup.sh', text: `ovn-nbctl acl-add yard to-lport 1001 'udp.dst == 53' drop` }, []);
  it('does not hide it, and stands behind it', () => {
    const [links] = linksIn([...printed('udp.dst == 53'), ...written()], live);
    assert.deepEqual(links, ['exact setup.sh udp.dst == 53', 'exact nb.json udp.dst == 53']);
  });
  it('that is older than the network says so', () => {
    const index = indexDefinitions([...printed('udp.dst == 54'), ...written()]);
    const [acl] = live.inventory.acls;
    assert.ok(acl);
    const links = index.aclLinks(acl, live.entitiesOf(acl), live);
    assert.deepEqual(
      links.map(({ definition, confidence }) => `${confidence} ${definition.file}`),
      ['exact setup.sh', 'exact nb.json'],
    );
    assert.match(links[1]?.because ?? '', /UUID/);
  });
  it('is all there is where only what resembles the ACL is left', () => {
    const resembling = script(
      { file: 'old.sh', text: `ovn-nbctl acl-add yard to-lport 7 'udp.dst == 53' drop` },
      [],
    );
    assert.deepEqual(linksIn([...printed('udp.dst == 53'), ...resembling], live), [
      ['exact nb.json udp.dst == 53'],
    ]);
  });
});
