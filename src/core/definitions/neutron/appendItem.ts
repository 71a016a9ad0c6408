import type { ListNode } from './dataNode';
import type { Span } from './definitions';
import { endOfLine, lineEndOf } from './wanted';

export type Fields = readonly (readonly [string, string | number])[];

export interface TextChange extends Span {
  readonly newText: string;
}

/** Adds a map to a list, written as the others in it; null where that is not plain enough. */
export function appendItem(text: string, list: ListNode, fields: Fields): TextChange | null {
  const last = list.items.at(-1);
  if (list.flow) {
    const item = `{${fields.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')}}`;
    if (last === undefined) return { ...list.span, newText: `[${item}]` };
    const before = indentBefore(text, last.span.start);
    const glue = before === null ? ', ' : `,${lineEndOf(text)}${before}`;
    return { start: last.span.end, end: last.span.end, newText: glue + item };
  }
  const dash = last === undefined ? null : /^([ ]*)-[ ]+$/.exec(lineBefore(text, last.span.start));
  if (last === undefined || dash === null) return null;
  const at = endOfLine(text, last.span.end);
  return { start: at, end: at, newText: lineEndOf(text) + blockItem(fields, dash[1] ?? '', lineEndOf(text)) };
}

/** An item of a block list, `- key: value` and so on. */
export function blockItem(fields: Fields, indent: string, eol: string): string {
  return fields
    .map(([key, value], index) => `${indent}${index === 0 ? '- ' : '  '}${key}: ${scalar(value)}`)
    .join(eol);
}

/** Plain where YAML reads it back as the same text. */
export function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return /^[A-Za-z][\w./-]*$|^\d+\.\d+\.\d+\.\d+\/\d+$/.test(value) &&
    !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

export function lineBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
}

function indentBefore(text: string, offset: number): string | null {
  const before = lineBefore(text, offset);
  return before.trim() === '' ? before : null;
}
