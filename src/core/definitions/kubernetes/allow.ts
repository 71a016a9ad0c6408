import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import { readYamlDocuments } from '../yaml/document';
import { checkedEdit, hostNetwork } from '../yaml/edits';
import { insertItem, insertList, type Insertion, type PlainValue } from '../yaml/insert';
import { createPlaces } from '../yaml/places';
import type { YamlValue } from '../yaml/value';
import { gresses, type Gress } from './gress';
import { isIsolated } from './networkPolicy';
import { findResources, type Resource } from './resources';

/** So many rules of an administrator's policy are realised. */
const mostAdminRules = 100;

/** Reads manifests; given, so that it can be asked what an edit would do. */
type Parse = (source: SourceText) => readonly Definition[];

/** A rule for the packet beside a definition of a manifest. */
export function allowInKubernetes(
  source: SourceText,
  beside: Definition,
  packet: WantedPacket,
  parse: Parse,
): RuleEdit | null {
  if (beside.kind === 'acl') return null;
  const resource = readYamlDocuments(source.text, /./)
    .filter(({ isBroken }) => !isBroken)
    .flatMap((document) => findResources(document, /./))
    .find(({ kind, value }) => beside.owner.key === `${kind} ${source.file} ${value.span.start}`);
  if (resource === undefined) return null;
  const insertion = insertionFor(resource, beside, packet);
  return checkedEdit(source, insertion, createPlaces(beside.format, source), parse);
}

function insertionFor(resource: Resource, beside: Definition, packet: WantedPacket): Insertion | null {
  const gress = gresses.find(({ direction }) => direction === packet.direction);
  if (gress === undefined) return null;
  switch (resource.kind) {
    case 'NetworkPolicy':
      return inNetworkPolicy(resource, gress, packet);
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return inAdminPolicy(resource, gress, beside, packet);
    case 'EgressFirewall':
      return inEgressFirewall(resource, gress, beside, packet);
    default:
      return null;
  }
}

function inNetworkPolicy({ spec }: Resource, gress: Gress, packet: WantedPacket): Insertion | null {
  const ports = portOf(packet);
  // Where the policy does not deny, its first rule would begin to.
  if (ports === null || !isIsolated(spec, gress)) return null;
  const rule: PlainValue = { [gress.peers]: [{ ipBlock: { cidr: hostNetwork(packet) } }], ports: [ports] };
  const rules = spec.get(gress.key);
  if (rules.hasTemplate) return null;
  if (rules.isList) return insertItem(rules, Infinity, rule);
  if (spec.has(gress.key) || spec.hasTemplate) return null;
  const last = ['podSelector', 'policyTypes', 'ingress', 'egress'].find(
    (key) => spec.has(key) && spec.get(key).pairSpan.end === spec.span.end,
  );
  return last === undefined ? null : insertList(spec, gress.key, rule, last);
}

/** Before the rule that denies. Peers by address are only there for what leaves. */
function inAdminPolicy(
  { spec }: Resource,
  gress: Gress,
  beside: Definition,
  packet: WantedPacket,
): Insertion | null {
  const port = portOf(packet);
  const rules = spec.get(gress.key);
  const index = indexOf(rules, beside);
  if (port === null || gress.key !== 'egress' || index === null) return null;
  const items = rules.items();
  if (items[index]?.get('action').text() !== 'Deny' || items.length >= mostAdminRules) return null;
  return insertItem(rules, index, {
    action: 'Allow',
    to: [{ networks: [hostNetwork(packet)] }],
    // A port of nobody's choice would be all of them.
    ...(port.port === undefined
      ? {}
      : { ports: [{ portNumber: { protocol: port.protocol, port: port.port } }] }),
  });
}

function inEgressFirewall(
  { spec }: Resource,
  gress: Gress,
  beside: Definition,
  packet: WantedPacket,
): Insertion | null {
  const port = portOf(packet);
  const rules = spec.get('egress');
  const index = indexOf(rules, beside);
  if (port?.port === undefined || gress.key !== 'egress' || index === null) return null;
  if (rules.items()[index]?.get('type').text() !== 'Deny') return null;
  return insertItem(rules, index, {
    type: 'Allow',
    to: { cidrSelector: hostNetwork(packet) },
    ports: [{ protocol: port.protocol, port: port.port }],
  });
}

/** Which of the rules a definition is; null where a template may put others among them. */
function indexOf(rules: YamlValue, beside: Definition): number | null {
  if (rules.hasTemplate) return null;
  const index = rules.items().findIndex((rule) => rule.span.start === beside.range.start.offset);
  return index < 0 ? null : index;
}

/** Null for what policies have no words for: they know three protocols. */
export function portOf({
  protocol,
  dstPort,
}: WantedPacket): { readonly protocol: string; readonly port?: number } | null {
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return null;
  const name = protocol.toUpperCase();
  return dstPort === null ? { protocol: name } : { protocol: name, port: dstPort };
}
