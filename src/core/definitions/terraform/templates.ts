import type { Expression, Span } from './syntax';
import type { TreeNode } from './tree';

type ReadExpression = (node: TreeNode, text: string) => Expression;

/** `"a-${b}"`. */
export function readTemplate(node: TreeNode, text: string, read: ReadExpression): Expression {
  return join(node, partsOf(node, text, read, unescape));
}

/** `<<EOT … EOT`. */
export function readHeredoc(node: TreeNode, text: string, read: ReadExpression): Expression {
  const parts = partsOf(node, text, read, (literal) =>
    literal.replaceAll('$${', '${').replaceAll('%%{', '%{'),
  );
  const isIndented = text.startsWith('<<-', node.start);
  const [only] = parts;
  if (!isIndented || parts.length !== 1 || only?.kind !== 'literal') {
    // What indentation is taken away from between values matters to nobody here.
    return isIndented ? { kind: 'unreadable', start: node.start, end: node.end } : join(node, parts);
  }
  return { ...only, value: withoutIndentation(String(only.value)), start: node.start, end: node.end };
}

function partsOf(
  node: TreeNode,
  text: string,
  read: ReadExpression,
  decode: (literal: string) => string,
): readonly Expression[] {
  return node.children.flatMap((child): Expression[] => {
    const at: Span = { start: child.start, end: child.end };
    switch (child.type) {
      case 'template_literal':
        return [{ kind: 'literal', value: decode(text.slice(child.start, child.end)), ...at }];
      case 'template_interpolation': {
        const value = child.children.find(({ type }) => type === 'expression');
        return [value === undefined ? { kind: 'unreadable', ...at } : read(value, text)];
      }
      case 'template_directive':
      case 'ERROR':
        return [{ kind: 'unreadable', ...at }];
      default:
        return [];
    }
  });
}

function join({ start, end }: Span, parts: readonly Expression[]): Expression {
  const [only] = parts;
  if (only === undefined) return { kind: 'literal', value: '', start, end };
  // "${a}" is the value of a itself, not a text.
  if (parts.length === 1) return { ...only, start, end };
  return { kind: 'template', parts, start, end };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

export function unescape(literal: string): string {
  if (!/[\\$%]/.test(literal)) return literal;
  return literal.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))|([$%])\4\{/g,
    (whole, short?: string, long?: string, letter?: string, sign?: string) => {
      if (sign !== undefined) return `${sign}{`;
      const code = parseInt(short ?? long ?? '', 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return escapes[letter ?? ''] ?? whole;
    },
  );
}

function withoutIndentation(text: string): string {
  const lines = text.split('\n');
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const width = Math.min(...widths);
  return lines.map((line) => line.slice(Number.isFinite(width) ? width : 0)).join('\n');
}
