import * as l10n from '@vscode/l10n';
import { canonicalIp, familyOf } from '../../ovn/ip';
import type { AclForm, Definition, RowIdentity, RuleOwner } from '../definition';
import { readNetwork } from '../kubernetes/addresses';
import { all, gresses, type Gress } from '../kubernetes/gress';
import { place } from '../kubernetes/names';
import type { Resource } from '../kubernetes/resources';
import type { Places } from '../yaml/places';
import type { YamlValue } from '../yaml/value';

/** A rule's priority is taken off these: of releases with 16384 priorities, and of those before with 200. */
const highestPriorities = [18_484, 2300];
/** What the group itself adds: traffic within it, and ARP, neighbour discovery and DHCP. */
const withinPriority = 2004;
const basePriorities = [2005, 2003];

/** A SecurityGroup of kube-ovn. Its rules have nothing in OVN that tells them but their priority and what they match. */
export function readSecurityGroup(
  { name, value, spec }: Resource,
  file: string,
  places: Places,
): readonly Definition[] {
  const span = value.span;
  // OVN's names have no `-`, kube-ovn says.
  const group = name === null ? null : `ovn.sg.${name}`.replaceAll('-', '.');
  const owner: RuleOwner = {
    kind: 'SecurityGroup',
    name: name ?? '?',
    key: `SecurityGroup ${file} ${span.start}`,
    groups: name === null ? [] : [place({ 'external_ids:sg': name, 'external_ids:type': 'security_group' })],
  };
  const identify = (direction: string, priorities: readonly number[]): readonly RowIdentity[] =>
    group === null
      ? []
      : priorities.map((priority) =>
          place({ 'external_ids:parent': group, priority: String(priority), direction }),
        );
  const title = name === null ? value.get('kind').span : value.get('metadata').get('name').span;
  const within = spec.get('allowSameGroupTraffic');
  const tiers = tiersOf(spec.get('tier'));
  const definitions: Definition[] = [
    {
      ...places.of(span, title),
      kind: 'owner',
      owner,
      identities: gresses.flatMap(({ direction }) => identify(direction, basePriorities)),
    },
  ];
  if (within.boolean() === true) {
    definitions.push({
      ...places.of(within.pairSpan),
      kind: 'rule',
      owner,
      label: l10n.t('traffic within the group'),
      implicit: false,
      identities: gresses.flatMap(({ direction }) => identify(direction, [withinPriority])),
      forms: gresses.flatMap((gress) =>
        ['ip4', 'ip6'].flatMap((family) =>
          formsOf(gress, [withinPriority], tiers, ['allow-related'], `${family}.${gress.side} == $peer`),
        ),
      ),
    });
  }
  for (const gress of gresses) {
    const rules = spec.get(`${gress.key}Rules`);
    for (const [index, rule] of rules.items().entries()) {
      if (!rule.isMap) continue;
      const priorities = prioritiesOf(rule);
      const match = rule.hasTemplate ? null : matchOf(rule, gress);
      const actions = actionsOf(rule.get('policy').text());
      definitions.push({
        ...places.of(rule.span),
        kind: 'rule',
        owner,
        label: l10n.t('{0} rule {1}', gress.key, index),
        implicit: false,
        identities: identify(gress.direction, priorities ?? []),
        forms: match === null || actions === null ? [] : formsOf(gress, priorities, tiers, actions, match),
      });
    }
  }
  return definitions;
}

function formsOf(
  { direction, port }: Gress,
  priorities: readonly number[] | null,
  tiers: readonly number[],
  actions: readonly string[],
  match: string,
): readonly AclForm[] {
  return tiers.map((tier) => ({
    direction,
    priorities,
    tier,
    actions,
    match: all(`${port} == @owner`, match),
  }));
}

/** 0 before kube-ovn knew tiers, and two above that of the API since. */
function tiersOf(value: YamlValue): readonly number[] {
  const tier = value.integer();
  if (tier === undefined) return [0, 2];
  return tier === null ? [2, 3] : [0, 2 + tier];
}

function prioritiesOf(rule: YamlValue): readonly number[] | null {
  const priority = rule.get('priority').integer();
  if (priority === undefined || priority === null) return null;
  return highestPriorities.map((highest) => highest - priority);
}

function actionsOf(policy: string | null | undefined): readonly string[] | null {
  switch (policy) {
    case 'allow':
      return ['allow-related'];
    case 'pass':
      return ['pass'];
    case 'drop':
    case 'deny':
      return ['drop'];
    default:
      return null;
  }
}

function matchOf(rule: YamlValue, { side }: Gress): string | null {
  const version = rule.get('ipVersion').text();
  const family = version === 'ipv6' ? 'ip6' : version === 'ipv4' || version === undefined ? 'ip4' : null;
  if (family === null) return null;
  const remote = remoteOf(rule, family);
  if (remote === null) return null;
  const local = rule.get('localAddress');
  const localAddress = local.isMissing ? undefined : addressOf(local.text(), family);
  if (localAddress === null) return null;
  const protocol = protocolOf(rule, family, localAddress !== undefined);
  if (protocol === null) return null;
  const localSide = side === 'src' ? 'dst' : 'src';
  return all(
    `${family}.${side} == ${remote}`,
    localAddress === undefined ? '' : `${family}.${localSide} == ${localAddress}`,
    protocol,
  );
}

function remoteOf(rule: YamlValue, family: 'ip4' | 'ip6'): string | null {
  switch (rule.get('remoteType').text()) {
    case 'address':
      return addressOf(rule.get('remoteAddress').text(), family);
    case 'securityGroup':
      return '$peer';
    default:
      return null;
  }
}

function addressOf(text: string | null | undefined, family: 'ip4' | 'ip6'): string | null {
  if (typeof text !== 'string') return null;
  const ip = canonicalIp(text);
  if (ip !== null) return familyOf(ip) === family ? ip : null;
  const network = readNetwork(text);
  return network?.family === family ? network.cidr : null;
}

function protocolOf(rule: YamlValue, family: 'ip4' | 'ip6', hasLocal: boolean): string | null {
  const protocol = rule.get('protocol').text();
  switch (protocol) {
    case 'all':
      return '';
    case 'icmp':
      return family === 'ip4' ? 'icmp4' : 'icmp6';
    case 'tcp':
    case 'udp': {
      const destination = portsOf(rule.get('portRangeMin'), rule.get('portRangeMax'), `${protocol}.dst`);
      if (!hasLocal || destination === null) return destination;
      const source = portsOf(
        rule.get('sourcePortRangeMin'),
        rule.get('sourcePortRangeMax'),
        `${protocol}.src`,
      );
      return source === null ? null : all(destination, source);
    }
    default:
      return null;
  }
}

function portsOf(low: YamlValue, high: YamlValue, field: string): string | null {
  const [min, max] = [low.integer(), high.integer()];
  if (typeof min !== 'number' || typeof max !== 'number' || min < 0 || max > 65535 || min > max) return null;
  return `${min} <= ${field} <= ${max}`;
}
