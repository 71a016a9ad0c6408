import { stringify } from 'yaml';
import type { YamlSpan, YamlValue } from './value';

/** What is put where, in offsets of the text. */
export interface Insertion {
  readonly span: YamlSpan;
  readonly newText: string;
}

/** A value of maps, lists and scalars, as it is to be written. */
export type PlainValue = string | number | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/**
 * Adds an item to a list in the style that it has. Null where that is not clear.
 * @param index which item it becomes; the last one when there are no more.
 */
export function insertItem(list: YamlValue, index: number, item: PlainValue): Insertion | null {
  if (!list.isList || list.isAlias) return null;
  const items = list.items();
  if (list.isFlow) return insertFlow(list, items, index, item);
  const before = items[index];
  const after = items.at(-1);
  const near = before ?? after;
  if (near === undefined) return null;
  const { text } = list.document;
  const line = lineStart(text, near.span.start);
  const dash = /^([ ]*)-[ ]+$/.exec(text.slice(line, near.span.start));
  if (dash === null) return null;
  const indent = dash[1] ?? '';
  const written = blockItem(list, indent, item);
  if (before !== undefined) return at(line + indent.length, `${written}${eolOf(text)}${indent}`);
  const end = lineEnd(text, near.span.end);
  return end === null ? null : at(end, `${eolOf(text)}${indent}${written}`);
}

/** Adds a key with a list of one item behind the last key of a map in block style. Null where that is not clear. */
export function insertList(map: YamlValue, key: string, item: PlainValue, lastKey: string): Insertion | null {
  const last = map.get(lastKey);
  const { text } = map.document;
  if (!map.isMap || map.isFlow || map.isAlias || last.pairSpan.end !== map.span.end) return null;
  const line = lineStart(text, last.pairSpan.start);
  const indent = text.slice(line, last.pairSpan.start);
  const end = lineEnd(text, last.pairSpan.end);
  if (!/^ *$/.test(indent) || end === null) return null;
  const eol = eolOf(text);
  const dashes = `${indent}${hasIndentedLists(map) ? '  ' : ''}`;
  return at(end, `${eol}${indent}${key}:${eol}${dashes}${blockItem(map, dashes, item)}`);
}

function insertFlow(
  list: YamlValue,
  items: readonly YamlValue[],
  index: number,
  item: PlainValue,
): Insertion | null {
  const { text } = list.document;
  const { start, end } = list.span;
  const near = items[index] ?? items.at(-1);
  if (near === undefined) {
    return { span: { start: start + 1, end: end - 1 }, newText: JSON.stringify(item) };
  }
  const line = lineStart(text, near.span.start);
  const indent = text.slice(line, near.span.start);
  const isOnOwnLine = /^[ \t]*$/.test(indent) && line > start;
  const eol = eolOf(text);
  const space = isOnOwnLine ? `${eol}${indent}` : ' ';
  const step = indent.includes('\t') ? '\t' : 2;
  const written = isOnOwnLine
    ? JSON.stringify(item, null, step).replaceAll('\n', `${eol}${indent}`)
    : JSON.stringify(item);
  if (items[index] !== undefined) return at(near.span.start, `${written},${space}`);
  return at(near.span.end, `,${space}${written}`);
}

function blockItem(near: YamlValue, indent: string, item: PlainValue): string {
  const lines = stringify(item, { indentSeq: hasIndentedLists(near), lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return `- ${lines.join(`${eolOf(near.document.text)}${indent}  `)}`;
}

/** Whether lists stand deeper than their keys, where the document has one; most do. */
function hasIndentedLists({ document }: YamlValue): boolean {
  const list = /^([ ]*)(?:- +)?[\w."'/-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*([ ]*)- /m.exec(
    document.text.slice(document.root.span.start, document.root.span.end),
  );
  return list === null || (list[2] ?? '').length > (list[1] ?? '').length;
}

function at(offset: number, newText: string): Insertion {
  return { span: { start: offset, end: offset }, newText };
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The end of the line, if nothing but a comment is left on it. */
function lineEnd(text: string, offset: number): number | null {
  const rest = /[^\r\n]*/y;
  rest.lastIndex = offset;
  const left = rest.exec(text)?.[0] ?? '';
  return /^[ \t]*(?:#.*)?$/.test(left) ? offset + left.length : null;
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
