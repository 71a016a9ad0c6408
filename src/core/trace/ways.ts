import type { TraceHop } from './hop';
import type { TraceOutcome } from './outcome';

type Traced = Pick<TraceOutcome, 'hops' | 'branches'>;

/** The stages of each branch. A flood has hundreds of thousands of them, and asks for the way of each of its copies. */
const hopsOfBranches = new WeakMap<readonly TraceHop[], ReadonlyMap<number, readonly TraceHop[]>>();

/** The stages that a branch and those it came out of went through, in the order of the text. */
export function wayOf(branch: number, { hops, branches }: Traced): readonly TraceHop[] {
  const byBranch = groupByBranch(hops);
  const way: TraceHop[] = [];
  let parts = 0;
  for (let at: number | null = branch; at !== null; at = branches[at]?.parent ?? null) {
    const own = byBranch.get(at) ?? [];
    if (own.length > 0) parts++;
    for (const hop of own) way.push(hop);
  }
  return parts > 1 ? way.sort((one, other) => one.index - other.index) : way;
}

/** The stages of the packet before it came to a hop, those before it was copied too. */
export function wayTo(hop: TraceHop, outcome: Traced): readonly TraceHop[] {
  return wayOf(hop.branch, outcome).filter(({ index }) => index < hop.index);
}

function groupByBranch(hops: readonly TraceHop[]): ReadonlyMap<number, readonly TraceHop[]> {
  const known = hopsOfBranches.get(hops);
  if (known !== undefined) return known;
  const groups = new Map<number, TraceHop[]>();
  for (const hop of hops) {
    const group = groups.get(hop.branch);
    if (group === undefined) groups.set(hop.branch, [hop]);
    else group.push(hop);
  }
  hopsOfBranches.set(hops, groups);
  return groups;
}
