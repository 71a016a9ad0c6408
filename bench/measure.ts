import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { runInSlices, type Steps } from '../src/core/slices';

/** One line of the table: what was measured, over how many rounds. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
}

/** Rounds asked for on the command line. */
export const rounds = Math.max(1, Number(process.argv[2] ?? 10));

/** More that was given on the command line: `NAME=VALUE`, after the rounds and the file. */
export const options: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  process.argv.slice(4).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
);

/** Where `bench/run.mjs` wants the rows. */
export function writeRows(rows: readonly BenchRow[]): void {
  const file = process.argv[3];
  if (file === undefined) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else writeFileSync(file, JSON.stringify(rows));
}

/** Frees what nobody holds, so that one round does not pay for another. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

export function megabytesOfHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

export function summarize(what: string, unit: string, values: readonly number[]): BenchRow {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => round(sorted[index] ?? NaN);
  const middle = (sorted.length - 1) / 2;
  return {
    what,
    unit,
    median: round((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
    least: at(0),
    most: at(sorted.length - 1),
    rounds: sorted.length,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** Does a work that stops now and then, and measures it and the longest that the event loop had to wait. */
export async function timeSlices<Result>(
  steps: Steps<Result>,
): Promise<{ readonly result: Result; readonly took: number; readonly longest: number }> {
  let longest = 0;
  const start = performance.now();
  let turn = start;
  const result = await runInSlices(steps, async () => {
    longest = Math.max(longest, performance.now() - turn);
    await setImmediate();
    turn = performance.now();
  });
  longest = Math.max(longest, performance.now() - turn);
  return { result, took: performance.now() - start, longest };
}
