import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import { gresses } from '../kubernetes/gress';
import { findResources } from '../kubernetes/resources';
import { readYamlDocuments } from '../yaml/document';
import { checkedEdit } from '../yaml/edits';
import { insertItem, type PlainValue } from '../yaml/insert';
import { createPlaces } from '../yaml/places';
import type { YamlValue } from '../yaml/value';

/** A rule for the packet in the SecurityGroup of a definition. A Subnet's ACLs are about all its pods: none is small enough. */
export function allowInSecurityGroup(
  source: SourceText,
  beside: Definition,
  packet: WantedPacket,
  parse: (source: SourceText) => readonly Definition[],
): RuleEdit | null {
  if (beside.kind === 'acl' || beside.owner.kind !== 'SecurityGroup') return null;
  const group = readYamlDocuments(source.text, /./)
    .filter(({ isBroken }) => !isBroken)
    .flatMap((document) => findResources(document, /./))
    .find(({ value }) => beside.owner.key === `SecurityGroup ${source.file} ${value.span.start}`);
  const gress = gresses.find(({ direction }) => direction === packet.direction);
  if (group === undefined || gress === undefined) return null;
  const rules = group.spec.get(`${gress.key}Rules`);
  const rule = ruleFor(packet, rules);
  if (rule === null || rules.hasTemplate) return null;
  return checkedEdit(source, insertItem(rules, Infinity, rule), createPlaces(beside.format, source), parse);
}

function ruleFor({ family, peer, protocol, dstPort }: WantedPacket, rules: YamlValue): PlainValue | null {
  const priority = priorityAmong(rules.items());
  if (priority === null || protocol === 'sctp' || typeof protocol === 'number') return null;
  if (protocol !== 'icmp' && dstPort === null) return null;
  return {
    ipVersion: family === 4 ? 'ipv4' : 'ipv6',
    policy: 'allow',
    priority,
    protocol,
    remoteType: 'address',
    remoteAddress: peer,
    ...(dstPort === null || protocol === 'icmp' ? {} : { portRangeMin: dstPort, portRangeMax: dstPort }),
  };
}

/** Before every rule that drops; the smaller number goes first. */
function priorityAmong(rules: readonly YamlValue[]): number | null {
  const dropping: number[] = [];
  let last = 1;
  for (const rule of rules) {
    const priority = rule.get('priority').integer();
    if (priority === undefined || priority === null) return null;
    last = priority;
    if (rule.get('policy').text() !== 'allow') dropping.push(priority);
  }
  if (dropping.length === 0) return last;
  const before = Math.min(...dropping) - 1;
  return before < 1 ? null : before;
}
