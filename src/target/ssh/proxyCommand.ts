import { Duplex } from 'node:stream';
import { loadExeca } from '../loadExeca';

/** The connection that a ProxyCommand of the user's ssh configuration makes; through a shell, as OpenSSH runs it. */
export async function startProxyCommand(command: string): Promise<Duplex> {
  const execa = await loadExeca();
  const child = execa(process.platform === 'win32' ? command : `exec ${command}`, {
    shell: true,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    encoding: 'buffer',
    windowsHide: true,
  });
  child.stderr.resume();
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // A command that ends early closes the stream too, which is what the connection reports.
  stream.on('error', () => undefined);
  stream.once('close', () => child.kill());
  return stream;
}
