import type { MatchExpr } from './ast';
import { describeFormula, formulaOf } from './formula';
import type { MatchSets } from './sets';
import { simplify } from './simplify';

/**
 * A text that is the same for two matches only if they match the same packets, whatever the order, nesting, spelling of
 * numbers, sets and ranges, or implied prerequisites. The reverse does not hold: some equal matches get different texts.
 * With `sets`, address sets and port groups stand for their members, else for themselves.
 */
export function canonicalMatch(expr: MatchExpr, sets?: MatchSets): string {
  const formula = formulaOf(expr, sets);
  const simple = simplify(formula);
  // A tangle beyond the budget keeps its structure; the mark keeps it apart from simplified ones.
  return simple === null ? `~${describeFormula(formula)}` : describeFormula(simple);
}

/** Whether no packet at all can fit the match. False also where that would take too long to find out. */
export function isContradiction(expr: MatchExpr, sets?: MatchSets): boolean {
  const simple = simplify(formulaOf(expr, sets));
  return simple?.kind === 'boolean' && !simple.value;
}
