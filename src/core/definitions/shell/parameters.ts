import type { Node } from 'web-tree-sitter';
import type { Field, Piece, Span } from './field';
import { literalField, textOf } from './field';
import type { Part } from './parts';
import { joinParts, splitParts, textPart, unionOfCalls } from './parts';
import type { Frame, Scope } from './scope';

/** What a parameter is looked up in, and how the words inside `${…}` are expanded. */
export interface ParameterContext {
  readonly scope: Scope;
  readonly frame: Frame | null;
  readonly span: Span;
  readonly quoted: boolean;
  readonly expand: (word: Node) => readonly Part[];
  /** Asks for the use of a value of that size; false when a script has used up more than any real one does. */
  readonly spend: (size: number) => boolean;
}

/** `$name`, `$1`, `"$@"`, `${name}`, `${name:-word}`, `${name[@]}`. Other forms are unknown. */
export function expandParameter(node: Node, context: ParameterContext): readonly Part[] {
  const subscript = node.namedChildren.find((child) => child.type === 'subscript');
  if (subscript) return expandSubscript(node, subscript, context);
  const name = parameterName(node);
  if (name === null) return [unknownPart(context.span)];
  const operator = operatorOf(node);
  if (operator === null && (name === '@' || name === '*')) return expandAll(name, context);
  const value = readParameter(name, context.scope, context.frame);
  const otherwise = (): readonly Part[] => expandOperand(node, context);
  const known = value && textOf(value);
  switch (operator) {
    case null:
    case ':?':
    case '?':
      return [use(value ?? literalField(null), context)];
    case '-':
    case ':-':
      if (value && !(operator === ':-' && known === '')) return [use(value, context)];
      // `${1:-}` keeps `set -u` quiet about what whoever runs the script gives.
      return isGivenToScript(name, context.frame) && hasNoOperand(node)
        ? [unknownPart(context.span)]
        : otherwise();
    case '=':
    case ':=': {
      if (value && !(operator === ':=' && known === '')) return [use(value, context)];
      const parts = otherwise();
      context.scope.assign(name, { kind: 'scalar', field: joinParts(parts, context.span) });
      return parts;
    }
    case '+':
    case ':+':
      if (known === null || known === undefined) return [unknownPart(context.span)];
      return operator === ':+' && known === '' ? [textPart([])] : otherwise();
    default:
      return [unknownPart(context.span)];
  }
}

function isGivenToScript(name: string, frame: Frame | null): boolean {
  return frame === null && /^[1-9]\d*$/.test(name);
}

function hasNoOperand(node: Node): boolean {
  return node.namedChildCount === 1;
}

/** The word in `${name:-word}`. Outside quotes the shell splits it as it would the variable's value. */
function expandOperand(node: Node, context: ParameterContext): readonly Part[] {
  const { quoted, span } = context;
  const [, word, more] = node.namedChildren;
  const text = word?.text ?? '';
  const isQuotedInside = /['"\\]/.test(text);
  if (more || (!quoted && isQuotedInside && /\s/.test(text))) return [unknownPart(span)];
  const parts = word ? context.expand(word) : [textPart([])];
  if (quoted || isQuotedInside) return parts;
  return parts.map((part) =>
    part.kind === 'text'
      ? splitPart({ pieces: part.pieces, span, calls: part.calls, isArgument: false }, context)
      : part,
  );
}

/** The text of a plain reference in an arithmetic expression: `name`, `$name`, `${name}`. */
export function readReference(node: Node, scope: Scope, frame: Frame | null): string | null {
  const isPlain = node.type !== 'expansion' || node.childCount === 3;
  const name = node.type === 'variable_name' ? node.text : parameterName(node);
  const field = isPlain && name !== null ? readParameter(name, scope, frame) : undefined;
  return field ? textOf(field) : null;
}

function parameterName(node: Node): string | null {
  const first = node.namedChild(0);
  if (!first || first.isMissing) return null;
  // In `${#name}` and `${!name}` the operator comes before the name.
  if (node.type === 'expansion' && first.startIndex !== node.startIndex + 2) return null;
  return first.type === 'variable_name' || first.type === 'special_variable_name' ? first.text : null;
}

/** Null for a plain `$name` or `${name}`. */
function operatorOf(node: Node): string | null {
  if (node.type !== 'expansion') return null;
  const operator = node.children.find((child) => !child.isNamed && child.type !== '${' && child.type !== '}');
  if (operator) return operator.type;
  return node.namedChildCount > 1 ? 'unreadable' : null;
}

/** Undefined when unset: a parameter the call does not give, a variable nobody assigns. */
function readParameter(name: string, scope: Scope, frame: Frame | null): Field | undefined {
  if (/^[1-9]\d*$/.test(name)) {
    // The parameters of the script itself: whoever runs it gives them, or leaves the default.
    if (!frame) return undefined;
    return frame.positional ? frame.positional[Number(name) - 1] : literalField(null);
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) return literalField(null);
  const value = scope.get(name);
  return value?.kind === 'array' ? value.fields[0] : value?.field;
}

function expandAll(name: '@' | '*', context: ParameterContext): readonly Part[] {
  const positional = context.frame?.positional;
  return positional ? spread(positional, name === '@', context) : [unknownPart(context.span)];
}

function expandSubscript(node: Node, subscript: Node, context: ParameterContext): readonly Part[] {
  const name = subscript.childForFieldName('name')?.text ?? '';
  const index = subscript.childForFieldName('index')?.text ?? '';
  const value = context.scope.get(name);
  const isPlain = node.childCount === 3 && subscript.startIndex === node.startIndex + 2;
  if (!isPlain || value?.kind !== 'array') return [unknownPart(context.span)];
  if (index === '@' || index === '*') return spread(value.fields, index === '@', context);
  const element = /^\d+$/.test(index) ? value.fields[Number(index)] : undefined;
  return [element ? use(element, context) : unknownPart(context.span)];
}

function spread(fields: readonly Field[], separate: boolean, context: ParameterContext): readonly Part[] {
  if (!context.spend(fields.length + 1)) return [unknownPart(context.span)];
  const placed = fields.map((field) => place(field, context.span));
  if (!context.quoted)
    return [
      {
        kind: 'fields',
        fields: placed.flatMap((field) => splitParts([splitPart(field, context)], field.span)),
      },
    ];
  if (separate) return [{ kind: 'fields', fields: placed }];
  const pieces = placed.flatMap((field, index): readonly Piece[] =>
    index === 0 ? field.pieces : [{ text: ' ', span: context.span, verbatim: false }, ...field.pieces],
  );
  return [textPart(pieces, unionOfCalls(placed))];
}

/** A value where it is used: there is where it is written, unless it is an argument of a call, which keeps its place. */
function place(field: Field, span: Span): Field {
  return field.isArgument ? field : { ...field, pieces: piecesAt(field, span), span };
}

function piecesAt(field: Field, span: Span): readonly Piece[] {
  return field.pieces.map((piece) => ({ ...piece, span, verbatim: false }));
}

function use(field: Field, context: ParameterContext): Part {
  if (!context.spend(field.pieces.length + 1)) return unknownPart(context.span);
  if (!context.quoted) return splitPart(place(field, context.span), context);
  const pieces = piecesAt(field, context.span);
  return { kind: 'text', pieces, calls: field.calls, whole: place(field, context.span) };
}

function splitPart(field: Field, { scope, span }: ParameterContext): Part {
  const set = scope.get('IFS');
  const separators = set === undefined ? ' \t\n' : set.kind === 'scalar' ? textOf(set.field) : null;
  return separators === null ? unknownPart(span) : { kind: 'split', field, site: span, separators };
}

function unknownPart(span: Span): Part {
  return textPart([{ text: null, span, verbatim: false }]);
}
