/** UTF-16 offsets in the file, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A run of text that came from one place of the file. */
export interface Piece {
  /** Null: not to be known from the file. */
  readonly text: string | null;
  readonly span: Span;
  /** The text stands in the file as it is, character by character. */
  readonly verbatim: boolean;
}

/** One word of a command after the shell has expanded it: an element of argv. */
export interface Field {
  readonly pieces: readonly Piece[];
  /** Where it is written: the word, or for an argument handed on by a function the word in the call. */
  readonly span: Span;
  /** Bit n: the text depends on the positional parameters of the function call at depth n. */
  readonly calls: number;
  /** The span is that of an argument in a call, and goes where the value goes. */
  readonly isArgument: boolean;
}

/** What a variable holds. */
export type Value =
  | { readonly kind: 'scalar'; readonly field: Field }
  | { readonly kind: 'array'; readonly fields: readonly Field[] };

/** Stands in a script inside a script for text that is not known. Private use: no shell gives it a meaning. */
export const unknownMark = '\uE000';

const nowhere: Span = { start: 0, end: 0 };

/** A longer text than any ACL has: a script that doubles a variable must not fill the memory. */
const longestText = 16_384;

/** The text of the field, or null when a part of it is unknown. */
export function textOf(field: Field): string | null {
  let text = '';
  for (const piece of field.pieces) {
    if (piece.text === null || text.length + piece.text.length > longestText) return null;
    if (piece.text.includes(unknownMark)) return null;
    text += piece.text;
  }
  return text;
}

/** The text up to the first unknown part. */
export function knownStart(field: Field): string {
  let text = '';
  for (const piece of field.pieces) {
    if (piece.text === null) break;
    text += piece.text;
    if (text.length > longestText) break;
  }
  const mark = text.indexOf(unknownMark);
  return mark < 0 ? text : text.slice(0, mark);
}

export function literalField(text: string | null, span: Span = nowhere, calls = 0): Field {
  return { pieces: [{ text, span, verbatim: false }], span, calls, isArgument: false };
}

export function unknownValue(): Value {
  return { kind: 'scalar', field: literalField(null) };
}

export function coveringSpan(fields: readonly { readonly span: Span }[]): Span {
  let start = Infinity;
  let end = 0;
  for (const { span } of fields) {
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  return start <= end ? { start, end } : nowhere;
}

export function spanContains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
