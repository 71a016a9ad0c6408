import type { Constant, FieldRef, MatchError, MatchExpr, ParsedMatch, RelationalOperator } from './ast';
import type { MatchSymbol } from './fields';
import { symbolNamed } from './fields';
import type { Token } from './lexer';
import { lexMatch, shorten } from './lexer';
import type { Place, PlacedConstants, PlacedField } from './rules';
import { nouns, objectionTo, objectionToNegation, quote, typeOf } from './rules';

/** OVN's own limit (MAX_PAREN_DEPTH in lib/expr.c); it also bounds every recursion over a parsed match. */
const maxParenthesisDepth = 100;

/**
 * Reads a match expression and accepts what OVN's `expr_parse` accepts. Two things OVN can only decide with the database at
 * hand: whether a `$set` or `@group` exists and fits its field, and what a `^template` stands for; both are taken on trust.
 */
export function parseMatch(text: string): ParsedMatch {
  try {
    return { ok: true, expr: new MatchParser(text).parse() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error };
    throw error;
  }
}

/** Why OVN cannot read a match, null when it can. */
export function matchErrorOf(text: string): MatchError | null {
  const parsed = parseMatch(text);
  return parsed.ok ? null : parsed.error;
}

class Refusal extends Error {
  constructor(readonly error: MatchError) {
    super(error.message);
  }
}

/** An expression, and whether a `!` may stand right before it. */
interface Term {
  readonly expr: MatchExpr;
  readonly atomic: boolean;
}

const turned = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
} as const satisfies Record<RelationalOperator, RelationalOperator>;

/** Recursive descent; its depth is bounded by that of the parentheses. */
class MatchParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;
  private negated = false;

  constructor(private readonly text: string) {
    this.tokens = lexMatch(text);
  }

  parse(): MatchExpr {
    const first = this.peek();
    if (first.kind === 'end') throw this.refuse(first, 'The match is empty; write 1 to match every packet.');
    const expr = this.parseChain();
    const last = this.peek();
    if (last.kind === ')') throw this.refuse(last, 'This ")" closes nothing.');
    if (last.kind !== 'end') throw this.expected('the end of the match, "&&" or "||"');
    return expr;
  }

  private parseChain(): MatchExpr {
    const first = this.parseNegation();
    const sign = this.peek().kind;
    if (sign !== '&&' && sign !== '||') return first;
    const operands = [first];
    while (this.accept(sign)) operands.push(this.parseNegation());
    const next = this.peek();
    if (next.kind === '&&' || next.kind === '||') {
      throw this.refuse(
        next,
        'Where "&&" and "||" stand side by side, parentheses must say what belongs together.',
      );
    }
    return { kind: sign === '&&' ? 'and' : 'or', operands };
  }

  private parseNegation(): MatchExpr {
    const sign = this.peek();
    if (!this.accept('!')) return this.parseTerm().expr;
    const next = this.peek();
    if (next.kind === '!') {
      throw this.refuse(next, 'A second "!" needs parentheses around what the first one negates: "!(!...)".');
    }
    this.negated = !this.negated;
    const { expr, atomic } = this.parseTerm();
    this.negated = !this.negated;
    if (!atomic) {
      const operand = this.placeFrom(next);
      throw this.refuse(
        { start: sign.start, end: operand.end },
        `The "!" needs parentheses around what it negates, here around ${quote(this.text, operand)}.`,
      );
    }
    return { kind: 'not', operand: expr };
  }

  private parseTerm(): Term {
    const token = this.peek();
    if (this.accept('(')) return { expr: this.parseParenthesis(token), atomic: true };
    if (token.kind !== 'identifier') return this.parseConstantTerm();
    if (this.tokens[this.position + 1]?.kind !== '(') return this.parseFieldTerm();
    return { expr: this.parseFunction(token, token.name), atomic: true };
  }

  private parseParenthesis(open: Token): MatchExpr {
    if (this.depth >= maxParenthesisDepth) {
      throw this.refuse(
        open,
        `The parentheses are nested more than ${maxParenthesisDepth} deep, which is OVN's limit.`,
      );
    }
    this.depth++;
    const expr = this.parseChain();
    this.depth--;
    if (this.peek().kind === 'end') throw this.refuse(open, 'This "(" is never closed.');
    if (!this.accept(')')) throw this.expected('")", "&&" or "||"');
    return expr;
  }

  private parseFunction(token: Token, name: string): MatchExpr {
    if (name !== 'is_chassis_resident') {
      throw this.refuse(
        token,
        `"${shorten(name)}" is no function; the only one is is_chassis_resident("PORT").`,
      );
    }
    this.position += 2;
    const port = this.peek();
    if (port.kind !== 'string') throw this.expected('the name of a port in double quotes');
    this.position++;
    if (!this.accept(')')) throw this.expected('")"');
    return { kind: 'resident', port: port.value };
  }

  private parseFieldTerm(): Term {
    const field = this.parseField();
    const operator = this.acceptOperator();
    if (operator !== null) return this.compare(field, operator, this.parseConstants());

    const next = this.peek();
    if (next.kind === '=') throw this.refuse(next, 'A single "=" is no comparison; write "==".');
    const { name, width } = field.symbol;
    if (width === 0) throw this.refuse(field, `"${name}" needs a comparison, such as ${name} == "PORT".`);
    const bits = field.ref.bits === null ? width : field.ref.bits.high - field.ref.bits.low + 1;
    if (bits > 1 && !this.negated) {
      throw this.refuse(
        field,
        `${quote(this.text, field)} has ${bits} bits and needs a comparison, such as "!= 0"; only a single bit can stand alone.`,
      );
    }
    // Alone, a field means "!= 0".
    this.assertFine(objectionToNegation(field, '!=', [zero], this.negated));
    return { expr: { kind: 'test', field: field.ref }, atomic: true };
  }

  private parseConstantTerm(): Term {
    const first = this.parseConstants();
    const operator = this.acceptOperator();
    if (operator === null) return this.constantAlone(first);
    const field = this.parseField();
    const second = this.acceptOperator();
    if (second === null) return this.compare(field, turned[operator], first);
    return this.range(field, first, operator, second, this.parseConstants());
  }

  private constantAlone(constants: PlacedConstants): Term {
    const value = constants.braces ? undefined : constants.values[0];
    if (value?.kind === 'template') return { expr: value, atomic: true };
    if (value?.kind === 'integer' && value.format === 'decimal' && value.mask === null && value.value <= 1n) {
      return { expr: { kind: 'boolean', value: value.value === 1n }, atomic: true };
    }
    throw this.expected(`a comparison with ${quote(this.text, constants)}`);
  }

  private compare(field: PlacedField, operator: RelationalOperator, constants: PlacedConstants): Term {
    const { text, negated } = this;
    this.assertFine(objectionTo({ text, field, operator, constants, negated }));
    const { values, braces } = constants;
    return { expr: { kind: 'compare', field: field.ref, operator, values, braces }, atomic: false };
  }

  private range(
    field: PlacedField,
    first: PlacedConstants,
    firstOperator: RelationalOperator,
    lastOperator: RelationalOperator,
    last: PlacedConstants,
  ): Term {
    const { text, negated } = this;
    const upward = isLess(firstOperator) && isLess(lastOperator);
    if (!upward && !(isLess(turned[firstOperator]) && isLess(turned[lastOperator]))) {
      throw this.refuse(
        { start: first.start, end: last.end },
        'A range must have the form "x < field < y" or "x > field > y"; each sign may also be "<=" or ">=".',
      );
    }
    this.assertFine(objectionTo({ text, field, operator: turned[firstOperator], constants: first, negated }));
    this.assertFine(objectionTo({ text, field, operator: lastOperator, constants: last, negated }));
    const [low, high] = upward ? [first, last] : [last, first];
    const [lowOperator, highOperator] = upward
      ? [firstOperator, lastOperator]
      : [lastOperator, firstOperator];
    const strict = (operator: RelationalOperator): boolean => operator === '<' || operator === '>';
    return {
      expr: {
        kind: 'range',
        field: field.ref,
        low: onlyValue(low),
        lowOperator: strict(lowOperator) ? '<' : '<=',
        high: onlyValue(high),
        highOperator: strict(highOperator) ? '<' : '<=',
      },
      atomic: false,
    };
  }

  private parseField(): PlacedField {
    const token = this.peek();
    if (token.kind !== 'identifier') throw this.expected('the name of a field');
    const symbol = symbolNamed(token.name);
    if (symbol === null) {
      throw this.refuse(token, `"${shorten(token.name)}" is no field or predicate that OVN knows.`);
    }
    this.position++;
    const ref = { name: symbol.name, bits: this.parseBits(symbol) };
    return { ref, symbol, ...this.placeFrom(token) };
  }

  private parseBits(symbol: MatchSymbol): FieldRef['bits'] {
    const open = this.peek();
    if (!this.accept('[')) return null;
    const { name, width, level } = symbol;
    if (width === 0) throw this.refuse(open, `"${name}" is a name and has no bits to select.`);
    const low = this.parseBit();
    const high = this.accept('..') ? this.parseBit() : low;
    if (!this.accept(']')) throw this.expected('"]"');
    const place = this.placeFrom(open);
    if (low > high) throw this.refuse(place, `The bits ${low} to ${high} are in the wrong order.`);
    if (high >= width) {
      throw this.refuse(place, `"${name}" has no bit ${high}; its bits are 0 to ${width - 1}.`);
    }
    const whole = low === 0 && high === width - 1;
    if (level === 'nominal' && !whole) {
      throw this.refuse(place, `"${name}" can only be compared as a whole; its bits cannot be selected.`);
    }
    return whole ? null : { low, high };
  }

  private parseBit(): number {
    const token = this.peek();
    if (token.kind !== 'integer') throw this.expected('the number of a bit');
    const { value, mask, format } = token.constant;
    if (format !== 'decimal' || mask !== null || value > 0x7fffffffn)
      throw this.expected('the number of a bit');
    this.position++;
    return Number(value);
  }

  private parseConstants(): PlacedConstants {
    const open = this.peek();
    const values: Constant[] = [];
    const places: Place[] = [];
    let known: 'integer' | 'string' | null = null;
    const braces = this.accept('{');
    do {
      const token = this.peek();
      const constant = constantOf(token);
      if (constant === null) throw this.expectedConstant(open, braces && values.length === 0);
      const type = typeOf(constant);
      if (type !== null && known !== null && type !== known) {
        throw this.refuse(
          token,
          `${quote(this.text, token)} is ${nouns[type]}, but the set began with ${nouns[known]}.`,
        );
      }
      known ??= type;
      values.push(constant);
      places.push({ start: token.start, end: token.end });
      this.position++;
      // Commas are optional, between values and after the last.
      if (braces) this.accept(',');
    } while (braces && !this.accept('}'));
    return { values, places, braces, ...this.placeFrom(open) };
  }

  private expectedConstant(open: Token, first: boolean): Refusal {
    const token = this.peek();
    if (open.kind === '{' && token.kind === 'end') return this.refuse(open, 'This "{" is never closed.');
    if (first && token.kind === '}') return this.refuse(token, 'A set must have at least one value.');
    if (token.kind !== 'identifier') return this.expected('a value');
    const name = shorten(token.name);
    return this.refuse(
      token,
      `A value is expected here; should "${name}" be a name, put it in double quotes.`,
    );
  }

  private peek(): Token {
    const token = this.tokens[this.position];
    if (token === undefined) throw new Error('read past the last token');
    return token;
  }

  private accept(kind: Exclude<Token['kind'], 'end' | 'error'>): boolean {
    if (this.peek().kind !== kind) return false;
    this.position++;
    return true;
  }

  private acceptOperator(): RelationalOperator | null {
    const { kind } = this.peek();
    if (!isRelational(kind)) return null;
    this.position++;
    return kind;
  }

  /** From the start of a token to the end of the last one taken. */
  private placeFrom({ start, end }: Token): Place {
    return { start, end: this.tokens[this.position - 1]?.end ?? end };
  }

  private expected(what: string): Refusal {
    const token = this.peek();
    if (token.kind === 'end') return this.refuse(token, `The match ends where ${what} is expected.`);
    return this.refuse(token, `${quote(this.text, token)} stands where ${what} is expected.`);
  }

  /** What the lexer refused comes first: everything else said about that place would mislead. */
  private refuse({ start, end }: Place, message: string): Refusal {
    const token = this.peek();
    if (token.kind === 'error')
      return new Refusal({ message: token.message, start: token.start, end: token.end });
    return new Refusal({ message, start, end });
  }

  private assertFine(objection: MatchError | null): void {
    if (objection !== null) throw this.refuse(objection, objection.message);
  }
}

const zero: Constant = { kind: 'integer', value: 0n, mask: null, format: 'hexadecimal' };

function isRelational(kind: string): kind is RelationalOperator {
  return Object.hasOwn(turned, kind);
}

function isLess(operator: RelationalOperator): boolean {
  return operator === '<' || operator === '<=';
}

/** The end of a range: more than one value was refused before, for sets have no order. */
function onlyValue({ values }: PlacedConstants): Constant {
  const [value] = values;
  if (value === undefined) throw new Error('a comparison without a value');
  return value;
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
