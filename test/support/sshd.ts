import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { endProcess } from './processes';

export interface SshdOptions {
  /** Public keys that may log in, each a line of authorized_keys; `clientKey` is let in when left out. */
  readonly authorizedKeys?: readonly string[];
  /** The same port again, to answer in another server's place. */
  readonly port?: number;
  /** Types of host keys; one ed25519 when left out. */
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** More lines of sshd_config. */
  readonly config?: readonly string[];
}

/** A real sshd of its own on 127.0.0.1, with its files in a private folder. */
export interface Sshd {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly username: string;
  readonly folder: string;
  /** A private key that is let in. */
  readonly clientKey: string;
  /** Path of each host key, without `.pub`. */
  readonly hostKeys: readonly string[];
  /** The lines for a known_hosts file. */
  readonly knownHosts: string;
  readonly pid: number;
  /** Pids of the processes that serve open connections; ending one loses its connection. */
  connectionPids(): number[];
  /** Ends the server and its connections and removes the folder. */
  stop(): Promise<void>;
}

/** Starts an sshd; it listens when the promise resolves. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sshd-'));
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = options.port ?? (await freePort());
  const hostKeys = (options.hostKeyTypes ?? ['ed25519']).map((type) =>
    makeKey(join(folder, `host_${type}`), { type }),
  );
  const clientKey = makeKey(join(folder, 'client'));
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(
    authorized,
    (options.authorizedKeys ?? [publicKeyOf(clientKey)]).map((key) => `${key}\n`).join(''),
  );

  mkdirSync(join(folder, 'home'));
  const configFile = join(folder, 'sshd_config');
  writeFileSync(
    configFile,
    [
      ...withHome(options.config ?? [], join(folder, 'home')),
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...hostKeys.map((key) => `HostKey ${key}`),
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  const server = spawn(sshdProgram(), ['-D', '-e', '-f', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const { pid } = server;
  if (pid === undefined) throw new Error('sshd cannot be started');
  try {
    await listening(port, server, log);
  } catch (error) {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    host: '127.0.0.1',
    port,
    username: userInfo().username,
    folder,
    clientKey,
    hostKeys,
    knownHosts: hostKeys.map((key) => `[127.0.0.1]:${port} ${publicKeyOf(key)}\n`).join(''),
    pid,
    connectionPids: () => childrenOf(pid),
    async stop() {
      const connections = childrenOf(pid);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.exitCode === null && server.signalCode === null) {
        server.kill();
        await ended;
      }
      for (const connection of connections) endProcess(connection);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Sessions get an empty home: what the start-up files of this machine's account do, and what is left of it when it is killed
 * halfway, is no matter of the tests. sshd takes one line of SetEnv.
 */
function withHome(config: readonly string[], home: string): readonly string[] {
  const isSetEnv = (line: string): boolean => line.startsWith('SetEnv ');
  const variables = config.filter(isSetEnv).map((line) => line.slice('SetEnv'.length));
  return [`SetEnv HOME=${home}${variables.join('')}`, ...config.filter((line) => !isSetEnv(line))];
}

export interface KeyOptions {
  readonly type?: 'ed25519' | 'ecdsa' | 'rsa';
  readonly passphrase?: string;
  readonly pem?: boolean;
}

/** Makes a key pair with ssh-keygen and returns the path of the private one. */
export function makeKey(
  path: string,
  { type = 'ed25519', passphrase = '', pem = false }: KeyOptions = {},
): string {
  const format = pem ? ['-m', 'PEM'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', ...format, '-f', path]);
  return path;
}

/** The public key of a pair, as a line of authorized_keys. */
export function publicKeyOf(path: string): string {
  return execFileSync('cat', [`${path}.pub`], { encoding: 'utf8' }).trim();
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The direct children of a process. */
export function childrenOf(pid: number): number[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}

/** sshd wants to be called by its full path. */
function sshdProgram(): string {
  return execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd'], {
    encoding: 'utf8',
  }).trim();
}

async function listening(port: number, server: ChildProcess, log: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) break;
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not listen: ${log.join('')}`);
}
