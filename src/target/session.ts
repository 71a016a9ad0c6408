import type { RunCommand } from '../core/command';
import type { TraceFailure } from '../core/failure';
import type { TargetConfig } from '../core/session/target';
import type { Argv } from './commandLine';
import type { Conversation } from './conversation';
import { openLocalTarget } from './local';
import type { HostKeyStore, Prompts } from './prompts';
import { openSshTarget } from './ssh/target';

/** A place where OVN's programs run. Nothing is connected or started before the first `run`. */
export interface TargetSession {
  readonly name: string;
  readonly run: RunCommand;
  /**
   * Starts a program to talk with; its standard input ends with the connection and with the session. `signal` gives up the start only.
   * @throws TraceFailure when there is no connection.
   */
  readonly converse: (argv: Argv, signal: AbortSignal) => Promise<Conversation>;
  /** Ends what still runs and closes the connection; a `run` after that fails as `cancelled`. */
  dispose(): void;
}

/** Where a target writes what it does; a `vscode.LogOutputChannel` is one. Never given a secret. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

/** How the connection of a target stands. A local target has none and says nothing. */
export type ConnectionStatus =
  /** Not connected: not wanted yet, not used for long, or `failure` is for a person to mend. */
  | { readonly state: 'idle'; readonly failure?: TraceFailure }
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'connected' }
  /** It comes back by itself: try number `attempt` begins in `retryInMs`. */
  | {
      readonly state: 'lost';
      readonly attempt: number;
      readonly retryInMs: number;
      readonly reason: string | null;
    };

/** All in milliseconds. */
export interface ConnectionTimes {
  /** After which an unused connection is closed. */
  readonly idleMs: number;
  /** Before the first try to have a lost connection back; doubled after each that fails. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface TargetOptions {
  /** Standard output and error of one command together, in bytes; 64 MiB when left out. */
  readonly maxOutputBytes?: number | undefined;
  /** Where "trust always" is kept; without it a trusted key is known until the session ends. */
  readonly hostKeys?: HostKeyStore | undefined;
  /** Read instead of the user's and the system's ssh configuration. */
  readonly sshConfigFile?: string | undefined;
  /** Told whenever the connection changes. */
  readonly onConnection?: ((status: ConnectionStatus) => void) | undefined;
  /** 10 minutes idle, and a try after 1 s to 1 min, when left out. */
  readonly times?: ConnectionTimes | undefined;
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
