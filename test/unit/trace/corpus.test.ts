import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';

interface Row {
  readonly file: string;
  readonly mode: string;
  readonly verdict: string;
  /** `?` where nobody recorded them. */
  readonly outputs: string;
  readonly stage: string;
}

/** Where we read otherwise than the index, and why. */
const otherwise: Readonly<Record<string, { readonly verdict: string; readonly because: string }>> = {
  '010-openstack-dhcp-discover-answered.txt': {
    verdict: 'answer',
    because:
      'OVN itself answers the DHCP request; its output back to the sender delivers nothing of the sender’s',
  },
  '180-run23-no-route-minimal.txt': {
    verdict: 'unknown',
    because: 'the header line alone is what a packet leaves too that stops at a gateway router (156)',
  },
  '186-run23-portsec-mac-minimal.txt': {
    verdict: 'unknown',
    because: 'the header line alone is also what is left of any trace that was cut behind it',
  },
};

const folders = [join('fixtures', 'traces'), process.env.OVN_TRACE_CORPUS ?? ''].filter(
  (folder) => folder !== '',
);

for (const folder of folders) {
  describe(`verdicts of the traces in ${folder === folders[0] ? folder : 'OVN_TRACE_CORPUS'}`, () => {
    for (const row of readIndex(folder)) {
      it(`${row.file}: ${otherwise[row.file]?.verdict ?? row.verdict}`, () => {
        const outcome = judgeTrace(parseTrace(readFileSync(join(folder, row.file), 'utf8')));
        const expected = otherwise[row.file]?.verdict ?? row.verdict;
        if (expected === 'unscored') {
          // Experts argue whether it was dropped; nobody would say that it arrived as it was sent.
          assert.notEqual(outcome.verdict, 'error');
          assert.notEqual(outcome.verdict, 'allow');
          return;
        }
        assert.equal(outcome.verdict, expected);
        if (row.verdict === expected && row.outputs !== '?' && row.outputs !== '') {
          assert.deepEqual(
            outcome.arrivals.map(({ port }) => port),
            row.outputs.split(','),
          );
        }
        if (row.stage !== '' && row.mode.startsWith('detailed')) {
          const hop = outcome.losses[0]?.hop ?? outcome.undecided?.hop;
          assert.equal(outcome.hops[hop ?? -1]?.stage ?? null, row.stage);
        }
      });
    }
  });
}

function readIndex(folder: string): Row[] {
  const [head, ...lines] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
  const columns = (head ?? '').split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    return {
      file: cell('file'),
      mode: cell('mode'),
      verdict: cell('verdict'),
      outputs: cell('outputs'),
      stage: cell('losing_stage'),
    };
  });
}
