/** A time limit that does not run while somebody is asked something. */
export class PausableTimer {
  private timer: NodeJS.Timeout | null = null;
  private startedAt = 0;
  private pauses = 0;

  constructor(
    private leftMs: number,
    private readonly onEnd: () => void,
  ) {
    this.start();
  }

  async pauseWhile<T>(answer: Promise<T>): Promise<T> {
    if (this.pauses++ === 0) this.stop();
    try {
      return await answer;
    } finally {
      if (--this.pauses === 0 && this.leftMs > 0) this.start();
    }
  }

  /** Ends the limit for good. */
  clear(): void {
    this.stop();
    this.leftMs = 0;
  }

  private start(): void {
    this.startedAt = Date.now();
    this.timer = setTimeout(this.onEnd, this.leftMs);
  }

  private stop(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.leftMs = Math.max(1, this.leftMs - (Date.now() - this.startedAt));
  }
}
