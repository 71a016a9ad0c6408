import type { DataNode, MapEntry } from '../neutron/dataNode';
import { textOf } from '../neutron/dataNode';

/** Variables as far as the file gives them; a name that it does not give is unknown. */
export interface Scope {
  lookUp(name: string): DataNode | undefined;
  /** Counts a step; false when there were too many: variables can multiply each other. */
  step(): boolean;
}

/** `missing`: its container is known, and has no such member. */
export type Found = DataNode | 'missing' | 'unknown';

/** Scopes within scopes: a play, its blocks, a task, a round of its loop. */
export function innerScope(outer: Scope, names: ReadonlyMap<string, DataNode>): Scope {
  if (names.size === 0) return outer;
  return { lookUp: (name) => names.get(name) ?? outer.lookUp(name), step: () => outer.step() };
}

/** The scope without a variable: it has another value, which is not known. */
export function hiding(outer: Scope, hidden: string): Scope {
  return { lookUp: (name) => (name === hidden ? undefined : outer.lookUp(name)), step: () => outer.step() };
}

const mostSteps = 100_000;

export function emptyScope(): Scope {
  let steps = 0;
  return { lookUp: () => undefined, step: () => ++steps <= mostSteps };
}

const deepest = 20;
/** Longer than any name or address. */
const longest = 4096;
const whole = /^\s*\{\{(?:(?!\{\{|\}\}).)*\}\}\s*$/s;
const parts = /\{\{((?:(?!\{\{|\}\}).)*)\}\}/gs;

/** The data that a template stands for; data that is none stands for itself. */
export function resolve(node: DataNode | undefined, scope: Scope, depth = 0): Found {
  if (node === undefined) return 'missing';
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || !/\{[{%#]/.test(node.value)) return node;
  const text = node.value;
  if (depth > deepest || text.length > longest || /\{[%#]/.test(text) || !scope.step()) return 'unknown';
  if (whole.test(text)) return evaluate(text.trim().slice(2, -2).replace(/^-|-$/g, ''), node, scope, depth);
  const filled = text.split(parts).map((part, index) => {
    if (index % 2 === 0) return part;
    const found = evaluate(part, node, scope, depth);
    return typeof found === 'string' ? null : (textOf(found) ?? null);
  });
  const value = filled.join('');
  const isKnown = !filled.includes(null) && !value.includes('{{') && value.length <= longest;
  return isKnown ? { ...node, value } : 'unknown';
}

/** Templates that are written without quotes are read as maps of maps, and are of no use. */
export function resolveText(node: DataNode | undefined, scope: Scope): string | null | undefined {
  const found = resolve(node, scope);
  if (found === 'missing') return null;
  return found === 'unknown' ? undefined : textOf(found);
}

const token = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d+)|([A-Za-z_]\w*)|([.[\]|(),]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

function tokensOf(expression: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const end = expression.trimEnd().length;
  let at = 0;
  while (at < end) {
    token.lastIndex = at;
    const found = token.exec(expression);
    if (found === null) return null;
    const [all, single, double, number, name, sign] = found;
    at += all.length;
    if (single !== undefined || double !== undefined)
      tokens.push({ kind: 'text', text: single ?? double ?? '' });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

/** `NAME.member['member'][0] | filter | filter(argument)`: anything else is unknown. */
function evaluate(expression: string, node: DataNode, scope: Scope, depth: number): Found {
  const tokens = tokensOf(expression);
  if (tokens === null) return 'unknown';
  let at = 0;
  const isSign = (sign: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign;
  const operand = (): Found => {
    const first = tokens[at++];
    if (first === undefined || first.kind === 'sign') return 'unknown';
    if (first.kind === 'text') return scalarAt(node, first.text);
    if (first.kind === 'number') return scalarAt(node, Number(first.text));
    const word = words.get(first.text);
    if (word !== undefined) return scalarAt(node, word);
    const variable = scope.lookUp(first.text);
    let found: Found = variable === undefined ? 'unknown' : resolve(variable, scope, depth + 1);
    while (isSign('.') || isSign('[')) {
      const isBracket = isSign('[');
      at++;
      const member = tokens[at++];
      if (member === undefined || member.kind === 'sign') return 'unknown';
      if (isBracket && (member.kind === 'name' || !isSign(']'))) return 'unknown';
      if (isBracket) at++;
      found = memberOf(found, member.text, scope, depth);
    }
    return found;
  };
  let value = operand();
  while (at < tokens.length) {
    if (!isSign('|')) return 'unknown';
    at++;
    const filter = tokens[at++]?.text ?? '';
    const args: Found[] = [];
    if (isSign('(')) {
      at++;
      while (at < tokens.length && !isSign(')')) {
        args.push(operand());
        if (isSign(',')) at++;
        else if (!isSign(')')) return 'unknown';
      }
      at++;
    }
    value = applyFilter(filter, value, args, node);
  }
  return value;
}

/** `omit` leaves an argument out, which is what null does to those read here. */
const words: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
  ['omit', null],
]);

function scalarAt({ span }: DataNode, value: string | number | boolean | null): DataNode {
  return { kind: 'scalar', value, span };
}

function memberOf(found: Found, name: string, scope: Scope, depth: number): Found {
  if (typeof found === 'string') return found;
  const member = found.kind === 'map' ? found.entries.get(name)?.value : undefined;
  const item = found.kind === 'list' ? found.items[Number(name)] : undefined;
  return found.kind === 'scalar' ? 'unknown' : resolve(member ?? item, scope, depth + 1);
}

function applyFilter(name: string, value: Found, args: readonly Found[], node: DataNode): Found {
  if (name === 'default' || name === 'd') {
    const [fallback = scalarAt(node, ''), always] = args;
    if (value === 'unknown') return 'unknown';
    const isEmpty =
      value !== 'missing' &&
      ['', null, false].includes(value.kind === 'scalar' ? (value.value as string) : 'x');
    const takesEmpty = typeof always === 'object' && always.kind === 'scalar' && always.value === true;
    return value === 'missing' || (takesEmpty && isEmpty) ? fallback : value;
  }
  if (typeof value === 'string' || args.length > 0) return 'unknown';
  if (name === 'dict2items') return dictToItems(value);
  if (name === 'list' && value.kind === 'list') return value;
  if (value.kind !== 'scalar') return 'unknown';
  const text = textOf(value) ?? '';
  switch (name) {
    case 'string':
      return { ...value, value: text };
    case 'int':
      return /^-?\d+$/.test(text) ? { ...value, value: Number(text) } : 'unknown';
    case 'lower':
      return { ...value, value: text.toLowerCase() };
    case 'upper':
      return { ...value, value: text.toUpperCase() };
    case 'trim':
      return { ...value, value: text.trim() };
    case 'bool':
      return { ...value, value: isTrue(text) };
    default:
      return 'unknown';
  }
}

/** Truth by the words of YAML 1.1, which Ansible reads. */
export function isTrue(text: string): boolean {
  return /^(?:y|yes|on|true|1)$/i.test(text);
}

/** What `dict2items` and `with_dict` make of a map: its entries as maps of `key` and `value`. */
export function dictToItems(node: DataNode): Found {
  if (node.kind !== 'map') return 'unknown';
  const items = [...node.entries].map(([name, { key, value }]): DataNode => {
    const span = { start: key.start, end: Math.max(key.end, value.span.end) };
    const entries = new Map<string, MapEntry>([
      ['key', { key, value: { kind: 'scalar', value: name, span: key } }],
      ['value', { key, value }],
    ]);
    return { kind: 'map', entries, span, flow: false };
  });
  return { kind: 'list', items, span: node.span, flow: false };
}
