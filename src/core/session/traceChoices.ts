import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import {
  backendsOf,
  findBackends,
  findSelection,
  listSelected,
  splitBackend,
  type Choice,
} from '../flow/choices';
import type { TraceRequest } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { TraceHop } from '../trace/hop';
import { summarizeChoices } from './choiceSentence';
import type { TracedChoice, TraceReport } from './report';

/** How one request is traced. */
export interface Tracer {
  /** The packet alone. */
  readonly forward: (request: TraceRequest) => Promise<TraceReport>;
  /** The report with the reply, where one is wanted. */
  readonly complete: (report: TraceReport) => Promise<TraceReport>;
}

const mostTraced = 16;
/** Runs that leave the choice to ovn-trace until it has taken the wanted backends. */
const mostTries = 40;

/**
 * Traces the request once for each backend of the first load balancer on its way, or for each member of the first `select`. The
 * report is that of the first one that is lost, with a verdict and a sentence about them all.
 */
export async function traceEveryChoice(
  request: TraceRequest,
  index: InventoryIndex,
  tracer: Tracer,
  signal: AbortSignal | undefined,
): Promise<TraceReport> {
  const kind = request.everyBackend === true ? 'backend' : 'selection';
  const plain: TraceRequest = { ...request, everyBackend: undefined, everySelection: undefined };
  const base = await tracer.forward({
    ...plain,
    ...(kind === 'backend' ? { lbDst: undefined } : { selectId: undefined }),
  });
  const choice = kind === 'backend' ? findBackends(base.outcome) : findSelection(base.outcome);
  if (choice === null)
    return { ...withWarning(await tracer.complete(base), nothingToChoose[kind]()), request };
  const options = choice.options.slice(0, mostTraced);
  const traced: TracedChoice[] = [];
  const search: Search = { base, choice, found: [], tries: 0 };
  for (const option of options) {
    if (signal?.aborted === true) throw new TraceFailure('cancelled', l10n.t('The trace was cancelled.'));
    const report =
      kind === 'backend'
        ? await traceBackend({ ...plain, lbDst: option }, search, index, tracer.forward)
        : await tracer.forward({ ...plain, selectId: Number(option) });
    traced.push({ option, report: await tracer.complete(report) });
  }
  return summarizeChoices(request, {
    kind,
    datapath: choice.hop.datapath,
    traced,
    omitted: choice.options.length - options.length,
    offline: kind === 'backend' ? listOffline(choice, base, index) : [],
  });
}

/**
 * Traces a request that may fix a backend or a `select` member, and sees to it that it was so: ovn-trace takes another one at
 * random where it does not find it, and applies `--lb-dst` on some switches before the ACLs are asked. Without the reply.
 */
export async function traceFixedChoice(
  request: TraceRequest,
  index: InventoryIndex,
  forward: Tracer['forward'],
): Promise<TraceReport> {
  const { selectId, lbDst } = request;
  const report = await forward(request);
  const selection = selectId === undefined ? null : findSelection(report.outcome);
  if (selection !== null && !listSelected(report.parsed).includes(String(selectId))) {
    return undecide(
      report,
      l10n.t(
        '{0} has no member {1} to choose; it has {2}.',
        selection.hop.datapath,
        String(selectId),
        selection.options.join(', '),
      ),
    );
  }
  if (selectId !== undefined && selection === null) return withWarning(report, nothingToChoose.selection());
  if (lbDst === undefined || request.connection.kind !== 'new') return report;
  const offered = findBackends(report.outcome)?.options;
  if (offered !== undefined && isSame(firstOfAddress(offered, lbDst), lbDst)) return report;
  const base = await forward({ ...request, lbDst: undefined });
  const choice = findBackends(base.outcome);
  if (choice === null) return { ...withWarning(base, nothingToChoose.backend()), request };
  const option = choice.options.find((candidate) => isSame(candidate, lbDst));
  if (option === undefined) {
    return undecide(
      report,
      l10n.t(
        'The load balancer on {0} does not offer {1} now; it offers {2}.',
        choice.hop.datapath,
        lbDst,
        choice.options.join(', '),
      ),
    );
  }
  const search: Search = { base, choice, found: [], tries: 0 };
  return traceBackend({ ...request, lbDst: option }, search, index, forward, report);
}

const nothingToChoose: Readonly<Record<Choice['kind'], () => string>> = {
  backend: () =>
    l10n.t(
      'The packet meets no load balancer that chooses a backend, so the way is the same for all of them.',
    ),
  selection: () =>
    l10n.t('The packet meets no route or policy with several members (select), so there is one way only.'),
};

/** What was seen so far of a load balancer that chose at random. */
interface Search {
  readonly base: TraceReport;
  readonly choice: Choice;
  found: readonly { readonly option: string; readonly report: TraceReport }[];
  tries: number;
}

/**
 * The trace through one backend. On a switch ovn-trace applies `--lb-dst` at the first `ct_lb` of the pipeline, before the ACLs:
 * where those decide otherwise for the backend's address than for the load balancer's, the trace is no true one, and ovn-trace is
 * left to choose until it has taken this backend.
 */
async function traceBackend(
  request: TraceRequest,
  search: Search,
  index: InventoryIndex,
  forward: Tracer['forward'],
  known?: TraceReport,
): Promise<TraceReport> {
  const option = request.lbDst ?? '';
  const fixed = known ?? (await forward(request));
  if (isTrueTo(search, fixed, option)) return fixed;
  for (let report: TraceReport | null = search.base; ; report = null) {
    const seen = search.found.find((other) => other.option === option);
    if (seen) return { ...seen.report, request };
    if (report === null) {
      if (search.tries >= mostTries) break;
      search.tries += 1;
      report = await forward({ ...request, lbDst: undefined });
    }
    const chosen = backendOf(report, search.choice, index);
    if (chosen !== null) search.found = [...search.found, { option: chosen, report }];
  }
  return undecide(
    fixed,
    l10n.t(
      'ovn-trace cannot be led to {0}: it tells backends apart by their address only, and on {1} it puts the chosen one in before the ACLs are asked.',
      option,
      search.choice.hop.datapath,
    ),
  );
}

/** Whether the trace with `--lb-dst` passed the same flows up to the load balancer as one without, and then took this backend. */
function isTrueTo({ base, choice }: Search, fixed: TraceReport, option: string): boolean {
  const { hop } = choice;
  const offering = fixed.outcome.hops.find(
    (other) => other.uuid === hop.uuid && other.datapath === hop.datapath,
  );
  const before = (report: TraceReport): readonly string[] =>
    report.outcome.hops
      .slice(0, limitOf(report, hop))
      .map(({ datapath, pipeline, stage, uuid }) => [datapath, pipeline, stage, uuid].join(' '));
  const isSameWay = before(base).join('\n') === before(fixed).join('\n');
  if (offering === undefined) return isSameWay;
  return isSameWay && isSame(firstOfAddress(offering.actions.flatMap(backendsOf), option), option);
}

/** What ovn-trace makes of `--lb-dst`: the first backend of that address, whatever its port. */
function firstOfAddress(offered: readonly string[], wanted: string): string | undefined {
  return offered.find((backend) => splitBackend(backend).ip === splitBackend(wanted).ip);
}

/** How many hops come before the stage of the load balancer. */
function limitOf({ outcome }: TraceReport, { datapath, pipeline, table, index }: TraceHop): number {
  const limit = outcome.hops.findIndex(
    (hop) => hop.datapath === datapath && hop.pipeline === pipeline && hop.table >= table,
  );
  return limit < 0 ? index : limit;
}

/** Which backend a trace took: the one whose port the packet was on its way to, or whose address a router resolved. */
function backendOf({ outcome }: TraceReport, choice: Choice, index: InventoryIndex): string | null {
  const behind = outcome.hops.filter((hop) => hop.index > choice.hop.index);
  const ports = new Set([
    ...outcome.arrivals.map(({ port }) => port),
    ...behind.flatMap(({ outport }) => outport ?? []),
  ]);
  const resolved = behind.map(({ match }) => /\breg0 == ([\d.]+)|\bxxreg0 == ([\da-f:]+)/.exec(match));
  const ips = new Set(resolved.flatMap((found) => found?.[1] ?? found?.[2] ?? []));
  const reached = choice.options.filter((option) => {
    const { ip } = splitBackend(option);
    return ips.has(ip) || index.portsWithIp(ip).some(({ name }) => ports.has(name));
  });
  return reached.length === 1 ? (reached[0] ?? null) : null;
}

/** Backends that the database has for the address of the load balancer and OVN leaves out. */
function listOffline(choice: Choice, base: TraceReport, index: InventoryIndex): readonly string[] {
  const address = /\bip[46]\.dst == ([\da-fA-F.:]+)/.exec(choice.hop.match)?.[1];
  const port = /\b(?:reg2\[0\.\.15\]|reg9\[16\.\.31\]|(?:tcp|udp|sctp)(?:\.dst)?) == (\d+)/.exec(
    choice.hop.match,
  )?.[1];
  const { request } = base;
  const ip = address ?? (request?.destination.kind === 'address' ? request.destination.ip : undefined);
  if (ip === undefined) return [];
  const wanted = port === undefined ? null : Number(port);
  const rows = index
    .vips(ip)
    .filter((vip) => vip.port === wanted && choice.options.every((option) => vip.backends.includes(option)));
  return [...new Set(rows.flatMap(({ backends }) => backends))].filter(
    (backend) => !choice.options.includes(backend),
  );
}

/** `10.0.0.1` means the backend of that address whatever its port. */
function isSame(option: string | undefined, wanted: string): boolean {
  if (option === undefined) return false;
  const one = splitBackend(option);
  const other = splitBackend(wanted);
  return one.ip === other.ip && (other.port === null || one.port === other.port);
}

function withWarning(report: TraceReport, message: string): TraceReport {
  const { explanation } = report;
  return {
    ...report,
    explanation: { ...explanation, warnings: [...explanation.warnings, { message, acl: null }] },
  };
}

function undecide(report: TraceReport, message: string): TraceReport {
  return {
    ...report,
    outcome: { ...report.outcome, verdict: 'unknown', undecided: { reason: 'limit', message, hop: null } },
    explanation: { ...report.explanation, sentence: message, losses: [] },
  };
}
