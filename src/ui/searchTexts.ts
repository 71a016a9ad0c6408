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
  return { item, name: name.toLowerCase(), text: parts.join('\n').toLowerCase() };
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
  const fitting = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
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
