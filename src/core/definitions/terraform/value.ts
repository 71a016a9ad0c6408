import type { Span } from './syntax';

/** Where a value is written; it can be another file of the folder than the one that uses it. */
export interface Place extends Span {
  readonly file: string;
}

export type Plain = string | number | boolean | null;

/** What an expression is, as far as the files of the folder tell. */
export type Value = { readonly at: Place | null } & (
  | { readonly kind: 'plain'; readonly value: Plain }
  /** A list, tuple or set. */
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | {
      readonly kind: 'object';
      readonly entries: ReadonlyMap<string, Value>;
      /** Where the entries are written, whatever their values are made of; only of what is written as an object. */
      readonly places?: ReadonlyMap<string, Place>;
    }
  | Reference
  | {
      readonly kind: 'unknown';
      /** Terraform would say that there is no such thing: it is not just unknown here. */
      readonly isMissing?: boolean;
    }
);

/** Something that exists, and only Terraform knows its value: an attribute of a resource, a variable that has to be given. */
export interface Reference {
  readonly kind: 'reference';
  /** `TYPE.NAME`, `data.TYPE.NAME`, `module.NAME` or `var.NAME`. */
  readonly root: string;
  /** Which of the instances; null when there is but one, or all are meant. */
  readonly key: string | number | null;
  readonly path: readonly string[];
  /** It stands for a list, one for each instance. */
  readonly isSplat: boolean;
}

export function unknownAt(at: Place | null): Value {
  return { kind: 'unknown', at };
}

export function missing(of: Value): Value {
  return { kind: 'unknown', isMissing: true, at: of.at };
}

export function plain(value: Plain, at: Place | null = null): Value {
  return { kind: 'plain', value, at };
}

/** The address of the instance, as Terraform prints it. */
export function addressOf(root: string, key: string | number | null): string {
  return key === null ? root : `${root}[${JSON.stringify(key)}]`;
}

export function describeReference({ root, key, path }: Reference): string {
  return [addressOf(root, key), ...path].join('.');
}

/** Whether two values are equal; null when that cannot be told. */
export function isEqual(one: Value, other: Value): boolean | null {
  if (one.kind === 'plain' && other.kind === 'plain') {
    const [a, b] = [one.value, other.value];
    return a === b || (a !== null && b !== null && typeof a !== typeof b && String(a) === String(b));
  }
  const known = ['list', 'object'];
  const isNull = (value: Value): boolean => value.kind === 'plain' && value.value === null;
  if ((known.includes(one.kind) && isNull(other)) || (known.includes(other.kind) && isNull(one)))
    return false;
  return null;
}

/** The value as text, where it has one. */
export function textOfValue(value: Value): string | null {
  return value.kind === 'plain' && value.value !== null ? String(value.value) : null;
}

export function numberOfValue(value: Value): number | null {
  if (value.kind !== 'plain') return null;
  if (typeof value.value === 'number') return value.value;
  return typeof value.value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value.value)
    ? Number(value.value)
    : null;
}

/** Terraform takes the words for truth values. */
export function truthOf(value: Value): boolean | null {
  if (value.kind !== 'plain') return null;
  if (value.value === true || value.value === 'true') return true;
  return value.value === false || value.value === 'false' ? false : null;
}
