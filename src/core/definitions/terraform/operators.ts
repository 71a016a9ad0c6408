import type { Value } from './value';
import { isEqual, numberOfValue, plain, truthOf } from './value';

export function computeUnary(operator: string, operand: Value): Value | null {
  const truth = truthOf(operand);
  if (operator === '!') return truth === null ? null : plain(!truth);
  const number = numberOfValue(operand);
  return operator === '-' && number !== null ? plain(-number, operand.at) : null;
}

export function compute(operator: string, left: Value, right: Value): Value | null {
  switch (operator) {
    case '&&':
    case '||': {
      const decisive = operator === '||';
      const truths = [truthOf(left), truthOf(right)];
      if (truths.includes(decisive)) return plain(decisive);
      return truths.includes(null) ? null : plain(!decisive);
    }
    case '==':
    case '!=': {
      const equal = isEqual(left, right);
      return equal === null ? null : plain(equal === (operator === '=='));
    }
    default:
      return computeNumbers(operator, numberOfValue(left), numberOfValue(right));
  }
}

function computeNumbers(operator: string, left: number | null, right: number | null): Value | null {
  if (left === null || right === null) return null;
  switch (operator) {
    case '+':
      return plain(left + right);
    case '-':
      return plain(left - right);
    case '*':
      return plain(left * right);
    case '/':
      return right === 0 ? null : plain(left / right);
    case '%':
      return right === 0 ? null : plain(left % right);
    case '<':
      return plain(left < right);
    case '<=':
      return plain(left <= right);
    case '>':
      return plain(left > right);
    case '>=':
      return plain(left >= right);
    default:
      return null;
  }
}
