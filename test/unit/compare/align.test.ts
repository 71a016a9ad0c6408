import assert from 'node:assert/strict';
import fc from 'fast-check';
import { alignKeys } from '../../../src/core/compare/align';

const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

describe('alignment of steps', () => {
  it('finds the longest common subsequence', () => {
    assert.deepEqual(alignKeys(['x', 'a', 'b', 'c', 'y'], ['z', 'a', 'b', 'd', 'c', 'y']), [
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 5],
    ]);
    assert.deepEqual(alignKeys([], ['a']), []);
  });

  it('pairs equal keys in rising order, as many as any other alignment', () => {
    const longest = (one: readonly string[], other: readonly string[]): number => {
      if (one.length === 0 || other.length === 0) return 0;
      const [a, ...restA] = one;
      const [b, ...restB] = other;
      return a === b ? 1 + longest(restA, restB) : Math.max(longest(restA, other), longest(one, restB));
    };
    const short = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(
      fc.property(short, short, (one, other) => {
        const found = alignKeys(one, other);
        assert.equal(found.length, longest(one, other));
        found.forEach(([a, b], at) => {
          assert.equal(one[a], other[b]);
          if (at > 0) assert.ok(a > found[at - 1]![0] && b > found[at - 1]![1]);
        });
      }),
    );
  });

  it('does not hang on which side comes first', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        assert.deepEqual(
          alignKeys(other, one),
          alignKeys(one, other).map(([a, b]) => [b, a]),
        );
      }),
    );
  });

  it('takes time that grows with the length, also where the two differ everywhere', () => {
    const one = Array.from({ length: 200_000 }, (_, at) => `stage ${at % 977} of ${at % 3}`);
    const other = one.toReversed();
    const start = performance.now();
    const found = alignKeys(one, other);
    assert.ok(performance.now() - start < 3000);
    assert.ok(found.length > 0);
    assert.ok(found.every(([a, b]) => one[a] === other[b]));
  });
});
