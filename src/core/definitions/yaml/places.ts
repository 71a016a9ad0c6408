import type { Definition, DefinitionFormatId, DefinitionPlace, TextRange } from '../definition';
import type { SourceText } from '../format';
import { createPositionLookup } from '../textPositions';
import type { YamlSpan } from './value';

/** Says where values of a text are. */
export interface Places {
  range(span: YamlSpan): TextRange;
  /** @param match what to underline; all of it when left out. */
  of(span: YamlSpan, match?: YamlSpan): DefinitionPlace;
}

export function createPlaces(format: DefinitionFormatId, { file, text }: SourceText): Places {
  const positionAt = createPositionLookup(text);
  const range = ({ start, end }: YamlSpan): TextRange => ({ start: positionAt(start), end: positionAt(end) });
  return {
    range,
    of: (span, match = span) => ({ format, file, range: range(span), matchRange: range(match) }),
  };
}

/** Keys stand in a map in whatever order. */
export function inTextOrder(definitions: readonly Definition[]): readonly Definition[] {
  return definitions.toSorted((one, other) => one.range.start.offset - other.range.start.offset);
}

/** A map, and where its values are. */
interface MapInText {
  readonly span: YamlSpan;
  has(key: string): boolean;
  get(key: string): { readonly pairSpan: YamlSpan };
}

/** From the first to the last of the keys that a map has; the whole map when it has none of them. */
export function spanOfKeys(map: MapInText, keys: readonly string[]): YamlSpan {
  const whole = map.span;
  const spans = keys
    .filter((key) => map.has(key))
    .map((key) => map.get(key).pairSpan)
    // What is merged into the map, or stands behind an alias, is written elsewhere.
    .filter(({ start, end }) => start >= whole.start && end <= whole.end);
  if (spans.length === 0) return whole;
  return {
    start: Math.min(...spans.map(({ start }) => start)),
    end: Math.max(...spans.map(({ end }) => end)),
  };
}
