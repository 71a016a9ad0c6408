import * as l10n from '@vscode/l10n';
import type { AclForm, Definition, RowIdentity, RuleOwner } from '../definition';
import type { Span } from '../shell/field';
import { spanOfKeys, type Places } from '../yaml/places';
import { all, byFamily, gresses, type Gress } from './gress';
import type { ManifestValue } from './manifestValue';
import { joinName, kubeOvnAclName, letterFirst, ovnKubernetesIds, place } from './names';
import { readPeers, type BlockPeer, type Peers } from './peers';
import { portByPort, protocolByProtocol, readPorts, type RulePort } from './ports';

/** What ovn-kubernetes puts into `ip-block-index`: no block, and all of them since early 2026. */
const noBlock = '-1';
const allBlocks = '-2';

/** A NetworkPolicy in a file. */
export interface Policy {
  /** Null where the file does not tell it; so is `namespace`. */
  readonly name: string | null;
  readonly namespace: string | null;
  readonly value: ManifestValue;
  readonly spec: ManifestValue;
  /** What to underline for all of it. */
  readonly titleSpan: Span;
}

/**
 * A NetworkPolicy, as ovn-kubernetes and kube-ovn realise it: the file does not say who does, so each rule has the identities
 * and ACLs of both.
 * @param key tells its definitions from those of others.
 */
export function readNetworkPolicy(policy: Policy, key: string, places: Places): readonly Definition[] {
  const names = namesOf(policy);
  const owner: RuleOwner = {
    kind: 'NetworkPolicy',
    name: names.shown,
    key,
    groups: [
      ...ovnKubernetesIds(names.ovnKubernetes, { 'external_ids:k8s.ovn.org/owner-type': 'NetworkPolicy' }),
      ...(names.kubeOvnGroup === null ? [] : [place({ 'external_ids:np': names.kubeOvnGroup })]),
    ],
  };
  const reader = new RuleReader(policy, names, owner, places);
  return [
    {
      ...places.of(policy.value.span, policy.titleSpan),
      kind: 'owner',
      owner,
      identities: gresses
        .filter((gress) => isIsolated(policy.spec, gress))
        .flatMap((gress) => defaultDenies(policy, gress)),
    },
    ...gresses.flatMap((gress) => reader.read(gress)),
  ];
}

interface PolicyNames {
  /** For people. */
  readonly shown: string;
  readonly ovnKubernetes: string | null;
  /** The external id of its group. */
  readonly kubeOvnGroup: string | null;
  /** The part of ACL names that tells the policy. */
  readonly kubeOvnAcl: string | null;
}

function namesOf({ name, namespace }: Policy): PolicyNames {
  const kubeOvn = name === null ? null : letterFirst(name, 'np');
  return {
    shown: [namespace, name ?? '?'].filter((part) => part !== null).join('/'),
    ovnKubernetes: name === null ? null : joinName(namespace, ':', name),
    kubeOvnGroup: kubeOvn === null ? null : joinName(namespace, '/', kubeOvn),
    kubeOvnAcl: kubeOvn === null ? null : joinName(kubeOvn, '.', namespace),
  };
}

/** Whether the policy denies by default on this side; the API server fills in the types that are left out. */
export function isIsolated(spec: ManifestValue, { key, title }: Gress): boolean {
  const types = spec.get('policyTypes');
  if (types.isList) return types.items().some((type) => type.text() === title);
  // What a template says of it may be anything.
  if (types.hasTemplate) return false;
  return key === 'ingress' || spec.get('egress').items().length > 0;
}

/** ovn-kubernetes denies by namespace, for whatever policies are in it; kube-ovn by policy. */
function defaultDenies({ name, namespace }: Policy, gress: Gress): readonly RowIdentity[] {
  return [
    ...ovnKubernetesIds(namespace, {
      'external_ids:k8s.ovn.org/owner-type': 'NetpolNamespace',
      'external_ids:direction': gress.title,
    }),
    ...kubeOvnAclName(name === null ? null : joinName(namespace, '/', name)).map(({ columns }) =>
      place({ ...columns, direction: gress.direction }),
    ),
  ];
}

class RuleReader {
  constructor(
    private readonly policy: Policy,
    private readonly names: PolicyNames,
    private readonly owner: RuleOwner,
    private readonly places: Places,
  ) {}

  read(gress: Gress): readonly Definition[] {
    const rules = this.policy.spec.get(gress.key);
    // Kustomize takes its own items out of the list when it applies the patch.
    const isPatch = rules.items().some((rule) => rule.has('$patch'));
    const isCertain = !rules.hasTemplateAmongItems && !isPatch;
    return rules.items().flatMap((rule, index) =>
      // An index tells only as long as no template adds or leaves out rules.
      rule.isMap && !rule.has('$patch') ? this.readRule(rule, gress, index, isCertain) : [],
    );
  }

  private readRule(
    rule: ManifestValue,
    gress: Gress,
    index: number,
    isCertain: boolean,
  ): readonly Definition[] {
    const peers = readPeers(rule.get(gress.peers));
    const ports = readPorts(rule.get('ports'));
    const isWhole = !rule.hasTemplate;
    const label = l10n.t('{0} rule {1}', gress.key, index);
    const ids = new RuleIdentities(this.names, gress, index, isCertain);
    const apart = peers.blocks.length > 1 || (peers.blocks.length === 1 && peers.count > 1);
    const l4 = ports === null || !isWhole ? null : ports;
    const forms = new RuleForms(gress, l4, this.actions());
    const definitions: Definition[] = [
      {
        ...this.places.of(rule.span, spanOfKeys(rule, [gress.peers, 'ports'])),
        kind: 'rule',
        owner: this.owner,
        label,
        implicit: false,
        identities: ids.ofRule(peers, apart),
        forms: forms.ofRule(peers, apart),
      },
    ];
    if (!apart) return definitions;
    const isOnly = peers.blocks.length === 1;
    for (const [number, block] of peers.blocks.entries()) {
      definitions.push({
        ...this.places.of(block.span, block.cidrSpan),
        kind: 'rule',
        owner: this.owner,
        label: l10n.t('ipBlock {0} of {1}', number, label),
        implicit: false,
        identities: peers.isKnown ? ids.ofBlock(number, isOnly) : [],
        forms: forms.ofBlock(block),
      });
    }
    return definitions;
  }

  /** ovn-kubernetes takes an annotation for ACLs without connection tracking. */
  private actions(): readonly string[] {
    const annotations = this.policy.value.get('metadata').get('annotations');
    const stateless = annotations.get('k8s.ovn.org/acl-stateless').text();
    if (stateless === 'true') return ['allow-stateless', 'allow-related'];
    return stateless === null || annotations.hasTemplate
      ? ['allow-related', 'allow-stateless']
      : ['allow-related'];
  }
}

/** By what the ACLs of a rule are known. */
class RuleIdentities {
  constructor(
    private readonly names: PolicyNames,
    private readonly gress: Gress,
    private readonly index: number,
    private readonly isCertain: boolean,
  ) {}

  /** @param apart whether the blocks have definitions of their own. */
  ofRule(peers: Peers, apart: boolean): readonly RowIdentity[] {
    if (!apart) return [...this.byBlock(null), ...this.byName(''), ...this.byName('/ipBlock')];
    if (peers.blocks.length === 1) return [...this.byBlock(noBlock), ...this.byName('')];
    return [
      ...this.byBlock(noBlock),
      ...this.byBlock(allBlocks),
      ...this.byName(''),
      ...this.byName('/ipBlock'),
    ];
  }

  ofBlock(number: number, isOnly: boolean): readonly RowIdentity[] {
    const own = this.byBlock(String(number));
    return isOnly ? [...own, ...this.byBlock(allBlocks), ...this.byName('/ipBlock')] : own;
  }

  private byBlock(block: string | null): readonly RowIdentity[] {
    if (!this.isCertain) return [];
    return ovnKubernetesIds(this.names.ovnKubernetes, {
      'external_ids:direction': this.gress.title,
      'external_ids:gress-index': String(this.index),
      ...(block === null ? {} : { 'external_ids:ip-block-index': block }),
    });
  }

  private byName(suffix: string): readonly RowIdentity[] {
    const { kubeOvnAcl } = this.names;
    if (!this.isCertain || kubeOvnAcl === null) return [];
    return ['IPv4', 'IPv6'].flatMap((family) =>
      kubeOvnAclName(`np/${kubeOvnAcl}/${this.gress.key}/${family}/${this.index}${suffix}`),
    );
  }
}

const bothPriorities = [1001, 2001];
const ovnKubernetesPriority = [1001];
const kubeOvnPriority = [2001];
/** Both platforms have given policies the tier between those of administrators since OVN has tiers. */
const tiers = [0, 2];

/** The ACLs that a rule may become. */
class RuleForms {
  private readonly ownerPort: string;

  constructor(
    private readonly gress: Gress,
    private readonly ports: readonly RulePort[] | null,
    private readonly actions: readonly string[],
  ) {
    this.ownerPort = `${gress.port} == @owner`;
  }

  ofRule(peers: Peers, apart: boolean): readonly AclForm[] {
    const isTold = peers.blocks.every(({ network, except }) => network !== null && except !== null);
    if (!peers.isKnown || !isTold || this.ports === null) return [];
    const { side } = this.gress;
    const forms: AclForm[] = [];
    if (peers.hasSelector) forms.push(...this.combine(byFamily((family) => `${family}.${side} == $peer`)));
    if (peers.count === 0) forms.push(...this.combine(byFamily((family) => family)));
    if (!apart || peers.blocks.length > 1) forms.push(...this.combine(this.merged(peers.blocks)));
    return [...forms, ...this.bySets(familiesOf(peers))];
  }

  ofBlock(block: BlockPeer): readonly AclForm[] {
    return this.ports === null ? [] : this.combine(this.merged([block]));
  }

  /** All blocks of a family, and all of both. */
  private merged(blocks: readonly BlockPeer[]): readonly string[] {
    const matches = blocks.flatMap(
      (block): readonly { readonly family: string; readonly match: string }[] => {
        if (block.network === null || block.except === null) return [];
        const { family, cidr } = block.network;
        const field = `${family}.${this.gress.side}`;
        const except = block.except.map((network) => network.cidr);
        const without = except.length === 0 ? '' : `${field} != {${except.join(', ')}}`;
        return [{ family, match: all(`${field} == ${cidr}`, without) }];
      },
    );
    if (matches.length < blocks.length) return [];
    const sets = ['ip4', 'ip6'].map((family) => matches.filter((each) => each.family === family));
    const merged = [...sets, matches].filter((set) => set.length > 0);
    return [...new Set(merged.map((set) => `(${set.map(({ match }) => match).join(') || (')})`))].map(
      (match) => `(${match})`,
    );
  }

  /** As kube-ovn writes all peers but newer blocks: a set of what is allowed, and one of what is not. */
  private bySets(families: readonly string[]): readonly AclForm[] {
    const { side } = this.gress;
    const sets = families.map((family) => `${family}.${side} == $peer && ${family}.${side} != $except`);
    return portByPort(this.ports ?? []).flatMap((port) =>
      sets.flatMap((set) => this.forms(all(this.ownerPort, set, port), kubeOvnPriority)),
    );
  }

  private combine(addresses: readonly string[]): readonly AclForm[] {
    const alone = new Set(portByPort(this.ports ?? []));
    const together = protocolByProtocol(this.ports ?? []).filter((match) => !alone.has(match));
    const each = (match: string, priorities: readonly number[]): readonly AclForm[] =>
      addresses.flatMap((address) => this.forms(all(address, match, this.ownerPort), priorities));
    return [
      ...[...alone].flatMap((match) => each(match, bothPriorities)),
      ...together.flatMap((match) => each(match, ovnKubernetesPriority)),
    ];
  }

  private forms(match: string, priorities: readonly number[]): readonly AclForm[] {
    const { direction } = this.gress;
    return tiers.map((tier) => ({ direction, priorities, tier, actions: this.actions, match }));
  }
}

/** Those in which there are peers, as far as the file tells. */
function familiesOf({ blocks, count }: Peers): readonly string[] {
  if (blocks.length < count || count === 0) return ['ip4', 'ip6'];
  return [...new Set(blocks.map(({ network }) => network?.family ?? 'ip4'))];
}
