import * as l10n from '@vscode/l10n';
import type { Constant, FieldRef } from './ast';
import type { MatchSymbol } from './fields';
import { symbolNamed } from './fields';
import type { Token } from './lexer';
import { shorten } from './lexer';
import type { Place, PlacedConstants, PlacedField } from './rules';
import { nounOf, typeOf } from './rules';
import type { Refusal, TokenReader } from './tokenReader';

/** Reads a field or predicate, with the bits selected of it. */
export function readField(reader: TokenReader): PlacedField {
  const token = reader.peek();
  if (token.kind !== 'identifier') throw reader.expected(l10n.t('the name of a field'));
  const symbol = symbolNamed(token.name);
  if (symbol === null) {
    throw reader.refuse(token, l10n.t('"{0}" is no field or predicate that OVN knows.', shorten(token.name)));
  }
  reader.skip();
  const ref = { name: symbol.name, bits: readBits(reader, symbol) };
  return { ref, symbol, ...reader.placeFrom(token) };
}

/** Reads one value, or a set of them in braces. */
export function readConstants(reader: TokenReader): PlacedConstants {
  const open = reader.peek();
  const values: Constant[] = [];
  const places: Place[] = [];
  let known: 'integer' | 'string' | null = null;
  const braces = reader.accept('{');
  do {
    const token = reader.peek();
    const constant = constantOf(token);
    if (constant === null) throw refuseConstant(reader, open, braces && values.length === 0);
    const type = typeOf(constant);
    if (type !== null && known !== null && type !== known) {
      throw reader.refuse(
        token,
        l10n.t('{0} is {1}, but the set began with {2}.', reader.quote(token), nounOf(type), nounOf(known)),
      );
    }
    known ??= type;
    values.push(constant);
    places.push({ start: token.start, end: token.end });
    reader.skip();
    // Commas are optional, between values and after the last.
    if (braces) reader.accept(',');
  } while (braces && !reader.accept('}'));
  return { values, places, braces, ...reader.placeFrom(open) };
}

function readBits(reader: TokenReader, { name, width, level }: MatchSymbol): FieldRef['bits'] {
  const open = reader.peek();
  if (!reader.accept('[')) return null;
  if (width === 0) throw reader.refuse(open, l10n.t('"{0}" is a name and has no bits to select.', name));
  const low = readBit(reader);
  const high = reader.accept('..') ? readBit(reader) : low;
  if (!reader.accept(']')) throw reader.expected('"]"');
  const place = reader.placeFrom(open);
  if (low > high)
    throw reader.refuse(place, l10n.t('The bits {0} to {1} are in the wrong order.', low, high));
  if (high >= width) {
    throw reader.refuse(place, l10n.t('"{0}" has no bit {1}; its bits are 0 to {2}.', name, high, width - 1));
  }
  const whole = low === 0 && high === width - 1;
  if (level === 'nominal' && !whole) {
    throw reader.refuse(
      place,
      l10n.t('"{0}" can only be compared as a whole; its bits cannot be selected.', name),
    );
  }
  return whole ? null : { low, high };
}

function readBit(reader: TokenReader): number {
  const token = reader.peek();
  if (token.kind !== 'integer') throw reader.expected(l10n.t('the number of a bit'));
  const { value, mask, format } = token.constant;
  if (format !== 'decimal' || mask !== null || value > 0x7fffffffn)
    throw reader.expected(l10n.t('the number of a bit'));
  reader.skip();
  return Number(value);
}

function refuseConstant(reader: TokenReader, open: Token, first: boolean): Refusal {
  const token = reader.peek();
  if (open.kind === '{' && token.kind === 'end')
    return reader.refuse(open, l10n.t('This "{" is never closed.'));
  if (first && token.kind === '}') return reader.refuse(token, l10n.t('A set must have at least one value.'));
  if (token.kind !== 'identifier') return reader.expected(l10n.t('a value'));
  const name = shorten(token.name);
  return reader.refuse(
    token,
    l10n.t('A value is expected here; should "{0}" be a name, put it in double quotes.', name),
  );
}

function constantOf(token: Token): Constant | null {
  switch (token.kind) {
    case 'integer':
      return token.constant;
    case 'string':
      return { kind: 'string', value: token.value };
    case 'address-set':
    case 'port-group':
    case 'template':
      return { kind: token.kind, name: token.name };
    default:
      return null;
  }
}
