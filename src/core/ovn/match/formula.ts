import type { CompareExpr, Constant, FieldRef, MatchExpr, RelationalOperator } from './ast';
import { rangeAsComparisons, testAsComparison } from './comparisons';
import { ones } from './numbers';
import { printConstant, printField } from './print';
import type { MatchSets, PlainConstant } from './sets';
import { resolveConstant } from './sets';
import type { FieldBits } from './symbols';
import { bitsOf, expansionOf, prerequisiteOf, symbolOf } from './symbols';
import type { Range, ValueSet } from './valueSet';
import { complement, describeSet, isEmpty, isEverything, numberSet } from './valueSet';

/**
 * A match down to the ground: predicates expanded, prerequisites written out, negations gone into the sets.
 * Variables are independent of each other as far as the formula knows.
 */
export type Formula =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | Leaf
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Formula[] };

/** The value of a variable lies in a set. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly variable: string;
  readonly set: ValueSet;
}

const always: Formula = { kind: 'boolean', value: true };
const never: Formula = { kind: 'boolean', value: false };

/** Translates a match. Sets that are not known, templates and chassis conditions become variables of their own. */
export function formulaOf(expr: MatchExpr, sets?: MatchSets): Formula {
  return new Translator(sets).translate(expr, false);
}

const inverse = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
} as const satisfies Record<RelationalOperator, RelationalOperator>;

/** Predicates come again and again, most of all as prerequisites; they name no sets, so each is translated once. */
const expanded = new Map<string, Formula>();

class Translator {
  constructor(private readonly sets: MatchSets | undefined) {}

  translate(expr: MatchExpr, negated: boolean): Formula {
    switch (expr.kind) {
      case 'boolean':
        return expr.value !== negated ? always : never;
      case 'and':
      case 'or': {
        const operands = expr.operands.map((operand) => this.translate(operand, negated));
        return { kind: (expr.kind === 'and') !== negated ? 'and' : 'or', operands };
      }
      case 'not':
        return this.translate(expr.operand, !negated);
      case 'test':
        return this.compare(testAsComparison(expr), negated);
      case 'compare':
        return this.compare(expr, negated);
      case 'range':
        return this.translate(rangeAsComparisons(expr), negated);
      case 'resident':
        return opaque(`is_chassis_resident(${JSON.stringify(expr.port)})`, negated);
      case 'template':
        return opaque(`^${expr.name}`, negated);
    }
  }

  /**
   * A negation goes into the comparison before OVN adds prerequisites: `!(tcp.dst == 80)` is `tcp.dst != 80` and still asks
   * for TCP. Only a predicate is negated with all that it stands for.
   */
  private compare({ field: ref, operator, values }: CompareExpr, negated: boolean): Formula {
    const symbol = symbolOf(ref);
    const expansion = expansionOf(symbol);
    const resolved = values.map((value) => resolveConstant(value, symbol, this.sets));
    // OVN makes a comparison with nothing a constant, prerequisites and all.
    if (resolved.every((plain) => plain?.length === 0))
      return (operator === '!=') !== negated ? always : never;

    const effective = negated ? inverse[operator] : operator;
    const terms = values.flatMap((value, i): readonly Formula[] => {
      const plain = resolved[i] ?? null;
      if (plain === null) return [opaqueComparison(ref, operator, value, negated)];
      return plain.map((constant) =>
        expansion === null
          ? compareField(bitsOf(ref), effective, constant)
          : this.predicate(symbol.name, expansion, isPositive(constant) === (effective === '==')),
      );
    });
    const holds: Formula = { kind: (operator === '==') !== negated ? 'or' : 'and', operands: terms };
    const prerequisite = prerequisiteOf(symbol);
    if (prerequisite === null) return holds;
    return { kind: 'and', operands: [holds, this.translate(prerequisite, false)] };
  }

  private predicate(name: string, expansion: MatchExpr, positive: boolean): Formula {
    const known = expanded.get(name);
    const formula = known ?? this.translate(expansion, false);
    if (known === undefined) expanded.set(name, formula);
    return positive ? formula : negate(formula);
  }
}

/** OVN looks at the lowest bit only, whatever the mask. */
function isPositive(constant: PlainConstant): boolean {
  return constant.kind === 'integer' && (constant.value & 1n) === 1n;
}

function compareField(bits: FieldBits, operator: RelationalOperator, constant: PlainConstant): Formula {
  if (constant.kind === 'string') {
    const set: ValueSet = { kind: 'names', names: new Set([constant.value]), excluded: operator === '!=' };
    return { kind: 'leaf', variable: bits.root.name, set };
  }
  const all = ones(bits.width);
  const value = constant.value & all;
  const mask = (constant.mask ?? all) & all;
  switch (operator) {
    case '==':
      return compareMasked(bits, value, mask);
    case '!=':
      return negate(compareMasked(bits, value, mask));
    case '<':
      return leafOf(bits, [[0n, value - 1n]]);
    case '<=':
      return leafOf(bits, [[0n, value]]);
    case '>':
      return leafOf(bits, [[value + 1n, all]]);
    case '>=':
      return leafOf(bits, [[value, all]]);
  }
}

/** One leaf for each run of ones in the mask. */
function compareMasked(bits: FieldBits, value: bigint, mask: bigint): Formula {
  const operands: Formula[] = [];
  for (let low = 0, end = 0; low < bits.width; low = end + 1) {
    while (low < bits.width && !hasBit(mask, low)) low++;
    end = low;
    while (end < bits.width && hasBit(mask, end)) end++;
    if (end === low) break;
    const part = (value >> BigInt(low)) & ones(end - low);
    operands.push(leafOf({ root: bits.root, low: bits.low + low, width: end - low }, [[part, part]]));
  }
  return { kind: 'and', operands };
}

function hasBit(mask: bigint, bit: number): boolean {
  return ((mask >> BigInt(bit)) & 1n) === 1n;
}

/**
 * A condition on some bits as one on all bits from 0 to the highest of them, which makes a prefix a range of the whole
 * field; and on no higher bit than matters.
 */
function leafOf(bits: FieldBits, ranges: readonly Range[]): Formula {
  const shift = BigInt(bits.low);
  const top = bits.low + bits.width;
  const set = numberSet(
    1n << BigInt(top),
    ranges.map(([low, high]): Range => [low << shift, ((high + 1n) << shift) - 1n]),
  );
  if (isEmpty(set)) return never;
  if (isEverything(set)) return always;
  const variable = top === bits.root.width ? bits.root.name : `${bits.root.name}[0..${top - 1}]`;
  return { kind: 'leaf', variable, set };
}

function opaque(variable: string, negated: boolean): Formula {
  const wanted = negated ? 0n : 1n;
  return { kind: 'leaf', variable, set: numberSet(2n, [[wanted, wanted]]) };
}

function opaqueComparison(
  ref: FieldRef,
  operator: RelationalOperator,
  value: Constant,
  negated: boolean,
): Formula {
  const turned = operator === '!=';
  const variable = `${printField(ref)} ${turned ? '==' : operator} ${printConstant(value)}`;
  return opaque(variable, negated !== turned);
}

export function negate(formula: Formula): Formula {
  switch (formula.kind) {
    case 'boolean':
      return formula.value ? never : always;
    case 'leaf':
      return { ...formula, set: complement(formula.set) };
    case 'and':
    case 'or':
      return { kind: formula.kind === 'and' ? 'or' : 'and', operands: formula.operands.map(negate) };
  }
}

const texts = new WeakMap<Formula, string>();

/** The same text for the same formula, whatever the order of its operands. */
export function describeFormula(formula: Formula): string {
  const known = texts.get(formula);
  if (known !== undefined) return known;
  const text = describe(formula);
  texts.set(formula, text);
  return text;
}

function describe(formula: Formula): string {
  switch (formula.kind) {
    case 'boolean':
      return formula.value ? '1' : '0';
    case 'leaf':
      return `${formula.variable} in ${describeSet(formula.set)}`;
    case 'and':
    case 'or': {
      const operands = new Set(formula.operands.map(describeFormula));
      return `(${[...operands].sort().join(formula.kind === 'and' ? ' & ' : ' | ')})`;
    }
  }
}
