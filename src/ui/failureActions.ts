import * as l10n from '@vscode/l10n';
import { commandId } from '../contributions';
import type { FailureReason, TraceFailure } from '../core/failure';

/** What a notification about a failure can offer. */
export type FailureAction =
  | 'useOpenSsh'
  | 'openSettings'
  | 'showLog'
  | 'checkTarget'
  | 'addTarget'
  | 'editTrace'
  | 'startDemo'
  | 'manageTrust';

const labels: Readonly<Record<FailureAction, () => string>> = {
  useOpenSsh: () => l10n.t('Use OpenSSH Client'),
  openSettings: () => l10n.t('Open Settings'),
  showLog: () => l10n.t('Show Log'),
  checkTarget: () => l10n.t('Check Target'),
  addTarget: () => l10n.t('Add Target…'),
  editTrace: () => l10n.t('Edit and Trace'),
  startDemo: () => l10n.t('Start Demo Network'),
  manageTrust: () => l10n.t('Manage Workspace Trust'),
};

export function labelOfAction(action: FailureAction): string {
  return labels[action]();
}

export function isFailureAction(id: string): id is FailureAction {
  return Object.hasOwn(labels, id);
}

/** The command of an action, and its arguments; `target` is the name of the one that failed, where that is known. */
export function commandOfAction(action: FailureAction, target?: string): readonly [string, ...unknown[]] {
  switch (action) {
    case 'useOpenSsh':
      return [commandId('useOpenSsh'), target];
    case 'openSettings':
      return ['workbench.action.openSettings', 'ovnTrace.targets'];
    case 'showLog':
      return [commandId('showLog')];
    case 'checkTarget':
      return [commandId('checkTarget'), target];
    case 'addTarget':
      return [commandId('addTarget')];
    case 'editTrace':
      return [commandId('editAndTrace')];
    case 'startDemo':
      return [commandId('startDemoNetwork')];
    case 'manageTrust':
      return ['workbench.trust.manage'];
  }
}

/** At most two actions that lead on from a failure; none for a cancelled action, which is not shown at all. */
export function actionsFor({ reason, remedy }: TraceFailure): readonly FailureAction[] {
  const actions = actionsForReason(reason);
  return remedy === null ? actions : ['useOpenSsh', ...actions.slice(0, 1)];
}

function actionsForReason(reason: FailureReason): readonly FailureAction[] {
  switch (reason) {
    case 'cancelled':
      return [];
    case 'no-target':
      return ['addTarget', 'startDemo'];
    case 'untrusted':
      return ['manageTrust'];
    case 'config-invalid':
    case 'host-not-found':
    case 'key-file':
    case 'jump-host':
      return ['openSettings', 'showLog'];
    case 'connection-refused':
    case 'connection-timeout':
    case 'connection-lost':
    case 'key-exchange':
    case 'authentication':
    case 'prefix-failed':
    case 'permission':
    case 'database':
    case 'not-leader':
    case 'tool-missing':
    case 'timeout':
      return ['checkTarget', 'openSettings'];
    case 'output-too-large':
      return ['openSettings', 'showLog'];
    case 'unknown-port':
    case 'unknown-datapath':
    case 'ambiguous':
    case 'bad-microflow':
    case 'bad-request':
    case 'undecidable-mac':
      return ['editTrace', 'showLog'];
    // Connecting again asks about the key again.
    case 'host-key-unknown':
      return ['checkTarget', 'showLog'];
    case 'host-key-changed':
    case 'host-key-revoked':
    case 'tool-failed':
    case 'not-a-trace':
    case 'unexpected-output':
    case 'internal':
      return ['showLog'];
  }
}
