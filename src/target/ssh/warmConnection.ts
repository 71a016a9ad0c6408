import { commandCancelled } from '../output';
import type { SshLink } from './connect';

interface Attempt {
  readonly link: Promise<SshLink>;
  /** Null until connected. */
  open: SshLink | null;
  readonly abort: AbortController;
  waiters: number;
}

/** One connection, made when it is first wanted, shared by all who want it, made again after it was lost. */
export class WarmConnection {
  private current: Attempt | null = null;
  private disposed = false;

  constructor(private readonly connect: (signal: AbortSignal) => Promise<SshLink>) {}

  /** The open connection. When all who wait for it have cancelled, the attempt ends too. */
  async get(signal: AbortSignal): Promise<SshLink> {
    if (this.disposed || signal.aborted) throw commandCancelled();
    const attempt = (this.current ??= this.begin());
    attempt.waiters++;
    try {
      return await raceWithAbort(attempt.link, signal);
    } finally {
      if (--attempt.waiters === 0 && attempt.open === null) {
        attempt.abort.abort();
        this.forget(attempt);
      }
    }
  }

  /** Closes a connection that does not work any more; the next `get` makes a new one. */
  drop(link: SshLink): void {
    link.close();
    link.client.destroy();
    if (this.current?.open === link) this.current = null;
  }

  dispose(): void {
    this.disposed = true;
    this.current?.abort.abort();
    void this.current?.link.then(
      (link) => link.close(),
      () => undefined,
    );
    this.current = null;
  }

  private begin(): Attempt {
    const abort = new AbortController();
    const attempt: Attempt = { link: this.connect(abort.signal), abort, open: null, waiters: 0 };
    attempt.link.then(
      (link) => {
        attempt.open = link;
        void link.closed.then(() => this.forget(attempt));
      },
      () => this.forget(attempt),
    );
    return attempt;
  }

  private forget(attempt: Attempt): void {
    if (this.current === attempt) this.current = null;
  }
}

function raceWithAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(commandCancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
