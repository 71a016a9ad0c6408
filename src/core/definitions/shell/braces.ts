import type { Node } from 'web-tree-sitter';
import type { Field, Span } from './field';
import { literalField } from './field';

const mostItems = 10_000;

/** `{1..5}` and `{a,b}x`, as lists of loops have them. Null: no braces that the shell would expand. */
export function expandBraces(node: Node, span: Span): readonly Field[] | null {
  if (node.type !== 'brace_expression' && node.type !== 'concatenation') return null;
  const isPlain = node.namedChildren.every((child) => child.type === 'word' || child.type === 'number');
  if (!isPlain) return null;
  const raw = node.text;
  const range = /^\{(\d{1,9})\.\.(\d{1,9})\}$/.exec(raw);
  if (range) return expandRange(range[1] ?? '', range[2] ?? '', span);
  const list = /^([^{}\\$]*)\{([^{}\\]*,[^{}\\]*)\}([^{}\\$]*)$/.exec(raw);
  if (list) {
    const [, before = '', inside = '', after = ''] = list;
    return inside.split(',').map((item) => literalField(before + item + after, span));
  }
  return /[{}]/.test(raw) && /,|\.\./.test(raw) ? [literalField(null, span)] : null;
}

function expandRange(first: string, last: string, span: Span): readonly Field[] {
  const [from, to] = [Number(first), Number(last)];
  const count = Math.abs(to - from) + 1;
  // With a leading zero the shell pads all numbers; such lists are not worth the code.
  const isPadded = /^0\d/.test(first) || /^0\d/.test(last);
  if (isPadded || count > mostItems) return [literalField(null, span)];
  const step = from <= to ? 1 : -1;
  return Array.from({ length: count }, (_, index) => literalField(String(from + index * step), span));
}
