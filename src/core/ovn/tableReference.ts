import { describeStage, listDescribedStages, pipelineKinds, pipelineOfStage } from './stages';
import type { PipelineKind, StageDescription } from './stages';
import { releaseTables, tableOfStage, type ReleaseTables } from './stageTables';

/** A table as a trace shows it. */
export interface SeenStage {
  readonly stage: string;
  readonly table: number;
}

export interface ReferenceRow {
  readonly stage: string;
  /** Number in the release of the reference, or in the trace for a stage that the release does not have; null for neither. */
  readonly table: number | null;
  /** Null for a stage nobody knows yet. */
  readonly description: StageDescription | null;
  /** The releases that have it, oldest first, with its number there. */
  readonly releases: readonly { readonly release: string; readonly table: number }[];
}

export interface ReferencePipeline {
  readonly kind: PipelineKind;
  /** In the order of the table numbers. */
  readonly rows: readonly ReferenceRow[];
  /** Described stages that this release does not have, by name. */
  readonly otherReleases: readonly ReferenceRow[];
}

export interface TableReference {
  readonly release: string;
  readonly pipelines: readonly ReferencePipeline[];
}

/**
 * The known release whose tables fit a trace best. What the trace shows counts before the version of ovn-trace, which may be
 * another one than northd's. Without either it is the newest release; between two known ones it is the older.
 */
export function chooseRelease(seen: readonly SeenStage[], ovnVersion: string | null): string {
  const agreements = releaseTables.map(
    (tables) => seen.filter(({ stage, table }) => tableOfStage(tables, stage) === table).length,
  );
  const most = Math.max(...agreements);
  const best = releaseTables.filter((_, index) => agreements[index] === most);
  const wanted = ovnVersion === null ? Infinity : releaseNumber(ovnVersion);
  const chosen = best.findLast(({ release }) => releaseNumber(release) <= wanted) ?? best[0];
  return (chosen ?? newest()).release;
}

/** The pipelines of a release, newest for one that is not known; stages of the trace that no release has are added to them. */
export function buildTableReference(release: string, seen: readonly SeenStage[]): TableReference {
  const tables = releaseTables.find((candidate) => candidate.release === release) ?? newest();
  return {
    release: tables.release,
    pipelines: pipelineKinds.map((kind) => buildPipeline(kind, tables, seen)),
  };
}

/** The stages of a trace that are in no release we know: those a reference has to be told of. */
export function listUnknownStages(seen: readonly SeenStage[]): readonly SeenStage[] {
  const unknown = new Map<string, SeenStage>();
  for (const each of seen) {
    if (pipelineOfStage(each.stage) !== null && describeStage(each.stage) === null)
      unknown.set(each.stage, each);
  }
  return [...unknown.values()];
}

function buildPipeline(
  kind: PipelineKind,
  release: ReleaseTables,
  seen: readonly SeenStage[],
): ReferencePipeline {
  const own = (release.tables[kind.prefix] ?? []).map((name, table) => buildRow(kind.prefix + name, table));
  const unknown = listUnknownStages(seen)
    .filter(({ stage }) => pipelineOfStage(stage) === kind)
    .map(({ stage, table }) => buildRow(stage, table));
  const others = listDescribedStages()
    .filter((stage) => pipelineOfStage(stage) === kind && tableOfStage(release, stage) === null)
    .sort()
    .map((stage) => buildRow(stage, null));
  return {
    kind,
    rows: [...own, ...unknown].sort((one, other) => (one.table ?? 0) - (other.table ?? 0)),
    otherReleases: others,
  };
}

function buildRow(stage: string, table: number | null): ReferenceRow {
  return {
    stage,
    table,
    description: describeStage(stage),
    releases: releaseTables.flatMap((tables) => {
      const number = tableOfStage(tables, stage);
      return number === null ? [] : [{ release: tables.release, table: number }];
    }),
  };
}

function newest(): ReleaseTables {
  return releaseTables.at(-1) ?? releaseTables[0];
}

/** `ovn-trace 25.03.0` -> 2503, `2.11` -> 211: releases in the order of their numbers. */
function releaseNumber(text: string): number {
  const [, year, month] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(year ?? 0) * 100 + Number(month ?? 0);
}
