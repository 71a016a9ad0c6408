import { canonicalIp } from '../core/ovn/ip';

/** Something that can be found by the words of a query. */
export interface Searchable<Item> {
  readonly item: Item;
  /** In lower case. */
  readonly name: string;
  /** Everything it is found by, in lower case. */
  readonly text: string;
}

export function searchable<Item>(
  item: Item,
  name: string,
  others: readonly (string | null | undefined)[],
): Searchable<Item> {
  const parts = [name, ...others].filter((part) => part !== null && part !== undefined);
  const usual = parts.map(usualNotation).filter((text, position) => text !== parts[position]);
  return { item, name: name.toLowerCase(), text: [...parts, ...usual].join('\n').toLowerCase() };
}

/** An IPv6 address, or network, in the one notation that all of its others share; other text as it is. */
function usualNotation(text: string): string {
  if (!text.includes(':')) return text;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  return `${canonicalIp(address) ?? address}${text.slice(address.length)}`;
}

/** Those that fit every word of the query, in their order; but those whose name is the query, or begins with it, first. */
export function searchTexts<Item>(
  entries: readonly Searchable<Item>[],
  query: string,
  limit: number,
): { readonly found: readonly Item[]; readonly more: number } {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const notations = words.map((word) => [word, usualNotation(word)]);
  const fitting = entries.filter(({ text }) =>
    notations.every((forms) => forms.some((form) => text.includes(form))),
  );
  const wanted = words.join(' ');
  const ranked = wanted === '' ? fitting : rank(fitting, wanted);
  return {
    found: ranked.slice(0, limit).map((entry) => entry.item),
    more: Math.max(0, ranked.length - limit),
  };
}

function rank<Item>(found: readonly Searchable<Item>[], wanted: string): readonly Searchable<Item>[] {
  const exact = found.filter((entry) => entry.name === wanted);
  const prefix = found.filter((entry) => entry.name !== wanted && entry.name.startsWith(wanted));
  const rest = found.filter((entry) => !entry.name.startsWith(wanted));
  return [...exact, ...prefix, ...rest];
}
