import type { Definition } from '../../core/definitions/definition';

/** Definitions that begin and end together, of those around the place the smallest; an owner only where it is named. */
export function definitionsAt(
  definitions: readonly Definition[],
  at: number,
  line: number,
): readonly Definition[] {
  const around = definitions.filter(
    ({ kind, range, matchRange }) =>
      range.start.offset <= at &&
      at <= range.end.offset &&
      (kind !== 'owner' ||
        line === range.start.line ||
        (matchRange.start.line <= line && line <= matchRange.end.line)),
  );
  const length = ({ range }: Definition): number => range.end.offset - range.start.offset;
  const rules = around.filter(
    (definition) => definition.kind !== 'owner' && !(definition.kind === 'rule' && definition.implicit),
  );
  const candidates = rules.length > 0 ? rules : around.filter(({ kind }) => kind === 'owner');
  const least = Math.min(...candidates.map(length));
  return candidates.filter((definition) => length(definition) === least);
}
