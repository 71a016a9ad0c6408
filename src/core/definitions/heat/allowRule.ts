import type { RuleEdit, WantedPacket } from '../format';
import type { Fields, TextChange } from '../neutron/appendItem';
import { appendItem, blockItem, lineBefore } from '../neutron/appendItem';
import { entryOf, itemsOf, mapOf } from '../neutron/dataNode';
import { endOfLine, lineEndOf, wantedRule } from '../neutron/wanted';
import { createPositionLookup } from '../textPositions';
import type { Resource, Template } from './template';

/** Adds a rule to the list of a group's rules. */
export function allowInHeat(
  text: string,
  template: Template,
  { properties }: Resource,
  packet: WantedPacket,
): RuleEdit | null {
  const rule = wantedRule(packet);
  if (rule === null || properties === null) return null;
  const listed = entryOf(properties, 'rules');
  const isEgress = (item: (typeof items)[number]): boolean =>
    template.rule(mapOf(item), 'listed').direction === 'egress';
  const items = itemsOf(listed);
  // The first rule about what goes out would take away those that let everything out.
  if (rule.direction === 'egress' && !items.some(isEgress)) return null;
  const fields: Fields = [
    ...(rule.direction === 'egress' ? [['direction', 'egress'] as const] : []),
    ...(rule.ethertype === 'IPv6' ? [['ethertype', 'IPv6'] as const] : []),
    ['protocol', rule.protocol],
    ...(rule.min === null ? [] : [['port_range_min', rule.min] as const]),
    ...(rule.max === null ? [] : [['port_range_max', rule.max] as const]),
    ['remote_ip_prefix', rule.prefix],
  ];
  const change =
    listed === undefined
      ? firstRule(text, properties, fields)
      : listed.kind === 'list'
        ? appendItem(text, listed, fields)
        : null;
  if (change === null) return null;
  const positionAt = createPositionLookup(text);
  return { range: { start: positionAt(change.start), end: positionAt(change.end) }, newText: change.newText };
}

/** A group without rules gets a list behind its last property. */
function firstRule(
  text: string,
  { entries, flow, span }: NonNullable<Resource['properties']>,
  fields: Fields,
): TextChange | null {
  const first = [...entries.values()][0];
  if (flow || first === undefined) return null;
  const indent = lineBefore(text, first.key.start);
  if (indent.trim() !== '') return null;
  const at = endOfLine(text, span.end);
  const eol = lineEndOf(text);
  return {
    start: at,
    end: at,
    newText: `${eol}${indent}rules:${eol}${blockItem(fields, `${indent}  `, eol)}`,
  };
}
