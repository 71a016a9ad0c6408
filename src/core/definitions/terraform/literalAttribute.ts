import type { Attribute, Expression } from './syntax';

const simple =
  /^([A-Za-z_][\w-]*)(\s*=\s*)(?:"([^"\\$%\n]*)"|(\d{1,15})|(true|false|null)|([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*))$/;
const longest = 300;

/** Nearly all attributes are a name and a plain value: those need no tree. Null for others. */
export function literalAttribute(text: string, start: number, end: number): Attribute | null {
  if (end - start > longest) return null;
  const found = simple.exec(text.slice(start, end));
  if (found === null) return null;
  const [, name = '', sign = '', string, number, word, path] = found;
  const at = { start: start + name.length + sign.length, end };
  return { name, start, end, value: valueOf(at, string, number, word, path) };
}

function valueOf(
  at: { readonly start: number; readonly end: number },
  string: string | undefined,
  number: string | undefined,
  word: string | undefined,
  path: string | undefined,
): Expression {
  if (string !== undefined) return { kind: 'literal', value: string, ...at };
  if (number !== undefined) return { kind: 'literal', value: Number(number), ...at };
  if (word !== undefined) return { kind: 'literal', value: word === 'null' ? null : word === 'true', ...at };
  const [root = '', ...names] = (path ?? '').split('.');
  let end = at.start + root.length;
  let value: Expression = { kind: 'variable', name: root, start: at.start, end };
  for (const name of names) {
    end += name.length + 1;
    value = { kind: 'attribute', of: value, name, start: at.start, end };
  }
  return value;
}
