import * as l10n from '@vscode/l10n';
import { listAclFlows, type FlowRows } from '../acl/resolveSteps';
import type { Clock, CommandResult, RunCommand } from '../command';
import type { DefinitionJoin } from '../definitions/definition';
import { TraceFailure } from '../failure';
import { mostLookups, withMoreLookups } from '../flow/conntrack';
import { nameDatapaths } from '../flow/nameDatapaths';
import { planTrace } from '../flow/planTrace';
import { planOwnReply } from '../flow/replyOfOwn';
import type { TracePlan, TraceRequest } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { readPrintedFlows } from '../ovn/logicalFlows';
import { toolFailure } from '../ovn/toolFailure';
import { explainSteps } from '../trace/explain';
import { judgeSteps } from '../trace/judge';
import type { TraceOutcome } from '../trace/outcome';
import { parseSteps, parseTrace } from '../trace/parse';
import { runInSlices } from '../slices';
import { refusalReason, refusalSentence } from '../trace/refusal';
import type { TraceReport } from './report';
import type { Resident } from './resident';
import { runTrace } from './runTrace';
import type { TargetConfig } from './target';
import { traceEveryChoice, traceFixedChoice, type Tracer } from './traceChoices';
import { traceReply } from './traceReply';

/** All that a trace needs of the world. */
export interface Tracing {
  readonly target: TargetConfig;
  readonly run: RunCommand;
  /** What stays on the target between two traces, where something may. */
  readonly resident?: Resident | null | undefined;
  /** When the trace was asked for, as `performance.now()` says; each of its parts when it is run, when left out. */
  readonly askedAt?: number | undefined;
  readonly clock: Clock;
  /** The inventory as it is now: rules may have changed since the packet was chosen. Called once for each trace. */
  readonly currentInventory: () => Promise<InventoryIndex>;
  /** Where an ACL is written in the workspace, best first. */
  readonly join: DefinitionJoin;
  /** First line of `ovn-trace --version`; null when unknown. */
  readonly ovnVersion: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Gives the event loop a turn, between two parts of a long output. */
  readonly pause?: (() => Promise<void>) | undefined;
  /** Told of the trace of the packet itself, while that of its reply is still to come. */
  readonly onForward?: ((report: TraceReport) => void) | undefined;
}

/**
 * Plans, runs and explains a trace; the reply of a new connection that arrives is traced too when `withReply` says so, and so is
 * each backend or `select` member where the request asks for all of them.
 * @throws TraceFailure when the trace cannot be made; UndecidableMac when a MAC has to be asked for.
 */
export async function tracePacket(
  request: TraceRequest,
  known: InventoryIndex,
  tracing: Tracing,
  withReply: boolean,
): Promise<TraceReport> {
  const tracer: Tracer = {
    forward: (asked) => traceForward(asked, known, tracing),
    complete: (report) =>
      withReply
        ? traceReply(report, known, {
            runPlan: (plan, back) => runPlan(plan, back, tracing),
            onForward: tracing.onForward,
          })
        : Promise.resolve(report),
  };
  if (request.everyBackend === true || request.everySelection === true) {
    return traceEveryChoice(request, known, tracer, tracing.signal);
  }
  return tracer.complete(await traceFixedChoice(request, known, tracer.forward));
}

async function traceForward(
  request: TraceRequest,
  known: InventoryIndex,
  tracing: Tracing,
): Promise<TraceReport> {
  const first = await runPlan(planTrace(request, known), request, tracing);
  const corrected = opens(request) && first.plan ? planOwnReply(first.plan, first.outcome) : null;
  return corrected ? runPlan(corrected, request, tracing) : first;
}

/** Whether the packet comes from the side that opened the connection: then the states that an answer of OVN meets are known. */
function opens({ connection }: TraceRequest): boolean {
  return connection.kind === 'new' || connection.kind === 'established';
}

/** Runs a plan as it stands: made of a request, or written by hand; with more `--ct` lists when they do not suffice. */
export async function runPlan(
  plan: TracePlan,
  request: TraceRequest | null,
  tracing: Tracing,
): Promise<TraceReport> {
  const { target, clock } = tracing;
  const startedAt = clock.now();
  const traced = runTrace(plan, tracing);
  const [{ result, argv, durationMs }, index] = await Promise.all([
    traced.then((ended) => ({ ...ended, durationMs: clock.now() - startedAt })),
    tracing.currentInventory(),
  ]);
  if (result.exitCode !== 0) throw traceFailure(result, argv, target);
  const pause = tracing.pause ?? goOn;
  const parsed = await runInSlices(parseSteps(result.stdout), pause);
  const judging = judgeSteps(parsed, { complete: true, statesHold: request !== null && opens(request) });
  const judged = nameDatapaths(await runInSlices(judging, pause), index);
  if (judged.verdict === 'error') throw refusalFailure(parsed.refusal, result);
  const ranOut = judged.hops.some((hop) => hop.ctAssumed);
  const longer = ranOut ? withMoreLookups(plan) : null;
  if (longer !== null) return runPlan(longer, request, tracing);
  const outcome = ranOut && plan.repeatsCt === true ? undecidedByLookups(judged) : judged;
  const flows = await readAclFlows(outcome, tracing);
  const explaining = explainSteps(parsed, outcome, {
    request,
    lbDst: plan.lbDst,
    index,
    flows,
    join: tracing.join,
    stderr: result.stderr,
  });
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
    explanation: await runInSlices(explaining, pause),
    startedAt,
    durationMs,
    reply: null,
  };
}

function undecidedByLookups(outcome: TraceOutcome): TraceOutcome {
  return {
    ...outcome,
    verdict: 'unknown',
    undecided: {
      reason: 'limit',
      message: l10n.t(
        'The packet and its copies are looked up in connection tracking more than {0} times, more often than ovn-trace can be told the state.',
        mostLookups,
      ),
      hop: null,
    },
  };
}

const goOn = () => Promise.resolve();

/** The first line of `ovn-trace --version`, such as `ovn-trace 25.03.0`; null when it says nothing of the kind. */
export async function readOvnVersion(run: RunCommand, signal?: AbortSignal): Promise<string | null> {
  const { stdout, exitCode } = await run(['ovn-trace', '--version'], { signal });
  const [first] = stdout.split('\n');
  return exitCode === 0 && first !== undefined && first.startsWith('ovn-trace') ? first.trim() : null;
}

/** Without the logical flows' hints ACLs are still found by their match; so a failure here only costs certainty. */
async function readAclFlows(outcome: TraceOutcome, tracing: Tracing): Promise<FlowRows> {
  const { run, target, signal, resident } = tracing;
  const flows = listAclFlows(outcome);
  if (flows.length === 0) return new Map();
  try {
    return (
      (await resident?.logicalFlows(flows, signal)) ??
      (await readPrintedFlows(run, target, flows, { signal }))
    );
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
    return new TraceFailure('not-a-trace', l10n.t('What ovn-trace printed is no trace.'), {
      advice: l10n.t(
        'Look at the raw output; the command prefix of the target may print something of its own.',
      ),
      detail,
    });
  }
  return new TraceFailure(refusalReason(refusal), refusalSentence(refusal), { detail });
}
