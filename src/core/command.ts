/** How the core has a program run on a target without knowing what a target is. */

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when the program was ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; the target's own `timeoutSeconds` when left out. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs a program with its arguments where OVN runs, byte for byte (the target quotes). A program that ends with another
 * status than 0 is a result, not an error; errors are a `TraceFailure` (no connection, not found, timeout, cancelled).
 */
export type RunCommand = (
  argv: readonly [string, ...string[]],
  options?: RunOptions,
) => Promise<CommandResult>;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}
