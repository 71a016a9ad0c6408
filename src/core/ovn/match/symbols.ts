import type { FieldRef, MatchExpr } from './ast';
import type { MatchSymbol } from './fields';
import { symbolNamed } from './fields';
import { parseMatch } from './parser';

/** The bits of a real field for which a reference stands. */
export interface FieldBits {
  readonly root: MatchSymbol;
  readonly low: number;
  readonly width: number;
}

/** The symbol a reference of a parsed match names. */
export function symbolOf(ref: FieldRef): MatchSymbol {
  const symbol = symbolNamed(ref.name);
  if (symbol === null) throw new Error(`no symbol is named ${ref.name}`);
  return symbol;
}

/** Follows subfields such as `reg0` or `ct.new` to the field they are part of. */
export function bitsOf(ref: FieldRef): FieldBits {
  let root = symbolOf(ref);
  let low = ref.bits?.low ?? 0;
  const width = ref.bits === null ? root.width : ref.bits.high - low + 1;
  while (root.parent !== null) {
    low += root.parent.low;
    root = symbolOf({ name: root.parent.name, bits: null });
  }
  return { root, low, width };
}

/** What must hold for the field to be there at all; null for fields that always are. */
export function prerequisiteOf(symbol: MatchSymbol): MatchExpr | null {
  return symbol.prerequisite === null
    ? null
    : { kind: 'test', field: { name: symbol.prerequisite, bits: null } };
}

const expansions = new Map<string, MatchExpr>();

/** The expression for which a predicate stands; null for a field. */
export function expansionOf(symbol: MatchSymbol): MatchExpr | null {
  if (symbol.expansion === null) return null;
  const known = expansions.get(symbol.name);
  if (known !== undefined) return known;
  const parsed = parseMatch(symbol.expansion);
  if (!parsed.ok) throw new Error(`the expansion of ${symbol.name} is wrong: ${parsed.error.message}`);
  expansions.set(symbol.name, parsed.expr);
  return parsed.expr;
}
