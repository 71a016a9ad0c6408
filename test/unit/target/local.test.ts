import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import type { FailureReason } from '../../../src/core/failure';
import { targetSchema } from '../../../src/core/session/target';
import { openTarget } from '../../../src/target/session';
import type { Log, TargetOptions, TargetSession } from '../../../src/target/session';
import { hostileStrings } from '../../support/hostileStrings';
import { eventually, processesWith, uniqueSeconds } from '../../support/processes';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const nobody = {
  confirmHostKey: () => Promise.reject(new Error('asked')),
  askSecret: () => Promise.reject(new Error('asked')),
};

function open(more: object = {}, options: TargetOptions = {}): TargetSession {
  return openTarget(targetSchema.parse({ type: 'local', name: 'here', ...more }), nobody, silent, options);
}

function failsWith(reason: FailureReason): (error: unknown) => boolean {
  return (error) => error instanceof TraceFailure && error.reason === reason;
}

describe('local target', () => {
  it('hands arguments over byte for byte, without a shell', async () => {
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { stdout } = await open().run([process.execPath, '-e', script, '--', ...hostileStrings]);
    assert.deepEqual(JSON.parse(stdout), hostileStrings);
  });

  it('says of what cannot be an argument that it cannot', async () => {
    for (const word of ['a\0b', 'a\ud800']) {
      await assert.rejects(open().run(['echo', word]), failsWith('bad-request'));
      await assert.rejects(open({ environment: { A: 'b' } }).run(['echo', word]), failsWith('bad-request'));
    }
  });

  it('gives status, signal and both streams', async () => {
    assert.deepEqual(await open().run(['sh', '-c', 'echo ö; echo err >&2; exit 3']), {
      stdout: 'ö\n',
      stderr: 'err\n',
      exitCode: 3,
      signal: null,
    });
    assert.deepEqual(await open().run(['sh', '-c', 'kill -KILL $$']), {
      stdout: '',
      stderr: '',
      exitCode: null,
      signal: 'SIGKILL',
    });
  });

  it('reports a missing program as a shell would', async () => {
    const result = await open().run(['no-such-program-here']);
    assert.equal(result.exitCode, 127);
    assert.match(result.stderr, /^no-such-program-here: command not found/);
    assert.equal((await open().run(['/etc/passwd'])).exitCode, 126);
    assert.equal((await open({ commandPrefix: ['no-such-prefix'] }).run(['ls'])).exitCode, 127);
  });

  it('puts the prefix and the environment before the program', async () => {
    const target = open({ commandPrefix: ['env', 'A=1'], environment: { B: 'two words' } });
    assert.equal((await target.run(['sh', '-c', 'echo "$A $B"'])).stdout, '1 two words\n');
  });

  it('ends the program and its children when the time is over', async () => {
    const seconds = uniqueSeconds();
    await assert.rejects(
      open().run(['sh', '-c', `sleep ${seconds} & trap "" TERM; sleep ${seconds}; sleep ${seconds}`], {
        timeoutMs: 300,
      }),
      failsWith('timeout'),
    );
    await eventually('the program is gone', () => processesWith(seconds).length === 0);
  });

  it('ends the program when it is cancelled or the target is closed', async () => {
    const seconds = uniqueSeconds();
    const abort = new AbortController();
    const cancelled = open().run(['sleep', seconds], { signal: abort.signal });
    const target = open();
    const closed = target.run(['sleep', seconds]);
    await eventually('both run', () => processesWith(seconds).length === 2);
    abort.abort();
    await assert.rejects(cancelled, failsWith('cancelled'));
    target.dispose();
    await assert.rejects(closed, failsWith('cancelled'));
    await eventually('both are gone', () => processesWith(seconds).length === 0);
    await assert.rejects(target.run(['true']), failsWith('cancelled'));
    await assert.rejects(open().run(['true'], { signal: AbortSignal.abort() }), failsWith('cancelled'));
  });

  it('stops a program that floods', async () => {
    const marker = `flood-${uniqueSeconds()}`;
    await assert.rejects(
      open({}, { maxOutputBytes: 100_000 }).run(['yes', marker]),
      failsWith('output-too-large'),
    );
    await eventually('the program is gone', () => processesWith(marker).length === 0);
  });
});
