import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { targetSchema } from '../../../src/core/session/target';
import type { Relay } from '../../../src/target/resident/relay';
import { Residence } from '../../../src/target/resident/residence';
import type { Southbound } from '../../../src/target/resident/southbound';
import { FakeStream } from './fakeStream';

const kind = (states: string) => ({ states, exactNames: false });

describe('daemons on a target', () => {
  const target = targetSchema.parse({ type: 'local', name: 'here' });
  const southbound = { version: 1, method: 'unix:/sb' } as unknown as Southbound;
  const open = (spare: number) => {
    const streams: FakeStream[] = [];
    const relay = {
      startDaemon: () => {
        const stream = new FakeStream();
        streams.push(stream);
        return Promise.resolve({ stream, said: '', memory: 100, spare });
      },
    };
    const residence = new Residence(relay as unknown as Relay, target, 1000);
    let tooLarge = 0;
    residence.onTooLarge = () => tooLarge++;
    return { residence, streams, tooLarge: () => tooLarge };
  };

  it('answer who started them and end then, where they take more memory than is left', async () => {
    const { residence, streams, tooLarge } = open(99);
    const tenant = residence.start(kind('new'), southbound);
    assert.ok(tenant);
    const letGo = residence.hold(tenant);
    await tenant.daemon;
    await setImmediate();
    assert.equal(tooLarge(), 1);
    assert.equal(streams[0]?.isClosed, false);
    letGo();
    await setImmediate();
    assert.equal(streams.at(0)?.isClosed, true);
    assert.equal(residence.tenant(kind('new')), undefined);
  });

  it('are not joined by another one where there is no room for it', async () => {
    const { residence, tooLarge } = open(150);
    await residence.start(kind('new'), southbound)?.daemon;
    assert.equal(residence.start(kind('est'), southbound), null);
    assert.equal(tooLarge(), 0);
  });

  it('are three at most: the oldest goes', async () => {
    const { residence, streams } = open(1000);
    for (const states of ['new', 'est', 'est,rpl', 'inv']) {
      await residence.start(kind(states), southbound)?.daemon;
    }
    await setImmediate();
    assert.deepEqual(
      streams.map(({ isClosed }) => isClosed),
      [true, false, false, false],
    );
    assert.equal(residence.tenant(kind('new')), undefined);
    assert.ok(residence.tenant(kind('est')));
  });
});
