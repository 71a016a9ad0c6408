import type { CompareExpr, FieldRef, MatchExpr, RelationalOperator } from './ast';
import { rangeAsComparisons, testAsComparison } from './comparisons';
import { ones } from './numbers';
import { printMatch } from './print';
import type { MatchSets, PlainConstant } from './sets';
import { portsOfGroup, resolveConstant } from './sets';
import { bitsOf, expansionOf, prerequisiteOf, symbolOf } from './symbols';

/**
 * Field values of a packet by the names of OVN's symbol table, either of the whole field (`ct_state`) or of a part (`ct.new`,
 * `reg0`): a number, or the name of a port for `inport` and `outport`. What is left out is unknown.
 */
export type PacketFields = Readonly<Record<string, bigint | string | undefined>>;

export interface Evaluation {
  readonly result: 'true' | 'false' | 'unknown';
  /** When the match does not hold: the term that is in the way, in OVN syntax. */
  readonly failing: string | null;
  /** How many terms would have to change for the match to hold; 0 unless it does not. */
  readonly misses: number;
}

const holds: Evaluation = { result: 'true', failing: null, misses: 0 };
const unknown: Evaluation = { result: 'unknown', failing: null, misses: 0 };

/** Whether a match holds for a packet, as far as the packet and the sets are known. */
export function evaluateMatch(expr: MatchExpr, packet: PacketFields, sets?: MatchSets): Evaluation {
  return new Evaluator(packet, sets).evaluate(expr, false);
}

/** Null stands for unknown. */
type Truth = boolean | null;

class Evaluator {
  constructor(
    private readonly packet: PacketFields,
    private readonly sets: MatchSets | undefined,
  ) {}

  evaluate(expr: MatchExpr, negated: boolean): Evaluation {
    switch (expr.kind) {
      case 'and':
      case 'or': {
        const results = expr.operands.map((operand) => this.evaluate(operand, negated));
        return (expr.kind === 'and') !== negated
          ? every(results)
          : some(results, () => textOf(expr, negated));
      }
      case 'not':
        return this.evaluate(expr.operand, !negated);
      default: {
        const truth = this.truth(expr, negated);
        if (truth === null) return unknown;
        return truth ? holds : { result: 'false', failing: textOf(expr, negated), misses: 1 };
      }
    }
  }

  private truth(expr: Exclude<MatchExpr, { kind: 'and' | 'or' | 'not' }>, negated: boolean): Truth {
    switch (expr.kind) {
      case 'boolean':
        return expr.value !== negated;
      case 'test':
        return this.compare(testAsComparison(expr), negated);
      case 'compare':
        return this.compare(expr, negated);
      case 'range':
        return toTruth(this.evaluate(rangeAsComparisons(expr), negated).result);
      case 'resident':
      case 'template':
        return null;
    }
  }

  /** A negation concerns the comparison; the prerequisites must hold all the same. */
  private compare({ field: ref, operator, values }: CompareExpr, negated: boolean): Truth {
    const symbol = symbolOf(ref);
    const member = this.compareWithGroup(ref, operator, values);
    if (member !== null) return member !== negated;
    const resolved = values.map((value) => resolveConstant(value, symbol, this.sets));
    // OVN makes a comparison with nothing a constant, prerequisites and all.
    if (resolved.every((plain) => plain?.length === 0)) return (operator === '!=') !== negated;

    const expansion = expansionOf(symbol);
    const actual = expansion === null ? this.read(ref) : null;
    const predicate = expansion === null ? null : toTruth(this.evaluate(expansion, false).result);
    const terms = resolved.flatMap((plain): readonly Truth[] => {
      if (plain === null) return [null];
      return plain.map((constant) => {
        const term =
          expansion === null
            ? compareValue(actual, ref, operator, constant)
            : comparePredicate(predicate, operator, constant);
        return negated ? not(term) : term;
      });
    });
    const held = (operator === '==') !== negated ? or(terms) : and(terms);
    const prerequisite = prerequisiteOf(symbol);
    return prerequisite === null ? held : and([this.truthOf(prerequisite), held]);
  }

  /** Groups can have thousands of ports, which need not be compared one by one; null for every other comparison. */
  private compareWithGroup(
    ref: FieldRef,
    operator: RelationalOperator,
    [value, ...others]: CompareExpr['values'],
  ): Truth {
    if (value?.kind !== 'port-group' || others.length > 0) return null;
    const port = this.read(ref);
    const members = typeof port === 'string' ? portsOfGroup(value.name, this.sets) : null;
    if (members === null || typeof port !== 'string') return null;
    return members.has(port) === (operator === '==');
  }

  private truthOf(expr: MatchExpr): Truth {
    return toTruth(this.evaluate(expr, false).result);
  }

  /** The bits the reference names, from the packet's value for the symbol or for a field it is part of. */
  private read(ref: FieldRef): bigint | string | null {
    const symbol = symbolOf(ref);
    const own = this.packet[symbol.name];
    if (typeof own === 'string') return own;
    const low = ref.bits?.low ?? 0;
    const width = ref.bits === null ? symbol.width : ref.bits.high - low + 1;
    if (own !== undefined) return (own >> BigInt(low)) & ones(width);
    const bits = bitsOf(ref);
    const whole = this.packet[bits.root.name];
    return typeof whole === 'bigint' ? (whole >> BigInt(bits.low)) & ones(bits.width) : null;
  }
}

function compareValue(
  actual: bigint | string | null,
  ref: FieldRef,
  operator: RelationalOperator,
  constant: PlainConstant,
): Truth {
  if (constant.kind === 'string') {
    if (typeof actual !== 'string') return null;
    return (actual === constant.value) === (operator === '==');
  }
  // OVN keeps those bits of a constant that the field has.
  const all = ones(bitsOf(ref).width);
  const mask = (constant.mask ?? all) & all;
  const value = constant.value & all;
  // Every value, known or not, fits a mask of nothing, and "!=" is the opposite of that.
  if (mask === 0n) return operator === '==';
  if (typeof actual !== 'bigint') return null;
  switch (operator) {
    case '==':
      return (actual & mask) === (value & mask);
    case '!=':
      return (actual & mask) !== (value & mask);
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}

/** OVN looks at the lowest bit of the constant only. */
function comparePredicate(predicate: Truth, operator: RelationalOperator, constant: PlainConstant): Truth {
  const wanted = constant.kind === 'integer' && ((constant.value & 1n) === 1n) === (operator === '==');
  return wanted ? predicate : not(predicate);
}

/** The first operand that is in the way; each of them has to change. */
function every(results: readonly Evaluation[]): Evaluation {
  const failed = results.filter(({ result }) => result === 'false');
  const [first] = failed;
  if (first !== undefined) return { ...first, misses: failed.reduce((sum, { misses }) => sum + misses, 0) };
  return results.some(({ result }) => result === 'unknown') ? unknown : holds;
}

/** What is in the way of the alternative that lacks least; of all of them when they lack the same. */
function some(results: readonly Evaluation[], text: () => string): Evaluation {
  if (results.some(({ result }) => result === 'true')) return holds;
  if (results.some(({ result }) => result === 'unknown')) return unknown;
  const misses = results.reduce((least, result) => Math.min(least, result.misses), Infinity);
  const closest = results.filter((result) => result.misses === misses);
  const [only] = closest;
  return {
    result: 'false',
    failing: closest.length === 1 && only !== undefined ? only.failing : text(),
    misses,
  };
}

function textOf(expr: MatchExpr, negated: boolean): string {
  return printMatch(negated ? { kind: 'not', operand: expr } : expr);
}

function toTruth(result: Evaluation['result']): Truth {
  return result === 'unknown' ? null : result === 'true';
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function and(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(null) ? null : true;
}

function or(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
}
