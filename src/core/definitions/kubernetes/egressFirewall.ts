import * as l10n from '@vscode/l10n';
import type { AclForm, Definition, RuleOwner } from '../definition';
import { spanOfKeys, type Places } from '../yaml/places';
import type { YamlValue } from '../yaml/value';
import { networksOverlap, readNetwork, type Network } from './addresses';
import { all, byFamily } from './gress';
import { ovnKubernetesIds } from './names';
import { allPorts, readPorts } from './ports';
import type { Resource } from './resources';

const firstPriority = 10_000;
/** Tier 2 since OVN has tiers. */
const tiers = [0, 2];

/** Where clusters have their pods: ovn-kubernetes takes those networks out of a rule, and the file does not tell them. */
const podNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']
  .map(readNetwork)
  .filter((network) => network !== null);

/** An EgressFirewall of ovn-kubernetes. Its ACLs are `to-lport`, though they are about packets from pods. */
export function readEgressFirewall(firewall: Resource, file: string, places: Places): readonly Definition[] {
  const { name, namespace, value, spec } = firewall;
  const span = value.span;
  const owner: RuleOwner = {
    kind: 'EgressFirewall',
    name: [namespace, name ?? '?'].filter((part) => part !== null).join('/'),
    key: `EgressFirewall ${file} ${span.start}`,
    groups: ovnKubernetesIds(namespace, { 'external_ids:k8s.ovn.org/owner-type': 'Namespace' }),
  };
  const rules = spec.get('egress');
  const isCertain = !rules.hasTemplateAmongItems;
  const title = name === null ? value.get('kind').span : value.get('metadata').get('name').span;
  return [
    { ...places.of(span, title), kind: 'owner', owner, identities: [] },
    ...rules.items().flatMap((rule, index): readonly Definition[] => {
      if (!rule.isMap) return [];
      const identities = isCertain
        ? // Documentation of older releases has the other key.
          ['rule-index', 'rule-idx'].flatMap((key) =>
            ovnKubernetesIds(namespace, {
              'external_ids:k8s.ovn.org/owner-type': 'EgressFirewall',
              [`external_ids:${key}`]: String(index),
            }),
          )
        : [];
      return [
        {
          ...places.of(rule.span, spanOfKeys(rule, ['to', 'ports'])),
          kind: 'rule',
          owner,
          label: l10n.t('egress rule {0}', index),
          implicit: false,
          identities,
          forms: formsOf(rule, isCertain ? firstPriority - index : null),
        },
      ];
    }),
  ];
}

function formsOf(rule: YamlValue, priority: number | null): readonly AclForm[] {
  const ports = readPorts(rule.get('ports'));
  const action = { Allow: 'allow', Deny: 'drop' }[rule.get('type').text() ?? ''];
  if (ports === null || action === undefined || rule.hasTemplate) return [];
  return destinationsOf(rule.get('to')).flatMap((destination) =>
    tiers.map((tier) => ({
      direction: 'to-lport' as const,
      priorities: priority === null ? null : [priority],
      tier,
      actions: [action],
      match: all(destination, 'inport == @owner', allPorts(ports)),
    })),
  );
}

/** None where only the cluster knows: the addresses of nodes, and what is left of a network without the pods. */
function destinationsOf(to: YamlValue): readonly string[] {
  if (to.has('nodeSelector')) return [];
  const cidr = to.get('cidrSelector');
  if (cidr.isMissing) {
    return typeof to.get('dnsName').text() === 'string' ? byFamily((family) => `${family}.dst == $peer`) : [];
  }
  const network = readNetwork(cidr.text());
  return network === null || mayHoldPods(network) ? [] : [`${network.family}.dst == ${network.cidr}`];
}

function mayHoldPods(network: Network): boolean {
  return podNetworks.some((pods) => networksOverlap(network, pods));
}
