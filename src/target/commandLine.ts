import { TraceFailure } from '../core/failure';
import type { TargetConfig } from '../core/session/target';
import { quoteForShell } from './quote';

export type Argv = readonly [string, ...string[]];

/**
 * The argv that runs on the target: prefix, environment, program. The environment comes after the prefix because
 * sudo drops variables and a container never gets them.
 */
export function targetArgv(config: TargetConfig, argv: Argv): Argv {
  const [program] = argv;
  const environment = Object.entries(config.environment).map(([name, value]) => `${name}=${value}`);
  if (program === '' || program.startsWith('-') || (environment.length > 0 && program.includes('='))) {
    throw new TraceFailure('bad-request', `"${program}" is not the name of a program.`, {
      advice: 'Check the target in the setting ovnTrace.targets.',
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
  const [program, ...words] = config.commandPrefix;
  if (program === undefined || !/(?:^|\/)(?:sudo|doas)$/.test(program)) return null;
  const takesValue = (word: string | undefined): boolean =>
    word !== undefined && /^-[A-Za-z]*[ug]$/.test(word);
  const onlyOptions = words.every((word, index) => word.startsWith('-') || takesValue(words[index - 1]));
  return onlyOptions ? [program, ...words, 'kill'] : null;
}

/** The command line that a person would type on this machine to run `argv` on the target. */
export function describeCommand(config: TargetConfig, argv: Argv): string {
  const command = quoteForShell(targetArgv(config, argv));
  if (config.type === 'local') return command;
  return quoteForShell([
    'ssh',
    ...(config.port === undefined ? [] : ['-p', String(config.port)]),
    ...(config.identityFile === undefined ? [] : ['-i', config.identityFile]),
    config.username === undefined ? config.host : `${config.username}@${config.host}`,
    command,
  ]);
}
