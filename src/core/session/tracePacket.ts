import { listAclFlows, type FlowRows } from '../acl/resolveSteps';
import type { Clock, CommandResult, RunCommand } from '../command';
import type { AclEntity, DefinitionLink } from '../definitions/definition';
import { TraceFailure } from '../failure';
import { buildTraceArgv } from '../flow/buildTraceArgv';
import { nameDatapaths } from '../flow/nameDatapaths';
import { planTrace } from '../flow/planTrace';
import { planOwnReply } from '../flow/replyOfOwn';
import type { TracePlan, TraceRequest } from '../flow/request';
import { reverseRequest } from '../flow/reverseRequest';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { readLogicalFlows } from '../ovn/logicalFlows';
import type { Acl } from '../ovn/northbound';
import { toolFailure } from '../ovn/toolFailure';
import { explainOutcome } from '../trace/explain';
import { judgeTrace } from '../trace/judge';
import type { TraceOutcome } from '../trace/outcome';
import { parseTrace } from '../trace/parse';
import { refusalReason, refusalSentence } from '../trace/refusal';
import type { TraceReport } from './report';
import type { TargetConfig } from './target';

/** All that a trace needs of the world. */
export interface Tracing {
  readonly target: TargetConfig;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** The inventory as it is now: rules may have changed since the packet was chosen. Called once for each trace. */
  readonly currentInventory: () => Promise<InventoryIndex>;
  /** Where an ACL is written in the workspace, best first. */
  readonly join: (acl: Acl, entities: readonly AclEntity[]) => readonly DefinitionLink[];
  /** First line of `ovn-trace --version`; null when unknown. */
  readonly ovnVersion: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plans, runs and explains a trace; the reply of a new connection that arrives is traced too when `traceReply` says so.
 * @throws TraceFailure when the trace cannot be made; UndecidableMac when a MAC has to be asked for.
 */
export async function tracePacket(
  request: TraceRequest,
  known: InventoryIndex,
  tracing: Tracing,
  traceReply: boolean,
): Promise<TraceReport> {
  const plan = planTrace(request, known);
  const first = await runPlan(plan, request, tracing);
  const corrected = request.connection.kind === 'new' ? planOwnReply(plan, first.outcome) : null;
  const report = corrected ? await runPlan(corrected, request, tracing) : first;
  if (!traceReply || !deservesReply(request, report.outcome, known)) return report;
  const back = reverseRequest(request, known);
  if (!back) return report;
  try {
    return { ...report, reply: await runPlan(planTrace(back, known), back, tracing) };
  } catch (error) {
    // The forward trace stands without its reply, unless the whole was called off.
    if (error instanceof TraceFailure && error.reason !== 'cancelled') return report;
    throw error;
  }
}

/** Runs a plan as it stands: made of a request, or written by hand. */
export async function runPlan(
  plan: TracePlan,
  request: TraceRequest | null,
  tracing: Tracing,
): Promise<TraceReport> {
  const { target, run, clock, signal } = tracing;
  const argv = buildTraceArgv(plan, target);
  const startedAt = clock.now();
  const traced = run(argv, { signal }).then((result) => ({ result, durationMs: clock.now() - startedAt }));
  const [{ result, durationMs }, index] = await Promise.all([traced, tracing.currentInventory()]);
  if (result.exitCode !== 0) throw traceFailure(result, argv, target);
  const parsed = parseTrace(result.stdout);
  const outcome = nameDatapaths(judgeTrace(parsed, { complete: true }), index);
  if (outcome.verdict === 'error') throw refusalFailure(parsed.refusal, result);
  const flows = await readAclFlows(outcome, tracing);
  return {
    id: `trace-${startedAt}-${plan.microflow.length}`,
    request,
    plan,
    target: target.name,
    argv,
    ovnVersion: tracing.ovnVersion,
    output: result.stdout,
    stderr: result.stderr,
    parsed,
    outcome,
    explanation: explainOutcome(parsed, outcome, {
      request,
      lbDst: plan.lbDst,
      index,
      flows,
      join: tracing.join,
      stderr: result.stderr,
    }),
    startedAt,
    durationMs,
    reply: null,
  };
}

/** The first line of `ovn-trace --version`, such as `ovn-trace 25.03.0`; null when it says nothing of the kind. */
export async function readOvnVersion(run: RunCommand, signal?: AbortSignal): Promise<string | null> {
  const { stdout, exitCode } = await run(['ovn-trace', '--version'], { signal });
  const [first] = stdout.split('\n');
  return exitCode === 0 && first !== undefined && first.startsWith('ovn-trace') ? first.trim() : null;
}

/** Only a new connection that arrived where it was sent has a reply that ovn-trace can follow: it undoes no NAT. */
function deservesReply(request: TraceRequest, outcome: TraceOutcome, index: InventoryIndex): boolean {
  if (request.connection.kind !== 'new' || outcome.verdict !== 'allow') return false;
  const [arrival, ...others] = outcome.arrivals;
  if (!arrival || others.length > 0 || arrival.type !== '') return false;
  const { destination } = request;
  if (destination.kind === 'port') return destination.port === arrival.port;
  return index.portsWithIp(destination.ip).some((port) => port.name === arrival.port);
}

/** Without the logical flows' hints ACLs are still found by their match; so a failure here only costs certainty. */
async function readAclFlows(outcome: TraceOutcome, { run, target, signal }: Tracing): Promise<FlowRows> {
  const uuids = listAclFlows(outcome);
  if (uuids.length === 0) return new Map();
  try {
    return await readLogicalFlows(run, target, uuids, { signal });
  } catch (error) {
    if (error instanceof TraceFailure && error.reason !== 'cancelled') return new Map();
    throw error;
  }
}

function traceFailure(result: CommandResult, argv: readonly string[], target: TargetConfig): TraceFailure {
  const refusal = parseTrace(`${result.stderr}\n${result.stdout}`).refusal;
  if (refusal !== null && /in_key failed/.test(refusal)) return refusalFailure(refusal, result);
  return toolFailure(result, argv, target);
}

/** ovn-trace says on standard output, with exit status 0, that it cannot trace. */
function refusalFailure(refusal: string | null, result: CommandResult): TraceFailure {
  const detail = `${result.stdout}${result.stderr}`.trim().slice(0, 4000);
  if (refusal === null) {
    return new TraceFailure('not-a-trace', 'What ovn-trace printed is no trace.', {
      advice: 'Look at the raw output; the command prefix of the target may print something of its own.',
      detail,
    });
  }
  return new TraceFailure(refusalReason(refusal), refusalSentence(refusal), { detail });
}
