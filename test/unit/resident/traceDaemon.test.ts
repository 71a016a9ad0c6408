import assert from 'node:assert/strict';
import type { TracePlan } from '../../../src/core/flow/request';
import { targetSchema } from '../../../src/core/session/target';
import type { DaemonArgv, Relay } from '../../../src/target/resident/relay';
import { daemonKind, TraceDaemon } from '../../../src/target/resident/traceDaemon';
import { FakeStream } from './fakeStream';

const plan: TracePlan = {
  datapath: 'sw',
  microflow: 'inport == "a"',
  ct: ['new', 'new'],
  repeatsCt: true,
  lbDst: null,
  openFlow: false,
};

describe('a resident ovn-trace', () => {
  const target = targetSchema.parse({ type: 'local', name: 'here', southbound: 'unix:/sb' });
  const start = async (states = 'new') => {
    const stream = new FakeStream();
    const started: DaemonArgv[] = [];
    const relay = {
      startDaemon: (argv: DaemonArgv) => {
        started.push(argv);
        return Promise.resolve({ stream, said: 'said', memory: 100, spare: 150 });
      },
    };
    const options = { maxBytes: 1 << 20, anyMember: false, signal: new AbortController().signal };
    const daemon = await TraceDaemon.start(
      relay as unknown as Relay,
      { states, exactNames: false },
      target,
      options,
    );
    const answer = async (text: string): Promise<string | null> => {
      const asked = daemon.trace(plan);
      const { id } = stream.written().at(-1) as { id: number };
      stream.receive({ id, result: text, error: null });
      return asked;
    };
    return { daemon, started, answer };
  };

  it('makes traces of one state, as often as it is looked up', () => {
    assert.deepEqual(daemonKind(plan), { states: 'new', exactNames: false });
    assert.deepEqual(daemonKind({ ...plan, ct: [], repeatsCt: false }), { states: '', exactNames: false });
    assert.deepEqual(daemonKind({ ...plan, exactNames: true }), { states: 'new', exactNames: true });
    for (const other of [
      { ct: ['new', 'est'] },
      { repeatsCt: false },
      { lbDst: '10.0.0.1' },
      { selectId: 2 },
      { openFlow: true },
    ]) {
      assert.equal(daemonKind({ ...plan, ...other }), null, JSON.stringify(other));
    }
  });

  it('is given its states many times, and reads the database that its target names', async () => {
    const { started, daemon } = await start('est,rpl');
    assert.deepEqual(started, [['ovn-trace', '--db=unix:/sb', '-vsyslog:off', ['--ct=est,rpl', 60_000]]]);
    assert.equal(daemon.isTooLarge, false);
    assert.deepEqual(daemon.room, { needed: 200, spare: 150 });
  });

  it('leaves to a process of its own what it answers with an error', async () => {
    const { answer, daemon } = await start();
    assert.equal(await answer('unknown datapath "sw"\n'), null);
    assert.equal(daemon.isUsedUp, false);
    assert.equal(await answer('# tcp\n'), '# tcp\n');
  });

  it('answers nothing for which it ran out of states, and is used up then', async () => {
    const { answer, daemon } = await start();
    const text = '# tcp\nct_next(ct_state=est|trk /* default (use --ct to customize) */)\n';
    assert.equal(await answer(text), null);
    assert.ok(daemon.isUsedUp);
    // Without states of its own it assumes nothing else than a fresh one.
    assert.equal(await (await start('')).answer(text), text);
  });

  it('is used up before it runs out', async () => {
    const { answer, daemon } = await start();
    const lookups = 'ct_next(ct_state=new|trk)\n'.repeat(30_000);
    assert.notEqual(await answer(`# tcp\n${lookups}`), null);
    assert.equal(daemon.isUsedUp, false);
    await answer(`# tcp\n${lookups}`);
    assert.ok(daemon.isUsedUp);
  });
});
