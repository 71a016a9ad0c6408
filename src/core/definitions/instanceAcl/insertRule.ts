import { isMap, type Node } from 'yaml';
import type { Span } from '../shell/field';
import { isFlow, type AclBlock, type RuleBlockList } from './aclBlocks';
import type { RuleList } from './match';

export type RuleField = readonly [key: string, value: string];

/** Replaces part of the text. */
export interface TextEdit extends Span {
  readonly newText: string;
}

/** Puts a rule behind the others of its list, the way those are written; null where that cannot be told. */
export function insertRule(
  text: string,
  block: AclBlock,
  list: RuleList,
  fields: readonly RuleField[],
): TextEdit | null {
  const known = block.lists.find((each) => each.list === list);
  const style = styleOf(text, block);
  if (known !== undefined && known.sequence.items.length > 0) {
    return isFlow(known.sequence)
      ? appendToFlow(text, known, fields, style)
      : appendToBlock(text, known, fields, style);
  }
  const entry = block.entries.get(list);
  if (entry !== undefined) {
    const colon = text.indexOf(':', entry.keySpan.end);
    if (entry.span === null || colon < 0) return null;
    const end = Math.max(colon + 1, entry.value?.span.end ?? 0);
    // What stands there and is no list of rules is nothing to write over.
    if (!/^\s*(?:\[\s*\]|null|~)?$/.test(text.slice(colon + 1, end))) return null;
    return { start: colon + 1, end, newText: newList(text, entry.keySpan.start, fields, block, style) };
  }
  return appendList(text, block, list, fields, style);
}

interface Style {
  readonly lineEnd: string;
  /** Keys and values in double quotes: JSON. */
  readonly isQuoted: boolean;
  /** How much further than the key of their list the items stand. */
  readonly itemIndent: number;
}

function styleOf(text: string, block: AclBlock): Style {
  const [other] = block.lists.filter(({ sequence }) => sequence.items.length > 0 && !isFlow(sequence));
  const key = other === undefined ? undefined : block.entries.get(other.list)?.keySpan;
  const itemIndent =
    other === undefined || key === undefined
      ? 0
      : columnOf(text, other.span.start) - columnOf(text, key.start);
  return {
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    isQuoted: block.isFlow && text.charAt([...block.entries.values()][0]?.keySpan.start ?? 0) === '"',
    itemIndent: Math.max(0, itemIndent),
  };
}

function appendToBlock(
  text: string,
  { sequence, rules }: RuleBlockList,
  fields: readonly RuleField[],
  { lineEnd }: Style,
): TextEdit | null {
  const last = rules.at(-1);
  const node = sequence.items.at(-1) as Node | null;
  if (last === null || last === undefined || node === null) return null;
  const lineStart = lineStartOf(text, last.span.start);
  const dash = /^(\s*)-(\s+)/.exec(text.slice(lineStart, last.span.start));
  if (dash === null) return null;
  const [, indent = '', gap = ' '] = dash;
  const at = lineEndOf(text, last.span.end);
  const inner = ' '.repeat(indent.length + 1 + gap.length);
  const body = isMap(node) && isFlow(node) ? flowRule(fields, false) : blockRule(fields, lineEnd + inner);
  return { start: at, end: at, newText: `${lineEnd}${indent}-${gap}${body}` };
}

function appendToFlow(
  text: string,
  { span, rules }: RuleBlockList,
  fields: readonly RuleField[],
  { lineEnd }: Style,
): TextEdit | null {
  const last = rules.at(-1);
  if (last === null || last === undefined) return null;
  const at = last.span.end;
  const written = text.slice(last.span.start, at);
  const isQuoted = /^\{\s*"/.test(written);
  const lineStart = lineStartOf(text, last.span.start);
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const inner = /^\{\r?\n([ \t]*)/.exec(written)?.[1];
  const startsLine = lineStart + indent.length === last.span.start && lineStart > span.start;
  const separator = startsLine || inner !== undefined ? `,${startsLine ? lineEnd + indent : ' '}` : ', ';
  const isTight = isQuoted && !/":\s/.test(written);
  const body =
    inner === undefined
      ? flowRule(fields, isQuoted, isTight)
      : flowRuleInLines(fields, isQuoted, lineEnd, indent, inner);
  return { start: at, end: at, newText: (isTight && !startsLine ? ',' : separator) + body };
}

/** What goes behind the colon of an empty list. */
function newList(
  text: string,
  keyStart: number,
  fields: readonly RuleField[],
  block: AclBlock,
  { lineEnd, isQuoted, itemIndent }: Style,
): string {
  if (block.isFlow) return ` [${flowRule(fields, isQuoted)}]`;
  const indent = ' '.repeat(columnOf(text, keyStart) + itemIndent);
  return `${lineEnd}${indent}- ${blockRule(fields, `${lineEnd}${indent}  `)}`;
}

/** The list, with its key, behind the last entry of the ACL. */
function appendList(
  text: string,
  block: AclBlock,
  list: RuleList,
  fields: readonly RuleField[],
  style: Style,
): TextEdit | null {
  const written = [...block.entries.values()].flatMap(({ keySpan, span }) =>
    span === null ? [] : [{ start: keySpan.start, end: span.end }],
  );
  const [first] = written;
  const end = Math.max(...written.map((entry) => entry.end));
  if (first === undefined) return null;
  const key = style.isQuoted ? `"${list}":` : `${list}:`;
  const items = newList(text, first.start, fields, block, style);
  if (block.isFlow) return { start: end, end, newText: `, ${key}${items}` };
  const at = lineEndOf(text, end);
  const indent = ' '.repeat(columnOf(text, first.start));
  return { start: at, end: at, newText: `${style.lineEnd}${indent}${key}${items}` };
}

function blockRule(fields: readonly RuleField[], separator: string): string {
  return fields.map(([key, value]) => `${key}: ${quoted(value) ?? value}`).join(separator);
}

function flowRule(fields: readonly RuleField[], isQuoted: boolean, isTight = false): string {
  const pairs = fields.map(([key, value]) => flowPair(key, value, isQuoted, isTight));
  return isTight
    ? `{${pairs.join(',')}}`
    : `{${isQuoted ? '' : ' '}${pairs.join(', ')}${isQuoted ? '' : ' '}}`;
}

function flowRuleInLines(
  fields: readonly RuleField[],
  isQuoted: boolean,
  lineEnd: string,
  indent: string,
  inner: string,
): string {
  const pairs = fields.map(([key, value]) => inner + flowPair(key, value, isQuoted, false));
  return `{${lineEnd}${pairs.join(`,${lineEnd}`)}${lineEnd}${indent}}`;
}

function flowPair(key: string, value: string, isQuoted: boolean, isTight: boolean): string {
  return isQuoted ? `"${key}":${isTight ? '' : ' '}"${value}"` : `${key}: ${quoted(value) ?? value}`;
}

/** Numbers, as `incus network acl show` writes them, and what has colons; null for what needs no quotes. */
function quoted(value: string): string | null {
  return /^\d+$|:/.test(value) ? `"${value}"` : null;
}

function lineStartOf(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the line end: comments behind stay where they are. */
function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStartOf(text, offset);
}
