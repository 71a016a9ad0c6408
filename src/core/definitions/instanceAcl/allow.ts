import { canonicalIp, familyOf } from '../../ovn/ip';
import type { Definition, RuleDefinition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import { createPositionLookup } from '../textPositions';
import { findAclBlocks } from './aclBlocks';
import { insertRule, type RuleField, type TextEdit } from './insertRule';
import { matchOfRule, type RuleList } from './match';
import { YamlText } from './yamlText';

/**
 * Adds a rule that allows the packet to the ACL. Not beside a rule that drops or rejects: those come before what allows, wherever
 * they stand.
 */
export function allowInAcl(
  source: SourceText,
  beside: Definition,
  packet: WantedPacket,
  read: (source: SourceText) => readonly Definition[],
): RuleEdit | null {
  if (beside.kind === 'acl' || (beside.kind === 'rule' && !beside.implicit)) return null;
  const list: RuleList = packet.direction === 'to-lport' ? 'ingress' : 'egress';
  const fields = fieldsOf(list, packet);
  if (fields === null) return null;
  const text = new YamlText(source.text);
  // Behind the last rule may be inside of a loop.
  if (text.hasControls) return null;
  const { start, end } = beside.range;
  const block = findAclBlocks(text).find(
    ({ span }) => span.start === start.offset && span.end === end.offset,
  );
  const edit = block === undefined ? null : insertRule(source.text, block, list, fields);
  if (edit === null || !isAsWanted(source, edit, { beside, list, fields, read })) return null;
  const positionAt = createPositionLookup(source.text);
  return { range: { start: positionAt(edit.start), end: positionAt(edit.end) }, newText: edit.newText };
}

/** What the rule is made of, in the order it is written. Null for what ACLs have no words for. */
export function fieldsOf(list: RuleList, packet: WantedPacket): readonly RuleField[] | null {
  const { protocol, family, dstPort, icmp } = packet;
  const peer = canonicalIp(packet.peer);
  if (peer === null || familyOf(peer) !== (family === 4 ? 'ip4' : 'ip6')) return null;
  const common: readonly RuleField[] = [
    ['action', 'allow'],
    [list === 'ingress' ? 'source' : 'destination', peer],
  ];
  const state: RuleField = ['state', 'enabled'];
  switch (protocol) {
    case 'tcp':
    case 'udp':
      if (dstPort === null) return null;
      return [...common, ['protocol', protocol], ['destination_port', String(dstPort)], state];
    case 'icmp':
      if (icmp === null) return null;
      return [
        ...common,
        ['protocol', family === 4 ? 'icmp4' : 'icmp6'],
        ['icmp_type', String(icmp.type)],
        ['icmp_code', String(icmp.code)],
        state,
      ];
    default:
      // Other protocols could only be let in all together.
      return null;
  }
}

/** Whether the edited text has just this rule more. */
export function isAsWanted(
  source: SourceText,
  edit: TextEdit,
  wanted: {
    readonly beside: Definition;
    readonly list: RuleList;
    readonly fields: readonly RuleField[];
    readonly read: (source: SourceText) => readonly Definition[];
  },
): boolean {
  const { beside, list, fields, read } = wanted;
  if (beside.kind === 'acl') return false;
  const { text, file } = source;
  const edited = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
  const given = Object.fromEntries(fields);
  const match = matchOfRule(
    list,
    {
      action: 'allow',
      source: given['source'] ?? '',
      destination: given['destination'] ?? '',
      protocol: given['protocol'] ?? '',
      sourcePort: '',
      destinationPort: given['destination_port'] ?? '',
      icmpType: given['icmp_type'] ?? '',
      icmpCode: given['icmp_code'] ?? '',
    },
    null,
  );
  const before = rulesIn(read(source));
  const after = rulesIn(read({ text: edited, file }));
  if (after.length !== before.length + 1) return false;
  const places = new Map<string, number>();
  for (const rule of before) places.set(keyOf(rule), (places.get(keyOf(rule)) ?? 0) + 1);
  const added = after.filter((rule) => {
    const left = places.get(keyOf(rule)) ?? 0;
    places.set(keyOf(rule), left - 1);
    return left <= 0;
  });
  const [only, ...more] = added;
  return (
    only !== undefined &&
    more.length === 0 &&
    only.owner.key === beside.owner.key &&
    only.forms[0]?.match === match?.text
  );
}

function rulesIn(definitions: readonly Definition[]): readonly RuleDefinition[] {
  return definitions.filter((definition) => definition.kind === 'rule');
}

function keyOf({ owner, label, forms }: RuleDefinition): string {
  return JSON.stringify([owner.key, label, forms]);
}
