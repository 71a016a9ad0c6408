import type { Node } from 'web-tree-sitter';
import { evaluateArithmetic } from './arithmetic';
import { expandBraces } from './braces';
import type { Field, Piece, Span } from './field';
import { coveringSpan, literalField } from './field';
import { expandParameter, readReference } from './parameters';
import type { Part } from './parts';
import { joinParts, splitParts, textPart } from './parts';
import { decodeAnsiC, decodeDoubleQuoted, decodeUnquoted } from './quoting';
import type { Frame, Scope } from './scope';
import type { Source } from './source';

/** What the words of a script are expanded in. */
export interface WordContext {
  readonly source: Source;
  readonly scope: Scope;
  readonly frame: Frame | null;
  /** Called for each `$(…)`: its text is unknown, but it may hold commands. */
  readonly substitute: (node: Node) => void;
  /** Asks for the use of a value of that size; false when a script has used up more than any real one does. */
  readonly spend: (size: number) => boolean;
}

const deepestWord = 100;

/** Expands the words of a command as the shell would, without running anything: each to one argument, none or several. */
export function expandWords(nodes: readonly Node[], context: WordContext): readonly Field[] {
  const words: Node[][] = [];
  let last: Node | undefined;
  for (const node of nodes) {
    const gap = last ? context.source.text.slice(last.endIndex, node.startIndex) : ' ';
    // The grammar takes a word that begins with an escaped blank for blanks.
    if (/\\[^\n]/.test(gap)) words.push([]);
    // And it takes some words apart, such as `''\$a`.
    if (gap === '') words.at(-1)?.push(node);
    else words.push([node]);
    last = node;
  }
  return words.flatMap((parts) => (parts.length > 0 ? expandWord(parts, context) : [literalField(null)]));
}

function expandWord(nodes: readonly Node[], context: WordContext): readonly Field[] {
  const span = coveringSpan(nodes.map((node) => ({ span: spanOf(node, context) })));
  const [only] = nodes;
  const braced = only && nodes.length === 1 ? expandBraces(only, span) : null;
  return (
    braced ??
    splitParts(
      nodes.flatMap((node) => partsOf(node, context, false, 0)),
      span,
    )
  );
}

/** Expands a word where the shell does not split it, as on the right of an assignment. */
export function expandValue(node: Node, context: WordContext): Field {
  const parts = partsOf(node, context, true, 0);
  return joinParts(parts, spanOf(node, context));
}

export function spanOf(node: Node, { source }: WordContext): Span {
  return coveringSpan(source.slice(node.startIndex, node.endIndex));
}

/** A here-document's body; a quoted delimiter makes it literal. */
export function expandHeredoc(redirect: Node, context: WordContext): Field | null {
  const body = redirect.namedChildren.find((child) => child.type === 'heredoc_body');
  const start = redirect.namedChildren.find((child) => child.type === 'heredoc_start');
  if (!body || !start) return null;
  const span = spanOf(body, context);
  if (/['"\\]/.test(start.text)) {
    const pieces = context.source.slice(body.startIndex, body.endIndex);
    return { pieces, span, calls: 0, isArgument: false };
  }
  const parts = between(body, body.startIndex, body.endIndex, context, 0, true, (pieces) =>
    decodeDoubleQuoted(pieces, '$`\\'),
  );
  return joinParts(parts, span);
}

function partsOf(node: Node, context: WordContext, quoted: boolean, depth: number): readonly Part[] {
  const { source } = context;
  const slice = (trimStart: number, trimEnd: number): readonly Piece[] =>
    source.slice(node.startIndex + trimStart, node.endIndex - trimEnd);
  if (depth > deepestWord || node.isError || node.isMissing) return [unknownPart(node, context)];
  switch (node.type) {
    case 'raw_string':
      return [textPart(slice(1, 1))];
    case 'ansi_c_string':
      // The grammar misses the end of one that ends in an escaped backslash.
      if (!/^\$'(?:[^'\\]|\\[^])*'$/.test(node.text)) return [unknownPart(node, context)];
      return [textPart(decodeAnsiC(slice(2, 1)))];
    case 'string':
      return between(node, node.startIndex + 1, node.endIndex - 1, context, depth, true, (pieces) =>
        decodeDoubleQuoted(pieces, '$`"\\'),
      );
    case 'translated_string': {
      const inner = node.namedChild(0);
      return inner ? partsOf(inner, context, quoted, depth + 1) : [];
    }
    case 'concatenation':
    case 'command_name':
      return between(node, node.startIndex, node.endIndex, context, depth, quoted, decodeUnquoted);
    case 'simple_expansion':
    case 'expansion':
      return expandParameter(node, {
        scope: context.scope,
        frame: context.frame,
        span: spanOf(node, context),
        quoted,
        spend: context.spend,
        expand: (word) => partsOf(word, context, quoted, depth + 1),
      });
    case 'arithmetic_expansion': {
      const value = evaluateArithmetic(node, (reference) =>
        readReference(reference, context.scope, context.frame),
      );
      return [
        textPart([
          { text: value === null ? null : String(value), span: spanOf(node, context), verbatim: false },
        ]),
      ];
    }
    case 'command_substitution':
    case 'process_substitution':
      context.substitute(node);
      return [unknownPart(node, context)];
    case 'word':
    case 'number':
    case 'variable_name':
    case 'extglob_pattern':
    case 'regex':
    case 'test_operator':
    case 'special_variable_name':
      return [textPart(decodeUnquoted(slice(0, 0)))];
    default:
      return node.isNamed ? [unknownPart(node, context)] : [textPart(decodeUnquoted(slice(0, 0)))];
  }
}

/**
 * The children that the shell expands, and the plain text around them. The text is taken from the source and not from
 * the grammar's own text nodes, which leave out blanks and line ends next to an expansion.
 */
function between(
  node: Node,
  start: number,
  end: number,
  context: WordContext,
  depth: number,
  quoted: boolean,
  decode: (pieces: readonly Piece[]) => readonly Piece[],
): readonly Part[] {
  const parts: Part[] = [];
  let from = start;
  const plainUntil = (to: number): void => {
    if (to > from) parts.push(textPart(decode(context.source.slice(from, to))));
  };
  for (const child of node.namedChildren) {
    if (plainNodes.has(child.type) || child.startIndex < from || child.endIndex > end) continue;
    plainUntil(child.startIndex);
    parts.push(...partsOf(child, context, quoted, depth + 1));
    from = child.endIndex;
  }
  plainUntil(end);
  return parts.length > 0 ? parts : [textPart([])];
}

const plainNodes = new Set(['string_content', 'heredoc_content', 'word', 'number']);

function unknownPart(node: Node, context: WordContext): Part {
  return textPart([{ text: null, span: spanOf(node, context), verbatim: false }]);
}
