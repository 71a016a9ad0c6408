import { literalAttribute } from './literalAttribute';
import type { Attribute, Block } from './syntax';

const header = /([a-z]+)[ \t]+"([^"\\$%\n]+)"(?:[ \t]+"([^"\\$%\n]+)")?[ \t]*\{[ \t]*\r?\n/y;
const line = /[ \t]*(?:(\})|([A-Za-z_].*?)|(?:#|\/\/).*?)?[ \t]*(?:\r?\n|$)/y;
const nothing = /^\s*(?:(?:#|\/\/).*\s*)*$/;

/**
 * A block of nothing but plain attributes, one a line, as most are in files of thousands of rules: reading those takes a
 * hundredth of the grammar's time. Null for others, and where anything follows but blank lines and comments.
 */
export function readPlainBlock(text: string, start: number, end: number): Block | null {
  header.lastIndex = start;
  const found = header.exec(text);
  if (found === null) return null;
  const [head, type = '', first = '', second] = found;
  const attributes = new Map<string, Attribute>();
  let at = start + head.length;
  while (at < end) {
    line.lastIndex = at;
    const [whole = '', brace, written] = line.exec(text) ?? [];
    if (whole === '') return null;
    if (brace !== undefined) {
      const closing = text.indexOf('}', at);
      if (!nothing.test(text.slice(closing + 1, end))) return null;
      const last = `"${second ?? first}"`;
      const nameStart = start + head.lastIndexOf(last);
      return {
        type,
        labels: second === undefined ? [first] : [first, second],
        nameSpan: { start: nameStart, end: nameStart + last.length },
        attributes,
        blocks: [],
        closing,
        start,
        end: closing + 1,
      };
    }
    if (written !== undefined) {
      const from = at + whole.indexOf(written);
      const attribute = literalAttribute(text, from, from + written.length);
      if (attribute === null) return null;
      attributes.set(attribute.name, attribute);
    }
    at += whole.length;
  }
  return null;
}
