import type { AclStep } from '../../core/acl/step';
import type { TraceReport } from '../../core/session/report';
import { runThrough, type Steps } from '../../core/slices';
import type { ExplainedLoss } from '../../core/trace/explanation';
import type { TraceBranch, TraceHop } from '../../core/trace/hop';
import type { Answer, Arrival, Loss } from '../../core/trace/outcome';

/** Look-ups by hop and branch that every part of the panel needs, made once for a report. */
export interface ReportIndex {
  readonly report: TraceReport;
  readonly aclSteps: ReadonlyMap<number, AclStep>;
  readonly arrivals: ReadonlyMap<number, readonly Arrival[]>;
  /** By the hop that turned the packet into its answer; by the one behind which a packet of OVN's own was made. */
  readonly answers: ReadonlyMap<number, readonly Answer[]>;
  readonly losses: ReadonlyMap<number, Loss>;
  /** By the hop that decided the loss (the ACL evaluation before the ACL action). */
  readonly decisions: ReadonlyMap<number, Loss>;
  readonly lossesOfBranch: ReadonlyMap<number, readonly Loss[]>;
  readonly arrivalsOfBranch: ReadonlyMap<number, readonly Arrival[]>;
  readonly hopsOfBranch: ReadonlyMap<number, readonly TraceHop[]>;
  /** The copies that were made together with this one, itself among them. */
  copies(branch: TraceBranch): readonly TraceBranch[];
  /** Its position among them. */
  copyNumber(branch: TraceBranch): number;
  explained(loss: Loss): ExplainedLoss | null;
  /** The next hop of the same branch: what a conntrack lookup led to is seen there. */
  next(hop: TraceHop): TraceHop | null;
}

export function indexReport(report: TraceReport): ReportIndex {
  return runThrough(indexReportSteps(report));
}

/** Some milliseconds of work. */
const itemsPerSlice = 20_000;

/** The same for a flood to thousands of ports. */
export function* indexReportSteps(report: TraceReport): Steps<ReportIndex> {
  const { outcome, explanation } = report;
  const losses = new Map<number, Loss>();
  const decisions = new Map<number, Loss>();
  for (const loss of outcome.losses) {
    if (loss.hop !== null) losses.set(loss.hop, loss);
    const decided = loss.decidedBy ?? loss.hop;
    if (decided !== null) decisions.set(decided, loss);
  }
  const nextOf = new Map<number, TraceHop>();
  const hopsOfBranch = yield* groupBy(outcome.hops, (hop) => hop.branch);
  let count = 0;
  for (const hops of hopsOfBranch.values()) {
    for (const [position, hop] of hops.entries()) {
      if (++count % itemsPerSlice === 0) yield;
      const next = hops[position + 1];
      if (next !== undefined) nextOf.set(hop.index, next);
    }
  }
  const explainedByLoss = new Map(
    explanation.losses.map((explained) => [outcome.losses[explained.loss], explained] as const),
  );
  const copiesByFork = yield* groupBy(outcome.branches, (branch) =>
    branch.origin === 'copy' ? forkOf(branch) : null,
  );
  const copyNumbers = new Map<TraceBranch, number>();
  for (const copies of copiesByFork.values()) copies.forEach((copy, at) => copyNumbers.set(copy, at));
  return {
    report,
    aclSteps: new Map(explanation.aclSteps.map((step) => [step.hop, step])),
    arrivals: yield* groupBy(outcome.arrivals, (arrival) => arrival.hop),
    answers: yield* groupBy(
      outcome.answers,
      (answer) => wayOf(answer, outcome.branches, hopsOfBranch).find(turns)?.index ?? answer.hop,
    ),
    losses,
    decisions,
    lossesOfBranch: yield* groupBy(outcome.losses, (loss) => loss.branch),
    arrivalsOfBranch: yield* groupBy(outcome.arrivals, (arrival) => arrival.branch),
    hopsOfBranch,
    copies: (branch) => copiesByFork.get(forkOf(branch)) ?? [],
    copyNumber: (branch) => copyNumbers.get(branch) ?? -1,
    explained: (loss) => explainedByLoss.get(loss) ?? null,
    next: (hop) => nextOf.get(hop.index) ?? null,
  };
}

/** Swapping or copying the ends of a packet sends it back where it came from. */
const turning = /\b(eth|ip[46])\.(?:dst|src) *(?:=|<->) *\1\.(?:src|dst)\b/;

function turns({ actions }: TraceHop): boolean {
  return actions.some((action) => turning.test(action));
}

/** The hops of the packet that became the answer, with those it had before it was copied. */
function wayOf(
  { branch, hop: last }: Answer,
  branches: readonly TraceBranch[],
  hopsOfBranch: ReadonlyMap<number, readonly TraceHop[]>,
): readonly TraceHop[] {
  const way: TraceHop[] = [];
  let end = last;
  for (let at = branches[branch]; at !== undefined && end !== null; at = branches[at.parent ?? -1]) {
    const until = end;
    way.unshift(...(hopsOfBranch.get(at.index) ?? []).filter(({ index }) => index <= until));
    if (at.origin === 'generated') break;
    end = at.forkHop;
  }
  return way;
}

function forkOf(branch: TraceBranch): string {
  return `${branch.parent ?? ''} ${branch.forkHop ?? ''} ${branch.madeBy ?? ''}`;
}

function* groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K | null): Steps<Map<K, T[]>> {
  const groups = new Map<K, T[]>();
  for (const [position, item] of items.entries()) {
    if ((position + 1) % itemsPerSlice === 0) yield;
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
