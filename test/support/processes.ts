import { execFileSync } from 'node:child_process';

/** A number of seconds nobody else sleeps, to find a process again by its command line. */
export function uniqueSeconds(): string {
  return `${3000 + Math.floor(Math.random() * 999)}.${process.pid}${Date.now() % 100000}`;
}

/** The running processes whose command line contains a text; sought without a process that contains it itself. */
export function processesWith(text: string): string[] {
  return execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text) && !/^\s*\d+ Z/.test(line));
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
