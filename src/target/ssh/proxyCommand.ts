import { Duplex } from 'node:stream';
import { loadExeca } from '../loadExeca';

/** A command that carries a connection. */
export interface ProxyCommand {
  readonly stream: Duplex;
  /** Settles with the end of what it wrote to standard error, once it has ended. */
  readonly said: Promise<string>;
}

const maxSaid = 4000;

/** The connection that a ProxyCommand of the user's ssh configuration makes; through a shell, as OpenSSH runs it. */
export async function startProxyCommand(command: string): Promise<ProxyCommand> {
  const execa = await loadExeca();
  const child = execa(process.platform === 'win32' ? command : `exec ${command}`, {
    shell: true,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    encoding: 'buffer',
    windowsHide: true,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-maxSaid)));
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // A command that ends early closes the stream too, which is what the connection reports.
  stream.on('error', () => undefined);
  stream.once('close', () => child.kill());
  return { stream, said: child.then(() => text) };
}
