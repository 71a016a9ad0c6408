import * as l10n from '@vscode/l10n';
import type { BranchPair, HopRun, Sides } from '../../core/compare/comparison';
import { describeStage } from '../../core/ovn/stages';
import type { TraceHop } from '../../core/trace/hop';
import type { StepCell, StepModel, StepRow, StepRun } from '../../protocol/comparisonModel';
import { describeHopResult } from '../panel/hopResult';
import { splitRuns } from '../panel/hops';
import type { ReportIndex } from '../panel/reportIndex';
import { nameStage } from '../panel/words';

/** More rows than anybody reads; what is left out is counted. */
const mostRows = 1500;

/** Runs of this many equal steps are folded; folding a single one saves no line. */
const shortestFold = 2;

type Indexes = Sides<ReportIndex>;

export function buildStep(index: ReportIndex, hop: number | null): StepModel | null {
  const found = index.report.outcome.hops[hop ?? -1];
  if (found === undefined) return null;
  return {
    ...cellOf(found, index),
    place: placeOf(found),
    priority: found.priority,
    actions: found.actions,
  };
}

export interface StepList {
  readonly runs: readonly StepRun[];
  readonly notes: readonly string[];
}

/** The steps of both side by side, equal runs folded. Copies that fared alike in both are only counted. */
export function buildSteps(branches: readonly BranchPair[], indexes: Indexes): StepList {
  const shown = branches.filter(
    ({ runs }, position) => position === 0 || runs.some(({ kind }) => kind !== 'same'),
  );
  const equal = branches.length - shown.length;
  const rows: StepRow[] = [];
  let omitted = 0;
  for (const run of shown.flatMap(({ runs }) => runs)) {
    const more = rowsOf(run, indexes);
    if (rows.length + more.length <= mostRows) rows.push(...more);
    else omitted += more.length;
  }
  const runs = splitRuns(rows, (one, other) => (one.change === 'same') === (other.change === 'same'));
  return {
    runs: runs.map((run) => ({ folded: run[0]?.change === 'same' && run.length >= shortestFold, rows: run })),
    notes: [
      ...(equal === 0
        ? []
        : [
            equal === 1
              ? l10n.t('1 more branch alike in both.')
              : l10n.t('{0} more branches alike in both.', equal),
          ]),
      ...(omitted === 0
        ? []
        : [omitted === 1 ? l10n.t('1 more step not shown.') : l10n.t('{0} more steps not shown.', omitted)]),
    ],
  };
}

function rowsOf(run: HopRun, indexes: Indexes): readonly StepRow[] {
  const row = (
    change: StepRow['change'],
    before: number | undefined,
    after: number | undefined,
    fields: StepRow['fields'] = [],
  ): StepRow => {
    const one = indexes.before.report.outcome.hops[before ?? -1];
    const other = indexes.after.report.outcome.hops[after ?? -1];
    const shown = one ?? other;
    return {
      change,
      fields,
      place: shown === undefined ? '' : placeOf(shown),
      before: one === undefined ? null : cellOf(one, indexes.before),
      after: other === undefined ? null : cellOf(other, indexes.after),
    };
  };
  switch (run.kind) {
    case 'same':
      return run.before.map((hop, at) => row('same', hop, run.after[at]));
    case 'differs':
      return [row('changed', run.before, run.after, run.fields)];
    case 'apart':
      return [
        ...run.before.map((hop) => row('before', hop, undefined)),
        ...run.after.map((hop) => row('after', undefined, hop)),
      ];
  }
}

function cellOf(hop: TraceHop, index: ReportIndex): StepCell {
  const title = hop.stage === null ? null : describeStage(hop.stage)?.title;
  return {
    hop: hop.index,
    title: title ?? hop.stage ?? l10n.t('Table {0}', hop.table),
    stage: nameStage(hop),
    match: hop.implicitDrop ? l10n.t('no match (implicit drop)') : hop.match,
    result: describeHopResult(hop, index),
  };
}

function placeOf({ datapath, pipeline, outport }: TraceHop): string {
  return outport === null || outport === '' || pipeline === 'ingress'
    ? l10n.t('{0}, {1} pipeline', datapath, pipeline)
    : l10n.t('{0}, {1} pipeline to {2}', datapath, pipeline, outport);
}
