/**
 * Opens a target and runs a command on it, as an extension host does: to be killed in the middle.
 * Arguments: the target, the options and the command as JSON.
 */
import type { TargetConfig } from '../../src/core/session/target';
import { openTarget } from '../../src/target/session';
import type { TargetOptions } from '../../src/target/session';
import { LogLines, nobody } from './session';

const [target, options, argv] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown);
const session = openTarget(target as TargetConfig, nobody, new LogLines(), options as TargetOptions);
void session.run(argv as [string, ...string[]]);
