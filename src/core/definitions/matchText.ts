import type { AclDefinition } from './definition';

/** Where the characters of a match stand in the text of its file. */
export interface MatchPlace {
  /** Offset in the file of an offset in the match. */
  toFile(offset: number): number;
  /** Offset in the match of an offset in the file; null outside. */
  toMatch(offset: number): number | null;
}

/**
 * Finds a match in the text that writes it, through the quotes and backslashes of a shell or of JSON; null where variables or
 * rounds of a loop make the match another text than the file's.
 */
export function placeMatch(
  { match, matchRange }: Pick<AclDefinition, 'match' | 'matchRange'>,
  text: string,
): MatchPlace | null {
  if (match === null) return null;
  const { start, end } = matchRange;
  const offsets = alignMatch(match, text.slice(start.offset, end.offset));
  if (offsets === null) return null;
  return {
    toFile: (offset) => start.offset + (offsets[Math.min(offset, match.length)] ?? 0),
    toMatch: (offset) => {
      const at = offset - start.offset;
      if (at < 0 || offset > end.offset) return null;
      const found = offsets.findIndex((each) => each >= at);
      return found < 0 ? match.length : found;
    },
  };
}

/** For each character of the match, and for its end, the offset in the written text. */
function alignMatch(match: string, written: string): readonly number[] | null {
  const offsets: number[] = [];
  let at = 0;
  for (const char of match) {
    if (written[at] === '\\' && written[at] !== char) at++;
    else if (written[at] === '\\' && char === '\\' && written[at + 1] === '\\') at++;
    if (!written.startsWith(char, at)) return null;
    for (let unit = 0; unit < char.length; unit++) offsets.push(at + unit);
    at += char.length;
  }
  if (at !== written.length) return null;
  return [...offsets, at];
}
