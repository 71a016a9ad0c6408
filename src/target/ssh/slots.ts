import { commandCancelled } from '../output';

/** Lets a number of users in at once; the others wait in the order they came. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Resolves with the function that gives the slot back; fails as `cancelled` when the signal comes first. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw commandCancelled();
    if (this.free > 0) this.free--;
    else await this.turn(signal);
    return () => {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    };
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(commandCancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(enter);
    });
  }
}
