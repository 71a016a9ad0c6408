import type { AclDefinition, Definition, RowIdentity } from '../definition';
import type { Resource } from '../kubernetes/resources';
import { place } from '../kubernetes/names';
import type { Places } from '../yaml/places';
import type { YamlValue } from '../yaml/value';

/** A Subnet: a switch of the same name, with ACLs that are written as OVN has them. */
export function readSubnet(
  { name, value, spec }: Resource,
  file: string,
  places: Places,
): readonly Definition[] {
  const acls = spec
    .get('acls')
    .items()
    .flatMap((acl) => (acl.isMap ? [readAcl(acl, name, places)] : []));
  const own = name === null ? [] : ownAcls(name, spec);
  if (own.length === 0) return acls;
  const owner = { kind: 'Subnet', name: name ?? '?', key: `Subnet ${file} ${value.span.start}`, groups: [] };
  const title = value.get('metadata').get('name').span;
  return [{ ...places.of(value.span, title), kind: 'owner', owner, identities: own }, ...acls];
}

/** ACLs that kube-ovn makes of other settings of the subnet. */
function ownAcls(name: string, spec: YamlValue): readonly RowIdentity[] {
  return [
    ...(spec.get('private').boolean() === true
      ? [place({ name, direction: 'to-lport', priority: '1000', action: 'drop', match: 'ip' })]
      : []),
    ...(spec.get('allowEWTraffic').boolean() === true
      ? [place({ 'external_ids:subnet': name, priority: '1900', action: 'allow' })]
      : []),
  ];
}

function readAcl(acl: YamlValue, subnet: string | null, places: Places): AclDefinition {
  const match = acl.get('match');
  const whole = acl.span;
  const matchSpan = match.span;
  const isInside = !match.isMissing && matchSpan.start >= whole.start && matchSpan.end <= whole.end;
  const written = {
    direction: directionOf(acl.get('direction').text()),
    priority: acl.get('priority').integer() ?? null,
    match: match.text() ?? null,
    action: acl.get('action').text() ?? null,
  };
  return {
    ...places.of(whole, isInside ? matchSpan : whole),
    kind: 'acl',
    entity: subnet === null ? null : { type: 'switch', name: subnet },
    ...written,
    // Tier 2 in releases that know tiers, else 0.
    tier: null,
    name: null,
    identities: identitiesOf(subnet, written),
  };
}

/** The row is told by nothing but all it says: kube-ovn takes it over to the letter, and does not number it. */
function identitiesOf(
  subnet: string | null,
  { direction, priority, match, action }: Pick<AclDefinition, 'direction' | 'priority' | 'match' | 'action'>,
): readonly RowIdentity[] {
  if (subnet === null || direction === null || priority === null || match === null || action === null)
    return [];
  // A `*` would stand for any text.
  if (match.includes('*') || subnet.includes('*')) return [];
  return [place({ match, 'external_ids:subnet': subnet, direction, priority: String(priority), action })];
}

function directionOf(text: string | null | undefined): AclDefinition['direction'] {
  return text === 'from-lport' || text === 'to-lport' ? text : null;
}
