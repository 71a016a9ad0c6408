import type { Node } from 'web-tree-sitter';

const operations: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
};

/** The value of `$((…))`, as far as it is made of literals, known variables and the four operations; else null. */
export function evaluateArithmetic(
  node: Node | null,
  variable: (reference: Node) => string | null,
  depth = 0,
): number | null {
  if (!node || node.hasError || depth > 50) return null;
  const inner = (child: Node | null): number | null => evaluateArithmetic(child, variable, depth + 1);
  switch (node.type) {
    case 'number':
    case 'word':
      return parseInteger(node.text);
    case 'variable_name':
    case 'simple_expansion':
    case 'expansion':
      return parseInteger(variable(node));
    case 'parenthesized_expression':
    case 'arithmetic_expansion':
      return node.namedChildCount === 1 ? inner(node.namedChild(0)) : null;
    case 'binary_expression': {
      const operator = node.childForFieldName('operator')?.type ?? '';
      const left = inner(node.childForFieldName('left'));
      const right = inner(node.childForFieldName('right'));
      const operate = Object.hasOwn(operations, operator) ? operations[operator] : undefined;
      if (left === null || right === null || !operate) return null;
      const result = operate(left, right);
      return Number.isSafeInteger(result) ? result : null;
    }
    default:
      return null;
  }
}

/** Decimal only: to a shell `010` is octal, and nobody writes priorities that way. */
function parseInteger(text: string | null): number | null {
  return text !== null && /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
