import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandCancelled } from '../output';
import type { Prompts } from '../prompts';
import type { Log } from '../session';
import { startAskpass } from './askpass';
import type { Askpass } from './askpass';
import { connectTimedOut } from './failures';
import { openSshFailure } from './openSshFailure';
import { startSsh } from './openSshProcess';
import type { SshProcess } from './openSshProcess';
import { OpenSshQuestions } from './openSshQuestions';
import { PausableTimer } from './pausableTimer';
import type { Route } from './route';

/** At this level ssh says why the key exchange failed. */
export const infoLevel = ['-o', 'LogLevel=INFO'];
const maxSaid = 64 * 1024;
const loginMs = 10_000;

export interface OpenSshContext {
  /** Null when nobody is there to be asked. */
  readonly prompts: Prompts | null;
  readonly log: Log;
}

/**
 * Starts the ssh that holds the connection; resolves when it is logged in and its socket is in `folder`. What it asks until
 * then is passed on.
 */
export async function logIn(
  targetName: string,
  route: Route,
  args: readonly string[],
  folder: string,
  { prompts, log }: OpenSshContext,
  signal: AbortSignal,
): Promise<SshProcess> {
  // Beyond ssh's own limit, which holds for each host of the way but not for the login.
  const hosts = [...route.jumps, route.target];
  const limitMs = hosts.reduce((sum, host) => sum + host.connectTimeoutMs, 0) + loginMs;
  let expire: (error: Error) => void = () => undefined;
  const expired = new Promise<never>((_resolve, reject) => (expire = reject));
  expired.catch(() => undefined);
  const timer = new PausableTimer(limitMs, () => expire(connectTimedOut(route.target)));
  const questions = prompts === null ? null : new OpenSshQuestions(route, targetName, prompts, timer, log);
  let askpass: Askpass | null = null;
  try {
    if (questions !== null) askpass = await startAskpass(folder, (question) => questions.answer(question));
    const manners = questions === null ? quietly(route) : asking(route);
    // `cat` ends with our standard input, and so with this process, however it ends; `ssh -N` would live on.
    const master = await startSsh(
      ['-M', ...infoLevel, ...controlPath(folder), ...manners, ...args, 'exec cat >/dev/null 2>&1'],
      askpass?.environment,
    );
    try {
      const declined = questions === null ? [] : [questions.declined];
      await Promise.race([untilOpen(master, folder, route, signal), expired, ...declined]);
      return master;
    } catch (error) {
      master.kill();
      throw error;
    }
  } finally {
    // Logged in or not, there is nothing more to ask.
    timer.clear();
    askpass?.close();
  }
}

/** An ssh that can ask nothing, and fails instead. */
export function quietly({ target }: Route): string[] {
  // `no` would take a changed key, too.
  const unknown = target.unknownHostKey === 'accept' ? 'accept-new' : 'yes';
  return toOptions(['BatchMode=yes', `StrictHostKeyChecking=${unknown}`]);
}

function asking({ target }: Route): string[] {
  const unknown = { accept: 'accept-new', ask: 'ask', refuse: 'yes' }[target.unknownHostKey];
  return toOptions(['BatchMode=no', `StrictHostKeyChecking=${unknown}`]);
}

export function toOptions(options: readonly string[]): string[] {
  return options.flatMap((option) => ['-o', option]);
}

export function controlPath(folder: string): string[] {
  return ['-S', socketIn(folder).replaceAll('%', '%%')];
}

function socketIn(folder: string): string {
  return join(folder, 's');
}

/** Resolves once the socket is there, which ssh makes when it is logged in. */
async function untilOpen(
  master: SshProcess,
  folder: string,
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
  for (;;) {
    if (signal.aborted) throw commandCancelled();
    if (state.failure !== null) throw state.failure as Error;
    if (await exists(socketIn(folder))) return;
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
