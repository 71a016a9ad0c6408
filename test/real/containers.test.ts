import assert from 'node:assert/strict';
import { TraceFailure } from '../../src/core/failure';
import { targetSchema } from '../../src/core/session/target';
import { openTarget } from '../../src/target/session';
import type { TargetOptions, TargetSession } from '../../src/target/session';
import { startContainerEngine } from '../support/containerEngine';
import type { ContainerEngine } from '../support/containerEngine';
import { hostileStrings } from '../support/hostileStrings';
import { endProcess, eventually, isSleeping, processesWith, uniqueSeconds } from '../support/processes';
import { LogLines, nobody, openSession } from '../support/session';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const whole = ['sh', 'sleep', 'true', 'echo', 'env', 'timeout', 'setsid', 'node'];

describe('Programs in a container', function () {
  this.timeout(30_000);
  let sshd: Sshd;
  let engine: ContainerEngine;
  const sessions: TargetSession[] = [];

  before(async () => {
    sshd = await startSshd();
    engine = await startContainerEngine({
      whole,
      busy: ['sh', 'sleep', 'echo', 'env'],
      shellless: ['timeout', 'sleep', 'echo'],
      bare: ['sleep', 'echo'],
    });
  });
  afterEach(() => {
    for (const session of sessions.splice(0)) session.dispose();
    engine.started.splice(0);
  });
  after(async () => {
    engine.stop();
    await sshd.stop();
  });

  const places = {
    'over SSH': (target: object, options: TargetOptions) => openSession(sshd, target, options),
    'on this machine': (target: object, options: TargetOptions) =>
      openTarget(
        targetSchema.parse({ type: 'local', name: 'lab', ...target }),
        nobody,
        new LogLines(),
        options,
      ),
  };

  for (const [place, openPlace] of Object.entries(places)) {
    const open = (container: string, target: object = {}, options: TargetOptions = {}): TargetSession => {
      const session = openPlace({ commandPrefix: engine.prefix(container), ...target }, options);
      sessions.push(session);
      return session;
    };

    describe(place, () => {
      it('give arguments, streams and status through', async () => {
        const session = open('whole', { environment: { A: "it's $HOME" } });
        const script =
          'process.stdout.write(JSON.stringify(process.argv.slice(1))); console.error(process.env.A); process.exit(3)';
        const result = await session.run(['node', '-e', script, '--', ...hostileStrings]);
        assert.deepEqual(JSON.parse(result.stdout), hostileStrings);
        assert.deepEqual([result.stderr, result.exitCode, result.signal], ["it's $HOME\n", 3, null]);
        assert.equal((await session.run(['sh', '-c', 'kill -KILL $$'])).signal, 'SIGKILL');
      });

      for (const container of ['whole', 'busy']) {
        it(`end when they are cancelled (${container})`, async () => {
          const seconds = uniqueSeconds();
          const abort = new AbortController();
          const session = open(container);
          const run = session.run(['sh', '-c', `trap "" HUP; sleep ${seconds}; sleep ${seconds}`], {
            signal: abort.signal,
          });
          await eventually('it runs', () => isSleeping(seconds));
          abort.abort();
          await assert.rejects(run, failsWith('cancelled'));
          await eventually('it is gone', () => processesWith(seconds).length === 0);
          assert.equal((await session.run(['echo', 'still'])).stdout, 'still\n');
        });
      }

      it('end when their time is over, and when they flood', async () => {
        const seconds = uniqueSeconds();
        const session = open('whole', {}, { maxOutputBytes: 50_000 });
        await session.run(['echo']);
        await assert.rejects(session.run(['sleep', seconds], { timeoutMs: 500 }), failsWith('timeout'));
        await assert.rejects(
          session.run(['sh', '-c', `while :; do echo ${seconds}; done`]),
          failsWith('output-too-large'),
        );
        await eventually('both are gone', () => processesWith(seconds).length === 0);
      });

      it('are bounded in time where there is no shell', async () => {
        const session = open('shellless');
        assert.equal((await session.run(['echo', 'works'], { timeoutMs: 3000 })).stdout, 'works\n');
        assert.deepEqual(engine.started.at(-1), ['timeout', '-k', '2', '18', 'echo', 'works']);
        const missing = await session.run(['ovn-trace']);
        assert.deepEqual([missing.exitCode, missing.stderr], [127, 'ovn-trace: command not found\n']);
      });

      it('run as before where there is nothing to help', async () => {
        const session = open('bare');
        assert.equal((await session.run(['echo', 'works'])).stdout, 'works\n');
        assert.deepEqual(engine.started.at(-1), ['echo', 'works']);
        engine.started.splice(0);
        await session.run(['echo', 'again']);
        assert.deepEqual(engine.started, [['echo', 'again']], 'what works is not sought twice');
      });

      it('say what is missing: the program, or the container', async () => {
        const missing = await open('whole').run(['ovn-trace', 'sw0']);
        assert.deepEqual([missing.exitCode, missing.stderr], [127, 'ovn-trace: command not found\n']);
        const none = await open('none').run(['echo']);
        assert.deepEqual(
          [none.exitCode, none.stderr],
          [1, 'Error response from daemon: No such container: none\n'],
        );
      });
    });
  }

  it('end when the connection is lost', async () => {
    const server = await startSshd();
    try {
      const session = openSession(server, { commandPrefix: engine.prefix('whole') });
      sessions.push(session);
      const seconds = uniqueSeconds();
      const run = session.run(['sleep', seconds]);
      await eventually('it runs', () => isSleeping(seconds));
      for (const pid of server.connectionPids()) endProcess(pid, 'SIGKILL');
      await assert.rejects(run, failsWith('connection-lost'));
      await eventually('it is gone', () => processesWith(seconds).length === 0);
    } finally {
      await server.stop();
    }
  });

  function failsWith(reason: string): (error: unknown) => boolean {
    return (error) => error instanceof TraceFailure && error.reason === reason;
  }
});
