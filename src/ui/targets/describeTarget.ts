import type { TargetConfig } from '../../core/session/target';

/** Where a target is, in a few words: `ssh admin@central1`, `local`, with the prefix that stands before each command. */
export function describeTarget(target: TargetConfig): string {
  const place =
    target.type === 'local'
      ? 'local'
      : `ssh ${target.username === undefined ? '' : `${target.username}@`}${target.host}`;
  return target.commandPrefix.length === 0 ? place : `${place}, through ${target.commandPrefix.join(' ')}`;
}
