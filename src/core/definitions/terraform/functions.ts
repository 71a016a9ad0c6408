import type { Value } from './value';
import { isEqual, numberOfValue, plain, textOfValue, truthOf, unknownAt } from './value';

type Compute = (...args: Value[]) => Value | null;

/** The function's value; null when it is not one of those known here, or its arguments are not known enough. */
export function callFunction(name: string, args: readonly Value[]): Value | null {
  return Object.hasOwn(functions, name) ? (functions[name]?.(...args) ?? null) : null;
}

const none = unknownAt(null);
/** More makes nobody by hand, and multiplies. */
const mostItems = 10_000;

const functions: Readonly<Record<string, Compute>> = {
  toset: (value = none) => distinct(value),
  distinct: (value = none) => distinct(value),
  tolist: (value = none) => listOf(value),
  tomap: (value = none) => (value.kind === 'object' ? value : null),
  tostring: (value = none) => (value.kind === 'plain' ? ofText(value, (text) => text) : null),
  tonumber: (value = none) => ofNumber(value),
  tobool: (value = none) => ofTruth(value),
  concat: (...lists) => joinLists(lists),
  flatten: (value = none) => (value.kind === 'list' ? flatten(value) : null),
  compact: (value = none) => filter(value, (item) => textOfValue(item) !== '' && textOfValue(item) !== null),
  reverse: (value = none) => (value.kind === 'list' ? { ...value, items: value.items.toReversed() } : null),
  sort: (value = none) => sortTexts(value),
  merge: (...objects) => merge(objects),
  keys: (value = none) =>
    value.kind === 'object' ? list([...value.entries.keys()].sort().map((key) => plain(key))) : null,
  values: (value = none) =>
    value.kind === 'object' ? list([...value.entries].sort(byKey).map(([, entry]) => entry)) : null,
  lookup: (object = none, key = none, fallback) => lookUp(object, key, fallback),
  element: (value = none, index = none) => element(value, index),
  one: (value = none) => element(value, plain(0)),
  length: (value = none) => lengthOf(value),
  contains: (value = none, item = none) => contains(value, item),
  range: (...limits) => range(limits),
  zipmap: (keys = none, values = none) => zip(keys, values),
  setproduct: (...lists) => product(lists),
  join: (separator = none, value = none) => joinTexts(separator, value),
  split: (separator = none, value = none) => {
    const [by, text] = [textOfValue(separator), textOfValue(value)];
    return by === null || text === null ? null : list(text.split(by).map((part) => plain(part, value.at)));
  },
  format: (pattern = none, ...args) => format(pattern, args),
  strcontains: (value = none, part = none) => compareTexts(value, part, (text, word) => text.includes(word)),
  startswith: (value = none, part = none) => compareTexts(value, part, (text, word) => text.startsWith(word)),
  endswith: (value = none, part = none) => compareTexts(value, part, (text, word) => text.endsWith(word)),
  lower: (value = none) => ofText(value, (text) => text.toLowerCase()),
  upper: (value = none) => ofText(value, (text) => text.toUpperCase()),
  trimspace: (value = none) => ofText(value, (text) => text.trim()),
  chomp: (value = none) => ofText(value, (text) => text.replace(/[\r\n]+$/, '')),
  replace: (value = none, from = none, to = none) => {
    const [search, replacement] = [textOfValue(from), textOfValue(to)];
    // Between slashes it would be a regular expression of another dialect.
    if (search === null || replacement === null || /^\/.*\/$/.test(search)) return null;
    return ofText(value, (text) => text.replaceAll(search, () => replacement));
  },
  coalesce: (...values) => coalesce(values),
  try: (...values) => firstThatIs(values),
  nonsensitive: (value = none) => value,
  sensitive: (value = none) => value,
};

function compareTexts(value: Value, part: Value, has: (text: string, part: string) => boolean): Value | null {
  const [text, word] = [textOfValue(value), textOfValue(part)];
  return text === null || word === null ? null : plain(has(text, word));
}

function list(items: readonly Value[]): Value | null {
  return items.length > mostItems ? null : { kind: 'list', items, at: null };
}

function byKey([one]: readonly [string, Value], [other]: readonly [string, Value]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function ofText(value: Value, change: (text: string) => string): Value | null {
  const text = textOfValue(value);
  return text === null ? (value.kind === 'plain' ? value : null) : plain(change(text), value.at);
}

function ofNumber(value: Value): Value | null {
  const number = numberOfValue(value);
  return number === null
    ? value.kind === 'plain' && value.value === null
      ? value
      : null
    : plain(number, value.at);
}

function ofTruth(value: Value): Value | null {
  const truth = truthOf(value);
  return truth === null ? null : plain(truth, value.at);
}

function listOf(value: Value): Value | null {
  return value.kind === 'list' ? value : null;
}

function distinct(value: Value): Value | null {
  if (value.kind !== 'list') return null;
  const seen = new Set<string>();
  const items = value.items.filter((item) => {
    if (item.kind !== 'plain') return true;
    const key = String(item.value);
    return !seen.has(key) && seen.add(key);
  });
  return { ...value, items };
}

function filter(value: Value, isKept: (item: Value) => boolean): Value | null {
  if (value.kind !== 'list' || value.items.some(({ kind }) => kind !== 'plain')) return null;
  return { ...value, items: value.items.filter(isKept) };
}

function flatten(value: Value): Value | null {
  if (value.kind !== 'list') return null;
  const items: Value[] = [];
  for (const item of value.items) {
    if (item.kind === 'unknown' || item.kind === 'reference') return null;
    const inner = item.kind === 'list' ? flatten(item) : item;
    if (inner === null) return null;
    if (inner.kind === 'list') items.push(...inner.items);
    else items.push(inner);
    if (items.length > mostItems) return null;
  }
  return { ...value, items };
}

function joinLists(lists: readonly Value[]): Value | null {
  const items = lists.flatMap((each) => (each.kind === 'list' ? each.items : []));
  return lists.every(({ kind }) => kind === 'list') ? list(items) : null;
}

function sortTexts(value: Value): Value | null {
  if (value.kind !== 'list') return null;
  const texts = value.items.map((item) => ({ item, text: textOfValue(item) }));
  if (texts.some(({ text }) => text === null)) return null;
  return {
    ...value,
    items: texts
      .sort((a, b) => byKey([a.text ?? '', a.item], [b.text ?? '', b.item]))
      .map(({ item }) => item),
  };
}

function merge(objects: readonly Value[]): Value | null {
  const isNull = (value: Value): boolean => value.kind === 'plain' && value.value === null;
  const entries = new Map<string, Value>();
  for (const object of objects.filter((each) => !isNull(each))) {
    if (object.kind !== 'object') return null;
    for (const [key, value] of object.entries) entries.set(key, value);
  }
  return { kind: 'object', entries, at: null };
}

function lookUp(object: Value, key: Value, fallback: Value | undefined): Value | null {
  const name = textOfValue(key);
  if (object.kind !== 'object' || name === null) return null;
  return object.entries.get(name) ?? fallback ?? null;
}

function element(value: Value, index: Value): Value | null {
  const number = numberOfValue(index);
  if (number === null || number < 0) return null;
  if (value.kind === 'reference' && value.isSplat && value.key === null)
    return { ...value, key: number, isSplat: false };
  return value.kind === 'list' ? (value.items[number % Math.max(1, value.items.length)] ?? null) : null;
}

function lengthOf(value: Value): Value | null {
  if (value.kind === 'list') return plain(value.items.length);
  if (value.kind === 'object') return plain(value.entries.size);
  const text = textOfValue(value);
  return text === null ? null : plain(text.length);
}

function contains(value: Value, item: Value): Value | null {
  if (value.kind !== 'list') return null;
  const answers = value.items.map((each) => isEqual(each, item));
  if (answers.includes(true)) return plain(true);
  return answers.includes(null) ? null : plain(false);
}

function range(limits: readonly Value[]): Value | null {
  const numbers = limits.map(numberOfValue);
  const [first = null, second, third] = numbers;
  if (first === null || second === null || third === null || numbers.length > 3) return null;
  const [from, to] = second === undefined ? [0, first] : [first, second];
  const step = third ?? (from <= to ? 1 : -1);
  const count = Math.ceil((to - from) / step);
  if (!(count <= mostItems)) return null;
  return list(Array.from({ length: Math.max(0, count) }, (_, index) => plain(from + index * step)));
}

function zip(keys: Value, values: Value): Value | null {
  if (keys.kind !== 'list' || values.kind !== 'list') return null;
  const entries = new Map<string, Value>();
  for (const [index, key] of keys.items.entries()) {
    const [name, value] = [textOfValue(key), values.items[index]];
    if (name === null || value === undefined) return null;
    entries.set(name, value);
  }
  return { kind: 'object', entries, at: null };
}

function product(lists: readonly Value[]): Value | null {
  let rows: readonly (readonly Value[])[] = [[]];
  for (const each of lists) {
    if (each.kind !== 'list' || rows.length * each.items.length > mostItems) return null;
    const { items } = each;
    rows = rows.flatMap((row) => items.map((item) => [...row, item]));
  }
  // A row is made by its last member as much as by others: it varies most.
  return list(rows.map((items): Value => ({ kind: 'list', items, at: items.at(-1)?.at ?? null })));
}

function joinTexts(separator: Value, value: Value): Value | null {
  const by = textOfValue(separator);
  if (value.kind === 'reference' && value.isSplat && by === '') return element(value, plain(0));
  if (by === null || value.kind !== 'list') return null;
  const texts = value.items.map(textOfValue);
  return texts.includes(null) ? null : plain(texts.join(by));
}

function format(pattern: Value, args: readonly Value[]): Value | null {
  const text = textOfValue(pattern);
  if (text === null) return null;
  let next = 0;
  const parts = text.split(/(%.?)/).map((part) => {
    if (!part.startsWith('%')) return part;
    if (part === '%%') return '%';
    const value = args[next++];
    return value !== undefined && ['%s', '%d', '%v'].includes(part) ? textOfValue(value) : null;
  });
  return parts.includes(null) ? null : plain(parts.join(''), pattern.at);
}

function coalesce(values: readonly Value[]): Value | null {
  for (const value of values) {
    if (value.kind === 'unknown') return null;
    if (!(value.kind === 'plain' && (value.value === null || value.value === ''))) return value;
  }
  return null;
}

/** The first that there is; one that is just unknown may be there or not. */
function firstThatIs(values: readonly Value[]): Value | null {
  for (const value of values) {
    if (value.kind === 'unknown' && value.isMissing === true) continue;
    return value.kind === 'unknown' ? null : value;
  }
  return null;
}
