import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { Argv } from '../commandLine';
import { quoteForShell } from '../quote';

export interface Supervision {
  /** How to signal what the user of the shell may not signal; null when a plain kill(1) does. */
  readonly privilegedKill: Argv | null;
  /**
   * What standard input the program gets: /dev/null; one that is empty and stays open until ours ends; or the lines of ours, in which a
   * NUL cannot be.
   */
  readonly stdin: 'none' | 'held' | 'lines';
}

const unprivileged: Supervision = { privilegedKill: null, stdin: 'none' };

/**
 * Runs "$@" and ends it when standard input ends. An SSH server closes a command's standard input with its channel and
 * with its connection, but ends no program; this script does. $1 is the mark, $2 the seconds after which the program
 * ends even if a dead network never closes the connection.
 *
 * - The mark goes to both streams first: what the account's start-up files print before it is not the program's.
 * - timeout(1) and setsid(1) are used where they exist: they make the program the leader of a group that ends as a whole.
 * - Without them the script's own group ends, if it leads one, as what sshd and container engines start does.
 * - What a program left running in its group when it ended is of no use to anybody and ends too.
 * - The script's own standard error is closed while it waits: shells report there how a program was killed.
 * - Once it has begun to end the program the watcher ignores TERM, so it lives to kill what ignores TERM itself.
 * - A program with a standard input gets a pipe of its own, never ours: one that sets it to non-blocking (sudo with
 *   I/O logging does) would make the watcher's `read` fail, which looks like the end.
 */
function scriptWith({ privilegedKill, stdin }: Supervision): string {
  const kill = 'kill "-$1" "$program"';
  // Both, for a group can hold processes of both users; the last one's answer is whether there still is any.
  const send =
    privilegedKill === null ? kill : `${kill}; ${quoteForShell(privilegedKill)} "-$1" -- "$program"`;
  const { begin, program, opened, line, closed } = feeds[stdin];
  return `
printf %s "$1"; printf %s "$1" >&2
seconds=$2; shift 2
send() { ${send}; }
timeout -k 2 9 true >/dev/null 2>&1 && set -- timeout -k 2 "$seconds" "$@"
setsid true >/dev/null 2>&1 && set -- setsid "$@"
exec 3<&0 4>&2 </dev/null 2>/dev/null
${begin}
"$@" ${program} 3<&- 2>&4 4>&- &
program=$!
${opened}
{
  while IFS= read -r line; do ${line}; done
  trap "" TERM
  if kill -0 "-$program"; then program=-$program; elif kill -0 "-$$"; then program=-$$; fi
  send TERM
  for try in 1 2 3 4 5 6 7 8 9 10; do
    send 0 || exit
    sleep 0.2 || sleep 1
  done
  send KILL
} <&3 3<&- 4>&- >/dev/null &
watcher=$!
exec 3<&- 4>&- 6>&-
wait "$program"
status=$?
kill -0 "-$program" && kill -TERM "-$program"
kill -TERM "$watcher"${closed}
exit "$status"
}
`;
}

/** How the program's standard input comes about: words of the script, by their places. */
const feeds: Readonly<
  Record<Supervision['stdin'], Record<'begin' | 'program' | 'opened' | 'line' | 'closed', string>>
> = {
  none: { begin: '{', program: '', opened: '', line: ':', closed: '' },
  held: {
    begin: `sh -c 'echo "$$"; while read -r line; do :; done' <&3 3<&- 4>&- | {
exec 5<&0 </dev/null
read -r feeder <&5`,
    program: '<&5 5<&-',
    opened: 'exec 5<&-',
    line: ':',
    closed: ' "$feeder"',
  },
  // Opening one end of a FIFO waits for the other; once both are open nobody needs its name.
  lines: {
    begin: `{
fifo=$(mktemp -d) && mkfifo "$fifo/in" || { echo "no temporary folder can be made" >&4; exit 126; }`,
    program: '<"$fifo/in"',
    opened: 'exec 6>"$fifo/in"; rm -r "$fifo"',
    line: 'printf "%s\\n" "$line" >&6',
    closed: '',
  },
};

/** Linux takes no single argument longer than 128 KiB, and the login shell gets the whole line as one. */
const maxLineBytes = 128 * 1024 - 1;

/** What stands before a program so that it ends with its standard input, or after so many seconds. */
export function superviseArgv(mark: string, seconds: number, supervision = unprivileged): Argv {
  return ['sh', '-c', scriptWith(supervision), 'sh', mark, String(seconds)];
}

/** The line for the login shell that runs `argv` so that it ends with its channel. */
export function superviseCommand(
  argv: Argv,
  mark: string,
  seconds: number,
  supervision = unprivileged,
): string {
  const words = quoteForShell([mark, String(seconds), ...argv]);
  return lineForAnyShell(`set -- ${words}\n${scriptWith(supervision)}`);
}

/**
 * A line that has sh run a script, whatever the login shell is. Of the account's shell nothing is known: csh ends a quoted word at a
 * line break, runs what follows as commands of their own, and reads `!` in quotes as history. So the line is made of what every shell
 * reads alike, and sh makes the script of it.
 */
function lineForAnyShell(script: string): string {
  const line = `exec sh -c 'eval "$(printf "$1")"' sh '${writeForPrintf(script)}'`;
  if (Buffer.byteLength(line) > maxLineBytes) {
    throw new TraceFailure('bad-request', l10n.t('The command is too long to be sent over SSH.'), {
      advice: l10n.t('Ask for less at once.'),
    });
  }
  return line;
}

/** As a format of printf(1) that stands in single quotes: what any shell could take for its own syntax as octal bytes. */
function writeForPrintf(text: string): string {
  return text.replace(/[^\w ./:,;@+=<>(){}[\]|&*?#~"$`^-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}

const maxNoiseBytes = 4096;

/** Takes away everything up to and including the mark, however the chunks fall. */
export class MarkStripper {
  private head: Buffer = Buffer.alloc(0);
  private tail: Buffer = Buffer.alloc(0);
  private passed = false;

  constructor(private readonly mark: string) {}

  /** Whether the mark has come, that is, whether the script was started at all. */
  get started(): boolean {
    return this.passed;
  }

  /** The beginning of what came instead of the mark. */
  get noise(): string {
    return this.head.toString('utf8');
  }

  strip(chunk: Buffer): Buffer {
    if (this.passed) return chunk;
    const seen = Buffer.concat([this.tail, chunk]);
    const at = seen.indexOf(this.mark);
    if (at >= 0) {
      this.passed = true;
      return seen.subarray(at + this.mark.length);
    }
    // An account that prints without end must not fill the memory: only as much is kept as can begin the mark.
    this.tail = seen.subarray(Math.max(0, seen.length - this.mark.length + 1));
    this.head = Buffer.concat([this.head, chunk.subarray(0, maxNoiseBytes - this.head.length)]);
    return Buffer.alloc(0);
  }
}
