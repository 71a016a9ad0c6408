import type { Context } from './evaluate';
import type { Expression, ForExpression } from './syntax';
import type { Place, Value } from './value';
import { plain, textOfValue, truthOf } from './value';

/** The list or object that a `for` makes; null when one of its members cannot be told. */
export function evaluateFor(
  expression: ForExpression,
  place: Place,
  context: Context,
  evaluate: (part: Expression, context: Context) => Value,
): Value | null {
  const source = evaluate(expression.in, context);
  const members = membersOf(source);
  if (members === null) return null;
  const items: Value[] = [];
  const entries = new Map<string, Value>();
  for (const [key, member] of members) {
    const bound = new Map(context.bound);
    const names = expression.names;
    if (names.length > 1) bound.set(names[0] ?? '', key);
    bound.set(names.at(-1) ?? '', member);
    const inner = { ...context, bound };
    if (expression.condition !== null) {
      const isKept = truthOf(evaluate(expression.condition, inner));
      if (isKept === null) return null;
      if (!isKept) continue;
    }
    const made = originOf(evaluate(expression.value, inner), place, member.at);
    if (expression.key === null) {
      items.push(made);
      continue;
    }
    const name = textOfValue(evaluate(expression.key, inner));
    if (name === null) return null;
    if (!expression.groups) entries.set(name, made);
    else {
      const group = entries.get(name);
      const before = group?.kind === 'list' ? group.items : [];
      entries.set(name, { kind: 'list', items: [...before, made], at: made.at });
    }
  }
  return expression.key === null
    ? { kind: 'list', items, at: place }
    : { kind: 'object', entries, at: place };
}

function membersOf(source: Value): readonly (readonly [Value, Value])[] | null {
  if (source.kind === 'list') return source.items.map((item, index) => [plain(index), item]);
  if (source.kind === 'object') return [...source.entries].map(([key, value]) => [plain(key), value]);
  return null;
}

/** What is made within the expression is written where the member is that it is made of; lists have members of their own. */
function originOf(made: Value, { file, start, end }: Place, member: Place | null): Value {
  const { at } = made;
  const isMadeHere = at === null || (at.file === file && at.start >= start && at.end <= end);
  return isMadeHere && member !== null && made.kind !== 'list' ? { ...made, at: member } : made;
}
