/** Steps made in one go; the next ones follow when the browser has drawn these. */
const chunk = 250;

/** Long work in small steps, so that the page stays usable: rows of a list, made one after the other. */
export class ChunkedWork {
  private queue: Iterator<void>[] = [];
  private isScheduled = false;

  /** Begins a work at once, or when those before it are done. */
  add(work: Iterator<void>): void {
    this.queue.push(work);
    if (this.queue.length === 1) this.advance();
    this.schedule();
  }

  /** Does all that is still to do. */
  finish(): void {
    while (this.queue.length > 0) this.advance();
  }

  clear(): void {
    this.queue = [];
  }

  private advance(): void {
    for (let step = 0; step < chunk; step += 1) {
      const [work] = this.queue;
      if (work === undefined) return;
      if (work.next().done === true) this.queue.shift();
    }
  }

  private schedule(): void {
    if (this.isScheduled || this.queue.length === 0) return;
    this.isScheduled = true;
    window.setTimeout(() => {
      this.isScheduled = false;
      this.advance();
      this.schedule();
    });
  }
}
