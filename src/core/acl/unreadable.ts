import type { Constant, MatchExpr } from '../ovn/match/ast';
import { resolveConstant, type MatchSets } from '../ovn/match/sets';
import { symbolOf } from '../ovn/match/symbols';

/** A set that a match names and that keeps OVN from reading it. */
export interface SetTrouble {
  /** As it stands in the match: `$name`, `@name`. */
  readonly reference: string;
  readonly trouble: 'unknown' | 'no-port' | 'too-wide';
}

/**
 * The first set in a match with which OVN cannot read it: one that does not exist, a port group without a port on the switch
 * (northd does not put it into the southbound database), an address set whose addresses are too wide for the field. OVN then
 * skips the whole flow, also where the set stands beside others or behind `!=`. An address set without addresses is no trouble.
 */
export function findSetTrouble(expr: MatchExpr, sets: MatchSets): SetTrouble | null {
  switch (expr.kind) {
    case 'and':
    case 'or':
      for (const operand of expr.operands) {
        const trouble = findSetTrouble(operand, sets);
        if (trouble !== null) return trouble;
      }
      return null;
    case 'not':
      return findSetTrouble(expr.operand, sets);
    case 'compare':
      for (const value of expr.values) {
        const trouble = troubleOf(value, expr.field.name, sets);
        if (trouble !== null) return trouble;
      }
      return null;
    default:
      // A range takes single numbers only; nothing else names a set.
      return null;
  }
}

export function isReadableWith(expr: MatchExpr, sets: MatchSets): boolean {
  return findSetTrouble(expr, sets) === null;
}

/** Sets that northd keeps for itself, in no table of the northbound database. */
const ownSets = /^svc_monitor_mac/;

function troubleOf(constant: Constant, field: string, sets: MatchSets): SetTrouble | null {
  if (constant.kind === 'port-group') {
    const ports = sets.portGroup(constant.name);
    if (ports !== null && ports.length > 0) return null;
    return { reference: `@${constant.name}`, trouble: ports === null ? 'unknown' : 'no-port' };
  }
  if (constant.kind !== 'address-set' || ownSets.test(constant.name)) return null;
  const reference = `$${constant.name}`;
  if (sets.addressSet(constant.name) === null) return { reference, trouble: 'unknown' };
  const isReadable = resolveConstant(constant, symbolOf({ name: field, bits: null }), sets) !== null;
  return isReadable ? null : { reference, trouble: 'too-wide' };
}
