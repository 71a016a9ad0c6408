import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { CommandResult } from '../../core/command';
import { TraceFailure } from '../../core/failure';
import type { Argv } from '../commandLine';
import type { ProgramStart } from '../containerStart';
import { mostSaid, mostTalkSeconds } from '../conversation';
import type { Conversation, TalkingStart } from '../conversation';
import {
  OutputCollector,
  commandCancelled,
  commandNotFound,
  commandResult,
  commandTimedOut,
  outputTooLarge,
} from '../output';
import type { RemoteChannel, SshLink } from './connect';
import { connectionLost, runsNoCommands } from './failures';
import { MarkStripper, superviseCommand } from './supervise';

export interface ChannelRun extends ProgramStart {
  readonly targetName: string;
  readonly privilegedKill: Argv | null;
  /** The program itself, for sentences. */
  readonly program: string;
  readonly timeoutMs: number;
  /** After which the program ends on the target even if nobody can tell it to. */
  readonly lifeSeconds: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The server did not start anything: to be tried again on a fresh connection. */
export class ChannelNotOpened extends Error {}

const openTimeoutMs = 10_000;
/** How long a program that was told to end may hold its channel. */
const closeAfterMs = 5000;

/** Runs one command over a connection; `ChannelNotOpened` when it surely was not started. */
export async function runOnChannel(link: SshLink, run: ChannelRun): Promise<CommandResult> {
  const mark = `ovn-packet-trace:${randomBytes(12).toString('hex')}:`;
  const { argv, privilegedKill, holdsStdin } = run;
  const supervision = { privilegedKill, stdin: holdsStdin ? 'held' : 'none' } as const;
  const line = superviseCommand(argv, mark, run.lifeSeconds, supervision);
  const channel = await openChannel(link, line, run.signal);

  return new Promise((resolve, reject) => {
    const output = new OutputCollector(run.maxBytes);
    const strippers = { stdout: new MarkStripper(mark), stderr: new MarkStripper(mark) };
    let settled = false;
    let exit: { code: number | null; signal: string | null } | null = null;
    let openStreams = 2;

    const settle = (action: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      run.signal.removeEventListener('abort', onAbort);
      action();
    };
    /** The end of standard input is what ends the program; the channel lives on to let it be ended. */
    const give = (error: TraceFailure): void =>
      settle(() => {
        channel.end();
        const force = setTimeout(() => channel.close(), closeAfterMs);
        channel.once('close', () => clearTimeout(force));
        reject(error);
      });
    const timer = setTimeout(
      () => give(commandTimedOut(run.program, run.targetName, run.timeoutMs)),
      run.timeoutMs,
    );
    const onAbort = (): void => give(commandCancelled());
    run.signal.addEventListener('abort', onAbort, { once: true });
    if (run.signal.aborted) onAbort();

    const collect = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      if (settled) return;
      if (!output.add(stream, strippers[stream].strip(chunk))) {
        give(outputTooLarge(run.program, run.targetName, run.maxBytes));
      }
    };
    channel.on('data', collect('stdout'));
    channel.stderr.on('data', collect('stderr'));
    channel.on('error', () => undefined);
    const onStreamClosed = (): void => {
      if (--openStreams > 0) return;
      settle(() => {
        if (exit === null) reject(connectionLost(link.host, run.program, null));
        else if (!strippers.stdout.started) {
          reject(runsNoCommands(link.host, strippers.stdout.noise + strippers.stderr.noise));
        } else {
          const text = { stdout: output.text('stdout'), stderr: output.text('stderr') };
          resolve(commandNotFound(commandResult(exit.code, exit.signal, text), run.argv[0]));
        }
      });
    };
    // Not from the `exit` event, which a quick server sends in one packet with the answer that opened the channel.
    channel.once('close', (code?: number | null, signal?: string) => {
      if (code !== undefined) exit = { code, signal: signal ?? null };
      onStreamClosed();
    });
    channel.stderr.once('close', onStreamClosed);
    void link.closed.then((error) => settle(() => reject(connectionLost(link.host, run.program, error))));
  });
}

/** Starts a program to talk with; `ChannelNotOpened` when it surely was not started. */
export async function converseOnChannel(
  link: SshLink,
  { argv, privilegedKill }: TalkingStart,
  signal: AbortSignal,
): Promise<Conversation> {
  const command = superviseCommand(argv, '', mostTalkSeconds, { privilegedKill, stdin: 'lines' });
  const channel = await openChannel(link, command, signal);
  let said = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < mostSaid) said += chunk.toString('utf8');
  });
  channel.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    channel.once('close', () => resolve(said));
    void link.closed.then(() => resolve(said));
  });
  return {
    write: (line) => void channel.write(`${line}\n`),
    onData: (listener) => void channel.on('data', listener),
    ended,
    end: () => {
      channel.end();
      const force = setTimeout(() => channel.close(), closeAfterMs);
      void ended.then(() => clearTimeout(force));
    },
  };
}

function openChannel(link: SshLink, line: string, signal: AbortSignal): Promise<RemoteChannel> {
  return new Promise((resolve, reject) => {
    let given = false;
    const stop = (): void => {
      given = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const notOpened = (error: Error | null): void => {
      stop();
      if (error instanceof TraceFailure) reject(error);
      else
        reject(new ChannelNotOpened(error?.message ?? l10n.t('the connection was lost'), { cause: error }));
    };
    const onAbort = (): void => {
      stop();
      reject(commandCancelled());
    };
    const timer = setTimeout(() => notOpened(new Error(l10n.t('the server does not answer'))), openTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    void link.closed.then(notOpened);
    try {
      link.exec(line, (error, channel) => {
        if (given) {
          if (error === undefined) channel.close();
          return;
        }
        if (error !== undefined) return notOpened(error);
        stop();
        resolve(channel);
      });
    } catch (error) {
      notOpened(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
