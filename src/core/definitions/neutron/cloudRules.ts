import type { DataNode, MapNode } from './dataNode';
import { entryOf, textOf } from './dataNode';
import type { Span } from './definitions';
import { isUuid } from './definitions';
import type { NeutronRule } from './rule';
import type { Told } from './told';
import { unknown } from './told';

/** A rule as a cloud tells it: by its command line client, whose columns had several names, or by its API. */
export interface CloudRule {
  readonly id: string;
  readonly groupId: string | null;
  readonly rule: NeutronRule;
  readonly place: Span;
  readonly matchPlace: Span;
}

const names = {
  id: ['ID', 'id'],
  group: ['Security Group', 'security_group_id'],
  direction: ['Direction', 'direction'],
  ethertype: ['Ethertype', 'ethertype', 'ether_type'],
  protocol: ['IP Protocol', 'protocol'],
  prefix: ['IP Range', 'remote_ip_prefix'],
  ports: ['Port Range'],
  min: ['port_range_min'],
  max: ['port_range_max'],
  remoteGroup: [
    'Remote Security Group',
    'Remote Address Group',
    'remote_group_id',
    'remote_address_group_id',
  ],
} as const;

export function idOf(node: DataNode): string | null {
  const id = valueOf(node, names.id);
  return typeof id === 'string' && isUuid(id) ? id : null;
}

export function readCloudRule(node: MapNode): CloudRule | null {
  const id = idOf(node);
  const isRule = [...names.ethertype, ...names.protocol, ...names.ports].some((name) =>
    node.entries.has(name),
  );
  if (id === null || !isRule) return null;
  const group = valueOf(node, names.group);
  return {
    id,
    groupId: group !== null && group !== unknown && isUuid(group) ? group : null,
    rule: readFields(node),
    place: node.span,
    matchPlace: matchPlaceOf(node),
  };
}

/** The first of the columns that is there, unless all are empty. */
function valueOf(node: DataNode, columns: readonly string[]): Told<string | null> {
  let value: Told<string | null> = unknown;
  for (const column of columns) {
    const text = textOf(entryOf(node, column));
    // The client writes None where JSON could say null.
    if (text !== undefined && text !== null && text !== '' && text !== 'None') return text;
    if (text !== undefined) value = null;
  }
  return value;
}

function readFields(node: MapNode): NeutronRule {
  const direction = valueOf(node, names.direction);
  const ethertype = valueOf(node, names.ethertype);
  const remoteGroup = valueOf(node, names.remoteGroup);
  const hasRemoteGroup = remoteGroup !== unknown && remoteGroup !== null;
  const prefix = valueOf(node, names.prefix);
  const [min, max] = readPorts(node);
  return {
    direction: direction ?? unknown,
    ethertype: ethertype ?? unknown,
    protocol: valueOf(node, names.protocol),
    min,
    max,
    // The client shows 0.0.0.0/0 for whatever has no prefix, rules with a remote group too.
    prefix: hasRemoteGroup || prefix === unknown ? null : prefix,
    hasRemoteGroup,
    stateful: unknown,
  };
}

function readPorts(node: MapNode): readonly [Told<number | null>, Told<number | null>] {
  const range = valueOf(node, names.ports);
  if (range === unknown) return [numberOf(valueOf(node, names.min)), numberOf(valueOf(node, names.max))];
  if (range === null) return [null, null];
  const icmp = /^(?:type=(\d+))?(?::code=(\d+))?$/.exec(range);
  const [, min, max] = icmp ?? /^(\d+):(\d+)$/.exec(range) ?? [];
  if (icmp === null && min === undefined) return [unknown, unknown];
  return [min === undefined ? null : Number(min), max === undefined ? null : Number(max)];
}

function numberOf(value: Told<string | null>): Told<number | null> {
  if (value === unknown || value === null) return null;
  return /^\d+$/.test(value) ? Number(value) : unknown;
}

function matchPlaceOf(node: MapNode): Span {
  for (const column of [...names.ports, ...names.min, ...names.protocol]) {
    const entry = node.entries.get(column);
    const text = textOf(entry?.value);
    if (entry !== undefined && text !== undefined && text !== null && text !== '') {
      return { start: entry.key.start, end: entry.value.span.end };
    }
  }
  return node.span;
}
