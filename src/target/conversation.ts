import type { TargetConfig } from '../core/session/target';
import { containerPrefix, targetArgv } from './commandLine';
import type { Argv } from './commandLine';

/** A program on the target that is talked with for as long as it runs. It is expected to end with its standard input. */
export interface Conversation {
  /** To its standard input. */
  write(bytes: Uint8Array): void;
  /** Calls back with everything it writes on standard output; to be set at once. */
  onData(listener: (chunk: Buffer) => void): void;
  /** Once it has ended or its connection is gone, with the beginning of what it wrote on standard error. */
  readonly ended: Promise<string>;
  /** Ends its standard input. */
  end(): void;
}

/** So much of standard error is kept, in bytes. */
export const mostSaid = 64 * 1024;

/** A program that talks, as it is started on the target: with its prefix, which has to connect standard input. */
export function talkingArgv(config: TargetConfig, argv: Argv): Argv {
  const prefix = containerPrefix(config.commandPrefix) ?? config.commandPrefix;
  return targetArgv({ ...config, commandPrefix: [...prefix] }, argv);
}
