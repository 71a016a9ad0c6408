import { toFailure } from '../../core/failure';
import type { FailureReason, TraceFailure } from '../../core/failure';
import { commandCancelled } from '../output';
import type { ConnectionStatus, ConnectionTimes } from '../session';
import type { SshLink } from './connect';
import { inPlainWords } from './failures';

interface Attempt {
  readonly link: Promise<SshLink>;
  /** Null until connected. */
  open: SshLink | null;
  readonly abort: AbortController;
  /** Somebody waits for it and can be asked; otherwise it is made to have the connection back. */
  readonly attended: boolean;
  waiters: number;
  /** Ended from here: nothing was lost. */
  given: boolean;
}

/** How to connect; unattended, without a question to anybody. */
export type Connect = (signal: AbortSignal, attended: boolean) => Promise<SshLink>;

export const defaultTimes: ConnectionTimes = { idleMs: 10 * 60_000, firstDelayMs: 1000, maxDelayMs: 60_000 };

/** What may be over in a while; after anything else it is for a person to try again. */
const passing: ReadonlySet<FailureReason> = new Set([
  'host-not-found',
  'connection-refused',
  'connection-timeout',
  'connection-lost',
  'key-exchange',
  'jump-host',
]);

/**
 * One connection, made when it is first wanted and shared by all who want it. Lost, it comes back by itself, until nobody
 * has used it for the idle time, which also closes it. Whoever wants it meanwhile does not wait for the next try but
 * makes it, and gets its failure.
 */
export class WarmConnection {
  private current: Attempt | null = null;
  private disposed = false;
  private users = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  /** Losses and failed tries since the connection last held; 0 as long as nothing was lost. */
  private failures = 0;

  constructor(
    private readonly connect: Connect,
    private readonly report: (status: ConnectionStatus) => void,
    private readonly times: ConnectionTimes = defaultTimes,
  ) {}

  /** Lets `action` use the open connection. When all who wait for it have cancelled, the attempt to connect ends too. */
  async use<T>(signal: AbortSignal, action: (link: SshLink) => Promise<T>): Promise<T> {
    if (this.disposed || signal.aborted) throw commandCancelled();
    this.users++;
    clearTimeout(this.idleTimer);
    try {
      return await action(await this.get(signal));
    } finally {
      this.users--;
      this.restLater();
    }
  }

  /** Closes a connection that does not work any more; the next `use` makes a new one. */
  drop(link: SshLink): void {
    if (this.current?.open === link) this.give(this.current);
    link.close();
    link.destroy();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.idleTimer);
    this.rest();
  }

  private async get(signal: AbortSignal): Promise<SshLink> {
    clearTimeout(this.retryTimer);
    // One that may ask nobody could fail for want of an answer.
    if (this.current !== null && this.current.open === null && !this.current.attended) {
      this.give(this.current);
    }
    const attempt = (this.current ??= this.begin(true));
    attempt.waiters++;
    try {
      return await raceWithAbort(attempt.link, signal);
    } finally {
      if (--attempt.waiters === 0 && attempt.open === null && this.current === attempt) {
        this.give(attempt);
        if (this.failures > 0) this.retryLater(commandCancelled());
        else this.report({ state: 'idle' });
      }
    }
  }

  private begin(attended: boolean): Attempt {
    this.report({ state: 'connecting', attempt: this.failures + 1 });
    const abort = new AbortController();
    const link = this.connect(abort.signal, attended);
    const attempt: Attempt = { link, abort, attended, open: null, waiters: 0, given: false };
    link.then(
      (open) => {
        if (attempt.given) return open.close();
        attempt.open = open;
        this.report({ state: 'connected' });
        const since = Date.now();
        void open.closed.then((error) => {
          if (attempt.given) return;
          this.current = null;
          // One that is lost again and again is not tried again and again without a pause.
          if (Date.now() - since >= this.times.maxDelayMs) this.failures = 0;
          this.failures++;
          this.retryLater(error);
        });
      },
      (error: unknown) => {
        if (attempt.given) return;
        this.current = null;
        this.failed(toFailure(error));
      },
    );
    return attempt;
  }

  private failed(failure: TraceFailure): void {
    if (this.failures === 0 || !passing.has(failure.reason)) {
      this.failures = 0;
      this.report({ state: 'idle', failure });
      return;
    }
    this.failures++;
    this.retryLater(failure);
  }

  private retryLater(error: Error | null): void {
    const retryInMs = backoffMs(this.failures, this.times, Math.random());
    this.report({
      state: 'lost',
      attempt: this.failures,
      retryInMs,
      reason: error === null ? null : inPlainWords(error),
    });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => (this.current ??= this.begin(false)), retryInMs).unref();
  }

  private restLater(): void {
    if (this.users > 0 || this.disposed) return;
    this.idleTimer = setTimeout(() => this.rest(), this.times.idleMs).unref();
  }

  /** Closes what is open and tries no more, until the next `use`. */
  private rest(): void {
    clearTimeout(this.retryTimer);
    this.failures = 0;
    if (this.current !== null) this.give(this.current);
    this.report({ state: 'idle' });
  }

  private give(attempt: Attempt): void {
    attempt.given = true;
    attempt.abort.abort();
    attempt.open?.close();
    if (this.current === attempt) this.current = null;
  }
}

/** Milliseconds before the next try: twice as long after each failure, up to a limit, and by `chance` (0 to 1) up to half less. */
export function backoffMs(failures: number, times: ConnectionTimes, chance: number): number {
  const full = Math.min(times.maxDelayMs, times.firstDelayMs * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (1 - chance / 2));
}

function raceWithAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(commandCancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
