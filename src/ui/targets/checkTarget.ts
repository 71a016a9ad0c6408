import type { CommandResult, RunCommand } from '../../core/command';
import { toFailure } from '../../core/failure';
import { listCommand } from '../../core/ovn/databaseArguments';
import { parseTables } from '../../core/ovn/ovsdbJson';
import { toolFailure } from '../../core/ovn/toolFailure';
import type { TargetConfig } from '../../core/session/target';

/** One thing that was looked at on a target, and how it was found. */
export interface CheckStep {
  readonly what: string;
  readonly state: 'good' | 'bad';
  /** What was found, or what is wrong and how to mend it. */
  readonly text: string;
}

const tools = ['ovn-trace', 'ovn-nbctl', 'ovn-sbctl'] as const;

/**
 * Looks at the connection, the programs and both databases of a target, one after the other. A step that needs what an earlier
 * one did not find is left out. Fails only when it is cancelled.
 */
export async function checkTarget(
  target: TargetConfig,
  run: RunCommand,
  signal: AbortSignal,
): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  for (const tool of tools) {
    const step = await attempt(tool, signal, async () => {
      const argv = [tool, '--version'] as const;
      const result = await run(argv, { signal });
      if (result.exitCode !== 0) throw toolFailure(result, argv, target);
      return firstLine(result.stdout);
    });
    steps.push(step);
    // Without a connection every further step would say the same.
    if (step.state === 'bad' && tool === tools[0]) return steps;
  }
  steps.push(await attempt('Northbound database', signal, () => checkNorthbound(target, run, signal)));
  steps.push(await attempt('Southbound database', signal, () => checkSouthbound(target, run, signal)));
  return steps;
}

async function checkNorthbound(target: TargetConfig, run: RunCommand, signal: AbortSignal): Promise<string> {
  const argv = [
    ...listCommand(target, 'northbound', { timeoutMs: 10_000 }),
    '--columns=nb_cfg,sb_cfg',
    'list',
    'NB_Global',
  ] as const;
  const result = await runTool(target, run, argv, signal);
  const row = parseTables(result.stdout, ['NB_Global']).get('NB_Global')?.[0];
  const asked = row?.optionalNumber('nb_cfg') ?? 0;
  const done = row?.optionalNumber('sb_cfg') ?? 0;
  if (asked > done) {
    return `readable, but ovn-northd is behind (${done} of ${asked}): traces show the network as it was`;
  }
  return 'readable';
}

async function checkSouthbound(target: TargetConfig, run: RunCommand, signal: AbortSignal): Promise<string> {
  const argv = [
    ...listCommand(target, 'southbound', { timeoutMs: 10_000 }),
    '--columns=_uuid',
    'list',
    'SB_Global',
  ] as const;
  await runTool(target, run, argv, signal);
  return 'readable';
}

async function runTool(
  target: TargetConfig,
  run: RunCommand,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<CommandResult> {
  const result = await run(argv, { signal });
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  return result;
}

async function attempt(what: string, signal: AbortSignal, look: () => Promise<string>): Promise<CheckStep> {
  try {
    return { what, state: 'good', text: await look() };
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = toFailure(error);
    return { what, state: 'bad', text: `${failure.message} ${failure.advice}`.trim() };
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
