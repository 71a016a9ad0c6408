import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { TraceFailure } from '../../src/core/failure';
import type { ConnectionStatus, ConnectionTimes, TargetSession } from '../../src/target/session';
import { endProcess, eventually, isSleeping, processesWith, uniqueSeconds } from '../support/processes';
import { LogLines, openSession } from '../support/session';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const quick: ConnectionTimes = { idleMs: 20_000, firstDelayMs: 100, maxDelayMs: 400 };

describe('SSH session', function () {
  this.timeout(30_000);
  let sshd: Sshd;
  const sessions: TargetSession[] = [];

  beforeEach(async () => {
    sshd = await startSshd();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.dispose();
    await sshd.stop();
  });

  /** With what it said about its connection. */
  function open(times: ConnectionTimes = quick) {
    const seen: ConnectionStatus[] = [];
    const log = new LogLines();
    const session = openSession(sshd, {}, { times, onConnection: (status) => seen.push(status) }, log);
    sessions.push(session);
    return { session, seen, log, states: () => seen.map(({ state }) => state) };
  }

  function cut(): void {
    for (const pid of sshd.connectionPids()) endProcess(pid, 'SIGKILL');
  }

  /** The server and its connections end; its files stay. */
  function down(): void {
    const connections = sshd.connectionPids();
    for (const pid of [sshd.pid, ...connections]) endProcess(pid, 'SIGKILL');
  }

  it('comes back by itself when its connection is cut', async () => {
    const { session, states, log } = open();
    assert.equal((await session.run(['echo', 'first'])).stdout, 'first\n');
    assert.deepEqual(states(), ['connecting', 'connected']);
    cut();
    await eventually('it is back', () => states().length === 5);
    assert.deepEqual(states().slice(2), ['lost', 'connecting', 'connected']);
    assert.ok(log.lines.some((line) => /lab: not connected .*; try 1 in 0\.\d s/.test(line)));
    assert.equal(sshd.connectionPids().length, 1);
    assert.equal((await session.run(['echo', 'again'])).stdout, 'again\n');
    assert.equal(states().length, 5, 'the command used the connection that had come back');
  });

  it('tries with longer and longer pauses while the server is down', async () => {
    const { session, seen, states } = open();
    await session.run(['true']);
    down();
    await eventually('four tries have failed', () => states().filter((state) => state === 'lost').length > 4);
    const pauses = seen.flatMap((status) => (status.state === 'lost' ? [status.retryInMs] : []));
    pauses.forEach((pause, index) => {
      const full = Math.min(400, 100 * 2 ** index);
      assert.ok(pause >= full / 2 && pause <= full, `pause ${index}: ${pause} ms`);
    });
    await assert.rejects(session.run(['true']), isFailure('connection-refused'));
    assert.equal(states().at(-1), 'lost', 'it tries on');
  });

  it('is back when the server is', async () => {
    const { session, states } = open();
    await session.run(['true']);
    process.kill(sshd.pid, 'SIGSTOP');
    cut();
    await eventually('a try is made', () => states().filter((state) => state === 'connecting').length > 1);
    process.kill(sshd.pid, 'SIGCONT');
    await eventually('it is back', () => states().at(-1) === 'connected');
    assert.equal((await session.run(['echo', 'on'])).stdout, 'on\n');
  });

  it('does not try again what was never connected', async () => {
    const { session, states } = open();
    down();
    await assert.rejects(session.run(['true']), isFailure('connection-refused'));
    await delay(500);
    assert.deepEqual(states(), ['connecting', 'idle']);
  });

  it('is closed when it was not used for the idle time, and not while a command runs', async () => {
    const { session, states } = open({ ...quick, idleMs: 400 });
    const long = session.run(['sh', '-c', 'sleep 1; echo late']);
    await session.run(['true']);
    assert.equal((await long).stdout, 'late\n');
    assert.deepEqual(states(), ['connecting', 'connected']);
    await eventually('it is closed', () => sshd.connectionPids().length === 0);
    await delay(300);
    assert.deepEqual(states(), ['connecting', 'connected', 'idle'], 'nothing was lost, nothing comes back');
    assert.equal((await session.run(['echo', 'new'])).stdout, 'new\n');
  });

  it('is not closed while a program is talked with, which hears its lines and ends with it', async () => {
    const { session, states } = open({ ...quick, idleMs: 300 });
    const { signal } = new AbortController();
    const talk = await session.converse(['sh', '-c', 'while read -r line; do echo "<$line>"; done'], signal);
    let said = '';
    talk.onData((chunk) => (said += chunk.toString()));
    talk.write('  a "quoted" \\ line ');
    await delay(1000);
    talk.write('another');
    await eventually('both lines', () => said.includes('<another>'));
    assert.match(said, /a "quoted" \\ line/);
    assert.deepEqual(states(), ['connecting', 'connected']);
    talk.end();
    await talk.ended;
    await eventually('it is closed then', () => states().at(-1) === 'idle');
  });

  it('does not come back once nobody has used it for the idle time, or it is closed', async () => {
    const lazy = open({ idleMs: 300, firstDelayMs: 1000, maxDelayMs: 1000 });
    const closed = open({ ...quick, firstDelayMs: 500 });
    await Promise.all([lazy.session.run(['true']), closed.session.run(['true'])]);
    cut();
    await eventually('both are lost', () => [lazy, closed].every(({ states }) => states().includes('lost')));
    closed.session.dispose();
    await delay(1200);
    assert.deepEqual(lazy.states(), ['connecting', 'connected', 'lost', 'idle']);
    assert.deepEqual(closed.states(), ['connecting', 'connected', 'lost', 'idle']);
    assert.equal(sshd.connectionPids().length, 0);
  });

  it('is tried at once by a command that wants it', async () => {
    const { session, states } = open({ idleMs: 20_000, firstDelayMs: 15_000, maxDelayMs: 15_000 });
    await session.run(['true']);
    cut();
    await eventually('it is lost', () => states().at(-1) === 'lost');
    assert.equal((await session.run(['echo', 'now'])).stdout, 'now\n');
  });

  it('keeps commands apart: one that is cancelled, floods or runs late takes nothing from another', async () => {
    const { session } = open();
    const abort = new AbortController();
    const marker = `flood-${uniqueSeconds()}`;
    const whole = ['seq 1 400000', 'seq 400001 800000'].map((line) =>
      session.run(['sh', '-c', `${line}; sleep 1; ${line} >&2`]),
    );
    const cancelled = session.run(['yes', `${marker}-cancelled`], { signal: abort.signal });
    const late = session.run(['sh', '-c', `while :; do sleep 0.1; done; echo ${marker}`], { timeoutMs: 400 });
    const flood = session.run(['yes', marker]);
    await Promise.all([
      assert.rejects(late, isFailure('timeout')).then(() => abort.abort()),
      assert.rejects(cancelled, isFailure('cancelled')),
      assert.rejects(flood, isFailure('output-too-large')),
    ]);
    for (const [index, result] of (await Promise.all(whole)).entries()) {
      const first = index * 400_000 + 1;
      const numbers = Array.from({ length: 400_000 }, (_, at) => `${first + at}\n`).join('');
      assert.ok(result.stdout === numbers && result.stderr === numbers, 'every byte of both streams');
      assert.equal(result.exitCode, 0);
    }
    await eventually('the others are gone', () => processesWith(marker).length === 0);
  });

  it('loses all that runs on it when it is cut, and nothing of it stays', async () => {
    const { session } = open();
    const seconds = [uniqueSeconds(), `${uniqueSeconds()}1`];
    const runs = seconds.map((each) => session.run(['sleep', each]));
    await eventually('both run', () => seconds.every((each) => isSleeping(each)));
    cut();
    const ends = await Promise.allSettled(runs);
    for (const end of ends) {
      assert.ok(end.status === 'rejected' && isFailure('connection-lost')(end.reason));
    }
    await eventually('both are gone', () => seconds.every((each) => processesWith(each).length === 0));
  });
});

function isFailure(reason: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TraceFailure && error.reason === reason, String(error));
    return true;
  };
}
