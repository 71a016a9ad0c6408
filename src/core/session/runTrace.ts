import type { CommandResult } from '../command';
import { buildTraceArgv } from '../flow/buildTraceArgv';
import type { TracePlan } from '../flow/request';
import type { Tracing } from './tracePacket';

/**
 * Traces with what stays on the target, or else runs ovn-trace; against a cluster member that is not the leader, where it gives up, once more without asking for the leader
 * (with releases that can).
 */
export async function runTrace(
  plan: TracePlan,
  {
    target,
    run,
    resident,
    askedAt,
    signal,
  }: Pick<Tracing, 'target' | 'run' | 'resident' | 'askedAt' | 'signal'>,
): Promise<{
  readonly result: CommandResult;
  readonly argv: readonly string[];
  readonly anyMember: boolean;
}> {
  const argv = buildTraceArgv(plan, target);
  const answer = await resident?.trace(plan, askedAt ?? performance.now(), signal);
  if (answer) {
    const { anyMember, ...printed } = answer;
    const result = { ...printed, exitCode: 0, signal: null };
    return { result, argv: anyMember ? buildTraceArgv(plan, target, { anyMember }) : argv, anyMember };
  }
  const result = await run(argv, { signal });
  if (result.exitCode === 0 || !/is not cluster leader/.test(result.stderr)) {
    return { result, argv, anyMember: false };
  }
  const anyMember = buildTraceArgv(plan, target, { anyMember: true });
  const again = await run(anyMember, { signal });
  const isKnown = !/unrecognized option/.test(again.stderr);
  return isKnown ? { result: again, argv: anyMember, anyMember: true } : { result, argv, anyMember: false };
}
