/** A connection: JSON texts there, bytes back. */
export interface JsonStream {
  write(json: string): void;
  onData(listener: (chunk: Buffer) => void): void;
  /** Once it is closed, by whomever, with the reason if there is one. */
  readonly closed: Promise<string>;
  close(): void;
}

/** The server's answer was an error. */
export class JsonRpcError extends Error {}

/** The connection went before the answer came, or what came was no answer. */
export class ConnectionGone extends Error {}

/** An answer was longer than what is taken. */
export class AnswerTooLong extends Error {}

interface Waiting {
  readonly accept: ((result: unknown) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * JSON-RPC 1.0 as OVS speaks it, to databases (RFC 7047) and to control sockets: one text after the other without anything between
 * them. Calls may overlap. What the server asks (`echo`, to see whether anybody is there) is answered.
 */
export class JsonRpc {
  private readonly waiting = new Map<number, Waiting>();
  private readonly splitter: JsonSplitter;
  private calls = 0;
  private gone: Error | null = null;

  /**
   * @param onNotify called in the order of arrival, so before the answer of any call that the server answered later.
   * @param maxBytes of one answer.
   */
  constructor(
    private readonly stream: JsonStream,
    private readonly onNotify: (method: string, params: unknown) => void,
    maxBytes: number,
  ) {
    this.splitter = new JsonSplitter(maxBytes);
    stream.onData((chunk) => this.receive(chunk));
    void stream.closed.then((reason) => this.fail(new ConnectionGone(reason)));
  }

  /**
   * @param accept called with the result in the order of arrival, so before any notice that came later.
   * @throws JsonRpcError for an error of the server, ConnectionGone or AnswerTooLong when the connection is of no use any more.
   */
  call(method: string, params: unknown, accept?: (result: unknown) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.gone !== null) return reject(this.gone);
      const id = this.calls++;
      this.waiting.set(id, { accept, resolve, reject });
      this.send({ id, method, params });
    });
  }

  private send(message: Readonly<Record<string, unknown>>): void {
    this.stream.write(JSON.stringify(message));
  }

  private receive(chunk: Buffer): void {
    if (this.gone !== null) return;
    try {
      for (const text of this.splitter.split(chunk)) this.take(JSON.parse(text));
    } catch (error) {
      this.fail(error instanceof AnswerTooLong ? error : new ConnectionGone(String(error)));
      this.stream.close();
    }
  }

  private take(value: unknown): void {
    const message = value as Partial<Record<'id' | 'method' | 'params' | 'result' | 'error', unknown>>;
    if (typeof message.method === 'string') {
      if (message.id === null || message.id === undefined) this.onNotify(message.method, message.params);
      else if (message.method === 'echo') this.send({ id: message.id, result: message.params, error: null });
      return;
    }
    const id = Number(message.id);
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (message.error !== null && message.error !== undefined) {
      waiting?.reject(new JsonRpcError(inWords(message.error)));
      return;
    }
    waiting?.accept?.(message.result);
    waiting?.resolve(message.result);
  }

  private fail(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

/** Databases give an object, control sockets a text. */
function inWords(error: unknown): string {
  return typeof error === 'string' ? error.trim() : JSON.stringify(error);
}

const quote = 0x22;
const backslash = 0x5c;
/** `{`, `[` and `}`, `]`. */
const opening = [0x7b, 0x5b];
const closing = [0x7d, 0x5d];

/** Splits a stream into JSON texts by their brackets, whatever chunks it comes in. Time grows with the bytes alone. */
export class JsonSplitter {
  private parts: Buffer[] = [];
  private bytes = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;

  constructor(private readonly maxBytes: number) {}

  /** The texts that end in this chunk. @throws AnswerTooLong */
  split(chunk: Buffer): readonly string[] {
    const texts: string[] = [];
    let begin = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.inString) {
        at = this.skipString(chunk, at);
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (byte === quote) this.inString = true;
      else if (opening.includes(byte)) this.depth++;
      else if (closing.includes(byte) && --this.depth === 0) {
        this.keep(chunk.subarray(begin, at + 1));
        texts.push(Buffer.concat(this.parts).toString('utf8'));
        this.parts = [];
        this.bytes = 0;
        begin = at + 1;
      }
    }
    this.keep(chunk.subarray(begin));
    return texts;
  }

  /** Where in the chunk the string ends, or its last byte when it goes on in the next. */
  private skipString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (this.escaped) this.escaped = false;
      else if (chunk[at] === backslash) this.escaped = true;
      else if (chunk[at] === quote) {
        this.inString = false;
        return at;
      }
    }
    return chunk.length;
  }

  private keep(part: Buffer): void {
    if (part.length === 0) return;
    this.bytes += part.length;
    if (this.bytes > this.maxBytes) throw new AnswerTooLong();
    this.parts.push(part);
  }
}
