import type { RunCommand } from '../core/command';
import type { TargetConfig } from '../core/session/target';
import { openLocalTarget } from './local';
import type { HostKeyStore, Prompts } from './prompts';
import { openSshTarget } from './ssh/target';

/** A place where OVN's programs run. Nothing is connected or started before the first `run`. */
export interface TargetSession {
  readonly name: string;
  readonly run: RunCommand;
  /** Ends what still runs and closes the connection; a `run` after that fails as `cancelled`. */
  dispose(): void;
}

/** Where a target writes what it does; a `vscode.LogOutputChannel` is one. Never given a secret. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export interface TargetOptions {
  /** Standard output and error of one command together, in bytes; 64 MiB when left out. */
  readonly maxOutputBytes?: number | undefined;
  /** Where "trust always" is kept; without it a trusted key is known until the session ends. */
  readonly hostKeys?: HostKeyStore | undefined;
  /** Read instead of the user's and the system's ssh configuration. */
  readonly sshConfigFile?: string | undefined;
}

/** A session on the target of a setting: over SSH, or on the machine this runs on. */
export function openTarget(
  config: TargetConfig,
  prompts: Prompts,
  log: Log,
  options: TargetOptions = {},
): TargetSession {
  switch (config.type) {
    case 'ssh':
      return openSshTarget(config, prompts, log, options);
    case 'local':
      return openLocalTarget(config, log, options);
  }
}
