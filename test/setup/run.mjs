// Starting programs, for scripts that run before any npm package is there.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A sentence for the person at the terminal; what is thrown otherwise is a defect. */
export class SetupError extends Error {}

/** Children that still run: they are ended with this process, however it ends. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/**
 * Runs a program to its end. `quiet` keeps its output and shows it only when the program fails.
 * Returns `{ status, output }`; a program that cannot be started has status 127.
 */
export function run(argv, { quiet = false, cwd, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    running.add(child);
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    const end = (status) => {
      running.delete(child);
      resolve({ status, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Runs a program that has to succeed; `purpose` completes the sentence "… failed". Returns its output. */
export async function runOrFail(purpose, argv, options = {}) {
  const { status, output } = await run(argv, { quiet: true, ...options });
  if (status === 0) return output;
  throw new SetupError(
    `${purpose} failed (${argv.join(' ')}, exit status ${status}).\n${lastLines(output, 20)}`,
  );
}

/** Daemons lie in folders that are not in an ordinary user's PATH. */
const programFolders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin'];

/** The full path of a program, null when it is not installed. */
export function findProgram(program) {
  const paths = programFolders.filter((folder) => folder !== '').map((folder) => join(folder, program));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const isRoot = process.getuid?.() === 0;

/** What to put before a command that needs root: nothing, `sudo -n`, or null where neither serves. */
export async function rootPrefix() {
  if (isRoot) return [];
  const { status } = await run(['sudo', '-n', 'true'], { quiet: true });
  return status === 0 ? ['sudo', '-n'] : null;
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
