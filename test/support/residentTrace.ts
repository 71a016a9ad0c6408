import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import type { PrivateOvn } from '../../src/target/privateOvn';

/** An `ovn-trace` that stays: it has read the southbound database once, and answers over its control socket in milliseconds. */
export interface ResidentTrace {
  /**
   * Runs `trace` with these words; the text is what the program prints on standard output. Null when the program dies of it or takes
   * too long, as when two routers flood a packet to each other and it multiplies with every hop; it is of no use after that.
   */
  trace(words: readonly string[]): Promise<string | null>;
  stop(): void;
}

/** So often is a state given on the command line: a trace uses up a few of them, and they never begin again. */
const stateCount = 20_000;
const patienceMs = 1_500;

/** @param state what every conntrack lookup finds; empty for what ovn-trace assumes by itself. */
export async function startResidentTrace(
  ovn: PrivateOvn,
  name: string,
  state: string,
): Promise<ResidentTrace> {
  const inside = `${ovn.southbound.replace(/^unix:/, '').replace(/\/[^/]*$/, '')}/${name}`;
  const outside = join(ovn.directory, basename(inside));
  const states = state === '' ? [] : Array.from({ length: stateCount }, () => `--ct=${state}`);
  // It forks only when it is ready to answer.
  await ovn.check([
    'ovn-trace',
    '--detach',
    '--no-chdir',
    '-vconsole:off',
    '-vsyslog:off',
    `--pidfile=${inside}.pid`,
    `--unixctl=${inside}.ctl`,
    ...states,
  ]);
  const pid = Number(readFileSync(`${outside}.pid`, 'utf8'));
  // Not the `exit` command: a program in the middle of a trace reads none.
  const end = (): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
  };
  process.once('exit', end);
  const connection = new UnixctlConnection(connect(`${outside}.ctl`));
  return {
    trace: (words) => connection.call('trace', words),
    stop: () => {
      connection.close();
      end();
      process.off('exit', end);
    },
  };
}

interface Reply {
  readonly id: number;
  readonly result: string | null;
  readonly error: string | null;
}

interface Waiting {
  readonly resolve: (text: string | null) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** OVS's control protocol: JSON-RPC 1.0, one text after the other without anything between them. One call at a time. */
class UnixctlConnection {
  private received = '';
  private waiting: Waiting | null = null;
  private isOpen = true;
  private calls = 0;

  constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.receive(text));
    socket.on('error', () => this.giveUp());
    socket.on('close', () => this.giveUp());
  }

  call(method: string, params: readonly string[]): Promise<string | null> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return resolve(null);
      this.waiting = { resolve, reject, timer: setTimeout(() => this.giveUp(), patienceMs) };
      this.socket.write(JSON.stringify({ id: this.calls++, method, params }));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(text: string): void {
    this.received += text;
    if (!text.endsWith('}')) return;
    let reply: Reply;
    try {
      reply = JSON.parse(this.received) as Reply;
    } catch {
      return; // the rest of it is still to come
    }
    this.received = '';
    const waiting = this.settle();
    if (reply.result !== null) waiting?.resolve(reply.result);
    else waiting?.reject(new Error(`ovn-trace answered: ${String(reply.error)}`));
  }

  private giveUp(): void {
    this.isOpen = false;
    this.settle()?.resolve(null);
  }

  private settle(): Waiting | null {
    const { waiting } = this;
    this.waiting = null;
    if (waiting !== null) clearTimeout(waiting.timer);
    return waiting;
  }
}
