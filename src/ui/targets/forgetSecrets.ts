import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { visibleLine } from '../../protocol/visibleText';
import type { Services } from '../services';

interface Forgettable extends vscode.QuickPickItem {
  readonly what: { readonly secret: string } | { readonly host: string };
}

/**
 * Asks which kept secrets and trusted host keys to forget. What was only typed lives as long as its connection, so every
 * connection is closed, even when nothing is kept.
 */
export async function forgetSecrets({
  keptSecrets,
  hostKeys,
  targets,
}: Pick<Services, 'keptSecrets' | 'hostKeys' | 'targets'>): Promise<void> {
  const items: readonly Forgettable[] = [
    ...(await keptSecrets.list()).map(({ id, label }) => ({
      label: plain(label),
      description: l10n.t('in the Secret Storage of VS Code'),
      picked: true,
      what: { secret: id },
    })),
    ...hostKeys.hosts().map((host) => ({
      label: plain(l10n.t('Host key of {0}', host)),
      description: l10n.t('trusted in OVN Packet Trace'),
      what: { host },
    })),
  ];
  const chosen =
    items.length === 0
      ? []
      : await vscode.window.showQuickPick(items, {
          title: l10n.t('Forget Secrets'),
          placeHolder: l10n.t('What to forget; connections are closed as well'),
          canPickMany: true,
          ignoreFocusOut: true,
        });
  if (chosen === undefined) return;
  const secrets = chosen.flatMap(({ what }) => ('secret' in what ? [what.secret] : []));
  const hosts = chosen.flatMap(({ what }) => ('host' in what ? [what.host] : []));
  await keptSecrets.forget(secrets);
  await hostKeys.forget(hosts);
  targets.closeAll();
  void vscode.window.showInformationMessage(
    l10n.t(
      '{0} and {1} forgotten. Connections are closed; what was typed for them is gone.',
      secrets.length === 1 ? l10n.t('1 kept secret') : l10n.t('{0} kept secrets', secrets.length),
      hosts.length === 1 ? l10n.t('1 host key') : l10n.t('{0} host keys', hosts.length),
    ),
  );
}

function plain(text: string): string {
  return visibleLine(text).replaceAll('$(', '\\$(');
}
