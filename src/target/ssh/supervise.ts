import { TraceFailure } from '../../core/failure';
import type { Argv } from '../commandLine';
import { quoteForShell } from '../quote';

/**
 * Runs "$@" and ends it when standard input ends. An SSH server closes a command's standard input with its channel and
 * with its connection, but ends no program; this script does. $1 is the mark, $2 the seconds after which the program
 * ends even if a dead network never closes the connection.
 *
 * - The mark goes to both streams first: what the account's start-up files print before it is not the program's.
 * - timeout(1) and setsid(1) are used where they exist: they make the program the leader of a group that ends as a whole.
 * - The script's own standard error is closed while it waits: shells report there how a program was killed.
 * - Once it has begun to end the program the watcher ignores TERM, so it lives to kill what ignores TERM itself.
 */
function scriptWith(privilegedKill: Argv | null): string {
  const kill = 'kill "-$1" "$program"';
  // Both, for a group can hold processes of both users; the last one's answer is whether there still is any.
  const send =
    privilegedKill === null ? kill : `${kill}; ${quoteForShell(privilegedKill)} "-$1" -- "$program"`;
  return `
printf %s "$1"; printf %s "$1" >&2
seconds=$2; shift 2
send() { ${send}; }
timeout -k 2 9 true >/dev/null 2>&1 && set -- timeout -k 2 "$seconds" "$@"
setsid true >/dev/null 2>&1 && set -- setsid "$@"
exec 3<&0 4>&2 </dev/null 2>/dev/null
"$@" 3<&- 2>&4 4>&- &
program=$!
{
  while read -r line; do :; done
  trap "" TERM
  kill -0 "-$program" && program=-$program
  send TERM
  for try in 1 2 3 4 5 6 7 8 9 10; do
    send 0 || exit
    sleep 0.2 || sleep 1
  done
  send KILL
} <&3 3<&- 4>&- >/dev/null &
watcher=$!
exec 3<&- 4>&-
wait "$program"
status=$?
kill -TERM "$watcher"
exit "$status"
`;
}

/** Linux takes no single argument longer than 128 KiB, and the login shell gets the whole line as one. */
const maxLineBytes = 128 * 1024 - 1;

/** The line for the login shell that runs `argv` so that it ends with its channel. */
export function superviseCommand(
  argv: Argv,
  mark: string,
  seconds: number,
  privilegedKill: Argv | null = null,
): string {
  const script = scriptWith(privilegedKill);
  const line = `exec ${quoteForShell(['sh', '-c', script, 'sh', mark, String(seconds), ...argv])}`;
  if (Buffer.byteLength(line) > maxLineBytes) {
    throw new TraceFailure('bad-request', 'The command is too long to be sent over SSH.', {
      advice: 'Ask for less at once.',
    });
  }
  return line;
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
