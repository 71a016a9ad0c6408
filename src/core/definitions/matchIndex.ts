import { canonicalMatch } from '../ovn/match/canonical';
import { parseMatch } from '../ovn/match/parser';
import type { AclDefinition } from './definition';
import type { MatchAgreement } from './comparison';

/** Definitions of one owner (or of unknown ones), found by their match. */
export class MatchIndex {
  private readonly byLetters = new Map<string, AclDefinition[]>();
  private readonly unknown: AclDefinition[] = [];
  private byMeaning: Map<string, AclDefinition[]> | null = null;

  constructor(
    definitions: readonly AclDefinition[],
    private readonly canonicalOf: (match: string) => string | null,
  ) {
    for (const definition of definitions) {
      if (definition.match === null) this.unknown.push(definition);
      else push(this.byLetters, lettersOf(definition.match), definition);
    }
  }

  /** Those with the same match, to the letter or in meaning, and those whose match the file does not tell. */
  find(match: string): readonly (readonly [AclDefinition, MatchAgreement])[] {
    const sameLetters = this.byLetters.get(lettersOf(match)) ?? [];
    const canonical = this.canonicalOf(match);
    const sameMeaning = canonical === null ? [] : (this.meanings().get(canonical) ?? []);
    const known = new Set(sameLetters);
    return [
      ...sameLetters.map((definition) => [definition, 'same'] as const),
      ...sameMeaning
        .filter((definition) => !known.has(definition))
        .map((definition) => [definition, 'equal'] as const),
      ...this.unknown.map((definition) => [definition, 'unknown'] as const),
    ];
  }

  private meanings(): ReadonlyMap<string, readonly AclDefinition[]> {
    if (this.byMeaning) return this.byMeaning;
    this.byMeaning = new Map();
    for (const [letters, definitions] of this.byLetters) {
      const canonical = this.canonicalOf(letters);
      if (canonical !== null)
        for (const definition of definitions) push(this.byMeaning, canonical, definition);
    }
    return this.byMeaning;
  }
}

/** The canonical form of matches, each computed once; null for a text that OVN cannot read. */
export function createCanonicalForms(): (match: string) => string | null {
  const forms = new Map<string, string | null>();
  return (match) => {
    const known = forms.get(match);
    if (known !== undefined) return known;
    const parsed = parseMatch(match);
    const form = parsed.ok ? canonicalMatch(parsed.expr) : null;
    forms.set(match, form);
    return form;
  };
}

/**
 * The match with blanks as OVN's lexer sees them: any run of them, outside of strings, is one. A match with a comment
 * stays as it is, because a comment may end with its line.
 */
export function lettersOf(match: string): string {
  if (match.includes('//') || match.includes('/*')) return match;
  return match
    .replace(/("(?:[^"\\]|\\[^])*"?)|[ \t\n\r\v\f]+/g, (_, text: string | undefined) => text ?? ' ')
    .replace(/^ | $/g, '');
}

/** Adds to the list of a key. */
export function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
