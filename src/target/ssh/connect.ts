import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { Client } from 'ssh2';
import { TraceFailure, toFailure } from '../../core/failure';
import { commandCancelled } from '../output';
import type { Prompts } from '../prompts';
import type { Log } from '../session';
import { Authentication } from './authentication';
import { PausableTimer } from './pausableTimer';
import {
  channelRefusal,
  connectFailure,
  connectTimedOut,
  jumpHostFailed,
  nameOfHost,
  proxyCommandFailed,
} from './failures';
import type { ConnectPhase } from './failures';
import { HostKeyCheck } from './hostKey';
import type { HostKeyStores } from './hostKey';
import type { SshHost } from './hostConfig';
import type { Route } from './route';
import { startProxyCommand } from './proxyCommand';

/** For what a ProxyCommand that has ended still has to say. */
const saidWithinMs = 500;

export interface ConnectContext {
  readonly targetName: string;
  readonly prompts: Prompts;
  readonly hostKeys: HostKeyStores;
  readonly log: Log;
}

/** A command that runs on a host: its output, its errors, and how it ended. */
export interface RemoteChannel {
  readonly stderr: Readable;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Without a code when the connection was lost. */
  once(event: 'close', listener: (code?: number | null, signal?: string) => void): unknown;
  /** To its standard input. */
  write(text: string): unknown;
  /** Ends standard input. */
  end(): unknown;
  close(): unknown;
}

/** An open connection to the last host of a route. */
export interface SshLink {
  readonly host: SshHost;
  /** Runs a line of shell; gives the channel once the host has started it. */
  exec(line: string, done: (error: Error | undefined, channel: RemoteChannel) => void): void;
  /** Settles once the connection is gone, with the error that ended it. */
  readonly closed: Promise<Error | null>;
  close(): void;
  /** Closes without waiting for the host. */
  destroy(): void;
}

/** One that ssh2 has made, and that can lead to a further host. */
interface ClientLink extends SshLink {
  readonly client: Client;
}

/** Connects hop by hop; fails with the reason of the hop that failed, which the sentence names. */
export async function connectRoute(
  route: Route,
  context: ConnectContext,
  signal: AbortSignal,
): Promise<SshLink> {
  const jumps: ClientLink[] = [];
  const closeJumps = (): void => {
    for (const jump of jumps.toReversed()) jump.close();
  };
  try {
    for (const host of route.jumps) {
      jumps.push(await connectHost(host, null, jumps.at(-1), context, signal));
    }
    const { target, ownKeyFile } = route;
    const link = await connectHost(target, ownKeyFile, jumps.at(-1), context, signal);
    void link.closed.then(closeJumps);
    return link;
  } catch (error) {
    closeJumps();
    throw error;
  }
}

/** What carries the connection to a host, and, of a ProxyCommand, what it said; null when ssh2 opens a socket of its own. */
interface Carrier {
  readonly stream: Duplex;
  readonly said: Promise<string> | null;
}

async function reach(
  host: SshHost,
  previous: ClientLink | undefined,
  signal: AbortSignal,
): Promise<Carrier | null> {
  if (previous !== undefined) return { stream: await forward(previous, host, signal), said: null };
  return host.proxyCommand === null ? null : startProxyCommand(host.proxyCommand);
}

/** A command that ended before an SSH server answered through it says why itself; one that runs on is not waited for. */
async function byProxyCommand(
  host: SshHost,
  said: Promise<string>,
  otherwise: TraceFailure,
): Promise<TraceFailure> {
  const text = await Promise.race([said, sleep(saidWithinMs, null)]);
  return text === null ? otherwise : proxyCommandFailed(host, text);
}

/** Whatever a stream reports that ended; not what this program decided, or ssh2 about the two sides. */
function isUnexplained(error: unknown): boolean {
  return (
    !(error instanceof TraceFailure) &&
    error instanceof Error &&
    !/no matching|handshake failed/i.test(error.message)
  );
}

function forward(jump: ClientLink, host: SshHost, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => give(commandCancelled());
    const timer = setTimeout(() => give(connectTimedOut(host)), host.connectTimeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const give = (error: TraceFailure): void => {
      stop();
      reject(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    jump.client.forwardOut('127.0.0.1', 0, host.hostName, host.port, (error, channel) => {
      if (error !== undefined) return give(jumpHostFailed(jump.host, host, channelRefusal(error)));
      stop();
      resolve(channel);
    });
  });
}

async function connectHost(
  host: SshHost,
  ownKeyFile: string | null,
  previous: ClientLink | undefined,
  context: ConnectContext,
  signal: AbortSignal,
): Promise<ClientLink> {
  const hostKey = await HostKeyCheck.prepare(host, context.hostKeys);
  // Last, for nothing may be awaited between the beginning of a stream and the listeners to it.
  const carrier = await reach(host, previous, signal);
  return new Promise((resolve, reject) => {
    const client = new Client();
    const timer = new PausableTimer(host.connectTimeoutMs, () => give(connectTimedOut(host)));
    const prompts = pausing(context.prompts, timer);
    const authentication = new Authentication(host, ownKeyFile, context.targetName, prompts, context.log);
    let phase: ConnectPhase = carrier === null ? 'connecting' : 'key-exchange';
    let refused: TraceFailure | null = null;
    let lastError: Error | null = null;
    let gone: (error: Error | null) => void;
    const closed = new Promise<Error | null>((settle) => (gone = settle));

    const give = (error: unknown): void => {
      stop();
      client.destroy();
      carrier?.stream.destroy();
      const failure = refused ?? connectFailure(host, phase, error);
      const said = phase === 'key-exchange' && isUnexplained(error) ? (carrier?.said ?? null) : null;
      if (said === null) reject(failure);
      else void byProxyCommand(host, said, failure).then(reject);
    };
    const onAbort = (): void => give(commandCancelled());
    const stop = (): void => {
      timer.clear();
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });

    client.on('error', (error: Error & { level?: string }) => {
      // A key that the agent does not sign with: ssh2 goes on to the next one by itself.
      if (error.level === 'agent') return;
      lastError = error;
      give(error.level === 'client-authentication' ? authentication.failure() : error);
    });
    client.once('close', () => {
      give(lastError ?? new Error(l10n.t('the connection was closed')));
      gone(lastError);
    });
    client.once('connect', () => {
      phase = 'key-exchange';
      // Requests are small and answered one by one: held back to be joined, each would wait for an acknowledgement.
      client.setNoDelay(true);
    });
    client.once('ready', () => {
      stop();
      context.log.info(`${context.targetName}: connected to ${nameOfHost(host)} as ${host.user}`);
      resolve({
        client,
        host,
        closed,
        exec: (line, done) => client.exec(line, done),
        close: () => client.end(),
        destroy: () => client.destroy(),
      });
    });
    client.connect({
      host: host.hostName,
      port: host.port,
      username: host.user,
      ...(carrier === null ? {} : { sock: carrier.stream }),
      algorithms: { serverHostKey: hostKey.algorithms() },
      // 0: no limit of its own; people may take their time over a question.
      readyTimeout: 0,
      keepaliveInterval: host.keepAliveMs,
      keepaliveCountMax: host.keepAliveCount,
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
        hostKey.verify(key, prompts, context.log).then(
          () => {
            phase = 'authentication';
            verify(true);
          },
          (error: unknown) => {
            refused = toFailure(error);
            verify(false);
          },
        );
      },
      authHandler: authentication.handler,
    });
  });
}

/** A person at a question does not use up the time the server has. */
function pausing(prompts: Prompts, timer: PausableTimer): Prompts {
  return {
    confirmHostKey: (question) => timer.pauseWhile(prompts.confirmHostKey(question)),
    askSecret: (question) => timer.pauseWhile(prompts.askSecret(question)),
  };
}
