import assert from 'node:assert/strict';
import type { Definition } from '../../../src/core/definitions/definition';
import type { SourceText, WantedPacket } from '../../../src/core/definitions/format';
import { linksOf, networkOf, ovnKubernetesIds, ownersOf as ownersIn } from './kubernetesInventory';
import type { ReadDefinitions } from './load';
import { loadReader } from './load';
import { allowAndRead, assertReadableInHalves, formatOf, places, rulesOf, webPacket } from './neutronSupport';

const format = formatOf('terraform');
let read: ReadDefinitions;
let readYaml: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
  readYaml = await loadReader('kubernetes');
});
const main = (text: string): SourceText => ({ file: 'infra/main.tf', text });

/** What does not depend on the language it is written in. */
const meaning = (definitions: readonly Definition[]) =>
  definitions.map((definition) => {
    assert.ok(definition.kind !== 'acl');
    const { kind, identities, owner } = definition;
    const own = definition.kind === 'rule' ? { label: definition.label, forms: definition.forms } : {};
    return { kind, identities, name: owner.name, groups: owner.groups, ...own };
  });

const yaml = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations: {k8s.ovn.org/acl-stateless: "true"}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - ports:
        - port: 80
        - {port: 8000, endPort: 8080, protocol: UDP}
        - port: https
      from:
        - podSelector: {matchLabels: {app: proxy}}
          namespaceSelector: {}
        - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
        - ipBlock: {cidr: 192.0.2.0/24}
    - {}
  egress:
    - to: [{ipBlock: {cidr: "2001:db8::/32"}}]
`;
const policy = `resource "kubernetes_network_policy_v1" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
    annotations = {
      "k8s.ovn.org/acl-stateless" = "true"
    }
  }
  spec {
    pod_selector {
      match_labels = {
        app = "web"
      }
    }
    policy_types = ["Ingress", "Egress"]

    ingress {
      ports {
        port     = "80"
        protocol = "TCP"
      }
      ports {
        port     = "8000"
        end_port = 8080
        protocol = "UDP"
      }
      ports {
        port = "https"
      }
      from {
        pod_selector {
          match_labels = {
            app = "proxy"
          }
        }
        namespace_selector {}
      }
      from {
        ip_block {
          cidr   = "10.0.0.0/8"
          except = ["10.1.0.0/16"]
        }
      }
      from {
        ip_block {
          cidr = "192.0.2.0/24"
        }
      }
    }
    ingress {}

    egress {
      to {
        ip_block {
          cidr = "2001:db8::/32"
        }
      }
    }
  }
}
`;
const manifest = `resource "kubernetes_manifest" "web" {
  manifest = {
    apiVersion = "networking.k8s.io/v1"
    kind       = "NetworkPolicy"
    metadata = {
      name        = "web"
      namespace   = "shop"
      annotations = { "k8s.ovn.org/acl-stateless" = "true" }
    }
    spec = {
      podSelector = { matchLabels = { app = "web" } }
      policyTypes = ["Ingress", "Egress"]
      ingress = [
        {
          ports = [{ port = 80 }, { port = 8000, endPort = 8080, protocol = "UDP" }, { port = "https" }]
          from = [
            { podSelector = { matchLabels = { app = "proxy" } }, namespaceSelector = {} },
            { ipBlock = { cidr = "10.0.0.0/8", except = ["10.1.0.0/16"] } },
            { ipBlock = { cidr = "192.0.2.0/24" } },
          ]
        },
        {},
      ]
      egress = [{ to = [{ ipBlock = { cidr = "2001:db8::/32" } }] }]
    }
  }
}
`;
const simple = (spec: string, metadata = 'name = "web"\n    namespace = "shop"', args = '') =>
  `resource "kubernetes_network_policy" "web" {\n${args}  metadata {\n    ${metadata}\n  }\n  spec {\n    pod_selector {}\n${spec}\n  }\n}\n`;
const onPort = (port: string) => `    ingress {\n      ports {\n        port = ${port}\n      }\n    }`;
const types = '    policy_types = ["Ingress"]\n';

describe('NetworkPolicies in Terraform', () => {
  it('become what the same policies in YAML become', () => {
    const expected = meaning(readYaml({ file: 'p.yaml', text: yaml }));
    assert.equal(expected.length, 6);
    assert.deepEqual(meaning(read(main(policy))), expected);
    assert.deepEqual(meaning(read(main(policy.replace('_v1"', '"')))), expected);
    assert.deepEqual(meaning(read(main(manifest))), expected);
  });
  it('stand at their blocks', () => {
    const found = places(policy, read(main(policy)));
    assert.match(found[0] ?? '', /^resource "kubernetes_network_policy_v1" "web" \{.*\} <- "web"$/);
    assert.match(
      found[1] ?? '',
      /^ingress \{ ports .*\} <- ports \{ port = "80" .* cidr = "192\.0\.2\.0\/24" \} \}$/,
    );
    assert.match(found[2] ?? '', /^from \{ ip_block \{ cidr = "10\.0\.0\.0\/8" .*\} \} <- "10\.0\.0\.0\/8"$/);
    assert.equal(found[4], 'ingress {} <- ingress {}');
    assert.match(found[5] ?? '', /^egress \{.*\} <- to \{.*\}$/);
    const inManifest = places(manifest, read(main(manifest)));
    assert.match(inManifest[0] ?? '', /^resource .*\} <- name = "web"$/);
    assert.match(inManifest[1] ?? '', /^\{ ports = .*\} <- ports = \[.*from = \[.*\]$/);
    assert.equal(inManifest[4], '{} <- {}');
  });
  it('take names, ports and peers from variables, locals and other resources', () => {
    const text = `variable "port" {\n  default = 8443\n}\nlocals {\n  nets = { office = "10.0.0.0/8" }\n}
resource "kubernetes_namespace_v1" "shop" {\n  metadata {\n    name = "shop"\n  }\n}
${simple(
  `${types}    ingress {\n      ports {\n        port = var.port\n      }\n      from {\n        ip_block {\n          cidr = local.nets["office"]\n        }\n      }\n    }`,
  'name = "web"\n    namespace = kubernetes_namespace_v1.shop.metadata[0].name',
)}`;
    const [rule] = rulesOf(read(main(text)));
    assert.equal(rule?.owner.name, 'shop/web');
    assert.ok(
      rule.forms.some(({ match }) => match.includes('ip4.src == 10.0.0.0/8') && match.includes('8443')),
    );
    const byId = text.replace('metadata[0].name', 'id').replace('namespace_v1.shop.', 'namespace_v1.shop.');
    assert.equal(rulesOf(read(main(byId)))[0]?.owner.name, 'shop/web');
  });
  it('are several with for_each, and have more rules with dynamic', () => {
    const dynamic = `${types}    dynamic "ingress" {
      for_each = [80, 443]
      iterator = each_port
      content {
        ports {
          port = each_port.value
        }
      }
    }
${onPort('22')}`;
    const args = '  for_each = toset(["a", "b"])\n';
    const text = simple(dynamic, 'name = "web"\n    namespace = each.key', args);
    const rules = rulesOf(read(main(text)));
    assert.deepEqual(
      rules
        .map(
          ({ owner, label, forms }) =>
            `${owner.name} ${label} ${/dst == (\d+)/.exec(forms[0]?.match ?? '')?.[1]}`,
        )
        .sort(),
      ['a', 'b'].flatMap((name) => [80, 443, 22].map((port, i) => `${name}/web ingress rule ${i} ${port}`)),
    );
    assert.equal(new Set(rules.map(({ owner }) => owner.key)).size, 2);
    assert.deepEqual(
      new Set(places(text, rules).map((line) => line.replace(/^ingress \{.*<- /, '- '))).size,
      3,
    );
  });
  it('have no index where only Terraform knows how many rules there are', () => {
    const open = `${types}    dynamic "ingress" {\n      for_each = var.ports\n      content {\n        ports {\n          port = ingress.value\n        }\n      }\n    }\n${onPort('22')}`;
    const rules = rulesOf(read(main(simple(open))));
    assert.deepEqual(
      rules.map(({ identities }) => identities),
      [[], []],
    );
    const [unknown, ssh] = rules;
    assert.deepEqual(unknown?.forms, []);
    assert.ok(ssh?.forms.some(({ match }) => match.includes('tcp.dst == 22')));
  });
  it('are in the namespace `default` unless they say otherwise, or leave it open', () => {
    const name = (metadata: string) => read(main(simple(types + onPort('1'), metadata)))[0];
    const named = (metadata: string) => {
      const found = name(metadata);
      return found?.kind === 'owner' ? found.owner.name : null;
    };
    assert.equal(named('name = "web"'), 'default/web');
    assert.equal(named('name = "web"\n    namespace = var.unset'), 'web');
    assert.equal(named('generate_name = "web-"'), 'default/?');
  });
  it('deny nothing for certain when their types are not known', () => {
    const identities = (spec: string) => {
      const [owner] = read(main(simple(spec)));
      return owner?.identities.length;
    };
    assert.equal(identities('    policy_types = var.types'), 0);
    assert.ok(identities(types));
  });
  it('are no policies of Calico, and no manifests that are read from elsewhere', () => {
    assert.deepEqual(read(main(manifest.replace('networking.k8s.io/v1', 'projectcalico.org/v3'))), []);
    assert.deepEqual(
      read(main('resource "kubernetes_manifest" "a" {\n  manifest = yamldecode(file("a.yaml"))\n}\n')),
      [],
    );
  });
  it('that are half written keep what is whole', () => {
    assertReadableInHalves(
      format,
      main(`${simple(types + onPort('22'))}\n${simple(types + onPort('23')).replace('"web" {', '"b" {')}`),
      40,
    );
  });
});

describe('ACLs of policies in Terraform', () => {
  const acl = (name: string, index: number, match: string, block = -1) => ({
    match: `${match} && outport == @a1`,
    externalIds: ovnKubernetesIds('NetworkPolicy', name, {
      direction: 'Ingress',
      'gress-index': index,
      'ip-block-index': block,
    }),
  });
  const live = networkOf([
    {
      name: 'a1',
      externalIds: ovnKubernetesIds('NetworkPolicy', 'shop:web'),
      acls: [
        acl('shop:web', 0, 'ip4 && tcp && tcp.dst==80'),
        acl('shop:web', 1, 'ip4.src == 10.0.0.0/8 && tcp && tcp.dst==22', 0),
      ],
    },
  ]);
  const ssh = `    ingress {\n      ports {\n        port = "22"\n      }\n      from {\n        ip_block {\n          cidr = "10.0.0.0/8"\n        }\n      }\n    }`;
  const links = (text: string) => linksOf(read(main(text)), live);

  it('are found by owner and index', () => {
    const text = simple(`${types}${onPort('80')}\n${ssh}`);
    assert.deepEqual(links(text), [['exact shop/web/ingress rule 0'], ['exact shop/web/ingress rule 1']]);
    assert.deepEqual(ownersIn(read(main(text)), live, 'a1'), ['exact shop/web']);
  });
  it('are no more than derived where the index, the namespace or a port is open, or was edited', () => {
    const edited = simple(`${types}${onPort('81')}\n${ssh}`);
    assert.deepEqual(links(edited)[0], ['derived shop/web/ingress rule 0']);
    const open = simple(`${types}${onPort('80')}`, 'name = "web"\n    namespace = var.unset');
    assert.deepEqual(links(open)[0], ['derived web/ingress rule 0']);
    const computed = simple(`${types}${onPort('var.unset')}`);
    assert.deepEqual(links(computed)[0], ['derived shop/web/ingress rule 0']);
  });
  it('do not lead to a policy of another namespace', () => {
    assert.deepEqual(links(simple(`${types}${onPort('80')}`, 'name = "web"')), [[], []]);
  });
  it('lead to the instance of for_each that made them', () => {
    const args = '  for_each = toset(["shop", "test"])\n';
    const text = simple(`${types}${onPort('80')}`, 'name = "web"\n    namespace = each.key', args);
    assert.deepEqual(links(text)[0], ['exact shop/web/ingress rule 0']);
  });
});

describe('a rule that allows a packet, in a policy in Terraform', () => {
  const add = (text: string, wanted: Partial<WantedPacket> = {}) => {
    const [beside] = read(main(text));
    return allowAndRead(format, main(text), beside!, { ...webPacket, ...wanted });
  };
  it('follows the others of its kind', () => {
    const text = simple(`${types}${onPort('22')}\n    # the end`);
    const result = add(text);
    assert.ok(
      result?.becomes.some((match) => match.includes('tcp.dst == 443') && match.includes('10.0.0.5/32')),
    );
    assert.match(
      result?.text ?? '',
      /\n {4}\}\n\n {4}ingress \{\n {6}ports \{\n {8}port {5}= "443"\n {8}protocol = "TCP"\n {6}\}\n {6}from \{\n {8}ip_block \{\n {10}cidr = "10\.0\.0\.5\/32"\n {8}\}\n {6}\}\n {4}\}\n {4}# the end\n/,
    );
  });
  it('is the first where there is none', () => {
    const result = add(simple('    policy_types = ["Egress"]'), {
      direction: 'from-lport',
      protocol: 'sctp',
      dstPort: null,
    });
    assert.match(
      result?.text ?? '',
      /policy_types = \["Egress"\]\n {4}egress \{\n {6}ports \{\n {8}protocol = "SCTP"\n {6}\}\n {6}to \{/,
    );
  });
  it('keeps the ends of lines', () => {
    assert.ok(!/[^\r]\n/.test(add(simple(types + onPort('22')).replaceAll('\n', '\r\n'))?.text ?? '\n\n'));
  });
  it('is not offered where the policy does not deny, makes several, or knows no such protocol', () => {
    assert.equal(add(simple(types), { direction: 'from-lport' }), null);
    assert.equal(add(simple(types), { protocol: 'icmp', dstPort: null, icmp: { type: 8, code: 0 } }), null);
    assert.equal(add(simple(types, 'name = each.key', '  for_each = toset(["a", "b"])\n')), null);
    assert.equal(add(simple(types).replace(/ {2}\}\n\}\n$/, '')), null);
    assert.equal(add(manifest), null);
  });
});
