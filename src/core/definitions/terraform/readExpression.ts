import type { Expression, ForExpression, ObjectEntry, Span } from './syntax';
import type { TreeNode } from './tree';
import { readHeredoc, readTemplate, unescape } from './templates';

/** The value that a node of the tree stands for. */
export function readExpression(node: TreeNode, text: string): Expression {
  const at: Span = { start: node.start, end: node.end };
  const unreadable: Expression = { kind: 'unreadable', ...at };
  const [first, ...rest] = node.children;
  switch (node.type) {
    case 'expression':
    case 'variable_expr':
    case 'literal_value':
    case 'collection_value':
    case 'template_expr':
    case 'for_expr':
    case 'operation':
      if (node.type === 'variable_expr')
        return { kind: 'variable', name: text.slice(at.start, at.end), ...at };
      if (first === undefined) return unreadable;
      return rest.reduce((of, step) => readStep(of, step, text), readExpression(first, text));
    case 'numeric_lit':
      return { kind: 'literal', value: Number(text.slice(at.start, at.end)), ...at };
    case 'bool_lit':
      return { kind: 'literal', value: text.slice(at.start, at.end) === 'true', ...at };
    case 'null_lit':
      return { kind: 'literal', value: null, ...at };
    case 'string_lit': {
      const content = node.children.find(({ type }) => type === 'template_literal');
      const value = content === undefined ? '' : unescape(text.slice(content.start, content.end));
      return { kind: 'literal', value, ...at };
    }
    case 'quoted_template':
      return readTemplate(node, text, readExpression);
    case 'heredoc_template':
      return readHeredoc(node, text, readExpression);
    case 'tuple': {
      const items = node.children.filter(({ type }) => type === 'expression');
      return { kind: 'list', items: items.map((item) => readExpression(item, text)), ...at };
    }
    case 'object': {
      // Without what is broken it would say something else.
      if (node.children.some(({ type }) => type === 'ERROR')) return unreadable;
      const elements = node.children.filter(({ type }) => type === 'object_elem');
      return { kind: 'object', entries: elements.map((element) => readEntry(element, text)), ...at };
    }
    case 'function_call': {
      const list = node.children.find(({ type }) => type === 'function_arguments');
      const args = (list?.children ?? []).filter(({ type }) => type === 'expression');
      return {
        kind: 'call',
        name: first === undefined ? '' : text.slice(first.start, first.end),
        args: args.map((arg) => readExpression(arg, text)),
        spread: list?.children.some(({ type }) => type === 'ellipsis') ?? false,
        ...at,
      };
    }
    case 'conditional': {
      const [condition, then, otherwise] = node.children.map((child) => readExpression(child, text));
      if (condition === undefined || then === undefined || otherwise === undefined) return unreadable;
      return { kind: 'conditional', condition, then, otherwise, ...at };
    }
    case 'for_tuple_expr':
    case 'for_object_expr': {
      const expression = readFor(node, text);
      return expression === null ? unreadable : { ...expression, ...at };
    }
    case 'unary_operation': {
      const [operand] = readTerms(node, text);
      if (operand === undefined || first === undefined) return unreadable;
      return { kind: 'unary', operator: text.slice(at.start, first.start).trim(), operand, ...at };
    }
    case 'binary_operation': {
      const [left, right, ...more] = readTerms(node, text);
      if (left === undefined || right === undefined || more.length > 0) return unreadable;
      const operator = text.slice(left.end, right.start).replace(/[()\s]/g, '');
      return { kind: 'binary', operator, left, right, ...at };
    }
    default:
      return unreadable;
  }
}

const steps = new Set(['get_attr', 'index', 'splat']);

/** Operands, of which the grammar gives the steps behind a value as its neighbours. */
function readTerms({ children }: TreeNode, text: string): readonly Expression[] {
  const terms: Expression[] = [];
  for (const child of children) {
    const last = terms.at(-1);
    if (last !== undefined && steps.has(child.type)) terms.splice(-1, 1, readStep(last, child, text));
    else terms.push(readExpression(child, text));
  }
  return terms;
}

function readEntry({ children, start, end }: TreeNode, text: string): ObjectEntry {
  const [key, value] = children.map((child) => readExpression(child, text));
  const nowhere: Expression = { kind: 'unreadable', start, end };
  // A bare word is the key itself, not the value of a variable; one in parentheses is the variable.
  const isWord = key?.kind === 'variable' && text[children[0]?.start ?? 0] !== '(';
  return {
    key: isWord ? { kind: 'literal', value: key.name, start: key.start, end: key.end } : (key ?? nowhere),
    value: value ?? nowhere,
  };
}

/** What stands behind a value: `.name`, `[key]`, `[*].name`. */
function readStep(of: Expression, step: TreeNode, text: string): Expression {
  const at: Span = { start: of.start, end: step.end };
  const name = (node: TreeNode): string => text.slice(node.start, node.end).replace(/^\s*\.\s*/, '');
  switch (step.type) {
    case 'get_attr':
      return { kind: 'attribute', of, name: name(step), ...at };
    case 'index': {
      const [index] = step.children;
      if (index?.type === 'legacy_index') {
        const value = Number(name(index));
        return {
          kind: 'index',
          of,
          key: { kind: 'literal', value, start: index.start, end: index.end },
          ...at,
        };
      }
      const key = index?.children.find(({ type }) => type === 'expression');
      return key === undefined
        ? { kind: 'unreadable', ...at }
        : { kind: 'index', of, key: readExpression(key, text), ...at };
    }
    case 'splat': {
      const [splat] = step.children;
      const inner = splat?.children ?? [];
      const pathLength = inner.findIndex(({ type }) => type !== 'get_attr');
      const path = pathLength < 0 ? inner : inner.slice(0, pathLength);
      const value: Expression = { kind: 'splat', of, path: path.map(name), ...at };
      // What is behind `[*]` is of each member; behind `.*` an index is of the list.
      if (pathLength >= 0 && splat?.type !== 'attr_splat') return { kind: 'unreadable', ...at };
      return inner.slice(path.length).reduce<Expression>((held, next) => readStep(held, next, text), value);
    }
    default:
      return { kind: 'unreadable', ...at };
  }
}

function readFor({ type, children }: TreeNode, text: string): ForExpression | null {
  const intro = children.find((child) => child.type === 'for_intro');
  const source = intro?.children.find((child) => child.type === 'expression');
  const names = (intro?.children ?? []).filter((child) => child.type === 'identifier');
  const results = children
    .filter((child) => child.type === 'expression')
    .map((child) => readExpression(child, text));
  const filter = children.find((child) => child.type === 'for_cond')?.children[0];
  const isObject = type === 'for_object_expr';
  const value = results.at(-1);
  const key = isObject ? results[0] : null;
  if (source === undefined || value === undefined || key === undefined) return null;
  if (results.length !== (isObject ? 2 : 1)) return null;
  return {
    kind: 'for',
    names: names.map(({ start, end }) => text.slice(start, end)),
    in: readExpression(source, text),
    key,
    value,
    condition: filter === undefined ? null : readExpression(filter, text),
    groups: children.some((child) => child.type === 'ellipsis'),
  };
}
