import type { Constant, MatchExpr } from './ast';

/** What sets, and ports, are called instead. */
export interface SetNames {
  portGroup(name: string): string;
  /** @param isExcluded whether the comparison is `!=`. */
  addressSet(name: string, isExcluded: boolean): string;
  /** A port, given as a string; left out where ports keep their names. */
  port?(name: string): string;
}

/** The same expression about sets of other names: what two matches have in common when only one of them has real names. */
export function renameSets(expr: MatchExpr, names: SetNames): MatchExpr {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return { ...expr, operands: expr.operands.map((operand) => renameSets(operand, names)) };
    case 'not':
      return { ...expr, operand: renameSets(expr.operand, names) };
    case 'compare':
      return {
        ...expr,
        values: expr.values.map((value) => renameConstant(value, names, expr.operator === '!=')),
      };
    default:
      return expr;
  }
}

function renameConstant(constant: Constant, names: SetNames, isExcluded: boolean): Constant {
  switch (constant.kind) {
    case 'port-group':
      return { ...constant, name: names.portGroup(constant.name) };
    case 'address-set':
      return { ...constant, name: names.addressSet(constant.name, isExcluded) };
    case 'string':
      return names.port === undefined ? constant : { ...constant, value: names.port(constant.value) };
    default:
      return constant;
  }
}
