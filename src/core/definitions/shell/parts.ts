import type { Field, Piece, Span } from './field';
import { spanContains } from './field';

/**
 * A part of a word before it becomes arguments: text that stays together, a value that the shell splits at blanks, or
 * fields of their own (`"$@"`, an array). `whole` is the value a text part is, when nothing was added to it.
 */
export type Part =
  | {
      readonly kind: 'text';
      readonly pieces: readonly Piece[];
      readonly calls: number;
      readonly whole?: Field;
    }
  | {
      readonly kind: 'split';
      readonly field: Field;
      /** Where the value is used, which is not the field's place when that is an argument of a call. */
      readonly site: Span;
      readonly separators: string;
    }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] };

const mostFields = 10_000;
/** More than the lines of any script in a script: a value that doubles must not fill the memory. */
const mostPieces = 5_000;

export function textPart(pieces: readonly Piece[], calls = 0): Part {
  return { kind: 'text', pieces, calls };
}

export function unionOfCalls(fields: readonly Field[]): number {
  return fields.reduce((calls, field) => calls | field.calls, 0);
}

/** One field of all parts, as on the right of an assignment. */
export function joinParts(parts: readonly Part[], span: Span): Field {
  const [only] = parts;
  if (parts.length === 1 && only) {
    const whole = only.kind === 'text' ? only.whole : only.kind === 'split' ? only.field : undefined;
    if (whole?.isArgument) return whole;
  }
  const pieces: Piece[] = [];
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'text') {
      append(pieces, part.pieces);
      calls |= part.calls;
      continue;
    }
    const fields = part.kind === 'split' ? [part.field] : part.fields;
    fields.forEach((field, index) => {
      if (index > 0) pieces.push({ text: ' ', span, verbatim: false });
      append(pieces, field.pieces);
    });
    calls |= unionOfCalls(fields);
  }
  return { pieces: inPlace(pieces, span), span, calls, isArgument: false };
}

/** The arguments a word becomes: expansions outside quotes are split at blanks, and vanish when they are empty. */
export function splitParts(parts: readonly Part[], span: Span): readonly Field[] {
  if (parts.every((part) => part.kind === 'text')) return [joinParts(parts, span)];
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'fields') return only.fields;
  const splitter = new Splitter(span);
  for (const part of parts) {
    if (part.kind === 'text') splitter.append(part.pieces, null, part.calls, null);
    else if (part.kind === 'split') splitter.split(part.field, part.site, part.separators);
    else splitter.spread(part.fields);
  }
  return splitter.finish();
}

interface OpenField {
  readonly own: Piece[];
  /** The same pieces as part of the word. */
  readonly atSite: Piece[];
  calls: number;
  argument: Field | null;
}

class Splitter {
  private readonly fields: Field[] = [];
  private open: OpenField | null = null;

  constructor(private readonly span: Span) {}

  append(pieces: readonly Piece[], site: Span | null, calls: number, argument: Field | null): void {
    this.open ??= { own: [], atSite: [], calls: 0, argument };
    this.open.own.push(...pieces);
    this.open.atSite.push(
      ...(site ? pieces.map((piece) => ({ ...piece, span: site, verbatim: false })) : pieces),
    );
    this.open.calls |= calls;
    if (this.open.argument !== argument) this.open.argument = null;
  }

  /** An unknown part is taken for text without blanks: that is how a script that works is meant. */
  split(field: Field, site: Span, separators: string): void {
    const argument = field.isArgument ? field : null;
    for (const piece of field.pieces) {
      if (piece.text === null) {
        this.append([piece], site, field.calls, argument);
        continue;
      }
      splitText(piece.text, separators).forEach((word, index) => {
        if (index > 0) this.close();
        if (word === '') return;
        const isWhole = word === piece.text;
        this.append(
          [isWhole ? piece : { ...piece, text: word, verbatim: false }],
          site,
          field.calls,
          argument,
        );
      });
    }
  }

  spread(fields: readonly Field[]): void {
    fields.forEach((field, index) => {
      if (index > 0) this.close();
      this.append(field.pieces, null, field.calls, field.isArgument ? field : null);
    });
  }

  finish(): readonly Field[] {
    this.close();
    return this.fields;
  }

  private close(): void {
    if (!this.open || this.fields.length >= mostFields) return;
    const { own, atSite, calls, argument } = this.open;
    const span = argument?.span ?? this.span;
    this.fields.push({
      pieces: inPlace(argument ? own : atSite, span),
      span,
      calls,
      isArgument: argument !== null,
    });
    this.open = null;
  }
}

function splitText(text: string, separators: string): readonly string[] {
  const words = [''];
  for (const letter of text) {
    if (separators.includes(letter)) words.push('');
    else words.push(`${words.pop() ?? ''}${letter}`);
  }
  return words;
}

function append(pieces: Piece[], more: readonly Piece[]): void {
  for (const piece of more) if (pieces.length <= mostPieces) pieces.push(piece);
}

/** Text that came from elsewhere stands, in this word, for the word as a whole. */
function inPlace(pieces: readonly Piece[], span: Span): readonly Piece[] {
  if (pieces.length > mostPieces) return [{ text: null, span, verbatim: false }];
  return pieces.map((piece) =>
    spanContains(span, piece.span) ? piece : { ...piece, span, verbatim: false },
  );
}
