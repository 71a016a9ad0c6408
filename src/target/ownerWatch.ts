import { spawn } from 'node:child_process';
import type { Argv } from './commandLine';
import { quoteForShell } from './quote';

/**
 * Ends a process group once this process is gone, however it ended: a killed extension host runs nothing more itself. The
 * kernel closes the pipe that a small shell reads. Gives the function that ends the watch, for when the program has ended.
 */
export function watchOwner(group: number, privilegedKill: Argv | null): () => void {
  // The shell's own kill may not know `--`; sudo's, which is a program, needs it before a negative number.
  const send = (signal: string): string =>
    privilegedKill === null
      ? `kill -${signal} "-$1"`
      : `kill -${signal} "-$1"; ${quoteForShell(privilegedKill)} -${signal} -- "-$1"`;
  const script = `while read -r line; do :; done; ${send('TERM')}; sleep 2; ${send('KILL')}`;
  const watch = spawn('sh', ['-c', script, 'sh', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no watch; what this process can end itself it still ends.
  watch.on('error', () => undefined);
  watch.stdin.on('error', () => undefined);
  watch.unref();
  return () => watch.kill('SIGKILL');
}
