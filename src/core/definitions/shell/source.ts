import type { Field, Piece } from './field';
import { unknownMark } from './field';

/** A script as the grammar reads it, and where its characters stand in the file. */
export interface Source {
  readonly text: string;
  /** The text between two offsets, as pieces that know their place in the file. */
  readonly slice: (start: number, end: number) => readonly Piece[];
}

/** A file. CR LF becomes LF: to a shell the CR would be a letter, and editors on Windows check scripts out that way. */
export function sourceOfFile(text: string): Source {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) {
    // A backslash and the line end it takes away stay in one piece.
    const isContinued = at > from && text[at - 1] === '\\';
    const to = isContinued ? at - 1 : at;
    pieces.push({ text: text.slice(from, to), span: { start: from, end: to }, verbatim: true });
    if (isContinued) pieces.push({ text: '\\\n', span: { start: to, end: at + 2 }, verbatim: false });
    from = isContinued ? at + 2 : at + 1;
  }
  pieces.push({ text: text.slice(from), span: { start: from, end: text.length }, verbatim: true });
  return sourceOfPieces(pieces);
}

/** A script written as words of another one: `bash -c '…'`, `ssh host …`, `eval …`. The shell joins them with blanks. */
export function sourceOfFields(fields: readonly Field[]): Source {
  return sourceOfPieces(
    fields.flatMap((field, index): readonly Piece[] => {
      const { start } = field.span;
      const blank: Piece = { text: ' ', span: { start, end: start }, verbatim: false };
      return index === 0 ? field.pieces : [blank, ...field.pieces];
    }),
  );
}

/** The source with other characters at the same places. */
export function withText(source: Source, text: string): Source {
  return {
    text,
    slice: (start, end) => {
      let from = start;
      return source.slice(start, end).map((piece) => {
        const to = from + (piece.text?.length ?? 0);
        const part = { ...piece, text: text.slice(from, to) };
        from = to;
        return part;
      });
    },
  };
}

/**
 * Without comments between the lines of a command, as `` `# why` \ `` makes them: to the grammar they go on to the end of the
 * line, and the substitution to whatever backquote comes next.
 */
export function withoutInlineComments(source: Source): Source {
  const text = source.text.replace(
    /^([ \t]*)(`#[^`\n]*`)(?=[ \t]*\\?$)/gm,
    (_, indent: string, comment: string) => indent + ' '.repeat(comment.length),
  );
  return text === source.text ? source : withText(source, text);
}

function sourceOfPieces(pieces: readonly Piece[]): Source {
  const texts = pieces.map((piece) => piece.text ?? unknownMark);
  const offsets: number[] = [];
  let length = 0;
  for (const text of texts) {
    offsets.push(length);
    length += text.length;
  }
  /** The last piece that begins at or before the offset. */
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = offsets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((offsets[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    text: texts.join(''),
    slice: (start, end) => {
      const parts: Piece[] = [];
      for (let index = indexAt(start); index < pieces.length; index++) {
        const piece = pieces[index];
        const offset = offsets[index] ?? 0;
        const text = texts[index] ?? '';
        if (!piece || (offset >= end && parts.length > 0)) break;
        const from = Math.max(0, start - offset);
        const to = Math.max(from, Math.min(text.length, end - offset));
        if (from === to && start < end) continue;
        const { span, verbatim } = piece;
        parts.push({
          text: text.slice(from, to),
          span: verbatim ? { start: span.start + from, end: span.start + to } : span,
          verbatim,
        });
        if (start >= end) break;
      }
      return parts;
    },
  };
}
