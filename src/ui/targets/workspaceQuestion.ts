import { createHash } from 'node:crypto';
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
        message: `This workspace defines the target "${name}". Do you want to use it?`,
        detail: `Defined in ${file}\n\n${facts.join('\n')}\n\nCommands run there with your rights. You are asked again when the definition changes.`,
      }
    : {
        message: `This workspace chooses your target "${name}". Do you want to use it?`,
        detail: `Chosen in ${file}\n\n${facts.join('\n')}\n\nThe target itself is defined in your own settings.`,
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
  return [
    ['Runs commands', target.type === 'local' ? 'where VS Code runs its extensions' : 'over SSH'],
    ...(commandPrefix.length === 0
      ? []
      : [['Command prefix', commandPrefix.map(showWord).join(' ')] as const]),
    ...Object.entries({ ...fields, ...tls }).flatMap(([key, value]) =>
      value === undefined || key === 'name' || key === 'type'
        ? []
        : [[labels[key] ?? key, String(value)] as const],
    ),
    ...Object.entries(environment).map(([key, value]) => ['Environment', `${key}=${value}`] as const),
  ];
}

/** Where one word of a command ends has to be seen. */
function showWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word);
}

const labels: Readonly<Record<string, string>> = {
  host: 'Host',
  port: 'Port',
  username: 'User',
  identityFile: 'Key file',
  client: 'Client',
  northbound: 'Northbound',
  southbound: 'Southbound',
  openFlow: 'OpenFlow',
  privateKey: 'TLS private key',
  certificate: 'TLS certificate',
  caCertificate: 'TLS CA certificate',
  timeoutSeconds: 'Seconds a command may take',
};
