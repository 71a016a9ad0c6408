import assert from 'node:assert/strict';
import { loseCopies, writeFlood } from '../../../bench/flood';
import { interpretText, interpretTextInSlices } from '../../../src/core/session/interpretText';
import { traces } from '../trace/fixtures';

const clock = { now: () => 0 };

/** The report of a text read in slices, with how often the work stopped for others. */
async function readWithPauses(text: string) {
  let pauses = 0;
  const report = await interpretTextInSlices(text, clock, () => {
    pauses++;
    return Promise.resolve();
  });
  return { report, pauses };
}

describe('a text read in slices', () => {
  it('is parsed, judged and explained as at once', async () => {
    for (const { file, text } of traces) {
      assert.deepEqual((await readWithPauses(text)).report, interpretText(text, clock), file);
    }
  });

  it('gives way again and again while the losses of a flood are explained', async () => {
    const { text, ports } = writeFlood(1_000_000);
    const { report, pauses } = await readWithPauses(loseCopies(text));
    const { losses } = report.explanation;
    assert.equal(losses.length, ports);
    assert.ok(losses.every(({ cause }) => cause.code === 'ACL_DROP'));
    assert.ok(pauses > ports / 25, `${pauses} pauses for ${ports} losses`);
    assert.deepEqual(report, interpretText(loseCopies(text), clock));
  });
});
