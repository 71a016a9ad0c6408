import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interpretText } from '../../../src/core/session/interpretText';
import { readTrace, traceFolder, traces } from './fixtures';

const golden = join(traceFolder, 'golden.tsv');
const columns = ['file', 'verdict', 'outputs', 'losing_stages', 'causes', 'answers', 'cut'] as const;

/** `UPDATE_GOLDEN=1` writes what is read now. */
describe('what is read in each trace', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    const rows = traces.map(({ file }) => describeTrace(file));
    writeFileSync(golden, [columns.join('\t'), ...rows, ''].join('\n'));
  }
  const [head, ...rows] = readFileSync(golden, 'utf8').trimEnd().split('\n');
  const expected = new Map(rows.map((row) => [row.split('\t', 1)[0], row]));

  it('stands in the golden file, one line a trace', () => {
    assert.equal(head, columns.join('\t'));
    assert.deepEqual(
      [...expected.keys()],
      traces.map(({ file }) => file),
    );
  });

  for (const { file } of traces) {
    it(file, () => assert.equal(describeTrace(file), expected.get(file)));
  }
});

function describeTrace(file: string): string {
  const { parsed, outcome, explanation } = interpretText(readTrace(file), { now: () => 0 });
  const { arrivals, losses, hops, answers } = outcome;
  const cut = [
    parsed.cutAtStart ? 'start' : '',
    parsed.gaps.length > 0 ? 'inside' : '',
    parsed.cutAtEnd ? 'end' : '',
  ];
  return [
    file,
    outcome.verdict,
    arrivals.map(({ port, type }) => (type === null || type === '' ? port : `${port} (${type})`)).join(),
    losses.map(({ hop, kind }) => hops[hop ?? -1]?.stage ?? kind).join(),
    explanation.losses.map(({ cause }) => cause.code).join(),
    answers.map(({ kind, ports }) => `${kind} to ${ports.join('+')}`).join(),
    cut.filter((end) => end !== '').join(),
  ]
    .map((cell) => cell || '-')
    .join('\t');
}
