import type { AclEntity } from '../../core/definitions/definition';
import type { Acl } from '../../core/ovn/northbound';
import { visibleLine } from '../../protocol/visibleText';
import { quoteForShell } from '../../target/quote';

export interface LiveAcl {
  readonly acl: Acl;
  readonly entities: readonly AclEntity[];
  /** Ports of the port groups, and of the switches, that carry it. */
  readonly ports: readonly string[];
  readonly target: string;
  /** Milliseconds since the epoch at which it was read. */
  readonly readAt: number;
}

const shownPorts = 50;

/** The text of the read-only document of a live ACL: its columns, where it applies, and how to look it up. */
export function layoutAcl({ acl, entities, ports, target, readAt }: LiveAcl): string {
  const columns: readonly (readonly [string, string])[] = [
    ['name', acl.name ?? '(none)'],
    ['direction', acl.direction],
    ['priority', String(acl.priority)],
    ['match', acl.match],
    ['action', acl.action],
    ['tier', String(acl.tier)],
    ['log', String(acl.log)],
    ['severity', acl.severity ?? '(none)'],
    ['label', String(acl.label)],
    ['options', printMap(acl.options)],
    ['external_ids', printMap(acl.externalIds)],
    ['_uuid', acl.uuid],
  ];
  return [
    `# ACL ${acl.name ?? acl.uuid.slice(0, 8)}, as it stands in the northbound database of ${target}`,
    `# Read at ${new Date(readAt).toISOString()}. This document is read-only.`,
    '',
    ...columns.map(([name, value]) => `${name.padEnd(13)}: ${value}`),
    '',
    '# Set on',
    ...(entities.length === 0 ? ['(nothing: OVN does not ask it anywhere)'] : entities.map(printEntity)),
    '',
    `# Ports in its scope (${ports.length})`,
    ...ports.slice(0, shownPorts),
    ...(ports.length > shownPorts ? [`… and ${ports.length - shownPorts} more`] : []),
    '',
    '# To look it up',
    quoteForShell(['ovn-nbctl', 'list', 'ACL', acl.uuid]),
    ...entities.map((entity) => quoteForShell(['ovn-nbctl', ...typeOption(entity), 'acl-list', entity.name])),
    '',
  ]
    .map(visibleLine)
    .join('\n');
}

function printMap(map: Readonly<Record<string, string>>): string {
  const entries = Object.entries(map).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `{${entries.join(', ')}}`;
}

function printEntity({ type, name }: AclEntity): string {
  return `${type === 'port-group' ? 'port group' : (type ?? 'entity')} ${name}`;
}

function typeOption({ type }: AclEntity): readonly string[] {
  return type === null ? [] : [`--type=${type}`];
}
