import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunCommand } from '../../src/core/command';
import { TraceFailure } from '../../src/core/failure';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import type { TraceReport } from '../../src/core/session/report';
import { targetSchema } from '../../src/core/session/target';
import { tracePacket } from '../../src/core/session/tracePacket';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import type { TargetSession } from '../../src/target/session';
import { childrenOf, startSshd, type Sshd } from '../support/sshd';
import { endProcess, eventually, processesWith, programPath } from '../support/processes';
import { openSession, sshTarget } from '../support/session';
import { Random } from '../support/randomNetwork/random';
import { aSwitch, build } from '../support/smallNetwork';
import { noDefinitions } from '../../src/core/definitions/definition';

/** The common run meets each fault once; `OVN_TRACE_FAULTS=300` goes on at other moments, `OVN_TRACE_SEED` changes them. */
const rounds = Number(process.env['OVN_TRACE_FAULTS'] ?? 22);
const seed = Number(process.env['OVN_TRACE_SEED'] ?? 4);

const timeoutSeconds = 3;
/**
 * A trace runs several programs, each with its own timeout, and a dead connection is noticed by a keep-alive or a timeout; a
 * window that hangs beyond this counts as hung.
 */
const longestMs = 25_000;

/** The stand-ins for ovn-trace. `$REAL` is the real one, which half a trace is cut from. */
const standIns: Readonly<Record<string, string>> = {
  'floods standard output': 'exec yes "ovn-trace floods"',
  'floods standard error': 'exec yes "ovn-trace floods" >&2',
  'hangs and ignores TERM': "trap '' TERM; while :; do sleep 1; done",
  'dies by SEGV': 'kill -SEGV $$',
  'dies by KILL in the middle': '"$REAL" "$@" | head -c 200; kill -KILL $$',
  'prints half a trace with status 0': 'out=$("$REAL" "$@"); printf %s "$out" | head -c $((${#out} * 2 / 3))',
  'prints a few bytes with status 0': '"$REAL" "$@" | head -c 40',
  'prints half a trace with status 1':
    'out=$("$REAL" "$@"); printf %s "$out" | head -c $((${#out} * 2 / 3)); exit 1',
  'prints garbage': 'head -c 3000 /dev/urandom',
  'prints nothing': 'exit 0',
  'closes its output and goes on': 'exec >&- 2>&-; while :; do sleep 1; done',
  'leaves a child behind': 'sleep 300 >/dev/null 2>&1 & exec "$REAL" "$@"',
  'finds the disk full': '"$REAL" "$@" >/dev/full',
  'is not executable': '',
};

type Undo = () => void | Promise<void>;
type Disturb = (world: World) => Undo;

/** What is done to a running trace, and how it is undone. */
const disturbances: Readonly<Record<string, Disturb>> = {
  'the connection is killed': ({ sshd }) => {
    for (const pid of sshd.connectionPids()) killTree(pid);
    return nothing;
  },
  'the connection hangs': ({ sshd }) => {
    const stopped = sshd.connectionPids().flatMap((pid) => [pid, ...childrenOf(pid)]);
    for (const pid of stopped) endProcess(pid, 'SIGSTOP');
    return () => {
      for (const pid of stopped) endProcess(pid, 'SIGCONT');
    };
  },
  'the southbound database hangs': ({ ovn }) => pause(pidOf(serverOf(ovn, 'sb'))),
  'the northbound database hangs': ({ ovn }) => pause(pidOf(serverOf(ovn, 'nb'))),
  'the southbound database is killed': (world) => killDatabase(world, 'sb'),
  'the northbound database is killed': (world) => killDatabase(world, 'nb'),
  'ovn-trace is killed': ({ ovn }) => {
    for (const line of processesWith(`--db=${ovn.southbound}`)) {
      if (line.includes(' ovn-trace ')) endProcess(pidOf(line), 'SIGKILL');
    }
    return nothing;
  },
  'every process of the command is killed': ({ sshd }) => {
    for (const pid of sshd
      .connectionPids()
      .flatMap((each) => childrenOf(each))
      .flatMap((each) => childrenOf(each))) {
      endProcess(pid, 'SIGKILL');
    }
    return nothing;
  },
};

interface World {
  readonly sshd: Sshd;
  readonly ovn: PrivateOvn;
  /** Servers that were started in place of killed ones. */
  readonly restarted: ChildProcess[];
}

const nothing = (): void => undefined;

describe('Faults in the middle of a trace', function () {
  this.timeout(rounds * longestMs);
  let world: World;
  let index: InventoryIndex;
  let undisturbed: TraceReport;
  let folder: string;

  before(async () => {
    const [sshd, ovn] = await Promise.all([startSshd(), startPrivateOvn()]);
    folder = mkdtempSync(join(tmpdir(), 'faults-'));
    await build(
      ovn,
      'lr-add r',
      ...aSwitch('sa', 1, [['a', 1]]),
      ...aSwitch('sb', 2, [['b', 1]]),
      'acl-add sb to-lport 1001 tcp.dst==23 drop',
    );
    world = { sshd, ovn, restarted: [] };
    const session = open();
    index = indexInventory(await readInventory(session.run, target(), clock));
    undisturbed = await trace(session.run);
    session.dispose();
    assert.equal(undisturbed.outcome.verdict, 'allow');
    await gone();
  });
  after(async () => {
    await world.sshd.stop();
    await world.ovn.stop();
    for (const server of world.restarted) server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  function settings(more: object = {}): object {
    const { northbound, southbound } = world.ovn;
    return { northbound, southbound, timeoutSeconds, environment: { TMPDIR: folder }, ...more };
  }

  function target() {
    return targetSchema.parse({ ...sshTarget(world.sshd), ...settings() });
  }

  function open(more: object = {}): TargetSession {
    return openSession(world.sshd, settings(more), { maxOutputBytes: 4 * 1024 * 1024 });
  }

  /** The whole way of a trace in the window: the inventory is read anew, the packet traced, its reply too. */
  function trace(run: RunCommand): Promise<TraceReport> {
    return tracePacket(
      {
        inport: 'a',
        destination: { kind: 'port', port: 'b' },
        service: { protocol: 'tcp', dstPort: 80 },
        connection: { kind: 'new' },
      },
      index,
      {
        target: target(),
        run,
        clock,
        currentInventory: async () => indexInventory(await readInventory(run, target(), clock)),
        join: noDefinitions,
        ovnVersion: null,
      },
      true,
    );
  }

  /** No program of a trace, no shell around one, and no file. */
  async function gone(): Promise<void> {
    const left = (): string[] =>
      [`--db=${world.ovn.southbound}`, `--db=${world.ovn.northbound}`, folder]
        .flatMap(processesWith)
        .filter((line) => !/\b(?:ovn-northd|ovsdb-server)\b/.test(line));
    await eventually('nothing is left on the target', () => left().length === 0, 30_000).catch(
      (error: unknown) => assert.fail(`${String(error)}: ${left().join('\n')}`),
    );
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== 'bin'),
      [],
    );
  }

  /** The right verdict or a failure a person can do something with, in time; never a third thing. */
  async function judge(session: TargetSession): Promise<string> {
    const begun = Date.now();
    const end = await Promise.race([
      trace(session.run).then(
        (report) => ({ report }),
        (error: unknown) => ({ error }),
      ),
      delay(longestMs, null, { ref: false }),
    ]);
    assert.ok(end !== null, `it hung for ${longestMs} ms`);
    if ('report' in end) {
      const { verdict } = end.report.outcome;
      // Part of a trace may be shown, but must not be judged as the whole.
      if (verdict === 'unknown') return 'unknown';
      assert.equal(verdict, undisturbed.outcome.verdict, end.report.output);
      if (end.report.reply !== null && 'outcome' in end.report.reply) {
        assert.ok(['allow', 'unknown'].includes(end.report.reply.outcome.verdict));
      }
      return verdict;
    }
    const { error } = end;
    assert.ok(error instanceof TraceFailure, String(error));
    assert.notEqual(error.reason, 'internal', error.message);
    assert.match(error.message, /\S.*\.$/s);
    const next = `${error.message} ${error.advice}`;
    assert.match(next.trim(), /\. .*\.$/s, `no next step: ${next}`);
    return `${error.reason} after ${Math.round((Date.now() - begun) / 1000)} s`;
  }

  const random = new Random(seed);
  const faults = [...Object.keys(standIns), ...Object.keys(disturbances)];
  for (let round = 0; round < rounds; round++) {
    const name = faults[round % faults.length] ?? '';
    const after = random.below(300);
    const disturb = disturbances[name];
    const title = disturb === undefined ? `ovn-trace ${name}` : `${name} after ${after} ms`;
    it(`${round + 1}: ${title}`, async () => {
      const session = open(disturb === undefined ? standIn(folder, name) : {});
      try {
        if (disturb === undefined) {
          await judge(session);
        } else {
          await session.run(['true']);
          const judged = judge(session);
          await delay(after);
          const undo = disturb(world);
          await judged.finally(undo);
          // What was cut or stopped comes back: the next trace is whole.
          assert.equal((await trace(session.run)).outcome.verdict, undisturbed.outcome.verdict);
        }
      } finally {
        session.dispose();
      }
      await gone();
    });
  }
});

const clock = { now: () => Date.now() };

/** A folder that comes first in PATH on the target and has the program in it. */
function standIn(folder: string, name: string): object {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) mkdirSync(bin);
  const file = join(bin, 'ovn-trace');
  writeFileSync(file, `#!/bin/sh\nREAL=${programPath('ovn-trace')}\n${standIns[name] ?? ''}\n`);
  chmodSync(file, name === 'is not executable' ? 0o644 : 0o755);
  return { environment: { TMPDIR: folder, PATH: `${bin}:/usr/bin:/bin` } };
}

function pause(pid: number): () => void {
  endProcess(pid, 'SIGSTOP');
  return () => endProcess(pid, 'SIGCONT');
}

function killTree(pid: number): void {
  for (const child of childrenOf(pid)) endProcess(child, 'SIGKILL');
  endProcess(pid, 'SIGKILL');
}

/** Without a moment to tell anybody; it is started again as it was. */
function killDatabase({ ovn, restarted }: World, name: 'nb' | 'sb'): Undo {
  const line = serverOf(ovn, name);
  endProcess(pidOf(line), 'SIGKILL');
  return async () => {
    const [, ...args] = line.slice(line.indexOf('ovsdb-server ')).trim().split(/\s+/);
    restarted.push(spawn(programPath('ovsdb-server'), args, { stdio: 'ignore' }));
    // It does not wait for a socket that nobody listens on yet.
    const ask = [`ovn-${name}ctl`, '--timeout=5', 'show'] as const;
    for (let tries = 0; tries < 100 && (await ovn.run(ask)).exitCode !== 0; tries++) await delay(50);
  };
}

/** The line of the list of processes. */
function serverOf({ directory }: PrivateOvn, name: 'nb' | 'sb'): string {
  const [line] = processesWith(`--unixctl=${directory}/${name}.ctl`).filter((each) =>
    each.includes('ovsdb-server'),
  );
  assert.ok(line !== undefined);
  return line;
}

function pidOf(line: string): number {
  return Number(line.trim().split(/\s+/)[0]);
}
