import { constants } from 'node:os';
import * as l10n from '@vscode/l10n';
import type { CommandResult } from '../core/command';
import { TraceFailure } from '../core/failure';

const mebibyte = 1024 * 1024;
export const defaultMaxOutputBytes = 64 * mebibyte;
/** Node holds no text beyond 512 MiB, and a result is a text. */
const limitMegabytes = 256;

/** The bytes of the setting `ovnTrace.maxOutputMegabytes`; what is no such number counts as not set. */
export function outputBytes(megabytes: unknown): number {
  if (typeof megabytes !== 'number' || !(megabytes >= 1)) return defaultMaxOutputBytes;
  return Math.floor(Math.min(megabytes, limitMegabytes) * mebibyte);
}

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
  const megabytes = Math.round((maxBytes / mebibyte) * 10) / 10;
  return new TraceFailure(
    'output-too-large',
    l10n.t('{0} on {1} wrote more than {2} MiB and was stopped.', program, targetName, megabytes),
    {
      advice: l10n.t(
        'Ask for less at once, or raise ovnTrace.maxOutputMegabytes in the settings of the editor.',
      ),
    },
  );
}

export function commandTimedOut(program: string, targetName: string, timeoutMs: number): TraceFailure {
  return new TraceFailure(
    'timeout',
    l10n.t('{0} on {1} did not finish within {2} s and was stopped.', program, targetName, timeoutMs / 1000),
    {
      advice: l10n.t(
        'Check that the databases answer (OVN: Check Target), or raise timeoutSeconds of the target.',
      ),
    },
  );
}

export function commandCancelled(): TraceFailure {
  return new TraceFailure('cancelled', l10n.t('Cancelled.'));
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

/** timeout(1), which starts programs, has its own words for one that is not there; shells have the usual ones. */
export function commandNotFound(result: CommandResult, program: string): CommandResult {
  const names = [`'${program}'`, `‘${program}’`, `"${program}"`];
  const [said = ''] = result.stderr.split('\n', 1);
  if (
    result.exitCode !== 127 ||
    !said.startsWith('timeout: ') ||
    !names.some((name) => said.includes(name))
  ) {
    return result;
  }
  return { ...result, stderr: `${program}: command not found\n` };
}
