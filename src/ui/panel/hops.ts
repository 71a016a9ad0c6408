import * as l10n from '@vscode/l10n';
import { explainRegisters } from '../../core/ovn/registers';
import { describeStage } from '../../core/ovn/stages';
import type { Steps } from '../../core/slices';
import type { TraceBranch, TraceHop } from '../../core/trace/hop';
import type {
  Badge,
  FactRow,
  HopGroup,
  HopItem,
  HopPipeline,
  HopRow,
  HopsModel,
} from '../../protocol/panelModel';
import { describeHopResult, nameConntrackState } from './hopResult';
import type { LinkTable } from './linkTable';
import { explainNames, type NameMeaning } from './matchNames';
import type { ReportIndex } from './reportIndex';
import { capitalise, nameAcl, nameEntity } from './words';

/** Runs of this many stages that only pass the packet on are folded; folding a single one saves no line. */
const shortestFold = 2;

/** Of the copies that one fork made so many are shown; the others are folded unless they were lost. */
const shownCopies = 3;

/** Hops whose rows take some milliseconds. */
const hopsPerSlice = 500;

/** The hops of a trace, grouped by datapath and pipeline as the packet met them, pass-through stages folded. */
export function* buildHopsSteps(
  index: ReportIndex,
  links: LinkTable,
  meaningOf: NameMeaning | null,
): Steps<HopsModel> {
  const { outcome } = index.report;
  const explain = rememberTexts(meaningOf);
  const rows: HopRow[] = [];
  for (const hop of outcome.hops) {
    rows.push(buildRow(hop, index, links, explain));
    if (rows.length % hopsPerSlice === 0) yield;
  }
  const groups: HopGroup[] = [];
  let grouped = 0;
  for (const hops of splitRuns(outcome.hops, sameDatapath)) {
    groups.push(buildGroup(hops, rows, index));
    grouped += hops.length;
    if (grouped >= hopsPerSlice) {
      grouped = 0;
      yield;
    }
  }
  return {
    groups,
    count: rows.length,
    decisive: rows.filter((row) => row.decisive).length,
    note: noteMissing(index),
  };
}

function noteMissing(index: ReportIndex): string | null {
  const { outcome, parsed } = index.report;
  if (outcome.verdict === 'error')
    return l10n.t('There is no trace to show; the raw output has what was printed.');
  if (outcome.hops.length === 0) {
    return l10n.t(
      'The summary and minimal formats of ovn-trace do not print the stages. Trace again, or use the detailed format.',
    );
  }
  if (parsed.cutAtEnd) return l10n.t('The output ends here, in the middle of the trace.');
  return null;
}

function buildGroup(hops: readonly TraceHop[], rows: readonly HopRow[], index: ReportIndex): HopGroup {
  const first = hops[0];
  const branch = first === undefined ? undefined : index.report.outcome.branches[first.branch];
  return {
    kind: first?.datapathKind ?? null,
    datapath: first?.datapath ?? '',
    detail: describeBranch(branch, index),
    folded: branch !== undefined && isAlike(branch, index),
    pipelines: splitRuns(hops, samePipeline).map((run) => buildPipeline(run, rows, index)),
  };
}

function buildPipeline(hops: readonly TraceHop[], rows: readonly HopRow[], index: ReportIndex): HopPipeline {
  const [first] = hops;
  const ingress = first?.pipeline !== 'egress';
  const port = (ingress ? first?.inport : first.outport) ?? '';
  const way = ingress ? l10n.t('from {0}', port) : l10n.t('to {0}', port);
  const detail = port === '' ? '' : way;
  return {
    title: ingress ? l10n.t('Ingress') : l10n.t('Egress'),
    detail,
    items: foldPassing(hops.flatMap((hop) => rows[hop.index] ?? [])),
    endings: hops.flatMap((hop) => describeEndings(hop, index)),
  };
}

/** Whether this is one more copy that arrived, like others of its fork that are shown. */
function isAlike(branch: TraceBranch, index: ReportIndex): boolean {
  if (branch.origin !== 'copy' || index.lossesOfBranch.has(branch.index)) return false;
  return index.copyNumber(branch) >= shownCopies;
}

/** Which packet this is, where it is not the one that was asked about. */
function describeBranch(branch: TraceBranch | undefined, index: ReportIndex): string {
  if (branch === undefined || branch.parent === null) return '';
  const by = branch.madeBy === null ? '' : ` (${branch.madeBy})`;
  if (branch.origin === 'generated') return `${l10n.t('packet made by OVN')}${by}`;
  const copies = index.copies(branch);
  const name =
    copies.length === 1
      ? l10n.t('the only copy')
      : l10n.t('copy {0} of {1}', index.copyNumber(branch) + 1, copies.length);
  return `${name}${by}`;
}

function describeEndings(hop: TraceHop, index: ReportIndex): readonly Badge[] {
  const endings: Badge[] = (index.arrivals.get(hop.index) ?? []).map((arrival) => ({
    tone: 'allow',
    icon: 'allow',
    text: l10n.t('Delivered to {0}', arrival.port),
  }));
  for (const answer of index.report.outcome.answers) {
    const { ports } = answer;
    // A packet that OVN made has hops of its own.
    if (answer.hop === hop.index && answer.branch === hop.branch && ports.length > 0)
      endings.push({
        tone: 'answer',
        icon: 'answer',
        text: l10n.t('The answer reaches {0}.', ports.join(', ')),
      });
  }
  const loss = index.losses.get(hop.index);
  if (loss !== undefined) {
    const target =
      hop.pipeline === 'egress' && hop.outport !== null
        ? l10n.t('{0} does not receive it.', hop.outport)
        : '';
    endings.push(
      loss.kind === 'rejected'
        ? { tone: 'reject', icon: 'reject', text: `${l10n.t('Rejected.')} ${target}`.trim() }
        : { tone: 'drop', icon: 'drop', text: `${l10n.t('Dropped.')} ${target}`.trim() },
    );
  }
  return endings;
}

function foldPassing(rows: readonly HopRow[]): readonly HopItem[] {
  const runs = splitRuns(rows, (a, b) => !a.decisive && !b.decisive);
  return runs.flatMap((run): HopItem[] =>
    run.length >= shortestFold && run[0]?.decisive === false
      ? [{ kind: 'fold', hops: run }]
      : run.map((hop) => ({ kind: 'hop', hop })),
  );
}

function buildRow(
  hop: TraceHop,
  index: ReportIndex,
  links: LinkTable,
  explain: (hop: TraceHop) => readonly FactRow[],
): HopRow {
  const description = hop.stage === null ? null : describeStage(hop.stage);
  const result = describeHopResult(hop, index);
  const loss = index.decisions.get(hop.index);
  return {
    index: hop.index,
    table: hop.table,
    stage: hop.stage,
    title: description?.title ?? (hop.stage === null ? l10n.t('Table {0}', hop.table) : hop.stage),
    about: description?.about ?? null,
    match: hop.implicitDrop ? l10n.t('no match (implicit drop)') : hop.match,
    priority: hop.priority,
    uuid: hop.uuid,
    source: hop.source,
    actions: hop.actions,
    openFlows: hop.openFlows,
    result,
    decisive: result !== null && result.icon !== 'none',
    deciding: loss !== undefined,
    facts: [...buildFacts(hop, index, links), ...explain(hop)],
  };
}

function buildFacts(hop: TraceHop, index: ReportIndex, links: LinkTable): readonly FactRow[] {
  const facts: FactRow[] = [];
  const add = (name: string, text: string, code = false): void => {
    facts.push({ name, text, code, links: [], acl: null });
  };
  const step = index.aclSteps.get(hop.index);
  for (const { acl, entities } of step?.acls ?? []) {
    const where = entities.map(nameEntity).join(', ');
    const definitions = index.report.explanation.definitions[acl.uuid] ?? [];
    facts.push({
      name: l10n.t('Northbound row'),
      text: where === '' ? l10n.t('ACL {0}', nameAcl(acl)) : l10n.t('ACL {0} on {1}', nameAcl(acl), where),
      code: false,
      links: links.add(definitions),
      acl: acl.uuid,
    });
    if (hop.priority !== null && hop.priority !== acl.priority) {
      add(
        l10n.t('Priority'),
        l10n.t(
          '{0} in the flow, {1} in the ACL (northd adds {2})',
          hop.priority,
          acl.priority,
          hop.priority - acl.priority,
        ),
      );
    }
  }
  if (hop.uuid !== null) {
    facts.push({
      name: l10n.t('Logical flow'),
      text: hop.uuid,
      code: true,
      links: [],
      acl: null,
      copy: hop.uuid,
    });
  }
  if (hop.source !== null) add(l10n.t('OVN source'), hop.source, true);
  if (hop.ctState !== null) {
    const state = `${capitalise(nameConntrackState(hop.ctState))} (${hop.ctState.join('|')})`;
    add(l10n.t('Connection'), hop.ctAssumed ? l10n.t('{0}, assumed by ovn-trace', state) : state);
  }
  return facts;
}

/** A flood passes the same flows at each of its ports. */
function rememberTexts(meaningOf: NameMeaning | null): (hop: TraceHop) => readonly FactRow[] {
  const known = new Map<string, readonly FactRow[]>();
  return (hop) => {
    const key = [hop.datapathKind, hop.match, ...hop.actions].join('\n');
    const before = known.get(key);
    if (before !== undefined) return before;
    const rows = explainTexts(hop, meaningOf);
    known.set(key, rows);
    return rows;
  };
}

/** What the names and registers in the match and the actions stand for. */
function explainTexts(hop: TraceHop, meaningOf: NameMeaning | null): readonly FactRow[] {
  const names = meaningOf === null ? [] : explainNames(hop.match, meaningOf);
  const registers = explainRegisters(hop.datapathKind, [hop.match, ...hop.actions]);
  return [
    ...names.map(({ part, meaning }) => ({ name: part, text: meaning })),
    ...registers.map(({ register, meaning }) => ({ name: register, text: meaning })),
  ].map((row) => ({ ...row, code: false, links: [], acl: null }));
}

function sameDatapath(a: TraceHop, b: TraceHop): boolean {
  return (
    a.branch === b.branch &&
    a.datapath === b.datapath &&
    !(a.pipeline === 'egress' && b.pipeline === 'ingress')
  );
}

function samePipeline(a: TraceHop, b: TraceHop): boolean {
  return a.pipeline === b.pipeline && a.outport === b.outport && a.inport === b.inport;
}

/** The list cut wherever two neighbours do not belong together. */
export function splitRuns<T>(
  items: readonly T[],
  belongs: (a: T, b: T) => boolean,
): readonly (readonly T[])[] {
  const runs: T[][] = [];
  let last: T | undefined;
  for (const item of items) {
    const run = runs.at(-1);
    if (run !== undefined && last !== undefined && belongs(last, item)) run.push(item);
    else runs.push([item]);
    last = item;
  }
  return runs;
}
