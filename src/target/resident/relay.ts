import { randomBytes } from 'node:crypto';
import type { Argv } from '../commandLine';
import type { Conversation } from '../conversation';
import { commandCancelled } from '../output';
import { ConnectionGone, type JsonStream } from './jsonRpc';
import { relayScript } from './relayScript';
import type { Remote } from './remote';

/** The relay, or what it was to reach on the target, cannot be had; in words. */
export class RelayFailure extends Error {}

/** An `ovn-trace --detach` on the target and the connection to its control socket. */
export interface StartedDaemon {
  readonly stream: JsonStream;
  /** What it wrote while it read the database. */
  readonly said: string;
  /** Bytes that it has in memory, and that the target has left. */
  readonly memory: number;
  readonly spare: number;
}

/** Words of a command line; a pair stands for a word so many times, which no shell would carry. */
export type DaemonArgv = readonly (string | readonly [word: string, times: number])[];

/** What the relay says of the connection with that number. */
interface Word {
  readonly id?: number;
  readonly open?: true;
  readonly closed?: true;
  readonly failed?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly said?: string;
  readonly memory?: number;
  readonly spare?: number;
}

interface Link {
  readonly opened: (word: Word) => void;
  readonly failed: (error: Error) => void;
  readonly close: (reason: string) => void;
  data: (chunk: Buffer) => void;
}

const silenceSeconds = 90;
const heartbeatMs = 25_000;
const mostNoise = 64 * 1024;

const startScript =
  'for python in python3 /usr/libexec/platform-python; do ' +
  'command -v "$python" >/dev/null 2>&1 && exec "$python" -I -c "$@"; done; echo "there is no python3" >&2; exit 127';

/** What passes bytes between the warm connection and OVN's sockets on the target; it and what it started end with it. */
export class Relay {
  private readonly links = new Map<number, Link>();
  private readonly heartbeat: NodeJS.Timeout;
  private numbers = 0;
  private frame: FrameReader;
  private endReason: string | null = null;
  /** Variables of the target that lead to its databases. */
  environment: Readonly<Record<string, string>> = {};
  /** Bytes that the target could spare when this began. */
  spareMemory = 0;

  private constructor(private readonly conversation: Conversation) {
    this.frame = new FrameReader((id, data) => this.take(id, data));
    this.heartbeat = setInterval(() => this.conversation.write('0 {}'), heartbeatMs).unref();
    void conversation.ended.then((said) => this.lose(said));
  }

  /** @throws RelayFailure when it cannot run there; TraceFailure without a connection. */
  static async start(
    converse: (argv: Argv, signal: AbortSignal) => Promise<Conversation>,
    signal: AbortSignal,
  ): Promise<Relay> {
    const mark = `ovn-packet-trace:${randomBytes(12).toString('hex')}:`;
    const argv: Argv = ['sh', '-c', startScript, 'sh', relayScript, mark, String(silenceSeconds)];
    const conversation = await converse(argv, signal);
    const relay = new Relay(conversation);
    try {
      await relay.greet(mark, signal);
      return relay;
    } catch (error) {
      relay.end();
      throw error;
    }
  }

  /** Settles once it is gone. */
  get ended(): Promise<unknown> {
    return this.conversation.ended;
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.conversation.end();
    this.lose('it was ended');
  }

  /** @throws RelayFailure when nobody listens there. */
  async connect(to: Remote): Promise<JsonStream> {
    const { stream } = await this.open((id) => ({ do: 'connect', id, to }));
    return stream;
  }

  /**
   * Starts `ovn-trace --detach`; it has read the southbound database when this settles.
   * @throws RelayFailure with what it said.
   */
  async startDaemon(argv: DaemonArgv, signal: AbortSignal): Promise<StartedDaemon> {
    const { stream, word } = await this.open((id) => ({ do: 'start', id, argv }), signal);
    return { stream, said: word.said ?? '', memory: word.memory ?? 0, spare: word.spare ?? 0 };
  }

  private async open(
    order: (id: number) => unknown,
    signal?: AbortSignal,
  ): Promise<{ stream: JsonStream; word: Word }> {
    if (this.endReason !== null) throw new ConnectionGone(this.endReason);
    const id = ++this.numbers;
    const close = (): void => {
      if (this.links.delete(id)) this.command({ do: 'close', id });
    };
    let settleClosed: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (settleClosed = resolve));
    const word = await new Promise<Word>((resolve, reject) => {
      const onAbort = (): void => {
        close();
        reject(commandCancelled());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const stop = (): void => signal?.removeEventListener('abort', onAbort);
      this.links.set(id, {
        opened: (said) => {
          stop();
          resolve(said);
        },
        failed: (error) => {
          stop();
          reject(error);
        },
        close: settleClosed,
        data: () => undefined,
      });
      this.command(order(id));
      if (signal?.aborted === true) onAbort();
    });
    const stream: JsonStream = {
      write: (json) => this.send(id, json),
      onData: (listener) => {
        const link = this.links.get(id);
        if (link !== undefined) link.data = listener;
      },
      closed,
      close: () => {
        close();
        settleClosed('it was closed');
      },
    };
    return { stream, word };
  }

  private greet(mark: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let head = Buffer.alloc(0);
      let begun = false;
      this.onEnvironment = resolve;
      this.conversation.onData((chunk) => {
        if (begun) return this.frame.add(chunk);
        // What the account's start-up files print comes first.
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(mark);
        if (at >= 0) {
          begun = true;
          this.frame.add(head.subarray(at + mark.length));
        } else if (head.length > mostNoise) reject(new RelayFailure('the account prints too much'));
      });
      void this.conversation.ended.then((said) => reject(new RelayFailure(lastLine(said))));
      signal.addEventListener('abort', () => reject(commandCancelled()), { once: true });
    });
  }
  private onEnvironment: () => void = () => undefined;

  private take(id: number, data: Buffer): void {
    if (id !== 0) return this.links.get(id)?.data(data);
    const word = JSON.parse(data.toString('utf8')) as Word;
    if (word.environment !== undefined) {
      this.environment = word.environment;
      this.spareMemory = word.spare ?? 0;
      this.onEnvironment();
      return;
    }
    const link = this.links.get(word.id ?? -1);
    if (word.open === true) return link?.opened(word);
    this.links.delete(word.id ?? -1);
    link?.failed(new RelayFailure(lastLine(word.failed ?? '')));
    link?.close('the other side closed it');
  }

  private lose(reason: string): void {
    this.endReason ??= lastLine(reason);
    clearInterval(this.heartbeat);
    for (const link of this.links.values()) {
      link.failed(new ConnectionGone(this.endReason));
      link.close(this.endReason);
    }
    this.links.clear();
  }

  private command(order: unknown): void {
    this.send(0, JSON.stringify(order));
  }

  /** JSON has no line end in it. */
  private send(id: number, json: string): void {
    if (this.endReason === null) this.conversation.write(`${id} ${json}`);
  }
}

/** Where programs say what was wrong. */
function lastLine(said: string): string {
  return said.trimEnd().split('\n').at(-1) || 'it ended without a word';
}

/** Frames as the relay writes them: `ID LENGTH` in a line, and so many bytes. */
export class FrameReader {
  private head = '';
  private id = 0;
  private missing = 0;
  private parts: Buffer[] = [];

  constructor(private readonly take: (id: number, data: Buffer) => void) {}

  add(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.missing > 0) {
        const part = chunk.subarray(at, at + this.missing);
        at += part.length;
        this.missing -= part.length;
        this.parts.push(part);
        if (this.missing === 0) this.finish();
        continue;
      }
      const end = chunk.indexOf('\n', at);
      this.head += chunk.toString('latin1', at, end < 0 ? undefined : end);
      at = end < 0 ? chunk.length : end + 1;
      if (end < 0) continue;
      const [id, length] = this.head.split(' ').map(Number);
      this.head = '';
      this.id = id ?? 0;
      this.missing = length ?? 0;
    }
  }

  private finish(): void {
    const data = Buffer.concat(this.parts);
    this.parts = [];
    this.take(this.id, data);
  }
}
