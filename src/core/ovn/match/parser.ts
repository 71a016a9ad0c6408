import * as l10n from '@vscode/l10n';
import type { Constant, MatchError, MatchExpr, ParsedMatch, RelationalOperator } from './ast';
import type { Token } from './lexer';
import { shorten } from './lexer';
import { zero } from './comparisons';
import { readConstants, readField } from './operands';
import type { PlacedConstants, PlacedField } from './rules';
import { objectionTo, objectionToNegation } from './rules';
import { Refusal, TokenReader, turned } from './tokenReader';

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

/** An expression, and whether a `!` may stand right before it. */
interface Term {
  readonly expr: MatchExpr;
  readonly atomic: boolean;
}

/** Recursive descent; its depth is bounded by that of the parentheses. */
class MatchParser {
  private readonly reader: TokenReader;
  private depth = 0;
  private negated = false;

  constructor(private readonly text: string) {
    this.reader = new TokenReader(text);
  }

  parse(): MatchExpr {
    const first = this.reader.peek();
    if (first.kind === 'end')
      throw this.reader.refuse(first, l10n.t('The match is empty; write 1 to match every packet.'));
    const expr = this.parseChain();
    const last = this.reader.peek();
    if (last.kind === ')') throw this.reader.refuse(last, l10n.t('This ")" closes nothing.'));
    if (last.kind !== 'end') throw this.reader.expected(l10n.t('the end of the match, "&&" or "||"'));
    return expr;
  }

  private parseChain(): MatchExpr {
    const first = this.parseNegation();
    const sign = this.reader.peek().kind;
    if (sign !== '&&' && sign !== '||') return first;
    const operands = [first];
    while (this.reader.accept(sign)) operands.push(this.parseNegation());
    const next = this.reader.peek();
    if (next.kind === '&&' || next.kind === '||') {
      throw this.reader.refuse(
        next,
        l10n.t('Where "&&" and "||" stand side by side, parentheses must say what belongs together.'),
      );
    }
    return { kind: sign === '&&' ? 'and' : 'or', operands };
  }

  private parseNegation(): MatchExpr {
    const sign = this.reader.peek();
    if (!this.reader.accept('!')) return this.parseTerm().expr;
    const next = this.reader.peek();
    if (next.kind === '!') {
      throw this.reader.refuse(
        next,
        l10n.t('A second "!" needs parentheses around what the first one negates: "!(!...)".'),
      );
    }
    this.negated = !this.negated;
    const { expr, atomic } = this.parseTerm();
    this.negated = !this.negated;
    if (!atomic) {
      const operand = this.reader.placeFrom(next);
      throw this.reader.refuse(
        { start: sign.start, end: operand.end },
        l10n.t(
          'The "!" needs parentheses around what it negates, here around {0}.',
          this.reader.quote(operand),
        ),
      );
    }
    return { kind: 'not', operand: expr };
  }

  private parseTerm(): Term {
    const token = this.reader.peek();
    if (this.reader.accept('(')) return { expr: this.parseParenthesis(token), atomic: true };
    if (token.kind !== 'identifier') return this.parseConstantTerm();
    if (!this.reader.isFollowedBy('(')) return this.parseFieldTerm();
    return { expr: this.parseFunction(token, token.name), atomic: true };
  }

  private parseParenthesis(open: Token): MatchExpr {
    if (this.depth >= maxParenthesisDepth) {
      throw this.reader.refuse(
        open,
        l10n.t("The parentheses are nested more than {0} deep, which is OVN's limit.", maxParenthesisDepth),
      );
    }
    this.depth++;
    const expr = this.parseChain();
    this.depth--;
    if (this.reader.peek().kind === 'end')
      throw this.reader.refuse(open, l10n.t('This "(" is never closed.'));
    if (!this.reader.accept(')')) throw this.reader.expected('")", "&&" or "||"');
    return expr;
  }

  private parseFunction(token: Token, name: string): MatchExpr {
    if (name !== 'is_chassis_resident') {
      throw this.reader.refuse(
        token,
        l10n.t('"{0}" is no function; the only one is is_chassis_resident("PORT").', shorten(name)),
      );
    }
    this.reader.skip();
    this.reader.skip();
    const port = this.reader.peek();
    if (port.kind !== 'string') throw this.reader.expected(l10n.t('the name of a port in double quotes'));
    this.reader.skip();
    if (!this.reader.accept(')')) throw this.reader.expected('")"');
    return { kind: 'resident', port: port.value };
  }

  private parseFieldTerm(): Term {
    const field = readField(this.reader);
    const operator = this.reader.acceptOperator();
    if (operator !== null) return this.compare(field, operator, readConstants(this.reader));

    const next = this.reader.peek();
    if (next.kind === '=')
      throw this.reader.refuse(next, l10n.t('A single "=" is no comparison; write "==".'));
    const { name, width } = field.symbol;
    if (width === 0)
      throw this.reader.refuse(field, l10n.t('"{0}" needs a comparison, such as {0} == "PORT".', name));
    const bits = field.ref.bits === null ? width : field.ref.bits.high - field.ref.bits.low + 1;
    if (bits > 1 && !this.negated) {
      throw this.reader.refuse(
        field,
        l10n.t(
          '{0} has {1} bits and needs a comparison, such as "!= 0"; only a single bit can stand alone.',
          this.reader.quote(field),
          bits,
        ),
      );
    }
    // Alone, a field means "!= 0".
    this.assertFine(objectionToNegation(field, '!=', [zero], this.negated));
    return { expr: { kind: 'test', field: field.ref }, atomic: true };
  }

  private parseConstantTerm(): Term {
    const first = readConstants(this.reader);
    const operator = this.reader.acceptOperator();
    if (operator === null) return this.constantAlone(first);
    const field = readField(this.reader);
    const second = this.reader.acceptOperator();
    if (second === null) return this.compare(field, turned[operator], first);
    return this.range(field, first, operator, second, readConstants(this.reader));
  }

  private constantAlone(constants: PlacedConstants): Term {
    const value = constants.braces ? undefined : constants.values[0];
    if (value?.kind === 'template') return { expr: value, atomic: true };
    if (value?.kind === 'integer' && value.format === 'decimal' && value.mask === null && value.value <= 1n) {
      return { expr: { kind: 'boolean', value: value.value === 1n }, atomic: true };
    }
    throw this.reader.expected(l10n.t('a comparison with {0}', this.reader.quote(constants)));
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
      throw this.reader.refuse(
        { start: first.start, end: last.end },
        l10n.t(
          'A range must have the form "x < field < y" or "x > field > y"; each sign may also be "<=" or ">=".',
        ),
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

  private assertFine(objection: MatchError | null): void {
    if (objection !== null) throw this.reader.refuse(objection, objection.message);
  }
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
