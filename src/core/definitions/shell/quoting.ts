import type { Piece } from './field';

/**
 * Text outside quotes: a backslash keeps the next character, a backslash before a line end vanishes with it
 * (bash(1), Quoting).
 */
export function decodeUnquoted(pieces: readonly Piece[]): readonly Piece[] {
  return keepEscapesWhole(pieces).flatMap((piece) =>
    decode(piece, /\\([^])/g, (letter) => (letter === '\n' ? '' : letter)),
  );
}

/** Text inside double quotes or a here-document: a backslash escapes only what would be special there. */
export function decodeDoubleQuoted(pieces: readonly Piece[], escapable: '$`"\\' | '$`\\'): readonly Piece[] {
  return keepEscapesWhole(pieces).flatMap((piece) =>
    decode(piece, /\\([^])/g, (letter, whole) => {
      if (letter === '\n') return '';
      return escapable.includes(letter) ? letter : whole;
    }),
  );
}

const ansiLetters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The inside of `$'…'`. */
export function decodeAnsiC(pieces: readonly Piece[]): readonly Piece[] {
  const escapes = /\\(x[\da-f]{1,2}|u[\da-f]{1,4}|U[\da-f]{1,8}|[0-7]{1,3}|c[^]|[^])/gi;
  const [first] = pieces;
  const whole = first && pieces.length > 1 ? [mergePieces(pieces, first)] : pieces;
  return whole.flatMap((piece) => decode(piece, escapes, decodeAnsiEscape));
}

function decodeAnsiEscape(escape: string, whole: string): string {
  if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
  const code = parseInt(escape.slice(1), 16);
  if (/^[xuU]/.test(escape) && escape.length > 1)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  if (/^c[^]/.test(escape)) return String.fromCharCode(escape.charCodeAt(1) & 0x1f);
  return ansiLetters[escape] ?? ('\\\'"?'.includes(escape) ? escape : whole);
}

/** In a script in a script a backslash and what it escapes may come from two pieces of the outer one. */
function keepEscapesWhole(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length < 2 || pieces.every(({ text }) => text?.endsWith('\\') !== true)) return pieces;
  const parts: Piece[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    const isOpen = typeof last?.text === 'string' && /(?:^|[^\\])(?:\\\\)*\\$/.test(last.text);
    if (isOpen) parts[parts.length - 1] = mergePieces([last, piece], last);
    else parts.push(piece);
  }
  return parts;
}

function mergePieces(pieces: readonly Piece[], first: Piece): Piece {
  const text = pieces.some((piece) => piece.text === null)
    ? null
    : pieces.map((piece) => piece.text).join('');
  const span = pieces.reduce(
    ({ start, end }, piece) => ({
      start: Math.min(start, piece.span.start),
      end: Math.max(end, piece.span.end),
    }),
    first.span,
  );
  return { text, span, verbatim: false };
}

/** Splits a piece at its escapes, so that each remaining run still stands in the file as it is. */
function decode(
  piece: Piece,
  escapes: RegExp,
  replace: (escape: string, whole: string) => string,
): readonly Piece[] {
  if (!piece.text?.includes('\\')) return [piece];
  const { text, span, verbatim } = piece;
  const part = (content: string, from: number, to: number, isVerbatim: boolean): Piece => ({
    text: content,
    span: verbatim ? { start: span.start + from, end: span.start + to } : span,
    verbatim: verbatim && isVerbatim,
  });
  const parts: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(escapes)) {
    if (match.index > from) parts.push(part(text.slice(from, match.index), from, match.index, true));
    const to = match.index + match[0].length;
    parts.push(part(replace(match[1] ?? '', match[0]), match.index, to, false));
    from = to;
  }
  if (from < text.length || parts.length === 0) parts.push(part(text.slice(from), from, text.length, true));
  return parts;
}
