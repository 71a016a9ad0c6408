import type { Definition, DefinitionLink } from './definition';

/** The first link of each definition: that of the highest step. */
export function uniqueLinks(links: readonly DefinitionLink[]): readonly DefinitionLink[] {
  const unique = new Map<Definition, DefinitionLink>();
  for (const link of links) if (!unique.has(link.definition)) unique.set(link.definition, link);
  return [...unique.values()];
}
