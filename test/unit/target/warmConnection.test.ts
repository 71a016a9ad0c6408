import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TraceFailure } from '../../../src/core/failure';
import type { FailureReason } from '../../../src/core/failure';
import type { ConnectionStatus } from '../../../src/target/session';
import type { SshLink } from '../../../src/target/ssh/connect';
import { WarmConnection, backoffMs, defaultTimes } from '../../../src/target/ssh/warmConnection';
import { eventually } from '../../support/processes';

describe('backoffMs', () => {
  it('doubles, has a limit, and varies by up to half', () => {
    const without = [1, 2, 3, 6, 7, 50].map((failures) => backoffMs(failures, defaultTimes, 0));
    assert.deepEqual(without, [1000, 2000, 4000, 32_000, 60_000, 60_000]);
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const full = backoffMs(failures, defaultTimes, 0);
        const pause = backoffMs(failures, defaultTimes, chance);
        assert.ok(pause >= full / 2 && pause <= full);
      }),
    );
  });
});

describe('WarmConnection', () => {
  /** A connection that is lost by hand, and fails for a reason while it is set. */
  function warm() {
    const seen: ConnectionStatus['state'][] = [];
    const attended: boolean[] = [];
    const state: { failsWith: FailureReason | null; lose: () => void } = {
      failsWith: null,
      lose: () => undefined,
    };
    const connection = new WarmConnection(
      (_signal, byPerson) => {
        attended.push(byPerson);
        if (state.failsWith !== null) return Promise.reject(new TraceFailure(state.failsWith, 'It failed.'));
        const closed = new Promise<null>((resolve) => (state.lose = () => resolve(null)));
        return Promise.resolve({ closed, close: state.lose, destroy: state.lose } as unknown as SshLink);
      },
      (status) => seen.push(status.state),
      { idleMs: 10_000, firstDelayMs: 10, maxDelayMs: 10 },
    );
    const use = () => connection.use(new AbortController().signal, (link) => Promise.resolve(link));
    return { connection, use, seen, attended, state };
  }

  it('asks nobody when it comes back by itself', async () => {
    const { connection, use, seen, attended, state } = warm();
    await use();
    state.lose();
    await eventually('it is back', () => seen.length === 5);
    assert.deepEqual(attended, [true, false]);
    connection.dispose();
  });

  it('stops coming back when only a person can help, until it is wanted', async () => {
    const { connection, use, seen, attended, state } = warm();
    await use();
    state.failsWith = 'authentication';
    state.lose();
    await eventually('it gives up', () => seen.at(-1) === 'idle');
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(seen, ['connecting', 'connected', 'lost', 'connecting', 'idle']);
    state.failsWith = null;
    await use();
    assert.deepEqual(attended, [true, false, true]);
    connection.dispose();
  });

  it('is shared by all who wait, and used by nobody once it is closed', async () => {
    const { connection, use, attended } = warm();
    const links = await Promise.all([use(), use(), use()]);
    assert.equal(new Set(links).size, 1);
    assert.equal(attended.length, 1);
    connection.dispose();
    await assert.rejects(use(), (error) => error instanceof TraceFailure && error.reason === 'cancelled');
  });
});
