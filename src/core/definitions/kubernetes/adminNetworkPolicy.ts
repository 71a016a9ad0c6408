import * as l10n from '@vscode/l10n';
import type { AclForm, Definition, RowIdentity, RuleOwner } from '../definition';
import { spanOfKeys, type Places } from '../yaml/places';
import type { YamlValue } from '../yaml/value';
import { all, byFamily, gresses, type Gress } from './gress';
import { kubeOvnAclName, letterFirst, ovnKubernetesIds, place } from './names';
import { portByPort, protocolByProtocol, readAdminPorts } from './ports';
import type { Resource } from './resources';

/** What tells the two kinds of policies of administrators apart. */
interface AdminKind {
  readonly kind: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
  /** kube-ovn's short name: the key of its external ids, and how names of ACLs begin. */
  readonly short: 'anp' | 'banp';
  readonly tier: number;
  /** The priorities of the first rule, of ovn-kubernetes and of kube-ovn. */
  firstPriorities(spec: YamlValue): readonly number[] | null;
}

/** Priorities of policies that the platforms can map to those of ACLs. */
const lastPriority = 99;

export const adminKinds: readonly AdminKind[] = [
  {
    kind: 'AdminNetworkPolicy',
    short: 'anp',
    tier: 1,
    firstPriorities: (spec) => {
      const priority = spec.get('priority').integer();
      if (priority === undefined || priority === null || priority < 0 || priority > lastPriority) return null;
      return [30_000 - priority * 100];
    },
  },
  { kind: 'BaselineAdminNetworkPolicy', short: 'banp', tier: 3, firstPriorities: () => [1750, 1800] },
];

/** So many rules the platforms realise on each side. */
const mostRules = 100;

/** An AdminNetworkPolicy or a BaselineAdminNetworkPolicy; both platforms put all peers of a rule into one address set. */
export function readAdminNetworkPolicy(
  policy: Resource,
  admin: AdminKind,
  file: string,
  places: Places,
): readonly Definition[] {
  const { name } = policy;
  const span = policy.value.span;
  const kubeOvn = name === null ? null : letterFirst(name, 'anp');
  const owner: RuleOwner = {
    kind: admin.kind,
    name: name ?? '?',
    key: `${admin.kind} ${file} ${span.start}`,
    groups: [
      ...ovnKubernetesIds(name, { 'external_ids:k8s.ovn.org/owner-type': admin.kind }),
      ...(kubeOvn === null ? [] : [place({ [`external_ids:${admin.short}`]: kubeOvn })]),
    ],
  };
  const title = name === null ? policy.value.get('kind').span : policy.value.get('metadata').get('name').span;
  const rules = gresses.flatMap((gress) => {
    const list = policy.spec.get(gress.key);
    const isCertain = !list.hasTemplateAmongItems;
    return list
      .items()
      .slice(0, mostRules)
      .flatMap((rule, index): readonly Definition[] => {
        if (!rule.isMap) return [];
        const identitiesOf = (protocols: readonly string[] | null): readonly RowIdentity[] =>
          isCertain ? identities(policy.name, admin, gress, index, protocols) : [];
        return readRule({
          rule,
          gress,
          index,
          isCertain,
          admin,
          spec: policy.spec,
          owner,
          places,
          identitiesOf,
        });
      });
  });
  return [{ ...places.of(span, title), kind: 'owner', owner, identities: [] }, ...rules];
}

interface AdminRule {
  readonly rule: YamlValue;
  readonly gress: Gress;
  readonly index: number;
  readonly isCertain: boolean;
  readonly admin: AdminKind;
  readonly spec: YamlValue;
  readonly owner: RuleOwner;
  readonly places: Places;
  readonly identitiesOf: (protocols: readonly string[] | null) => readonly RowIdentity[];
}

function readRule(context: AdminRule): readonly Definition[] {
  const { rule, gress, index, owner, places, identitiesOf } = context;
  const label = l10n.t('{0} rule {1}', gress.key, index);
  const portList = rule.get('ports');
  const hasNamed = portList.items().some((port) => port.has('namedPort'));
  const definitions: Definition[] = [
    {
      ...places.of(rule.span, spanOfKeys(rule, [gress.peers, 'ports'])),
      kind: 'rule',
      owner,
      label,
      implicit: false,
      identities: identitiesOf(hasNamed ? ['tcp', 'udp', 'sctp'] : null),
      forms: formsOf(context),
    },
  ];
  if (!hasNamed) return definitions;
  // ovn-kubernetes makes ACLs of their own of named ports, by protocol, with the numbers that the pods give.
  definitions.push({
    ...places.of(portList.span),
    kind: 'rule',
    owner,
    label: l10n.t('named ports of {0}', label),
    implicit: false,
    identities: identitiesOf(['tcp-namedPort', 'udp-namedPort', 'sctp-namedPort']),
    forms: [],
  });
  return definitions;
}

function identities(
  name: string | null,
  { kind, short }: AdminKind,
  gress: Gress,
  index: number,
  protocols: readonly string[] | null,
): readonly RowIdentity[] {
  if (name === null) return [];
  const ids = {
    'external_ids:k8s.ovn.org/owner-type': kind,
    'external_ids:direction': gress.title,
    'external_ids:gress-index': String(index),
  };
  const isNamed = protocols?.some((protocol) => protocol.endsWith('-namedPort')) === true;
  const kubeOvn = letterFirst(name, 'anp');
  return [
    ...(protocols === null
      ? ovnKubernetesIds(name, ids)
      : protocols.flatMap((protocol) =>
          ovnKubernetesIds(name, { ...ids, 'external_ids:port-policy-protocol': protocol }),
        )),
    // kube-ovn leaves named ports out.
    ...(isNamed
      ? []
      : ['IPv4', 'IPv6'].flatMap((family) =>
          kubeOvnAclName(`${short}/${kubeOvn}/${gress.key}/${family}/${index}`),
        )),
  ];
}

function formsOf({ rule, gress, index, isCertain, admin, spec }: AdminRule): readonly AclForm[] {
  const ports = readAdminPorts(rule.get('ports'));
  const actions = actionsOf(rule.get('action').text());
  if (ports === null || actions === null || rule.hasTemplate) return [];
  const numbered = ports.filter(({ isNamed }) => !isNamed);
  if (numbered.length === 0 && ports.length > 0) return [];
  const first = admin.firstPriorities(spec);
  const priorities = first === null || !isCertain ? null : first.map((priority) => priority - index);
  const addresses = byFamily((family) => `${family}.${gress.side} == $peer`);
  const matches = new Set([...portByPort(numbered), ...protocolByProtocol(numbered)]);
  return [...matches].flatMap((port) =>
    addresses.map((address) => ({
      direction: gress.direction,
      priorities,
      tier: admin.tier,
      actions,
      match: all(address, port, `${gress.port} == @owner`),
    })),
  );
}

function actionsOf(action: string | null | undefined): readonly string[] | null {
  switch (action) {
    case 'Allow':
      // Older releases of kube-ovn write `allow`.
      return ['allow-related', 'allow'];
    case 'Deny':
      return ['drop'];
    case 'Pass':
      return ['pass'];
    default:
      return null;
  }
}
