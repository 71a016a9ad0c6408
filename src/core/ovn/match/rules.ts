import * as l10n from '@vscode/l10n';
import type { Constant, FieldRef, MatchError, RelationalOperator } from './ast';
import type { MatchSymbol } from './fields';
import { shorten } from './lexer';
import { constantWidth } from './numbers';

/** Where something stands in the text, in UTF-16 offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface PlacedField extends Place {
  readonly ref: FieldRef;
  readonly symbol: MatchSymbol;
}

/** One value, or a set of them in braces. */
export interface PlacedConstants extends Place {
  readonly values: readonly Constant[];
  readonly places: readonly Place[];
  readonly braces: boolean;
}

export interface Comparison {
  readonly text: string;
  readonly field: PlacedField;
  readonly operator: RelationalOperator;
  readonly constants: PlacedConstants;
  /** An odd number of `!` stands around: what counts as a positive test turns round. */
  readonly negated: boolean;
}

/** What OVN objects to once field, operator and values are known (`make_cmp` in lib/expr.c); null when nothing. */
export function objectionTo(comparison: Comparison): MatchError | null {
  return (
    objectionToTypes(comparison) ??
    objectionToOrder(comparison) ??
    objectionToNegation(
      comparison.field,
      comparison.operator,
      comparison.constants.values,
      comparison.negated,
    )
  );
}

function objectionToTypes({ text, field, constants }: Comparison): MatchError | null {
  const { symbol } = field;
  const wanted = symbol.width === 0 ? 'string' : 'integer';
  for (const [i, value] of constants.values.entries()) {
    const place = constants.places[i] ?? constants;
    const type = typeOf(value);
    if (type !== null && type !== wanted) {
      return at(
        place,
        wanted === 'string'
          ? l10n.t(
              '{0} is {1}, but "{2}" is compared with a port name in double quotes or a port group.',
              quote(text, place),
              nounOf(type),
              symbol.name,
            )
          : l10n.t(
              '{0} is {1}, but "{2}" is compared with a number or an address.',
              quote(text, place),
              nounOf(type),
              symbol.name,
            ),
      );
    }
    const width = value.kind === 'integer' ? constantWidth(value) : 0;
    if (width > symbol.width) {
      return at(
        place,
        l10n.t(
          '{0} needs {1} bits, but "{2}" has only {3}.',
          quote(text, place),
          width,
          symbol.name,
          symbol.width,
        ),
      );
    }
  }
  return null;
}

function objectionToOrder({ text, field, operator, constants }: Comparison): MatchError | null {
  if (operator === '==' || operator === '!=') return null;
  const { symbol } = field;
  if (constants.braces) {
    return at(constants, l10n.t('A set can only be compared with == and !=, not with {0}.', operator));
  }
  if (symbol.level !== 'ordinal') {
    return at(
      field,
      l10n.t('"{0}" can only be compared with == and !=, not with {1}.', symbol.name, operator),
    );
  }
  const value = constants.values[0];
  if (value?.kind !== 'integer' || value.mask === null) return null;
  return at(
    constants,
    l10n.t(
      '{0} has a mask and can only be compared with == and !=. To compare some of the bits, select them, as in {1}[0..7].',
      quote(text, constants),
      symbol.name,
    ),
  );
}

/** A nominal field or predicate may only be asked whether it is so, the enclosing `!` counted in. */
export function objectionToNegation(
  field: PlacedField,
  operator: RelationalOperator,
  values: readonly Constant[],
  negated: boolean,
): MatchError | null {
  const { name, level, expansion } = field.symbol;
  if (level !== 'nominal') return null;
  const inverted = (operator === '!=') !== negated;
  if (expansion === null) {
    if (!inverted) return null;
    return at(
      field,
      l10n.t(
        '"{0}" may only be tested for equality: OVN cannot match "everything but" here, whether by "!=" or by a "!" around it.',
        name,
      ),
    );
  }
  const refused = values.some(
    (value) => value.kind === 'integer' && ((value.value & 1n) === 1n) === inverted,
  );
  if (!refused) return null;
  return at(
    field,
    l10n.t('"{0}" may only be tested positively: OVN takes "{0}", but neither "!{0}" nor "{0} == 0".', name),
  );
}

/** Which of OVN's two types a value has; null for a template, which can stand for either. */
export function typeOf(constant: Constant): 'integer' | 'string' | null {
  switch (constant.kind) {
    case 'integer':
    case 'address-set':
      return 'integer';
    case 'string':
    case 'port-group':
      return 'string';
    case 'template':
      return null;
  }
}

export function nounOf(type: 'integer' | 'string'): string {
  return type === 'integer' ? l10n.t('a number or an address') : l10n.t('a name');
}

/** The piece of text, cut to a readable length, in quotes. */
export function quote(text: string, { start, end }: Place): string {
  const piece = shorten(text.slice(start, end).trim());
  return piece.startsWith('"') ? piece : `"${piece}"`;
}

function at({ start, end }: Place, message: string): MatchError {
  return { message, start, end };
}
