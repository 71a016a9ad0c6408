import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A number of seconds nobody else sleeps, to find a process again by its command line. */
export function uniqueSeconds(): string {
  return `${3000 + Math.floor(Math.random() * 999)}.${process.pid}${Date.now() % 100000}`;
}

/** The running processes whose command line contains a text; sought without a process that contains it itself. */
export function processesWith(text: string): string[] {
  // One process alone can have megabytes of arguments, such as thousands of `--ct`.
  return execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8', maxBuffer: 1 << 28 })
    .split('\n')
    .filter((line) => line.includes(text) && !/^\s*\d+ Z/.test(line));
}

/** Whether sleep(1) itself runs for these seconds; shells that are about to start it name it in their arguments, too. */
export function isSleeping(seconds: string): boolean {
  return processesWith(seconds).some((line) => /^\s*\d+\s+\S+\s+sleep /.test(line));
}

/** Waits until something holds; fails with a sentence when it does not come to hold. */
export async function eventually(what: string, holds: () => boolean, withinMs = 8000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ends one process; nothing happens when it has ended by itself. */
export function endProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Where a program is; unlike `command -v` also when shells have it built in. */
export function programPath(name: string): string {
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (path === undefined) throw new Error(`there is no ${name} here`);
  return path;
}
