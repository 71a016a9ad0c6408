import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import type { RunCommand } from '../../core/command';
import { TraceFailure, toFailure } from '../../core/failure';
import type { FailureReason } from '../../core/failure';
import type { TracePlan } from '../../core/flow/request';
import { listCommand } from '../../core/ovn/databaseArguments';
import type { Database } from '../../core/ovn/databaseArguments';
import { describeLag, findNorthdLag, stillBehind } from '../../core/ovn/northdLag';
import { parseTables } from '../../core/ovn/ovsdbJson';
import { toolFailure } from '../../core/ovn/toolFailure';
import { runTrace } from '../../core/session/runTrace';
import type { TargetConfig } from '../../core/session/target';

/** One thing that was looked at on a target, and how it was found. */
export interface CheckStep {
  readonly what: string;
  /** `warning`: traces can be made, but something about them may surprise. */
  readonly state: 'good' | 'warning' | 'bad';
  /** What was found, or what is wrong and how to mend it. */
  readonly text: string;
  /** Why a step is bad, where a failure says so: it decides what is offered next. */
  readonly failure: TraceFailure | null;
}

type Finding = string | { readonly state: 'warning' | 'bad'; readonly text: string };

const tools = ['ovn-trace', 'ovn-nbctl', 'ovn-sbctl'] as const;
type Tool = (typeof tools)[number];

/** What a target's programs and databases have nothing to do with. */
const connectionReasons: ReadonlySet<FailureReason> = new Set([
  'config-invalid',
  'host-not-found',
  'connection-refused',
  'connection-timeout',
  'connection-lost',
  'key-exchange',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'authentication',
  'key-file',
  'jump-host',
  'untrusted',
]);

/** No network can hold up longer than this the answer to one question of a check. */
const databaseTimeoutMs = 10_000;
/** A northd that works needs a moment for what was changed between the two looks. */
const catchUpMs = 1500;

/**
 * Looks at the connection, the programs, both databases, ovn-northd and ovn-trace's own way to the database, one after the
 * other; `onStep` hears of each at once. It only reads. A step that needs what an earlier one did not find is left out. Fails only when
 * it is cancelled.
 */
export async function checkTarget(
  target: TargetConfig,
  run: RunCommand,
  signal: AbortSignal,
  onStep: (step: CheckStep) => void = () => undefined,
): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  const add = (step: CheckStep): boolean => {
    steps.push(step);
    onStep(step);
    return step.state !== 'bad';
  };
  const look = (what: string, find: () => Promise<Finding>): Promise<CheckStep> =>
    attempt(what, signal, find);

  const works = new Set<Tool>();
  for (const tool of tools) {
    const step = await look(tool, () => checkTool(tool, target, run, signal));
    if (tool === tools[0]) {
      if (step.failure !== null && connectionReasons.has(step.failure.reason)) {
        add({ ...step, what: l10n.t('Connection') });
        return steps;
      }
      add({ what: l10n.t('Connection'), state: 'good', text: connectionText(target), failure: null });
    }
    if (add(step)) works.add(tool);
    // What has to do with no single program, such as a prefix or a login shell, every further step would say again.
    const { failure } = step;
    if (failure !== null && (failure.reason === 'prefix-failed' || !failure.message.includes(tool)))
      return steps;
  }
  const northbound =
    works.has('ovn-nbctl') &&
    add(await look(l10n.t('Northbound database'), () => checkDatabase('northbound', target, run, signal)));
  const southbound =
    works.has('ovn-sbctl') &&
    add(await look(l10n.t('Southbound database'), () => checkDatabase('southbound', target, run, signal)));
  if (northbound && southbound) add(await look('ovn-northd', () => checkNorthd(target, run, signal)));
  if (works.has('ovn-trace') && (southbound || !works.has('ovn-sbctl'))) {
    add(await look(l10n.t('Trace'), () => checkTrace(target, run, signal)));
  }
  return steps;
}

function connectionText(target: TargetConfig): string {
  return target.type === 'local'
    ? l10n.t('commands run on this machine')
    : l10n.t('commands run on {0}', target.host);
}

async function checkTool(
  tool: Tool,
  target: TargetConfig,
  run: RunCommand,
  signal: AbortSignal,
): Promise<Finding> {
  const argv = [tool, '--version'] as const;
  const result = await run(argv, { signal });
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  const version = firstLine(result.stdout);
  if (!version.startsWith(tool)) {
    throw new TraceFailure(
      'tool-failed',
      l10n.t('{0} on target {1} does not say its version.', tool, target.name),
      {
        advice: l10n.t(
          'Check what that program is, and that commandPrefix and the start-up files of the account print nothing.',
        ),
        detail: result.stdout.slice(0, 2000),
      },
    );
  }
  return isTooOld(version)
    ? {
        state: 'warning',
        text: l10n.t(
          '{0}, older than OVN 20.03, the oldest release that is known here. Stages have other numbers there, so causes and rules may be missing, and load balancer members cannot be chosen. Run the programs of a newer OVN against the same databases.',
          version,
        ),
      }
    : version;
}

/** Before 20.03 OVN was part of Open vSwitch and had its version: `ovn-trace (Open vSwitch) 2.12.0`. */
function isTooOld(version: string): boolean {
  return version.includes('(Open vSwitch)') || /^\S+ [0-9]\.|^\S+ 1\d\./.test(version);
}

async function checkDatabase(
  database: Database,
  target: TargetConfig,
  run: RunCommand,
  signal: AbortSignal,
): Promise<string> {
  const table = database === 'northbound' ? 'NB_Global' : 'SB_Global';
  const options = { signal, timeoutMs: databaseTimeoutMs };
  const argv = [...listCommand(target, database, options), '--columns=_uuid', 'list', table] as const;
  // The tool gives up by itself after that time, and then says why.
  const result = await run(argv, { signal, timeoutMs: databaseTimeoutMs + 5000 });
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  parseTables(result.stdout, [table]);
  return l10n.t('readable');
}

async function checkNorthd(target: TargetConfig, run: RunCommand, signal: AbortSignal): Promise<Finding> {
  const options = { signal, timeoutMs: target.timeoutSeconds * 1000 };
  const before = await findNorthdLag(run, target, options);
  if (before.length > 0) await delay(catchUpMs, undefined, { signal });
  const lag =
    before.length === 0 ? null : describeLag(stillBehind(await findNorthdLag(run, target, options), before));
  const status = await northdStatus(target, run, signal);
  if (status === 'paused') {
    return {
      state: lag === null ? 'warning' : 'bad',
      text: l10n.t(
        'ovn-northd is paused on this target: unless another one is active, traces show the network as it was. Resume it with "ovn-appctl -t ovn-northd resume".',
      ),
    };
  }
  if (lag !== null) {
    return {
      state: 'bad',
      text: l10n.t(
        'ovn-northd is not running or behind: {0}. Traces show the network as it was. {1}',
        lag,
        status === null
          ? l10n.t(
              'Check on the host of ovn-northd that it runs (systemctl status ovn-northd, or its container), and its log.',
            )
          : l10n.t('The one on this target is {0}: check its log.', status),
      ),
    };
  }
  return status === null
    ? l10n.t('every switch, port and ACL has reached the southbound database')
    : l10n.t(
        '{0} on this target, and every switch, port and ACL has reached the southbound database',
        status,
      );
}

/**
 * What the ovn-northd beside the databases says of itself: `active`, `standby` or `paused`; null where it cannot be asked,
 * which is usual (its control socket belongs to root), or where the databases are elsewhere and it may serve others.
 */
async function northdStatus(
  target: TargetConfig,
  run: RunCommand,
  signal: AbortSignal,
): Promise<string | null> {
  const isHere = [target.northbound, target.southbound].every(
    (method) => method === undefined || method.startsWith('unix:'),
  );
  if (!isHere) return null;
  try {
    const { stdout, exitCode } = await run(['ovn-appctl', '-t', 'ovn-northd', 'status'], {
      signal,
      timeoutMs: 5000,
    });
    return exitCode === 0 ? (/^Status: (\w+)/m.exec(stdout)?.[1] ?? null) : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** Names nothing: ovn-trace connects, reads the whole database, and then says that there is no such datapath. */
const emptyPlan: TracePlan = {
  datapath: 'ovn-packet-trace-check',
  microflow: 'inport == ""',
  ct: [],
  lbDst: null,
  openFlow: false,
};

/** ovn-trace has its own way to the database: it wants the leader of a cluster, and reads all of it. */
async function checkTrace(target: TargetConfig, run: RunCommand, signal: AbortSignal): Promise<Finding> {
  const { result, argv, anyMember } = await runTrace(emptyPlan, { target, run, signal });
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  if (!result.stdout.includes('unknown datapath')) {
    throw new TraceFailure('not-a-trace', l10n.t('What ovn-trace printed is none of its answers.'), {
      advice: l10n.t('Check what that program is, and that commandPrefix prints nothing of its own.'),
      detail: `${result.stdout}${result.stderr}`.slice(0, 2000),
    });
  }
  return anyMember
    ? {
        state: 'warning',
        text: l10n.t(
          "ovn-trace reads the southbound database from a cluster member that is not the leader, which can be a moment behind. List all members in the target's southbound setting, separated by commas, to read from the leader.",
        ),
      }
    : l10n.t('ovn-trace reads the southbound database');
}

async function attempt(what: string, signal: AbortSignal, find: () => Promise<Finding>): Promise<CheckStep> {
  try {
    const found = await find();
    return typeof found === 'string'
      ? { what, state: 'good', text: found, failure: null }
      : { what, ...found, failure: null };
  } catch (error) {
    if (signal.aborted)
      throw error instanceof TraceFailure ? error : new TraceFailure('cancelled', l10n.t('Cancelled.'));
    const failure = toFailure(error);
    return {
      what,
      state: 'bad',
      text: `${failure.message} ${failure.advice}`.trim(),
      failure,
    };
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
