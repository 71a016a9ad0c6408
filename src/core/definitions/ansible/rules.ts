import type { MapNode } from '../neutron/dataNode';
import { entryOf, textOf } from '../neutron/dataNode';
import type { NeutronRule } from '../neutron/rule';
import type { Told } from '../neutron/told';
import { unknown } from '../neutron/told';
import type { Scope } from './jinja';
import { resolve, resolveText } from './jinja';

/** What the module asks Neutron for. */
export function readRule(args: MapNode, scope: Scope, stateful: Told<boolean>): NeutronRule {
  const text = (name: string): Told<string | null> => {
    const value = resolveText(entryOf(args, name), scope);
    return value === undefined ? unknown : value === '' ? null : value;
  };
  const ethertype = text('ether_type');
  const protocol = text('protocol');
  const isAny = protocol === null || (typeof protocol === 'string' && protocol.toLowerCase() === 'any');
  return {
    direction: text('direction') ?? 'ingress',
    ethertype: (ethertype === null ? text('ethertype') : ethertype) ?? 'IPv4',
    protocol: isAny ? null : protocol,
    min: isAny ? null : portOf(text('port_range_min')),
    max: isAny ? null : portOf(text('port_range_max')),
    prefix: text('remote_ip_prefix'),
    hasRemoteGroup: isGiven(args, 'remote_group', scope),
    stateful,
  };
}

/** -1 is any. */
function portOf(value: Told<string | null>): Told<number | null> {
  if (value === unknown || value === null) return value;
  if (value.trim() === '-1') return null;
  return /^\d+$/.test(value.trim()) ? Number(value) : unknown;
}

/** A group that a variable names is there, unless it is a member of something that may not have it. */
function isGiven(args: MapNode, name: string, scope: Scope): Told<boolean> {
  const node = entryOf(args, name);
  const found = resolve(node, scope);
  if (found === 'missing') return false;
  if (found !== 'unknown') return (textOf(found) ?? '') !== '';
  const written = textOf(node) ?? '';
  return /^\s*\{\{\s*\w+(?:\.\w+)*\s*\}\}\s*$/.test(written) && !/\{\{\s*item\b/.test(written)
    ? true
    : unknown;
}
