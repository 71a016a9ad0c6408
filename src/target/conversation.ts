import type { TargetConfig } from '../core/session/target';
import { containerPrefix, killPrefix, targetArgv } from './commandLine';
import type { Argv } from './commandLine';

/** A program on the target that is talked with for as long as it runs, at most `mostTalkSeconds`. */
export interface Conversation {
  /** A line to its standard input, without its end. */
  write(line: string): void;
  /** Calls back with everything it writes on standard output; to be set at once. */
  onData(listener: (chunk: Buffer) => void): void;
  /** Once it has ended or its connection is gone, with the beginning of what it wrote on standard error. */
  readonly ended: Promise<string>;
  /** Ends its standard input, and with that the program. */
  end(): void;
}

/** So much of standard error is kept, in bytes. */
export const mostSaid = 64 * 1024;

/** After which it ends even if nobody is left to end it. */
export const mostTalkSeconds = 24 * 60 * 60;

export interface TalkingStart {
  readonly argv: Argv;
  readonly privilegedKill: Argv | null;
}

/** A program that talks, as it is started on the target: with its prefix, which has to connect standard input. */
export function startTalking(config: TargetConfig, argv: Argv): TalkingStart {
  const prefix = containerPrefix(config.commandPrefix) ?? config.commandPrefix;
  return {
    argv: targetArgv({ ...config, commandPrefix: [...prefix] }, argv),
    privilegedKill: killPrefix(config),
  };
}
