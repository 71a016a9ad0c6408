import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, programPath } from './processes';

/**
 * A stand-in for a container engine, as `docker exec` behaves: the client hands the command to a daemon, which starts it
 * in a session of its own and lets it run on when the client goes. Standard input is /dev/null without `-i`; with it, a
 * pipe that the daemon closes when the client's standard input ends or the client is gone.
 */
export interface ContainerEngine {
  /** `docker exec NAME`: what a target has as its `commandPrefix`. */
  prefix(container: string): string[];
  /** The command lines that were started so far. */
  readonly started: string[][];
  stop(): void;
}

/** The programs there are in each container, by its name; `sh` and the rest are those of this machine. */
export type Containers = Readonly<Record<string, readonly string[]>>;

const client = `#!${process.execPath}
const [, , exec, ...words] = process.argv;
const interactive = words[0] === '-i' && words.shift() !== undefined;
const [name, ...argv] = words;
const socket = require('net').connect(__dirname + '/daemon');
const frame = (message) => socket.write(JSON.stringify(message) + '\\n');
frame({ name, argv, interactive });
if (interactive) {
  process.stdin.on('data', (data) => frame({ stdin: data.toString('base64') }));
  process.stdin.on('end', () => frame({ end: true }));
}
let rest = '';
socket.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { fd, data, exit } = JSON.parse(line);
    if (exit === undefined) require('fs').writeSync(fd, Buffer.from(data, 'base64'));
    else process.exit(exit);
  }
});
`;

export async function startContainerEngine(containers: Containers): Promise<ContainerEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  const program = join(folder, 'docker');
  writeFileSync(program, client);
  chmodSync(program, 0o755);
  const paths = new Map(
    Object.entries(containers).map(([name, programs]) => {
      const path = mkdtempSync(join(folder, `${name}-`));
      for (const each of programs) symlinkSync(programPath(each), join(path, each));
      return [name, path];
    }),
  );
  const started: string[][] = [];
  const running = new Set<ChildProcess>();

  const daemon = createServer((socket) => serve(socket, paths, started, running));
  await new Promise<void>((resolve) => daemon.listen(join(folder, 'daemon'), resolve));
  return {
    prefix: (container) => [program, 'exec', container],
    started,
    stop() {
      daemon.close();
      for (const { pid } of running) if (pid !== undefined) endProcess(-pid, 'SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}

function serve(
  socket: Socket,
  paths: ReadonlyMap<string, string>,
  started: string[][],
  running: Set<ChildProcess>,
): void {
  const tell = (message: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  const refuse = (status: number, sentence: string): void => {
    tell({ fd: 2, data: Buffer.from(`${sentence}\n`).toString('base64') });
    tell({ exit: status });
  };
  let child: ChildProcess | null = null;

  const begin = (name: string, [command = '', ...args]: string[], interactive: boolean): void => {
    const path = paths.get(name);
    if (path === undefined) return refuse(1, `Error response from daemon: No such container: ${name}`);
    started.push([command, ...args]);
    const begun = spawn(command, args, {
      detached: true,
      env: { PATH: path },
      stdio: [interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    child = begun;
    begun.once('error', () =>
      refuse(
        127,
        `OCI runtime exec failed: exec failed: unable to start container process: exec: "${command}": executable file not found in $PATH: unknown`,
      ),
    );
    if (begun.pid === undefined) return;
    running.add(begun);
    begun.stdin?.on('error', () => undefined);
    begun.stdout?.on('data', (data: Buffer) => tell({ fd: 1, data: data.toString('base64') }));
    begun.stderr?.on('data', (data: Buffer) => tell({ fd: 2, data: data.toString('base64') }));
    begun.once('exit', () => running.delete(begun));
    // Engines wait for the streams too, so that nothing of the output is lost.
    begun.once('close', (code, signal) => tell({ exit: signal === null ? code : 128 + 9 }));
  };

  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const message = JSON.parse(line) as {
        name: string;
        argv: string[];
        interactive: boolean;
        stdin?: string;
        end?: true;
      };
      if (message.end === true) child?.stdin?.end();
      else if (message.stdin !== undefined) child?.stdin?.write(Buffer.from(message.stdin, 'base64'));
      else begin(message.name, message.argv, message.interactive);
    }
  });
  socket.on('error', () => undefined);
  socket.once('close', () => child?.stdin?.end());
}
