import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { SshTargetConfig } from '../../core/session/target';
import type { RemoteChannel, SshLink } from './connect';
import { nameOfHost, runsNoCommands } from './failures';
import { openSshFailure } from './openSshFailure';
import { controlPath, infoLevel, logIn, quietly, toOptions } from './openSshLogin';
import type { OpenSshContext } from './openSshLogin';
import { sharesConnection, startSsh } from './openSshProcess';
import type { Route } from './route';

/** What ssh ends with when it, and not the command, failed; a command may end with it, too. */
const ownFailure = 255;
/** At this level ssh adds nothing to what the program says. */
const errorLevel = ['-o', 'LogLevel=ERROR'];

/**
 * Connects with the user's own ssh program: FIDO keys, GSSAPI, certificates and whatever else ssh2 lacks. What it asks is
 * passed on. On Windows, where each command makes its own connection, nothing can be asked: keys come from the agent or
 * have no passphrase, and host keys have to be known.
 */
export async function connectOpenSsh(
  config: SshTargetConfig,
  route: Route,
  configFile: string | undefined,
  { prompts, log }: OpenSshContext,
  signal: AbortSignal,
): Promise<SshLink> {
  const { target } = route;
  const args = [...openSshOptions(route), ...destination(config, route, configFile)];
  if (!sharesConnection) return separateConnections([...quietly(route), ...args], route);

  // A folder of mode 0700: whoever reaches its socket is logged in.
  const folder = await makePrivateFolder();
  const removeFolder = (): void => {
    process.removeListener('exit', removeFolder);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeFolder);
  try {
    const master = await logIn(config.name, route, args, folder, { prompts, log }, signal);
    let isWanted = true;
    const ended = master.ended.then((code) => {
      removeFolder();
      // Its `cat` ends with this side or with the connection: what ends by itself was put in its place.
      return isWanted && code !== null && code !== ownFailure ? runsNoCommands(target, '') : null;
    });
    log.info(`${config.name}: connected to ${nameOfHost(target)} as ${target.user} through ssh`);
    // Were the socket gone, ssh would connect by itself: not without this process knowing.
    const shared = [
      ...controlPath(folder),
      ...errorLevel,
      '-o',
      'ControlMaster=no',
      '-o',
      'ProxyCommand=false',
      ...quietly(route),
      ...args,
    ];
    return {
      host: target,
      closed: ended,
      exec: (line, done) => void runSsh([...shared, line], route, ended, done),
      close: () => {
        isWanted = false;
        master.end();
      },
      destroy: () => master.kill(),
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function makePrivateFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'ovn-ssh-'));
  } catch (error) {
    throw new TraceFailure(
      'config-invalid',
      l10n.t('No folder for the connection can be made in {0}.', tmpdir()),
      {
        advice: l10n.t(
          'Make room there, or let TMPDIR name a folder that this user may write to, and start the editor again.',
        ),
        detail: error instanceof Error ? error.message : String(error),
        cause: error,
      },
    );
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

/** What must not come from the user's configuration: a forwarded agent, another command, a connection that stays. */
function openSshOptions({ target }: Route): string[] {
  return toOptions([
    'ControlPersist=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'UpdateHostKeys=no',
    `ConnectTimeout=${Math.ceil(target.connectTimeoutMs / 1000)}`,
    `ServerAliveInterval=${Math.ceil(target.keepAliveMs / 1000)}`,
    `ServerAliveCountMax=${target.keepAliveCount}`,
  ]);
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
    write: (chunk) => ssh.stdin.write(chunk),
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
