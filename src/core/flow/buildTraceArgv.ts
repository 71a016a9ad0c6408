import { databaseArguments } from '../ovn/databaseArguments';
import type { TargetConfig } from '../session/target';
import type { TracePlan } from './request';

/**
 * The ovn-trace command of a plan. The datapath is always given: releases before 20.12 want it, and without it some abort on a
 * port they do not know. `--` keeps names that begin with a dash from being options.
 */
export function buildTraceArgv(plan: TracePlan, target: TargetConfig): [string, ...string[]] {
  return [
    'ovn-trace',
    ...databaseArguments(target, 'southbound'),
    ...(plan.exactNames === true ? ['--no-friendly-names'] : []),
    ...plan.ct.map((states) => `--ct=${states}`),
    ...(plan.lbDst === null ? [] : [`--lb-dst=${plan.lbDst}`]),
    ...(plan.openFlow ? ['--ovs'] : []),
    '--',
    plan.datapath,
    plan.microflow,
  ];
}
