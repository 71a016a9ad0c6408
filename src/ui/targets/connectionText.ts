import * as l10n from '@vscode/l10n';
import type { TargetConfig } from '../../core/session/target';
import { visibleLine } from '../../protocol/visibleText';
import type { ConnectionStatus } from '../../target/session';
import { describeTarget } from './describeTarget';

/** The status of a connection, and when it was told: a pause before the next try is counted from then. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface ConnectionText {
  /** With an icon; the words alone tell the states apart where something is wrong. */
  readonly text: string;
  /** For a screen reader: everything in words. */
  readonly label: string;
  readonly tooltip: string;
}

/**
 * How the target in use and its connection are said in the status bar; `state` is null before its first use, `doing` when
 * nothing is done. What is wrong with the connection comes before what is done on it.
 */
export function connectionText(
  target: TargetConfig,
  state: ConnectionState | null,
  doing: string | null,
  now: number,
): ConnectionText {
  const name = visibleLine(target.name);
  const connection = words(target, state, now);
  const { icon, short, long } =
    doing === null || connection.short !== ''
      ? connection
      : { icon: 'sync~spin', short: doing, long: `${connection.long}, ${doing}` };
  const shown = `OVN: ${name}${short === '' ? '' : `, ${short}`}`;
  return {
    // Neither a name nor what a host said may put an icon of its own here.
    text: `$(${icon}) ${shown.replaceAll('$(', '$\u200c(')}`,
    label: l10n.t('OVN target {0}: {1}', name, long),
    tooltip: `${name}: ${visibleLine(describeTarget(target))}\n${long}`,
  };
}

function words(
  target: TargetConfig,
  state: ConnectionState | null,
  now: number,
): { readonly icon: string; readonly short: string; readonly long: string } {
  if (target.type === 'local') {
    return { icon: 'vm', short: '', long: l10n.t('commands run where VS Code runs its extensions') };
  }
  const status = state?.status ?? { state: 'idle' };
  switch (status.state) {
    case 'connected':
      return { icon: 'vm-active', short: '', long: l10n.t('connected') };
    case 'connecting':
      return status.attempt > 1
        ? {
            icon: 'sync~spin',
            short: l10n.t('reconnecting'),
            long: l10n.t('reconnecting, try {0}', status.attempt),
          }
        : { icon: 'sync~spin', short: l10n.t('connecting'), long: l10n.t('connecting') };
    case 'lost': {
      const left = Math.max(0, Math.ceil(((state?.since ?? now) + status.retryInMs - now) / 1000));
      const reason = visibleLine(status.reason ?? l10n.t('the connection was closed')).replace(/\.$/, '');
      return {
        icon: 'warning',
        short: l10n.t('reconnecting in {0} s', left),
        long: l10n.t('not connected ({0}); try {1} begins in {2} s', reason, status.attempt, left),
      };
    }
    case 'idle':
      return status.failure === undefined
        ? { icon: 'vm-outline', short: '', long: l10n.t('not connected; the next trace connects') }
        : {
            icon: 'error',
            short: l10n.t('not connected'),
            long: l10n.t('not connected: {0}', visibleLine(status.failure.message)),
          };
  }
}
