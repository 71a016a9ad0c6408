import type { CompareExpr, Constant, FieldRef, MatchExpr, RelationalOperator } from './ast';

/** What a field alone is compared with. */
export const zero: Constant = { kind: 'integer', value: 0n, mask: null, format: 'hexadecimal' };

/** A field alone as the comparison OVN makes of it. */
export function testAsComparison({ field }: Extract<MatchExpr, { kind: 'test' }>): CompareExpr {
  return compare(field, '!=', zero);
}

/** A range as the two comparisons OVN makes of it. */
export function rangeAsComparisons(range: Extract<MatchExpr, { kind: 'range' }>): MatchExpr {
  const low = compare(range.field, range.lowOperator === '<' ? '>' : '>=', range.low);
  const high = compare(range.field, range.highOperator, range.high);
  return { kind: 'and', operands: [low, high] };
}

function compare(field: FieldRef, operator: RelationalOperator, value: Constant): CompareExpr {
  return { kind: 'compare', field, operator, values: [value], braces: false };
}
