import * as l10n from '@vscode/l10n';
import type { TargetConfig } from '../../core/session/target';

/** Where a target is, in a few words: `ssh admin@central1`, `local`, with the prefix that stands before each command. */
export function describeTarget(target: TargetConfig): string {
  const place =
    target.type === 'local'
      ? l10n.t('local')
      : `ssh ${target.username === undefined ? '' : `${target.username}@`}${target.host}`;
  return target.commandPrefix.length === 0
    ? place
    : l10n.t('{0}, through {1}', place, target.commandPrefix.join(' '));
}
