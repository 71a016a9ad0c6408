import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeTrace } from '../../../src/core/trace/judge';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { parseTrace } from '../../../src/core/trace/parse';
import { traces } from './fixtures';

/** What each verdict says about the rest of the outcome. */
function assertSound(outcome: TraceOutcome, format: string | undefined): void {
  const { verdict, arrivals, losses, answers, undecided, hops, branches } = outcome;
  assert.equal(undecided !== null, verdict === 'unknown', 'why it is unknown, and only then');
  switch (verdict) {
    case 'allow':
      assert.ok(arrivals.length > 0 && losses.length === 0 && answers.length === 0);
      break;
    case 'answer':
      assert.ok(answers.length > 0 && losses.length === 0);
      break;
    case 'drop':
      assert.ok(arrivals.length === 0 && losses.length > 0);
      assert.ok(!losses.some(({ kind }) => kind === 'rejected'));
      break;
    case 'reject':
      assert.ok(arrivals.length === 0 && losses.some(({ kind }) => kind === 'rejected'));
      break;
    case 'mixed':
      assert.ok(losses.length > 0 && arrivals.length + answers.length > 0);
      break;
    case 'unknown':
      assert.match(undecided?.message ?? '', /^(?:[\p{Lu}"]|ovn-trace ).*\.$/su);
      break;
    case 'error':
      assert.equal(arrivals.length + losses.length + answers.length + hops.length, 0);
  }
  for (const { hop, decidedBy, branch } of losses) {
    assert.ok(branches[branch], 'the branch of a loss');
    if (hop !== null) assert.ok(hops[hop], 'the hop of a loss');
    if (decidedBy !== null) assert.ok(decidedBy < hops.length, 'the hop that decided it');
    if (format === 'detailed' && verdict !== 'unknown') assert.notEqual(hop, null, 'a loss has its hop');
  }
  for (const { index, parent } of branches) assert.ok(parent === null ? index === 0 : parent < index);
  assert.deepEqual(
    hops.map(({ index }) => index),
    hops.map((_, index) => index),
  );
}

const judgeSoundly = (text: string, complete: boolean): void => {
  const parsed = parseTrace(text);
  assertSound(judgeTrace(parsed, { complete }), parsed.sections[0]?.format);
};

describe('a verdict and what it rests on', () => {
  for (const { file, text } of traces) {
    it(`go together in ${file}`, () => {
      for (const complete of [false, true]) {
        judgeSoundly(text, complete);
        judgeSoundly(text.replace(/^ +/gm, ''), complete);
        judgeSoundly(text.replace(/\n{2,}/g, '\n'), complete);
        judgeSoundly(text.replace(/^ *-+\n/gm, ''), complete);
      }
    });
  }

  it('go together in texts that lack lines, have them twice, or in another place', () => {
    const change = fc.record({
      trace: fc.constantFrom(...traces),
      from: fc.nat(400),
      count: fc.nat(12),
      to: fc.option(fc.nat(400)),
      complete: fc.boolean(),
    });
    fc.assert(
      fc.property(change, ({ trace, from, count, to, complete }) => {
        const lines = trace.text.split('\n');
        const moved = lines.splice(from % lines.length, count);
        if (to !== null) lines.splice(to % (lines.length + 1), 0, ...moved, ...moved);
        judgeSoundly(lines.join('\n'), complete);
      }),
      { numRuns: 600 },
    );
  });
});

describe('a detailed trace without its indentation', () => {
  for (const { file, text } of traces) {
    const whole = judgeTrace(parseTrace(text));
    if (parseTrace(text).sections[0]?.format !== 'detailed' || whole.verdict === 'error') continue;
    it(`${file} tells the same`, () => {
      const flat = judgeTrace(parseTrace(text.replace(/^ +/gm, '')));
      assert.equal(flat.verdict, whole.verdict);
      assert.deepEqual(
        flat.arrivals.map(({ port }) => port),
        whole.arrivals.map(({ port }) => port),
      );
      assert.deepEqual(
        flat.losses.map(({ kind, hop, decidedBy }) => [kind, hop, decidedBy]),
        whole.losses.map(({ kind, hop, decidedBy }) => [kind, hop, decidedBy]),
      );
    });

    // A generated packet before more actions of the same stage: by hand only, northd writes no such flow.
    if (file.includes('-hand-')) continue;
    it(`${file} cut off besides never tells another verdict`, () => {
      const lines = text.replace(/^ +/gm, '').split('\n');
      for (let count = 1; count < lines.length; count++) {
        const { verdict } = judgeTrace(parseTrace(lines.slice(0, count).join('\n')));
        // Of a flood the copies that are left tell their own part.
        const part = whole.verdict === 'mixed' || (verdict === 'allow' && whole.arrivals.length > 0);
        const fits = part || ['unknown', 'error', whole.verdict].includes(verdict);
        assert.ok(fits, `${verdict} instead of ${whole.verdict} after ${count} lines`);
      }
    });
  }
});
