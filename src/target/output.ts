import { constants } from 'node:os';
import type { CommandResult } from '../core/command';
import { TraceFailure } from '../core/failure';

export const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** Keeps what a command writes, up to a number of bytes for both streams together. */
export class OutputCollector {
  private readonly chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** False when the chunk did not fit and was left out. */
  add(stream: 'stdout' | 'stderr', chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) return false;
    this.chunks[stream].push(chunk);
    return true;
  }

  /** Decoded as a whole, so a character that arrived in two chunks is one character. */
  text(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.chunks[stream]).toString('utf8');
  }
}

export function outputTooLarge(program: string, targetName: string, maxBytes: number): TraceFailure {
  const megabytes = Math.round((maxBytes / 1024 / 1024) * 10) / 10;
  return new TraceFailure(
    'output-too-large',
    `${program} on ${targetName} wrote more than ${megabytes} MiB and was stopped.`,
    { advice: 'Ask for less at once, or raise the limit of the output.' },
  );
}

export function commandTimedOut(program: string, targetName: string, timeoutMs: number): TraceFailure {
  return new TraceFailure(
    'timeout',
    `${program} on ${targetName} did not finish within ${timeoutMs / 1000} s and was stopped.`,
    {
      advice: 'Check that the databases answer (OVN: Check Target), or raise timeoutSeconds of the target.',
    },
  );
}

export function commandCancelled(): TraceFailure {
  return new TraceFailure('cancelled', 'Cancelled.');
}

/** Aliases (SIGIOT for SIGABRT) come after the usual name, which stays. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .map(([name, number]): [number, string] => [number, name])
    .reverse(),
);

/**
 * The result of a command that ended. A status of 128 and a signal's number means that signal: so do shells, container
 * runtimes and sudo say it, and so locally and over SSH the same end looks the same.
 */
export function commandResult(
  exitCode: number | null,
  signal: string | null,
  output: { readonly stdout: string; readonly stderr: string },
): CommandResult {
  const reported = exitCode !== null && exitCode > 128 ? signalNames.get(exitCode - 128) : undefined;
  return reported === undefined
    ? { ...output, exitCode: signal === null ? exitCode : null, signal }
    : { ...output, exitCode: null, signal: reported };
}
