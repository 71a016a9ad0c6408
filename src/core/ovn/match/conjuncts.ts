import type { MatchExpr } from './ast';
import { lexMatch } from './lexer';
import { matchErrorOf, parseMatch } from './parser';
import type { Place } from './rules';

/** One of the conditions that a match asks for all at once, as offsets into its text. */
export interface Conjunct extends Place {
  /** Null where OVN cannot read it. */
  readonly expr: MatchExpr | null;
}

/**
 * The conditions that stand side by side in a match, joined by `&&` outside of all parentheses, each read by itself: what can be
 * told of a match that OVN refuses as a whole. Beside a `||` they are taken as they were meant: `a && b || c` as `a && (b || c)`.
 */
export function conjunctsOf(text: string): readonly Conjunct[] {
  const wrong = matchErrorOf(text)?.start ?? -1;
  return splitAtAnd(text).map((place) => {
    const isWrong = wrong >= place.start && wrong <= place.end;
    const parsed = isWrong ? null : parseMatch(text.slice(place.start, place.end));
    return { ...place, expr: parsed?.ok === true ? parsed.expr : null };
  });
}

function splitAtAnd(text: string): readonly Place[] {
  const places: Place[] = [];
  let start = 0;
  let depth = 0;
  for (const token of lexMatch(text)) {
    if (token.kind === '(') depth++;
    else if (token.kind === ')') depth--;
    else if (token.kind === '&&' && depth === 0) {
      places.push({ start, end: token.start });
      start = token.end;
    }
  }
  return [...places, { start, end: text.length }];
}
