import type { Readable, Writable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import { loadExeca } from '../loadExeca';

/** OpenSSH for Windows cannot share a connection; there each command makes its own. */
export const sharesConnection = process.platform !== 'win32';

export interface SshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The exit status, null for a signal; fails when there is no such program. */
  readonly ended: Promise<number | null>;
  /** Ends standard input, and the process if it does not follow. */
  end(): void;
  kill(): void;
}

const endAfterMs = 2000;

const askNothing = { SSH_ASKPASS_REQUIRE: 'never', SSH_ASKPASS: undefined };

/** Starts the user's own ssh, which ends with this process, and asks nothing but what `environment` lets it ask. */
export async function startSsh(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = askNothing,
): Promise<SshProcess> {
  const execa = await loadExeca();
  const child = execa('ssh', args, {
    buffer: false,
    reject: false,
    stdin: 'pipe',
    encoding: 'buffer',
    windowsHide: true,
    // A session of its own has no terminal on which ssh, or that of a jump host, could ask; its group ends as a whole.
    detached: sharesConnection,
    env: environment,
  });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      if (sharesConnection) process.kill(-child.pid, 'SIGTERM');
      else child.kill('SIGTERM');
    } catch {
      // It has ended just now.
    }
  };
  process.once('exit', kill);
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', (error) => reject(noSshProgram(error)));
  }).finally(() => process.removeListener('exit', kill));
  ended.catch(() => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill,
    end() {
      child.stdin.end();
      setTimeout(kill, endAfterMs).unref();
    },
  };
}

function noSshProgram(cause: unknown): TraceFailure {
  return new TraceFailure('config-invalid', l10n.t('The ssh program of this machine cannot be started.'), {
    advice: l10n.t('Install the OpenSSH client, or remove "client" from the target.'),
    cause,
  });
}
