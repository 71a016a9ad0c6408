import assert from 'node:assert/strict';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import { wayOf, wayTo } from '../../../src/core/trace/ways';
import { traces } from './fixtures';

describe('the way of a branch', () => {
  it('is what it went through itself and what the branches went through that it came out of', () => {
    for (const { file, text } of traces) {
      const outcome = judgeTrace(parseTrace(text));
      for (const { index } of outcome.branches) {
        const line = new Set<number>();
        for (let at: number | null = index; at !== null; at = outcome.branches[at]?.parent ?? null)
          line.add(at);
        const expected = outcome.hops.filter(({ branch }) => line.has(branch));
        assert.deepEqual(wayOf(index, outcome), expected, file);
      }
    }
  });

  it('ends before the stage it leads to', () => {
    for (const { file, text } of traces) {
      const outcome = judgeTrace(parseTrace(text));
      for (const hop of outcome.hops) {
        const way = wayTo(hop, outcome);
        assert.ok(
          way.every(({ index }) => index < hop.index),
          file,
        );
        assert.equal(way.length, wayOf(hop.branch, outcome).indexOf(hop), file);
      }
    }
  });
});
