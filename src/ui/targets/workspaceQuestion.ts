import { createHash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { TargetConfig } from '../../core/session/target';
import { visibleLine } from '../../protocol/visibleText';

/** What a workspace says about a target: it defines the target, or it makes one of the user's own the default. */
export type WorkspacePart = 'defines' | 'chooses';

export interface WorkspaceQuestion {
  readonly message: string;
  readonly detail: string;
}

/** What a person has to see of a target before the first command runs there because of a workspace. */
export function workspaceQuestion(
  target: TargetConfig,
  part: WorkspacePart,
  settingsFile: string,
): WorkspaceQuestion {
  const name = visibleLine(target.name);
  const file = visibleLine(settingsFile);
  const facts = factsOf(target).map(([label, value]) => `${label}: ${visibleLine(value)}`);
  return part === 'defines'
    ? {
        message: l10n.t('This workspace defines the target "{0}". Do you want to use it?', name),
        detail: l10n.t(
          'Defined in {0}\n\n{1}\n\nCommands run there with your rights. You are asked again when the definition changes.',
          file,
          facts.join('\n'),
        ),
      }
    : {
        message: l10n.t('This workspace chooses your target "{0}". Do you want to use it?', name),
        detail: l10n.t(
          'Chosen in {0}\n\n{1}\n\nThe target itself is defined in your own settings.',
          file,
          facts.join('\n'),
        ),
      };
}

/** Stands for exactly this definition; tells nothing of the values in it. */
export function digestOf(target: TargetConfig, part: WorkspacePart): string {
  return createHash('sha256')
    .update(JSON.stringify([part, target]))
    .digest('hex');
}

/** Every field: one that was left out here could be the one that matters. */
function factsOf(target: TargetConfig): readonly (readonly [label: string, value: string])[] {
  const { commandPrefix, environment, tls, ...fields } = target;
  const known = labels();
  return [
    [
      l10n.t('Runs commands'),
      target.type === 'local' ? l10n.t('where VS Code runs its extensions') : l10n.t('over SSH'),
    ],
    ...(commandPrefix.length === 0
      ? []
      : [[l10n.t('Command prefix'), commandPrefix.map(showWord).join(' ')] as const]),
    ...Object.entries({ ...fields, ...tls }).flatMap(([key, value]) =>
      value === undefined || key === 'name' || key === 'type'
        ? []
        : [[known[key] ?? key, String(value)] as const],
    ),
    ...Object.entries(environment).map(([key, value]) => [l10n.t('Environment'), `${key}=${value}`] as const),
  ];
}

/** Where one word of a command ends has to be seen. */
function showWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word);
}

const labels = (): Readonly<Record<string, string>> => ({
  host: l10n.t('Host'),
  port: l10n.t('Port'),
  username: l10n.t('User'),
  identityFile: l10n.t('Key file'),
  client: l10n.t('Client'),
  northbound: l10n.t('Northbound'),
  southbound: l10n.t('Southbound'),
  openFlow: l10n.t('OpenFlow'),
  privateKey: l10n.t('TLS private key'),
  certificate: l10n.t('TLS certificate'),
  caCertificate: l10n.t('TLS CA certificate'),
  timeoutSeconds: l10n.t('Seconds a command may take'),
});
