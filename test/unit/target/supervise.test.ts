import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { TraceFailure } from '../../../src/core/failure';
import type { Argv } from '../../../src/target/commandLine';
import { superviseCommand } from '../../../src/target/ssh/supervise';
import { hostileWord } from '../../support/hostileStrings';
import { eventually, isSleeping, processesWith, programPath, uniqueSeconds } from '../../support/processes';

const mark = '<mark>';

describe('superviseCommand', () => {
  const folders: string[] = [];
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  /** A PATH with nothing but these programs, `sh` being the given shell. */
  function pathWith(shell: string, programs: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'path-'));
    folders.push(folder);
    symlinkSync(programPath(shell), join(folder, 'sh'));
    for (const name of programs) symlinkSync(programPath(name), join(folder, name));
    return folder;
  }

  function start(path: string, argv: Argv, holdsStdin = false) {
    const line = superviseCommand(argv, mark, 60, {
      privilegedKill: null,
      stdin: holdsStdin ? 'held' : 'none',
    });
    const child = spawn('/bin/sh', ['-c', line], { env: { PATH: path } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const ended = new Promise<[number | null, string, string]>((resolve) =>
      child.once('close', (code) =>
        resolve([code, Buffer.concat(out).toString(), Buffer.concat(err).toString()]),
      ),
    );
    return { child, ended };
  }

  for (const shell of ['dash', 'bash']) {
    for (const helpers of [['timeout', 'setsid'], ['timeout'], ['setsid'], []]) {
      describe(`with ${shell} and ${helpers.join(', ') || 'neither timeout nor setsid'}`, () => {
        let path: string;
        before(() => (path = pathWith(shell, ['sleep', 'true', ...helpers])));

        it('passes streams and status on', async () => {
          const { ended } = start(path, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
          assert.deepEqual(await ended, [7, `${mark}out\n`, `${mark}err\n`]);
        });

        it('says nothing of its own when the program is killed', async () => {
          const { ended } = start(path, ['sh', '-c', 'kill -ABRT $$']);
          assert.deepEqual(await ended, [134, mark, mark]);
        });

        it('ends with status 127 when there is no such program', async () => {
          assert.equal((await start(path, ['no-such-program-here']).ended)[0], 127);
        });

        it('ends the program with standard input', async () => {
          const seconds = uniqueSeconds();
          const { child, ended } = start(path, ['sleep', seconds]);
          await eventually('it runs', () => isSleeping(seconds));
          child.stdin.end();
          await ended;
          await eventually('it is gone', () => processesWith(seconds).length === 0);
        });

        it('holds the standard input of a program that wants one open', async () => {
          const script = 'IFS= read -r line; echo "end:$line"; sleep 0.1; exit 5';
          const plain = start(path, ['sh', '-c', script]);
          assert.deepEqual(await plain.ended, [5, `${mark}end:\n`, mark]);
          const held = start(path, ['sh', '-c', script], true);
          assert.equal(await Promise.race([held.ended, delay(300, 'waits')]), 'waits');
          held.child.stdin.end();
          await held.ended;
          assert.deepEqual(await start(path, ['sh', '-c', 'exit 6'], true).ended, [6, mark, mark]);
        });

        // It takes two seconds by design, so only the two ends of the range.
        if (helpers.length === 1) return;
        it('ends a program that ignores to be asked', async () => {
          const seconds = uniqueSeconds();
          const { child, ended } = start(path, ['sh', '-c', 'trap "" TERM; while :; do :; done', seconds]);
          await eventually('it runs', () => processesWith(seconds).length > 1);
          child.stdin.end();
          await ended;
          await eventually('it is gone', () => processesWith(seconds).length === 0);
        });
      });
    }
  }

  for (const shell of ['sh', 'bash', 'dash']) {
    it(`hands every word through ${shell} to sh byte for byte`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(hostileWord, { minLength: 40, maxLength: 40 }), async (words) => {
          const child = spawn(shell, ['-c', superviseCommand(['printf', '%s\\0', ...words], mark, 60)]);
          assert.equal(await text(child.stdout), mark + words.map((word) => `${word}\0`).join(''));
          child.stdin.end();
        }),
        { numRuns: 8 },
      );
    });
  }

  it('holds nothing that csh takes for the end of a word, a command or its history', () => {
    fc.assert(
      fc.property(fc.array(hostileWord), (words) => {
        const line = superviseCommand(['x', ...words], mark, 60);
        const [before, script, after] = line.split(/(?<= sh )'([^']*)'/);
        assert.equal(before, `exec sh -c 'eval "$(printf "$1")"' sh `);
        assert.match(script ?? '', /^[ -~]*$/);
        assert.doesNotMatch(script ?? '', /[!']|\\(?!\d{3})/);
        assert.equal(after, '');
      }),
    );
  });

  it('refuses what one argument cannot hold', () => {
    assert.throws(
      () => superviseCommand(['x', 'y'.repeat(140_000)], mark, 1),
      (error) => error instanceof TraceFailure && error.reason === 'bad-request',
    );
  });
});
