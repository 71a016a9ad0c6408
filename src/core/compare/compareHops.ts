import type { TraceHop } from '../trace/hop';
import type { TraceOutcome } from '../trace/outcome';
import { alignKeys } from './align';
import type { BranchPair, HopField, HopRun, HopSides } from './comparison';

/** The steps of two traces side by side, branch by branch, aligned by datapath, pipeline and stage. */
export function compareHops(before: TraceOutcome, after: TraceOutcome): readonly BranchPair[] {
  const names = new Map<string, number>();
  const ways = waysByName(before, names);
  const others = waysByName(after, names);
  const pairs = [...ways].map(([name, { branch, hops, fork }]): BranchPair => {
    const other = others.get(name);
    const runs = compareWays({ hops, fork }, other ?? noWay);
    return { before: branch, after: other?.branch ?? null, runs };
  });
  const added = [...others]
    .filter(([name]) => !ways.has(name))
    .map(([, way]): BranchPair => ({ before: null, after: way.branch, runs: compareWays(noWay, way) }));
  return [...pairs, ...added];
}

/** The first place at which the two part; a side is null where it has no step there. */
export function findFirstDifference(branches: readonly BranchPair[]): HopSides | null {
  const spots = branches.flatMap(({ runs }) => {
    const run = runs.find(({ kind }) => kind !== 'same');
    return run === undefined ? [] : [spotOf(run)];
  });
  const rank = spots.map(rankOf).reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const [first, ...others] = spots.filter((spot) => rankOf(spot) === rank);
  if (first === undefined) return null;
  // Two copies, one of each trace, that begin after equally many steps: neither is before the other.
  return others.length === 0 ? first : { before: rank, after: rank };
}

function spotOf(run: HopRun): HopSides {
  return run.kind === 'differs'
    ? { before: run.before, after: run.after }
    : { before: run.before[0] ?? null, after: run.after[0] ?? null };
}

/** For each step of one trace the step of the other that stands at the same place. */
export interface Counterparts {
  readonly ofBefore: ReadonlyMap<number, number>;
  readonly ofAfter: ReadonlyMap<number, number>;
}

export function findCounterparts(branches: readonly BranchPair[]): Counterparts {
  const ofBefore = new Map<number, number>();
  const ofAfter = new Map<number, number>();
  const pair = (before: number, after: number): void => {
    ofBefore.set(before, after);
    ofAfter.set(after, before);
  };
  for (const run of branches.flatMap(({ runs }) => runs)) {
    if (run.kind === 'differs') pair(run.before, run.after);
    else if (run.kind === 'same') run.before.forEach((hop, at) => pair(hop, run.after[at] ?? -1));
  }
  return { ofBefore, ofAfter };
}

function rankOf({ before, after }: HopSides): number {
  return Math.min(before ?? Number.POSITIVE_INFINITY, after ?? Number.POSITIVE_INFINITY);
}

interface Way {
  readonly hops: readonly TraceHop[];
  /** The step at which it left its parent. */
  readonly fork: TraceHop | undefined;
}

const noWay: Way = { hops: [], fork: undefined };

interface NamedWay extends Way {
  readonly branch: number;
}

/**
 * The branches by a name that the same copy has in both traces: what made it, where, and to which port it goes. Names are
 * numbers of a common list, so that the name of a copy below a thousand others stays short.
 */
function waysByName(outcome: TraceOutcome, names: Map<string, number>): ReadonlyMap<number, NamedWay> {
  const hopsOf = new Map<number, TraceHop[]>();
  for (const hop of outcome.hops) {
    const hops = hopsOf.get(hop.branch);
    if (hops === undefined) hopsOf.set(hop.branch, [hop]);
    else hops.push(hop);
  }
  const ways = new Map<number, NamedWay>();
  const nameOf: number[] = [];
  const copies = new Map<string, number>();
  for (const { index, parent, origin, madeBy, forkHop } of outcome.branches) {
    const hops = hopsOf.get(index) ?? [];
    const fork = forkHop === null ? undefined : outcome.hops[forkHop];
    const [first] = hops;
    const text = JSON.stringify([
      parent === null ? null : (nameOf[parent] ?? null),
      origin,
      madeBy,
      fork === undefined ? null : keyOf(fork),
      ...(parent === null || first === undefined ? [] : [first.datapath, first.pipeline, first.outport]),
    ]);
    const copy = copies.get(text) ?? 0;
    copies.set(text, copy + 1);
    const key = `${copy} ${text}`;
    const name = names.get(key) ?? names.size;
    names.set(key, name);
    nameOf[index] = name;
    ways.set(name, { branch: index, hops, fork });
  }
  return ways;
}

/** Table numbers are another in each release, names of stages are not. */
function keyOf({ datapath, pipeline, stage, table }: TraceHop): string {
  return JSON.stringify([datapath, pipeline, stage ?? table]);
}

function compareWays({ hops: before, fork }: Way, { hops: after, fork: otherFork }: Way): readonly HopRun[] {
  const runs = new Runs(stateOf(fork), stateOf(otherFork));
  let [nextBefore, nextAfter] = [0, 0];
  for (const [one, other] of alignKeys(before.map(keyOf), after.map(keyOf))) {
    runs.addApart(before.slice(nextBefore, one), after.slice(nextAfter, other));
    const [hopBefore, hopAfter] = [before[one], after[other]];
    if (hopBefore && hopAfter) runs.addPair(hopBefore, hopAfter);
    [nextBefore, nextAfter] = [one + 1, other + 1];
  }
  runs.addApart(before.slice(nextBefore), after.slice(nextAfter));
  return runs.done();
}

/** Collects steps into runs. A connection state that differs is told once, not again at each step that keeps it. */
class Runs {
  private readonly runs: HopRun[] = [];
  private same: { readonly before: number[]; readonly after: number[] } = { before: [], after: [] };

  constructor(
    private stateBefore: string,
    private stateAfter: string,
  ) {}

  addPair(before: TraceHop, after: TraceHop): void {
    const [one, other] = [stateOf(before), stateOf(after)];
    const isNews = one !== other && (one !== this.stateBefore || other !== this.stateAfter);
    [this.stateBefore, this.stateAfter] = [one, other];
    const fields: readonly HopField[] = [
      ...compareHop(before, after),
      ...(isNews ? (['connection'] as const) : []),
    ];
    if (fields.length === 0) {
      this.same.before.push(before.index);
      this.same.after.push(after.index);
      return;
    }
    this.closeSame();
    this.runs.push({ kind: 'differs', before: before.index, after: after.index, fields });
  }

  addApart(before: readonly TraceHop[], after: readonly TraceHop[]): void {
    if (before.length === 0 && after.length === 0) return;
    this.closeSame();
    this.runs.push({
      kind: 'apart',
      before: before.map(({ index }) => index),
      after: after.map(({ index }) => index),
    });
  }

  done(): readonly HopRun[] {
    this.closeSame();
    return this.runs;
  }

  private closeSame(): void {
    if (this.same.before.length > 0) this.runs.push({ kind: 'same', ...this.same });
    this.same = { before: [], after: [] };
  }
}

function compareHop(before: TraceHop, after: TraceHop): readonly HopField[] {
  const fields: HopField[] = [];
  if (before.inport !== after.inport) fields.push('input port');
  if (before.outport !== after.outport) fields.push('output port');
  if (before.match !== after.match || before.implicitDrop !== after.implicitDrop) fields.push('match');
  if (before.priority !== after.priority) fields.push('priority');
  if (textOf(before.actions) !== textOf(after.actions)) fields.push('actions');
  return fields;
}

/** `next(pipeline=egress,table=4)` and `next(9)` without the numbers, which are another in each release. */
function textOf(actions: readonly string[]): string {
  return actions
    .map((action) =>
      action.includes('next(')
        ? action.replace(/\bnext\((?:\d+|[^()]*\btable=\d+[^()]*)\)/g, (text) => text.replace(/\d+/, ''))
        : action,
    )
    .join('\n');
}

function stateOf(hop: TraceHop | undefined): string {
  if (hop === undefined || hop.ctState === null) return '';
  return `${hop.ctState.join('|')}${hop.ctAssumed ? ', assumed' : ''}`;
}
