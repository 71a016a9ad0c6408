import * as l10n from '@vscode/l10n';
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
    ['name', acl.name ?? l10n.t('(none)')],
    ['direction', acl.direction],
    ['priority', String(acl.priority)],
    ['match', acl.match],
    ['action', acl.action],
    ['tier', String(acl.tier)],
    ['log', String(acl.log)],
    ['severity', acl.severity ?? l10n.t('(none)')],
    ['label', String(acl.label)],
    ['options', printMap(acl.options)],
    ['external_ids', printMap(acl.externalIds)],
    ['_uuid', acl.uuid],
  ];
  return [
    `# ${l10n.t('ACL {0}, as it stands in the northbound database of {1}', acl.name ?? acl.uuid.slice(0, 8), target)}`,
    `# ${l10n.t('Read at {0}. This document is read-only.', new Date(readAt).toISOString())}`,
    '',
    ...columns.map(([name, value]) => `${name.padEnd(13)}: ${value}`),
    '',
    `# ${l10n.t('Set on')}`,
    ...(entities.length === 0
      ? [l10n.t('(nothing: OVN does not ask it anywhere)')]
      : entities.map(printEntity)),
    '',
    `# ${l10n.t('Ports in its scope ({0})', ports.length)}`,
    ...ports.slice(0, shownPorts),
    ...(ports.length > shownPorts ? [l10n.t('… and {0} more', ports.length - shownPorts)] : []),
    '',
    `# ${l10n.t('To look it up')}`,
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
  return `${type === 'port-group' ? l10n.t('port group') : (type ?? l10n.t('entity'))} ${name}`;
}

function typeOption({ type }: AclEntity): readonly string[] {
  return type === null ? [] : [`--type=${type}`];
}
