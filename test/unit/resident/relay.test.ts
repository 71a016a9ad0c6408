import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameReader } from '../../../src/target/resident/relay';
import { cut } from './fakeStream';

describe('frames of the relay', () => {
  it('arrive whole, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(999), fc.uint8Array({ minLength: 1, maxLength: 40 }))),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (frames, lengths) => {
          const taken: (readonly [number, readonly number[]])[] = [];
          const reader = new FrameReader((id, data) => taken.push([id, [...data]]));
          const bytes = Buffer.concat(
            frames.flatMap(([id, data]) => [Buffer.from(`${id} ${data.length}\n`), Buffer.from(data)]),
          );
          for (const chunk of cut(bytes, lengths)) reader.add(chunk);
          assert.deepEqual(
            taken,
            frames.map(([id, data]) => [id, [...data]]),
          );
        },
      ),
    );
  });
});
