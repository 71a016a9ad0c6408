import type { Expression } from './syntax';
import type { Value } from './value';
import { plain } from './value';

/** A variable's value with what `optional(TYPE, DEFAULT)` in its type adds. */
export function withDefaults(value: Value, type: Expression, evaluate: (part: Expression) => Value): Value {
  if (type.kind !== 'call') return value;
  const [inner, fallback] = type.args;
  if (inner === undefined) return value;
  switch (type.name) {
    case 'optional': {
      const isMissing = value.kind === 'plain' && value.value === null;
      return withDefaults(isMissing && fallback !== undefined ? evaluate(fallback) : value, inner, evaluate);
    }
    case 'list':
    case 'set':
      if (value.kind !== 'list') return value;
      return { ...value, items: value.items.map((item) => withDefaults(item, inner, evaluate)) };
    case 'map':
      if (value.kind !== 'object') return value;
      return {
        ...value,
        entries: new Map([...value.entries].map(([key, item]) => [key, withDefaults(item, inner, evaluate)])),
      };
    case 'object': {
      if (value.kind !== 'object' || inner.kind !== 'object') return value;
      const entries = new Map(value.entries);
      for (const { key, value: memberType } of inner.entries) {
        if (key.kind !== 'literal') continue;
        const name = String(key.value);
        const isOptional = memberType.kind === 'call' && memberType.name === 'optional';
        const member = entries.get(name) ?? (isOptional ? plain(null) : undefined);
        if (member !== undefined) entries.set(name, withDefaults(member, memberType, evaluate));
      }
      return { ...value, entries };
    }
    default:
      return value;
  }
}
