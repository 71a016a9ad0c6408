import type { AclDefinition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { OvsdbRows, type AclRow } from './ovnJson/rows';
import { scanJson, stringOf, type JsonNode } from './ovnJson/scanner';
import { isUuid, OvsdbValues } from './ovnJson/values';
import type { Span } from './shell/field';
import { createPositionLookup } from './textPositions';

/**
 * The northbound database as JSON: what `ovsdb-client` dumps, monitors and backs up or is given as a transaction, and what
 * `ovn-nbctl --format=json` lists.
 */
export const ovnJsonFormat: DefinitionFormat = {
  id: 'ovn-json',
  matches: (file, text) => /\.(?:json|jsonl|ndjson|db|ovsdb|backup)$/i.test(file) && mayHoldRows(text),
  parse: (source) => (mayHoldRows(source.text) ? readRows(source) : []),
};

/** Of `ACL` rows: a direction, a match, and the table's name or the columns' names. */
function mayHoldRows(text: string): boolean {
  return (
    text.includes('-lport"') &&
    text.includes('"match"') &&
    (text.includes('"ACL"') || text.includes('"headings"'))
  );
}

function readRows({ text, file }: SourceText): readonly AclDefinition[] {
  const rows = new OvsdbRows(text);
  for (const value of scanJson(text)) rows.read(value);
  const found = rows.list();
  if (found.length === 0) return [];
  const values = new OvsdbValues(text);
  const positionAt = createPositionLookup(text);
  const rangeOf = ({ start, end }: Span): AclDefinition['range'] => ({
    start: positionAt(start),
    end: positionAt(end),
  });
  return found.map((row) => {
    const match = readMatch(row.columns.get('match'), text);
    return {
      kind: 'acl',
      format: 'ovn-json',
      file,
      range: rangeOf(row.span),
      matchRange: rangeOf(match.span ?? row.span),
      match: match.text,
      ...readColumns(row, values),
    };
  });
}

function readColumns(
  { uuid, entity, columns }: AclRow,
  values: OvsdbValues,
): Pick<AclDefinition, 'identities' | 'entity' | 'direction' | 'priority' | 'action' | 'tier' | 'name'> {
  const direction = values.string(columns.get('direction'));
  const name = values.string(columns.get('name'));
  return {
    identities: uuid !== null && isUuid(uuid) ? [{ by: 'id', columns: { _uuid: uuid.toLowerCase() } }] : [],
    entity,
    direction: direction === 'to-lport' || direction === 'from-lport' ? direction : null,
    priority: values.integer(columns.get('priority')),
    action: values.string(columns.get('action')),
    tier: values.integer(columns.get('tier')),
    // `--data=string` prints an empty set so, and quotes strings.
    name: name === null || name === '' || name === '[]' ? null : (unquote(name) ?? name),
  };
}

/** The match, and the inside of its quotes. */
function readMatch(
  node: JsonNode | undefined,
  text: string,
): { readonly text: string | null; readonly span: Span | null } {
  if (node === undefined) return { text: null, span: null };
  const match = stringOf(node, text);
  if (match === null) return { text: null, span: { start: node.start, end: node.end } };
  const span = { start: node.start + 1, end: node.end - 1 };
  const inner = unquote(match);
  const isEscaped = text.startsWith('\\"', span.start) && text.endsWith('\\"', span.end);
  if (inner === null || !isEscaped) return { text: match, span };
  return { text: inner, span: { start: span.start + 2, end: span.end - 2 } };
}

/** A string in quotes of its own, as `--data=string` prints it in the JSON; null where it has none. */
function unquote(text: string): string | null {
  if (!text.startsWith('"') || !text.endsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
