import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../core/failure';
import type { SshTargetConfig, TargetConfig } from '../core/session/target';
import { quoteForShell } from './quote';
import { requirePlainHost, requirePlainUser } from './ssh/plainNames';

export type Argv = readonly [string, ...string[]];

/**
 * The argv that runs on the target: prefix, environment, program. The environment comes after the prefix because
 * sudo drops variables and a container never gets them.
 */
export function targetArgv(config: TargetConfig, argv: Argv): Argv {
  const [program] = argv;
  const environment = Object.entries(config.environment).map(([name, value]) => `${name}=${value}`);
  if (program === '' || program.startsWith('-') || (environment.length > 0 && program.includes('='))) {
    throw new TraceFailure('bad-request', l10n.t('"{0}" is not the name of a program.', program), {
      advice: l10n.t('Check the target in the setting ovnTrace.targets.'),
    });
  }
  const [first, ...rest] = [
    ...config.commandPrefix,
    ...(environment.length > 0 ? ['env', ...environment] : []),
    ...argv,
  ];
  return [first ?? program, ...rest];
}

/**
 * What a signal has to be sent with when the prefix makes a program run as somebody else, who may not be signalled
 * from here; null when a plain kill(1) does. A prefix that goes on into a container has none: process ids are others there.
 */
export function killPrefix(config: TargetConfig): Argv | null {
  const length = privilegeLength(config.commandPrefix);
  const [program, ...options] = config.commandPrefix;
  if (program === undefined || length === 0 || length < config.commandPrefix.length) return null;
  return [program, ...options, 'kill'];
}

/** How many words at the beginning are sudo or doas with its options. */
function privilegeLength([program, ...words]: readonly string[]): number {
  if (program === undefined || !/(?:^|\/)(?:sudo|doas)$/.test(program)) return 0;
  const takesValue = (word: string | undefined): boolean =>
    word !== undefined && /^-[A-Za-z]*[ug]$/.test(word);
  const end = words.findIndex((word, index) => !word.startsWith('-') && !takesValue(words[index - 1]));
  return 1 + (end < 0 ? words.length : end);
}

/** Clients of container engines whose `exec` connects standard input only with `-i`. */
const askingForStdin = /(?:^|\/)(?:docker|podman|podman-remote|nerdctl|kubectl|oc|crictl|k3s|microk8s)$/;
const passingStdin = /(?:^|\/)(?:incus|lxc|docker-compose)$/;

/**
 * The prefix when it runs programs in a container, with standard input connected; null when it is another one. Only a
 * prefix that begins with the engine's client, or with sudo before it: what other programs do with words nobody knows.
 */
export function containerPrefix(prefix: readonly string[]): readonly string[] | null {
  const at = privilegeLength(prefix);
  const engine = prefix[at] ?? '';
  const exec = prefix.indexOf('exec', at + 1);
  if (exec < 0) return null;
  if (passingStdin.test(engine)) return prefix;
  if (!askingForStdin.test(engine)) return null;
  // `docker compose exec` connects it by itself.
  return prefix.slice(at, exec).includes('compose')
    ? prefix
    : [...prefix.slice(0, exec + 1), '-i', ...prefix.slice(exec + 1)];
}

/** The command line that a person would type on this machine to run `argv` on the target. */
export function describeCommand(config: TargetConfig, argv: Argv): string {
  const command = quoteForShell(targetArgv(config, argv));
  return requireTypeable(config.type === 'local' ? command : throughSsh(config, command));
}

function throughSsh(config: SshTargetConfig, command: string): string {
  const { host, port, username, identityFile } = config;
  // What ran is checked where it connects; the setting may have changed since.
  requirePlainHost(host);
  requirePlainUser(username);
  return quoteForShell([
    'ssh',
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identityFile === undefined ? [] : ['-i', identityFile]),
    username === undefined ? host : `${username}@${host}`,
    command,
  ]);
}

/** A terminal into which it is pasted takes control characters for keys, also between quotes: an interrupt, a backspace. */
function requireTypeable(line: string): string {
  if (!/\p{Cc}/u.test(line)) return line;
  throw new TraceFailure(
    'bad-request',
    l10n.t('The command has a control character in it and cannot be typed.'),
    {
      advice: l10n.t('Export the trace as JSON: it holds the microflow and the datapath.'),
    },
  );
}
