/**
 * Traces with what stays on the target, as an extension host does: to be killed afterwards.
 * Arguments: the target, the options and the plan as JSON.
 */
import type { TracePlan } from '../../src/core/flow/request';
import type { TargetConfig } from '../../src/core/session/target';
import { ResidentTracing } from '../../src/target/resident/resident';
import { openTarget } from '../../src/target/session';
import type { TargetOptions } from '../../src/target/session';
import { LogLines, nobody } from './session';

const [target, options, plan] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown);
const config = target as TargetConfig;
const session = openTarget(config, nobody, new LogLines(), options as TargetOptions);
const resident = new ResidentTracing(config, session, new LogLines());
void resident.trace(plan as TracePlan, performance.now(), undefined);
setInterval(() => undefined, 1000);
