/** A long piece of work that stops now and then, each time after a few milliseconds of it. */
export type Steps<Result> = Generator<undefined, Result>;

/** Does all of the work at once. */
export function runThrough<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Awaits `pause` wherever the work stops; it should give the event loop a turn. */
export async function runInSlices<Result>(steps: Steps<Result>, pause: () => Promise<void>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}
