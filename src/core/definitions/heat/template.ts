import * as l10n from '@vscode/l10n';
import type { DataNode, MapEntry, MapNode } from '../neutron/dataNode';
import { entryOf, mapOf, textOf } from '../neutron/dataNode';
import type { SecurityGroup } from '../neutron/definitions';
import { groupOfId, isUuid } from '../neutron/definitions';
import type { NeutronRule } from '../neutron/rule';
import type { Told } from '../neutron/told';
import { unknown } from '../neutron/told';
import type { Resolved } from './intrinsics';
import { Intrinsics } from './intrinsics';

export interface Resource {
  readonly name: string;
  readonly type: string;
  readonly entry: MapEntry;
  readonly properties: MapNode | null;
}

/** A Heat template, or one in CloudFormation's words. */
export class Template {
  readonly resources: readonly Resource[];
  readonly intrinsics: Intrinsics;
  private readonly groups = new Map<string, SecurityGroup>();
  private readonly groupsByName = new Map<string, SecurityGroup>();

  constructor(
    document: DataNode,
    private readonly file: string,
  ) {
    const part = (node: DataNode, name: string): MapNode | null =>
      mapOf(
        entryOf(node, name) ??
          entryOf(
            node,
            name.replace(/^./, (letter) => letter.toUpperCase()),
          ),
      );
    this.intrinsics = new Intrinsics(part(document, 'parameters'));
    this.resources = [...(part(document, 'resources')?.entries ?? [])].map(([name, entry]) => ({
      name,
      type: textOf(entryOf(entry.value, 'type') ?? entryOf(entry.value, 'Type')) ?? '',
      entry,
      properties: part(entry.value, 'properties'),
    }));
    for (const { name, type, properties } of this.resources) {
      if (type !== 'OS::Neutron::SecurityGroup') continue;
      const given = this.text(properties, 'name');
      const title = typeof given === 'string' ? given : name;
      const group = { key: `heat:${file}:${name}`, name: title, id: null };
      this.groups.set(name, group);
      this.groupsByName.set(title, group);
    }
  }

  groupOf(resource: string): SecurityGroup | undefined {
    return this.groups.get(resource);
  }

  /** The group that a rule of its own names. */
  groupOfRule({ name, properties }: Resource): SecurityGroup {
    const resolved = this.property(properties, 'security_group');
    const other = (key: string, title: string): SecurityGroup => ({
      key: `heat:${this.file}:${key}`,
      name: title,
      id: null,
    });
    switch (resolved?.kind) {
      case undefined:
      case 'unknown':
        break;
      case 'resource':
        return this.groups.get(resolved.name) ?? other(resolved.name, resolved.name);
      case 'given':
        return other(resolved.text, resolved.text);
      case 'data': {
        const text = textOf(resolved.node);
        if (typeof text !== 'string') break;
        return isUuid(text) ? groupOfId(text) : (this.groupsByName.get(text) ?? other(`name ${text}`, text));
      }
    }
    return other(`rule ${name}`, l10n.t('of unknown group'));
  }

  /** Undefined where the property is left out. */
  property(properties: MapNode | null, name: string): Resolved | undefined {
    const node = entryOf(properties ?? undefined, name);
    return node === undefined ? undefined : this.intrinsics.resolve(node);
  }

  text(properties: MapNode | null, name: string): Told<string | null> {
    const resolved = this.property(properties, name);
    if (resolved === undefined) return null;
    if (resolved.kind !== 'data') return unknown;
    return textOf(resolved.node) ?? (resolved.node.kind === 'scalar' ? null : unknown);
  }

  /** A rule, in the list of a group or by itself. */
  rule(properties: MapNode | null, kind: 'listed' | 'alone'): NeutronRule {
    const text = (name: string): Told<string | null> => this.text(properties, name);
    const mode = kind === 'alone' ? null : text('remote_mode');
    const isGroupMode = mode === 'remote_group_id';
    // Without that mode a group in the list counts for nothing; with it one that is left out is the group itself.
    const hasRemoteGroup = kind === 'alone' ? this.isGiven(properties, 'remote_group') : isGroupMode;
    return {
      direction: text('direction') ?? 'ingress',
      ethertype: text('ethertype') ?? 'IPv4',
      protocol: text('protocol') ?? (kind === 'alone' ? 'tcp' : null),
      min: portOf(text('port_range_min')),
      max: portOf(text('port_range_max')),
      prefix: kind === 'listed' && isGroupMode ? null : text('remote_ip_prefix'),
      hasRemoteGroup: mode === unknown ? unknown : hasRemoteGroup,
      stateful: true,
    };
  }

  private isGiven(properties: MapNode | null, name: string): Told<boolean> {
    const resolved = this.property(properties, name);
    if (resolved === undefined) return false;
    if (resolved.kind !== 'data') return resolved.kind === 'unknown' ? unknown : true;
    const text = textOf(resolved.node);
    return text !== null && text !== '';
  }
}

function portOf(value: Told<string | null>): Told<number | null> {
  if (value === unknown || value === null || value === '') return value === unknown ? unknown : null;
  return /^\d+$/.test(value.trim()) ? Number(value) : unknown;
}
