/** Cells of the table that the exact alignment may fill: some milliseconds. */
const mostCells = 4_000_000;

export type Match = readonly [before: number, after: number];

/**
 * Positions of equal keys in two sequences, rising on both sides: the longest common subsequence, of very long sequences that
 * differ in many places a good one. Swapped arguments give swapped pairs.
 */
export function alignKeys(before: readonly string[], after: readonly string[]): readonly Match[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const one = before.slice(start, before.length - end);
  const other = after.slice(start, after.length - end);
  // Where several alignments are as long, the choice must not hang on which side comes first.
  const swapped = isAfter(one, other);
  const middle = swapped ? alignMiddle(other, one) : alignMiddle(one, other);
  return [
    ...Array.from({ length: start }, (_, at): Match => [at, at]),
    ...middle.map(([a, b]): Match => (swapped ? [start + b, start + a] : [start + a, start + b])),
    ...Array.from({ length: end }, (_, at): Match => [before.length - end + at, after.length - end + at]),
  ];
}

function isAfter(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return one.length > other.length;
  const at = one.findIndex((key, position) => key !== other[position]);
  return at >= 0 && (one[at] ?? '') > (other[at] ?? '');
}

function alignMiddle(one: readonly string[], other: readonly string[]): readonly Match[] {
  if (one.length === 0 || other.length === 0) return [];
  return (one.length + 1) * (other.length + 1) <= mostCells
    ? longestCommon(one, other)
    : nextCommon(one, other);
}

function longestCommon(one: readonly string[], other: readonly string[]): readonly Match[] {
  const width = other.length + 1;
  const lengths = new Uint32Array((one.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = one.length - 1; row >= 0; row--) {
    for (let column = other.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        one[row] === other[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found: Match[] = [];
  let row = 0;
  let column = 0;
  while (row < one.length && column < other.length) {
    if (one[row] === other[column]) found.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return found;
}

/** Each key with the next equal one on the other side, unless that would skip much: in one pass. */
function nextCommon(one: readonly string[], other: readonly string[]): readonly Match[] {
  const places = new Map<string, number[]>();
  for (let at = other.length - 1; at >= 0; at--) {
    const key = other[at] ?? '';
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  }
  const found: Match[] = [];
  let next = 0;
  one.forEach((key, at) => {
    const rest = places.get(key) ?? [];
    while ((rest.at(-1) ?? next) < next) rest.pop();
    const place = rest.at(-1);
    if (place === undefined || place - next > longestSkip) return;
    found.push([at, place]);
    next = place + 1;
  });
  return found;
}

const longestSkip = 500;
