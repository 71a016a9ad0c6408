import { rmSync } from 'node:fs';
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshTargetConfig } from '../../core/session/target';
import { commandCancelled } from '../output';
import type { Log } from '../session';
import type { RemoteChannel, SshLink } from './connect';
import { connectTimedOut, nameOfHost } from './failures';
import { openSshFailure } from './openSshFailure';
import { sharesConnection, startSsh } from './openSshProcess';
import type { SshProcess } from './openSshProcess';
import type { Route } from './route';

/** What ssh ends with when it, and not the command, failed; a command may end with it, too. */
const ownFailure = 255;
/** At this level ssh says why the key exchange failed. */
const infoLevel = ['-o', 'LogLevel=INFO'];
/** At this one it does not add to what the program says. */
const errorLevel = ['-o', 'LogLevel=ERROR'];
const maxSaid = 64 * 1024;
const loginMs = 10_000;

/**
 * Connects with the user's own ssh program: FIDO keys, GSSAPI, certificates and whatever else ssh2 lacks. Nothing can be
 * asked: keys come from the agent or have no passphrase, and host keys have to be known.
 */
export async function connectOpenSsh(
  config: SshTargetConfig,
  route: Route,
  configFile: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<SshLink> {
  const args = [...openSshOptions(route), ...destination(config, route, configFile)];
  if (!sharesConnection) return separateConnections(args, route);

  // A folder of mode 0700: whoever reaches the socket is logged in.
  const folder = await mkdtemp(join(tmpdir(), 'ovn-ssh-'));
  const socket = join(folder, 's');
  const removeFolder = (): void => {
    process.removeListener('exit', removeFolder);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeFolder);
  try {
    // `cat` ends with our standard input, and so with this process, however it ends; `ssh -N` would live on.
    const master = await startSsh([
      '-M',
      ...infoLevel,
      ...controlPath(socket),
      ...args,
      'exec cat >/dev/null 2>&1',
    ]);
    const ended = master.ended.then(() => removeFolder());
    try {
      await untilOpen(master, socket, route, signal);
    } catch (error) {
      master.kill();
      throw error;
    }
    const { target } = route;
    log.info(`${config.name}: connected to ${nameOfHost(target)} as ${target.user} through ssh`);
    // Were the socket gone, ssh would connect by itself: not without this process knowing.
    const shared = [
      ...controlPath(socket),
      ...errorLevel,
      '-o',
      'ControlMaster=no',
      '-o',
      'ProxyCommand=false',
      ...args,
    ];
    return {
      host: target,
      closed: ended.then(() => null),
      exec: (line, done) => void runSsh([...shared, line], route, ended, done),
      close: () => master.end(),
      destroy: () => master.kill(),
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

function separateConnections(args: readonly string[], route: Route): SshLink {
  let close: () => void = () => undefined;
  const closed = new Promise<null>((resolve) => (close = () => resolve(null)));
  return {
    host: route.target,
    closed,
    exec: (line, done) =>
      void runSsh([...infoLevel, '-o', 'ControlPath=none', ...args, line], route, closed, done),
    close,
    destroy: close,
  };
}

/** What must not come from the user's configuration: a question nobody sees, a forwarded agent, another command. */
function openSshOptions({ target }: Route): string[] {
  return [
    'BatchMode=yes',
    'ControlPersist=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'UpdateHostKeys=no',
    // `no` would take a changed key, too.
    `StrictHostKeyChecking=${target.unknownHostKey === 'accept' ? 'accept-new' : 'yes'}`,
    `ConnectTimeout=${Math.ceil(target.connectTimeoutMs / 1000)}`,
    `ServerAliveInterval=${Math.ceil(target.keepAliveMs / 1000)}`,
    `ServerAliveCountMax=${target.keepAliveCount}`,
  ].flatMap((option) => ['-o', option]);
}

function destination(
  config: SshTargetConfig,
  { ownKeyFile }: Route,
  configFile: string | undefined,
): string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(config.port === undefined ? [] : ['-p', String(config.port)]),
    ...(config.username === undefined ? [] : ['-l', config.username]),
    ...(ownKeyFile === null ? [] : ['-o', `IdentityFile=${quoteValue(ownKeyFile.replaceAll('%', '%%'))}`]),
    '--',
    config.host,
  ];
}

/** As a value of the ssh configuration: `-i` would look for the file before it replaces tokens. */
function quoteValue(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function controlPath(socket: string): string[] {
  return ['-S', socket.replaceAll('%', '%%')];
}

/** Resolves once the socket is there, which ssh makes when it is logged in. */
async function untilOpen(
  master: SshProcess,
  socket: string,
  route: Route,
  signal: AbortSignal,
): Promise<void> {
  master.stdout.resume();
  const said = collectText(master.stderr);
  const state: { failure: unknown } = { failure: null };
  void master.ended.then(
    (code) => (state.failure = openSshFailure(route, said(), code)),
    (error: unknown) => (state.failure = error),
  );
  // Beyond ssh's own limit, which holds for each host of the way but not for the login.
  const hosts = [...route.jumps, route.target];
  const deadline = Date.now() + hosts.reduce((sum, host) => sum + host.connectTimeoutMs, 0) + loginMs;
  for (;;) {
    if (signal.aborted) throw commandCancelled();
    if (state.failure !== null) throw state.failure as Error;
    if (await exists(socket)) return;
    if (Date.now() > deadline) throw connectTimedOut(route.target);
    await sleep(20);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Collects the beginning of what ssh says. */
function collectText(stream: Readable): () => string {
  let said = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(0, maxSaid);
  });
  return () => said;
}

/** Runs one command; it counts as started once it writes, as the script that runs it does at once. */
async function runSsh(
  args: readonly string[],
  route: Route,
  closed: Promise<unknown>,
  done: (error: Error | undefined, channel: RemoteChannel) => void,
): Promise<void> {
  const ssh = await startSsh(args);
  const output = ssh.stdout.pipe(new PassThrough());
  const stderr = ssh.stderr.pipe(new PassThrough());
  const outputClosed = once(output, 'close');
  let settle: (code: number | null | undefined) => void = () => undefined;
  const status = new Promise<number | null | undefined>((resolve) => (settle = resolve));
  const channel: RemoteChannel = {
    stderr,
    on: (event: string, listener: (value: never) => void) =>
      output.on(event, listener as (value: unknown) => void),
    once: (_event, listener) => void Promise.all([status, outputClosed]).then(([code]) => listener(code)),
    end: () => ssh.stdin.end(),
    close: () => ssh.kill(),
  };
  const started = new Promise<boolean>((resolve) => {
    ssh.stdout.once('data', () => resolve(true)).once('end', () => resolve(false));
  });
  try {
    if (!(await started)) {
      const [code] = await Promise.all([ssh.ended, once(ssh.stderr, 'end')]);
      const said: unknown = stderr.read();
      if (code === ownFailure)
        throw openSshFailure(route, Buffer.isBuffer(said) ? said.toString() : '', code);
    }
    done(undefined, channel);
    const code = await ssh.ended;
    // The status that ssh has for a lost connection may be the program's own.
    const lost = code === ownFailure && (await Promise.race([closed.then(() => true), sleep(500, false)]));
    settle(lost || code === null ? undefined : code);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)), channel);
  }
}
