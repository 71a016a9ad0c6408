import * as l10n from '@vscode/l10n';
import type { IntegerConstant } from './ast';
import { applyMask, readNumber } from './numbers';

const punctuation = [
  '<->',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '..',
  '--',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '!',
  ',',
  ';',
  '=',
  ':',
  '-',
] as const;
export type Punctuation = (typeof punctuation)[number];

/** A piece of a match expression; `start` and `end` are UTF-16 offsets. */
export type Token = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'end' }
  /** What is wrong, as a whole sentence. Always the last token. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'identifier' | 'address-set' | 'port-group' | 'template'; readonly name: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly constant: IntegerConstant }
  | { readonly kind: Punctuation }
);

const blank = /[ \t\n\r\v\f]+/y;
const identifier = /[A-Za-z_][A-Za-z0-9_.]*/y;
const reference = /[$@^][A-Za-z_.][A-Za-z0-9_.]*/y;
/** An address may begin with letters; then hexadecimal digits and a colon follow each other. */
const numberStart = /[0-9]|::|[a-fA-F][0-9a-fA-F]*:/y;
/** Two dots end a number (`0..7`), and so does a colon behind a dot (`10.0.0.1:80`). */
const numberWord = /[A-Za-z0-9:]*(?:\.(?!\.)[A-Za-z0-9]*)*/y;

const references = { $: 'address-set', '@': 'port-group', '^': 'template' } as const;

/** Splits a text into tokens. The last one is `end`, or `error` at the first thing OVN's lexer refuses. */
export function lexMatch(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = skipBlanks(text, at);
    const token = readToken(text, at);
    tokens.push(token);
    if (token.kind === 'end' || token.kind === 'error') return tokens;
    at = token.end;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = matchEnd(blank, text, at) ?? commentEnd(text, at);
    if (end === null) return at;
    at = end;
  }
}

function commentEnd(text: string, at: number): number | null {
  const newline = (): number => {
    const found = text.indexOf('\n', at);
    return found === -1 ? text.length : found;
  };
  if (text.startsWith('//', at)) return newline();
  if (!text.startsWith('/*', at)) return null;
  // OVN lets no such comment run over the end of a line.
  const close = text.slice(at + 2, newline()).indexOf('*/');
  return close === -1 ? null : at + 2 + close + 2;
}

function readToken(text: string, start: number): Token {
  const first = text[start];
  if (first === undefined) return { kind: 'end', start, end: start };
  if (first === '"') return readString(text, start);
  if (matchEnd(numberStart, text, start) !== null) return readInteger(text, start);

  const identifierEnd = matchEnd(identifier, text, start);
  if (identifierEnd !== null) {
    return { kind: 'identifier', name: text.slice(start, identifierEnd), start, end: identifierEnd };
  }
  if (first === '$' || first === '@' || first === '^') {
    const end = matchEnd(reference, text, start);
    if (end === null) return error(start, start + 1, l10n.t('A name must follow "{0}".', first));
    return { kind: references[first], name: text.slice(start + 1, end), start, end };
  }
  const sign = punctuation.find((candidate) => text.startsWith(candidate, start));
  if (sign !== undefined) return { kind: sign, start, end: start + sign.length };
  return readForeign(text, start, first);
}

function readForeign(text: string, start: number, first: string): Token {
  if (text.startsWith('/*', start)) {
    return error(
      start,
      start + 2,
      l10n.t('The comment that begins with "/*" does not end on the same line with "*/".'),
    );
  }
  if (first === '/') {
    return error(
      start,
      start + 1,
      l10n.t('A "/" must follow its value without a blank, or be part of "//" or "/*".'),
    );
  }
  if (first === '&' || first === '|') {
    return error(start, start + 1, l10n.t('A single "{0}" means nothing in a match; write "{0}{0}".', first));
  }
  if (first === '.')
    return error(start, start + 1, l10n.t('A "." must be part of a name, a number or "..".'));
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const shown = /^[\p{Cc}\p{Cf}\p{Cs}\p{Z}]$/u.test(character)
    ? `U+${(text.codePointAt(start) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    : `"${character}"`;
  return error(
    start,
    start + character.length,
    l10n.t('The character {0} cannot stand in a match outside a string.', shown),
  );
}

function readInteger(text: string, start: number): Token {
  const end = matchEnd(numberWord, text, start) ?? start;
  const word = text.slice(start, end);
  const number = readNumber(word);
  if ('wrong' in number) return error(start, end, `"${shorten(word)}" ${number.wrong}.`);
  if (text[end] !== '/') {
    return { kind: 'integer', constant: { kind: 'integer', mask: null, ...number }, start, end };
  }
  const maskEnd = matchEnd(numberWord, text, end + 1) ?? end + 1;
  const maskWord = text.slice(end + 1, maskEnd);
  if (maskWord === '')
    return error(start, end + 1, l10n.t('A mask or prefix length must follow "{0}/".', shorten(word)));
  const mask = readNumber(maskWord);
  if ('wrong' in mask)
    return error(end + 1, maskEnd, l10n.t('The mask "{0}" {1}.', shorten(maskWord), mask.wrong));
  const constant = applyMask(number, mask);
  if (constant === null) {
    return error(
      start,
      maskEnd,
      l10n.t('The mask "{0}" does not fit the value "{1}".', shorten(maskWord), shorten(word)),
    );
  }
  return { kind: 'integer', constant, start, end: maskEnd };
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** A string has JSON's escapes, but may hold control characters as they are. */
function readString(text: string, start: number): Token {
  const pieces: string[] = [];
  let at = start + 1;
  for (;;) {
    const stop = nextOf(text, at);
    if (stop === null) return error(start, text.length, l10n.t('The string has no closing quote.'));
    pieces.push(text.slice(at, stop));
    if (text[stop] === '"') return { kind: 'string', value: pieces.join(''), start, end: stop + 1 };
    const letter = text[stop + 1];
    if (letter === undefined) return error(start, text.length, l10n.t('The string has no closing quote.'));
    if (letter === 'u') {
      const unicode = readUnicodeEscape(text, stop);
      if (unicode === null) {
        return error(
          stop,
          Math.min(stop + 6, text.length),
          l10n.t('The "\\u" escape in the string is malformed.'),
        );
      }
      pieces.push(unicode.character);
      at = unicode.end;
    } else {
      const character = escapes[letter];
      if (character === undefined) {
        return error(stop, stop + 2, l10n.t('"\\{0}" is no escape that OVN knows in a string.', letter));
      }
      pieces.push(character);
      at = stop + 2;
    }
  }
}

/** Where the string ends or escapes something; null when it does neither. */
function nextOf(text: string, from: number): number | null {
  for (let at = from; at < text.length; at++) if (text[at] === '"' || text[at] === '\\') return at;
  return null;
}

function readUnicodeEscape(text: string, start: number): { character: string; end: number } | null {
  const unit = /^\\u([0-9a-fA-F]{4})(?:\\u([0-9a-fA-F]{4}))?/.exec(text.slice(start, start + 12));
  if (unit === null) return null;
  const first = parseInt(unit[1] ?? '', 16);
  const second = parseInt(unit[2] ?? '', 16);
  if (first === 0) return null;
  if (first < 0xd800 || first > 0xdbff) return { character: String.fromCharCode(first), end: start + 6 };
  if (!(second >= 0xdc00 && second <= 0xdfff)) return null;
  return { character: String.fromCharCode(first, second), end: start + 12 };
}

/** At most 60 characters of a piece of text, for a message. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function error(start: number, end: number, message: string): Token {
  return { kind: 'error', message, start, end };
}

/** Where the sticky expression, matched at `at`, ends; null when it does not match there. */
function matchEnd(expression: RegExp, text: string, at: number): number | null {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : null;
}
