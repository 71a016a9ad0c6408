import type { JsonStream } from '../../../src/target/resident/jsonRpc';

/** A connection whose other side is the test. */
export class FakeStream implements JsonStream {
  isClosed = false;
  private readonly sent: string[] = [];
  private listener: (chunk: Buffer) => void = () => undefined;
  private settle: (reason: string) => void = () => undefined;
  readonly closed = new Promise<string>((resolve) => (this.settle = resolve));

  write(json: string): void {
    this.sent.push(json);
  }

  onData(listener: (chunk: Buffer) => void): void {
    this.listener = listener;
  }

  close(): void {
    this.isClosed = true;
    this.settle('closed');
  }

  /** What was written, each message read. */
  written(): readonly unknown[] {
    return this.sent.map((json) => JSON.parse(json) as unknown);
  }

  receive(...messages: readonly object[]): void {
    this.receiveText(messages.map((message) => JSON.stringify(message)).join(''));
  }

  receiveText(text: string): void {
    this.listener(Buffer.from(text));
  }

  end(reason: string): void {
    this.settle(reason);
  }
}

/** The bytes in chunks of these lengths. */
export function cut(bytes: Buffer, lengths: Iterable<number>): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) break;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}
