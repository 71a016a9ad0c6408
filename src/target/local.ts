import type { CommandResult, RunCommand, RunOptions } from '../core/command';
import type { LocalTargetConfig } from '../core/session/target';
import { killPrefix } from './commandLine';
import { createStarter, lifeSeconds } from './containerStart';
import type { ProgramStart } from './containerStart';
import { mostSaid, mostTalkSeconds, startTalking } from './conversation';
import type { Conversation, TalkingStart } from './conversation';
import { loadExeca } from './loadExeca';
import {
  OutputCollector,
  commandCancelled,
  commandResult,
  commandTimedOut,
  defaultMaxOutputBytes,
  outputTooLarge,
} from './output';
import { watchOwner } from './ownerWatch';
import { superviseArgv } from './ssh/supervise';
import { requirePassable } from './quote';
import type { Log, TargetOptions, TargetSession } from './session';

const killAfterMs = 2000;
/** Process groups of programs lead their own session, so they have to be ended by name when this process ends. */
const ownGroup = process.platform !== 'win32';

/** Runs commands on the machine this runs on (with Remote-SSH, WSL or a container: where the extension host is). */
export function openLocalTarget(config: LocalTargetConfig, log: Log, options: TargetOptions): TargetSession {
  const disposed = new AbortController();
  const maxBytes = options.maxOutputBytes ?? defaultMaxOutputBytes;

  const starter = createStarter(config);

  const run: RunCommand = (argv, runOptions = {}) => {
    const timeoutMs = runOptions.timeoutMs ?? config.timeoutSeconds * 1000;
    return starter.run(argv, lifeSeconds(timeoutMs), (start) => execute(argv[0], start, runOptions));
  };

  async function execute(name: string, start: ProgramStart, runOptions: RunOptions): Promise<CommandResult> {
    const [program, ...args] = start.argv;
    start.argv.forEach(requirePassable);
    const timeoutMs = runOptions.timeoutMs ?? config.timeoutSeconds * 1000;
    const signals = [disposed.signal, ...(runOptions.signal === undefined ? [] : [runOptions.signal])];
    const cancelled = AbortSignal.any(signals);
    const execa = await loadExeca();
    if (cancelled.aborted) throw commandCancelled();
    log.debug(`${config.name}: ${program} (${args.length} arguments)`);

    const child = execa(program, args, {
      buffer: false,
      reject: false,
      detached: ownGroup,
      stdin: start.holdsStdin ? 'pipe' : 'ignore',
      encoding: 'buffer',
      windowsHide: true,
    });
    const privilegedKill = killPrefix(config);
    const endProgram = (): void => {
      child.stdin?.destroy();
      endProcessGroup((signal) => {
        sendSignal(child, signal);
        if (privilegedKill === null || child.pid === undefined) return;
        const [kill, ...options] = privilegedKill;
        void execa(kill, [...options, `-${signal.slice(3)}`, '--', `-${child.pid}`], {
          reject: false,
          stdio: 'ignore',
        });
      });
    };
    // What it would say of a program that ended first: nobody writes to it.
    child.stdin?.on('error', () => undefined);
    const endWatch =
      ownGroup && child.pid !== undefined ? watchOwner(child.pid, privilegedKill) : () => undefined;
    process.once('exit', endProgram);
    try {
      return await new Promise<CommandResult>((resolve, reject) => {
        const output = new OutputCollector(maxBytes);
        const give = (error: Error): void => {
          endProgram();
          reject(error);
        };
        const collect = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
          if (!output.add(stream, chunk)) give(outputTooLarge(name, config.name, maxBytes));
        };
        child.stdout.on('data', collect('stdout'));
        child.stderr.on('data', collect('stderr'));
        const timer = setTimeout(() => give(commandTimedOut(name, config.name, timeoutMs)), timeoutMs);
        const onCancel = (): void => give(commandCancelled());
        cancelled.addEventListener('abort', onCancel, { once: true });
        void child.then((ended) => {
          endWatch();
          clearTimeout(timer);
          cancelled.removeEventListener('abort', onCancel);
          const stdout = output.text('stdout');
          const stderr = output.text('stderr');
          const isEnded = ended.exitCode !== undefined || ended.signal !== undefined;
          const notStarted = isEnded ? null : notStartedStatus(ended.code, program);
          resolve(
            notStarted === null
              ? commandResult(ended.exitCode ?? null, ended.signal ?? null, { stdout, stderr })
              : { ...notStarted, stdout, signal: null },
          );
        });
      });
    } finally {
      process.removeListener('exit', endProgram);
    }
  }

  return {
    name: config.name,
    run,
    converse: async (argv, signal) => {
      const conversation = await converse(startTalking(config, argv));
      const end = (): void => conversation.end();
      if (disposed.signal.aborted || signal.aborted) {
        end();
        throw commandCancelled();
      }
      disposed.signal.addEventListener('abort', end, { once: true });
      void conversation.ended.then(() => disposed.signal.removeEventListener('abort', end));
      return conversation;
    },
    dispose: () => disposed.abort(),
  };
}

/** The end of this process ends the program's standard input, however it comes: the kernel closes the pipe. */
async function converse({ argv, privilegedKill }: TalkingStart): Promise<Conversation> {
  argv.forEach(requirePassable);
  const supervision = { privilegedKill, stdin: 'lines' } as const;
  const [program, ...args] = [...superviseArgv('', mostTalkSeconds, supervision), ...argv];
  const execa = await loadExeca();
  const child = execa(program, args, {
    buffer: false,
    reject: false,
    detached: ownGroup,
    stdin: 'pipe',
    encoding: 'buffer',
    windowsHide: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < mostSaid) said += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  const ended = child.then(({ shortMessage }) => (said === '' ? (shortMessage ?? '') : said));
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    onData: (listener) => void child.stdout.on('data', listener),
    ended,
    end: () => void child.stdin.end(),
  };
}

/** A program that cannot be started looks as a shell would report it, so callers know one rule for every target. */
function notStartedStatus(
  code: string | undefined,
  program: string,
): { exitCode: number; stderr: string } | null {
  switch (code) {
    case 'ENOENT':
      return { exitCode: 127, stderr: `${program}: command not found\n` };
    case 'EACCES':
      return { exitCode: 126, stderr: `${program}: permission denied\n` };
    case 'E2BIG':
      return { exitCode: 126, stderr: `${program}: argument list too long\n` };
    case undefined:
      return null;
    default:
      return { exitCode: 125, stderr: `${program}: this machine cannot start it at the moment (${code})\n` };
  }
}

interface Ended {
  readonly pid?: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
}

function endProcessGroup(send: (signal: NodeJS.Signals) => void): void {
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), killAfterMs).unref();
}

function sendSignal(child: Ended, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (ownGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // ESRCH: all of them have ended; EPERM: what is left runs as somebody else.
  }
}
