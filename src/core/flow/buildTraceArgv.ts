import { databaseArguments } from '../ovn/databaseArguments';
import type { TargetConfig } from '../session/target';
import type { TracePlan } from './request';

/**
 * The ovn-trace command of a plan. The datapath is always given: releases before 20.12 want it, and without it some abort on a
 * port they do not know. `--` keeps names that begin with a dash from being options. `anyMember` reads from a cluster member that
 * need not be the leader, an option that releases before 22.03.3, 22.09.1 and 22.12 do not know.
 */
export function buildTraceArgv(
  plan: TracePlan,
  target: TargetConfig,
  { anyMember = false }: { readonly anyMember?: boolean } = {},
): [string, ...string[]] {
  return [
    'ovn-trace',
    ...databaseArguments(target, 'southbound'),
    ...(anyMember ? ['--no-leader-only'] : []),
    ...(plan.exactNames === true ? ['--no-friendly-names'] : []),
    ...plan.ct.map((states) => `--ct=${states}`),
    ...(plan.lbDst === null ? [] : [`--lb-dst=${plan.lbDst}`]),
    ...(plan.selectId === undefined ? [] : [`--select-id=${plan.selectId}`]),
    ...(plan.openFlow ? [target.openFlow === undefined ? '--ovs' : `--ovs=${target.openFlow}`] : []),
    '--',
    plan.datapath,
    plan.microflow,
  ];
}
