import type { Node } from 'web-tree-sitter';
import type { Span } from '../shell/field';

/** A command with its own line or lines. */
export interface Statement extends Span {
  readonly indent: string;
  readonly lineEnd: string;
  /** Where its last line ends; null when something else follows there. */
  readonly lineStop: number | null;
}

/** What runs once, and where a line more before or behind is a command more. */
const plainBlocks = new Set([
  'program',
  'if_statement',
  'elif_clause',
  'else_clause',
  'case_statement',
  'case_item',
  'compound_statement',
  'subshell',
]);
/** What a command can be the beginning of: `… || true`, `… > log`. */
const continuations = new Set(['list', 'pipeline', 'redirected_statement']);

/**
 * The text as the grammar should read it, with each character at its place: CR LF ends lines, and the CR is no letter of a word.
 */
export function withoutCarriageReturns(text: string): string {
  return text.replace(/\\\r\n/g, ' \\\n').replace(/\r\n/g, ' \n');
}

/**
 * The statement that a part of a script stands in, when it is a command that runs once and begins its line.
 * @param root of `withoutCarriageReturns(text)`.
 */
export function findStatement(root: Node, { start, end }: Span, text: string): Statement | null {
  let node = root.descendantForIndex(start, Math.max(start, end - 1));
  while (node !== null && node.type !== 'command') node = node.parent;
  if (node === null || node.startIndex > start || node.endIndex < end) return null;
  const begin = node.startIndex;
  let whole = node;
  let parent = node.parent;
  for (; parent !== null && continuations.has(parent.type); parent = parent.parent) {
    // Behind `&&` and the like it may not run; then what stands before it does not either.
    if (parent.startIndex !== begin) return null;
    whole = parent;
  }
  for (let block = parent; block !== null; block = block.parent) {
    if (!plainBlocks.has(block.type)) return null;
  }
  const indent = text.slice(text.lastIndexOf('\n', begin - 1) + 1, begin);
  if (!/^[ \t]*$/.test(indent)) return null;
  const rest = /^[ \t]*(?:#[^\n]*?)?(?=\r?\n|$)/.exec(text.slice(whole.endIndex));
  return {
    start: begin,
    end: whole.endIndex,
    indent,
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    lineStop: rest === null ? null : whole.endIndex + rest[0].length,
  };
}
