/** Values a field may have. Sets of one variable are all numbers below the same `size`, or all names. */
export type ValueSet =
  | {
      readonly kind: 'numbers';
      readonly size: bigint;
      /** Both ends inclusive, ascending, neither overlapping nor touching. */
      readonly ranges: readonly Range[];
    }
  /** The names, or every name but these. */
  | { readonly kind: 'names'; readonly names: ReadonlySet<string>; readonly excluded: boolean };

export type Range = readonly [low: bigint, high: bigint];

export function numberSet(size: bigint, ranges: readonly Range[]): ValueSet {
  const merged: [bigint, bigint][] = [];
  const sorted = [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  for (const [low, high] of sorted) {
    if (low > high) continue;
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1n) last[1] = high > last[1] ? high : last[1];
    else merged.push([low, high]);
  }
  return { kind: 'numbers', size, ranges: merged };
}

export function complement(set: ValueSet): ValueSet {
  if (set.kind === 'names') return { ...set, excluded: !set.excluded };
  const gaps: Range[] = [];
  let from = 0n;
  for (const [low, high] of set.ranges) {
    gaps.push([from, low - 1n]);
    from = high + 1n;
  }
  gaps.push([from, set.size - 1n]);
  return numberSet(set.size, gaps);
}

/** The union of sets of one variable; at least one. */
export function unite(sets: readonly [ValueSet, ...ValueSet[]]): ValueSet {
  const [first, ...others] = sets;
  if (others.length === 0) return first;
  if (first.kind === 'numbers') {
    return numberSet(
      first.size,
      sets.flatMap((set) => (set.kind === 'numbers' ? set.ranges : [])),
    );
  }
  const included = new Set<string>();
  let missing: ReadonlySet<string> | null = null;
  for (const set of sets) {
    if (set.kind !== 'names') continue;
    if (!set.excluded) for (const name of set.names) included.add(name);
    else missing = missing === null ? set.names : keep(missing, (name) => set.names.has(name));
  }
  if (missing === null) return { kind: 'names', names: included, excluded: false };
  return { kind: 'names', names: keep(missing, (name) => !included.has(name)), excluded: true };
}

/** The values in all sets of one variable; at least one. */
export function intersect(sets: readonly [ValueSet, ...ValueSet[]]): ValueSet {
  const [first, second, ...others] = sets;
  if (second === undefined) return first;
  if (others.length === 0 && first.kind === 'numbers' && second.kind === 'numbers') {
    const { size } = first;
    return first.ranges.length < second.ranges.length
      ? { kind: 'numbers', size, ranges: cutRanges(first.ranges, second.ranges) }
      : { kind: 'numbers', size, ranges: cutRanges(second.ranges, first.ranges) };
  }
  return complement(unite([complement(first), complement(second), ...others.map(complement)]));
}

/** The few ranges as far as they lie in the many, looked up by bisection: sets of 10,000 addresses are common. */
function cutRanges(few: readonly Range[], many: readonly Range[]): readonly Range[] {
  return few.flatMap(([low, high]) => {
    const cut: Range[] = [];
    for (let i = firstReaching(many, low); i < many.length; i++) {
      const range = many[i];
      if (range === undefined || range[0] > high) break;
      cut.push([range[0] > low ? range[0] : low, range[1] < high ? range[1] : high]);
    }
    return cut;
  });
}

/** Index of the first range that does not end before `value`. */
function firstReaching(ranges: readonly Range[], value: bigint): number {
  let [from, to] = [0, ranges.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const range = ranges[middle];
    if (range !== undefined && range[1] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

export function isEmpty(set: ValueSet): boolean {
  return set.kind === 'numbers' ? set.ranges.length === 0 : !set.excluded && set.names.size === 0;
}

export function isEverything(set: ValueSet): boolean {
  if (set.kind === 'names') return set.excluded && set.names.size === 0;
  const [range] = set.ranges;
  return range !== undefined && range[0] === 0n && range[1] === set.size - 1n;
}

export function sameSet(one: ValueSet, other: ValueSet): boolean {
  if (one === other) return true;
  if (one.kind === 'names') {
    if (other.kind !== 'names' || one.excluded !== other.excluded || one.names.size !== other.names.size)
      return false;
    return [...one.names].every((name) => other.names.has(name));
  }
  if (other.kind !== 'numbers' || one.ranges.length !== other.ranges.length) return false;
  return one.ranges.every(([low, high], i) => low === other.ranges[i]?.[0] && high === other.ranges[i][1]);
}

/** The same text for the same set. */
export function describeSet(set: ValueSet): string {
  if (set.kind === 'numbers') {
    return `{${set.ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`)).join(',')}}`;
  }
  return `${set.excluded ? '!' : ''}{${[...set.names]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(',')}}`;
}

function hex(value: bigint): string {
  return value.toString(16);
}

function keep(names: ReadonlySet<string>, wanted: (name: string) => boolean): ReadonlySet<string> {
  return new Set([...names].filter(wanted));
}
