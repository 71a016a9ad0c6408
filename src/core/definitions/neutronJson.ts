import * as l10n from '@vscode/l10n';
import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { idOf, readCloudRule, type CloudRule } from './neutron/cloudRules';
import type { DataNode, MapNode } from './neutron/dataNode';
import { entryOf, textOf } from './neutron/dataNode';
import type { SecurityGroup, Span } from './neutron/definitions';
import { DefinitionWriter, groupOfId } from './neutron/definitions';
import { formsOfRule } from './neutron/rule';
import { readDocuments } from './neutron/yamlData';

/**
 * Security groups and rules as a cloud lists them: `openstack security group rule list -f json` and its relatives, in YAML too, and
 * answers of Neutron's API.
 */
export const neutronJsonFormat: DefinitionFormat = {
  id: 'neutron-json',
  matches: (file, text) => /\.(?:json|ya?ml)$/i.test(file) && mayHoldRules(text),
  parse: (source) => (mayHoldRules(source.text) ? readListing(source) : []),
};

/** The client's columns, or the API's fields, and something like a UUID. */
function mayHoldRules(text: string): boolean {
  const hasRules =
    /\b(?:IP Protocol|Port Range|Security Group|security_group_id|security_group_rules|port_range_min)["']?\s*:/.test(
      text,
    );
  return (
    (hasRules || /\bethertype='/.test(text) || isGroupList(text)) &&
    /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}/i.test(text)
  );
}

function isGroupList(text: string): boolean {
  return ['ID', 'Name', 'Description', 'Project'].every((column) =>
    new RegExp(`(?:^|[\\s"'{,])${column}["']?\\s*:`).test(text),
  );
}

interface Listing {
  readonly groups: {
    readonly id: string;
    readonly name: string;
    readonly node: MapNode;
    readonly nameAt: Span;
  }[];
  readonly rules: CloudRule[];
}

function readListing({ file, text }: SourceText): readonly Definition[] {
  const listing: Listing = { groups: [], rules: [] };
  for (const document of readDocuments(text)) collect(document, text, listing, 0);
  const writer = new DefinitionWriter('neutron-json', file, text);
  const names = new Map(listing.groups.map(({ id, name }) => [id, name]));
  const groupOf = (id: string | null): SecurityGroup => {
    // Rules of one group are listed without it.
    if (id === null) return { key: `neutron-json:${file}`, name: l10n.t('of this list'), id: null };
    return { ...groupOfId(id), name: names.get(id) ?? id };
  };
  const definitions: { readonly at: number; readonly definition: Definition }[] = [];
  for (const { id, node, nameAt } of listing.groups) {
    definitions.push({ at: node.span.start, definition: writer.group(groupOf(id), node.span, nameAt) });
  }
  for (const { id, groupId, rule, place, matchPlace } of listing.rules) {
    const forms = formsOfRule(rule);
    const definition = writer.rule({
      group: groupOf(groupId),
      label: l10n.t('rule {0}', id),
      id,
      forms,
      place,
      matchPlace,
    });
    definitions.push({ at: place.start, definition });
  }
  return definitions.sort((one, other) => one.at - other.at).map(({ definition }) => definition);
}

/** Answers are nested no deeper: the answer, the list, the group, its rules, a rule. */
const deepest = 6;
const envelopes = ['security_groups', 'security_group', 'security_group_rules', 'security_group_rule'];

function collect(node: DataNode, text: string, listing: Listing, depth: number, groupId?: string): void {
  if (depth > deepest || node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const item of node.items) collect(item, text, listing, depth + 1, groupId);
    return;
  }
  const rule = readCloudRule(node);
  if (rule !== null) {
    listing.rules.push({ ...rule, groupId: rule.groupId ?? groupId ?? null });
    return;
  }
  const id = idOf(node);
  if (id !== null && isGroup(node)) {
    const name = node.entries.get('Name') ?? node.entries.get('name');
    listing.groups.push({ id, name: textOf(name?.value) ?? id, node, nameAt: name?.value.span ?? node.span });
    const rules = entryOf(node, 'rules') ?? entryOf(node, 'security_group_rules');
    if (rules?.kind === 'scalar') listing.rules.push(...readPrintedRules(text, rules.span, id));
    else if (rules !== undefined) collect(rules, text, listing, depth + 1, id);
    return;
  }
  for (const envelope of envelopes) {
    const held = entryOf(node, envelope);
    if (held !== undefined) collect(held, text, listing, depth + 1, groupId);
  }
}

const listColumns = new Set(['ID', 'Name', 'Description', 'Project', 'Tags', 'Shared']);

function isGroup({ entries }: MapNode): boolean {
  if (entries.has('rules') || entries.has('security_group_rules')) return true;
  return (
    entries.has('Description') &&
    entries.has('Project') &&
    [...entries.keys()].every((key) => listColumns.has(key))
  );
}

/** Older clients print the rules of a group into one string, a line each. */
function readPrintedRules(text: string, { start, end }: Span, groupId: string): readonly CloudRule[] {
  const found: CloudRule[] = [];
  let at = start;
  for (const content of text.slice(start, end).split(/(\\n|\n)/)) {
    const lineStart = at;
    at += content.length;
    const id = /\bid='([\da-f-]{36})'/i.exec(content)?.[1];
    if (id === undefined) continue;
    const trimmed = content.replace(/^["'|\s]+|["'\s]+$/g, '');
    const from = lineStart + content.indexOf(trimmed);
    const place = { start: from, end: from + trimmed.length };
    const field = (name: string): string | null =>
      new RegExp(`\\b${name}='([^']*)'`).exec(content)?.[1] ?? null;
    const port = (name: string): number | null => {
      const value = field(name);
      return value === null ? null : Number(value);
    };
    const rule = {
      direction: field('direction') ?? '',
      ethertype: field('ethertype') ?? '',
      protocol: field('protocol'),
      min: port('port_range_min'),
      max: port('port_range_max'),
      prefix: field('remote_ip_prefix'),
      hasRemoteGroup: field('remote_group_id') !== null,
      stateful: true,
    };
    found.push({ id, groupId, rule, place, matchPlace: place });
  }
  return found;
}
