import { IPv6 } from 'ipaddr.js';
import type { Constant, FieldRef, IntegerConstant, IntegerFormat, MatchExpr } from './ast';
import { prefixLength } from './numbers';

/** Writes a match in OVN's syntax; parsed again, it gives the same expression. */
export function printMatch(expr: MatchExpr): string {
  switch (expr.kind) {
    case 'boolean':
      return expr.value ? '1' : '0';
    case 'and':
    case 'or':
      return expr.operands.map(printOperand).join(expr.kind === 'and' ? ' && ' : ' || ');
    case 'not':
      return `!${isAtomic(expr.operand) ? printMatch(expr.operand) : `(${printMatch(expr.operand)})`}`;
    case 'test':
      return printField(expr.field);
    case 'compare': {
      const values = expr.values.map(printConstant).join(', ');
      return `${printField(expr.field)} ${expr.operator} ${expr.braces ? `{${values}}` : values}`;
    }
    case 'range': {
      const low = `${printConstant(expr.low)} ${expr.lowOperator}`;
      return `${low} ${printField(expr.field)} ${expr.highOperator} ${printConstant(expr.high)}`;
    }
    case 'resident':
      return `is_chassis_resident(${JSON.stringify(expr.port)})`;
    case 'template':
      return `^${expr.name}`;
  }
}

/** OVN knows no precedence: `&&` and `||` side by side are an error. */
function printOperand(operand: MatchExpr): string {
  const text = printMatch(operand);
  return operand.kind === 'and' || operand.kind === 'or' ? `(${text})` : text;
}

/** What may stand behind `!` without parentheses. */
function isAtomic(expr: MatchExpr): boolean {
  return (
    expr.kind === 'boolean' || expr.kind === 'test' || expr.kind === 'resident' || expr.kind === 'template'
  );
}

export function printField(field: FieldRef): string {
  if (field.bits === null) return field.name;
  const { low, high } = field.bits;
  return low === high ? `${field.name}[${low}]` : `${field.name}[${low}..${high}]`;
}

export function printConstant(constant: Constant): string {
  switch (constant.kind) {
    case 'integer':
      return printInteger(constant);
    case 'string':
      return JSON.stringify(constant.value);
    case 'address-set':
      return `$${constant.name}`;
    case 'port-group':
      return `@${constant.name}`;
    case 'template':
      return `^${constant.name}`;
  }
}

function printInteger({ value, mask, format }: IntegerConstant): string {
  const text = printNumber(value, format);
  if (mask === null) return text;
  const width = format === 'ipv4' ? 32 : format === 'ipv6' ? 128 : null;
  const prefix = width === null ? null : prefixLength(mask, width);
  return `${text}/${prefix === null ? printNumber(mask, format) : String(prefix)}`;
}

function printNumber(value: bigint, format: IntegerFormat): string {
  const bytes = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * (count - 1 - i))) & 0xffn));
  switch (format) {
    case 'decimal':
      return value.toString();
    case 'hexadecimal':
      return `0x${value.toString(16)}`;
    case 'ipv4':
      return bytes(4).join('.');
    case 'ipv6':
      return new IPv6(bytes(16)).toRFC5952String();
    case 'ethernet':
      return bytes(6)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(':');
  }
}
