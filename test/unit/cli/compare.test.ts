import assert from 'node:assert/strict';
import * as z from 'zod';
import { comparisonResult, printComparison, readCompared } from '../../../src/cli/compare';
import { TraceFailure } from '../../../src/core/failure';
import { toResult } from '../../../src/core/session/toResult';
import { oneWayReport, readTrace, reportOf } from '../../support/panelReports';

const clock = { now: () => 0 };
const text = (name: string) => readCompared(name, readTrace(name), clock);

describe('compare at the terminal', () => {
  it('says what differs first, with both sides of it', () => {
    const lines = printComparison({ before: text('lab-dropped'), after: text('lab-rejected') }).split('\n');
    assert.equal(lines[0], 'Before: dropped at db (ACL_DROP). After: rejected at db (ACL_REJECT).');
    assert.deepEqual(lines.slice(1, 5), [
      '  Destination port',
      '    - 80',
      '    + 22',
      '  First step that differs',
    ]);
    assert.match(
      lines[5] ?? '',
      /^ {4}- db, ls_out_acl_eval \(table 6\), priority 2001: .* => log\(name="db-deny-all"/,
    );
    assert.match(lines[6] ?? '', /^ {4}\+ db, ls_out_acl_eval \(table 6\), priority 2003: /);
    assert.ok(lines.includes('    + tcp_reset to web1'));
  });

  it('says in a line that nothing differs', () => {
    const same = printComparison({ before: text('lab-dropped'), after: text('lab-dropped') });
    assert.match(same, /^Nothing that counts differs: .*\n$/);
  });

  it('reads results that were saved as JSON, with the reply', () => {
    const saved = JSON.stringify(toResult(oneWayReport()));
    const after = readCompared('after.json', saved, clock);
    assert.equal(after.reply?.outcome.verdict, 'drop');
    const whole = reportOf(readTrace('lab-dropped'), null);
    const before = readCompared('before.json', JSON.stringify(toResult(whole)), clock);
    assert.equal(before.outcome.hops.length, whole.outcome.hops.length);
    const printed = printComparison({ before, after });
    assert.match(printed, /Ports reached\n {4}\+ db1\n/);
    assert.match(printed, / {2}Reply\n {4}- .*\n {4}\+ /);
  });

  it('says the same to programs', () => {
    const sides = z.object({ verdict: z.string(), summary: z.string() });
    const step = z.object({ datapath: z.string(), table_name: z.string(), priority: z.number() }).loose();
    const schema = z.object({
      same: z.boolean(),
      summary: z.string(),
      before: sides,
      after: sides,
      first_difference: z.object({ before: step.nullable(), after: step.nullable() }),
      changes: z.array(
        z.object({ name: z.string(), before: z.array(z.string()), after: z.array(z.string()) }),
      ),
    });
    const result = schema.parse(
      comparisonResult({ before: text('lab-dropped'), after: text('lab-rejected') }),
    );
    assert.deepEqual([result.same, result.before.verdict, result.after.verdict], [false, 'drop', 'reject']);
    assert.equal(result.first_difference.after?.table_name, 'ls_out_acl_eval');
    assert.ok(result.changes.some(({ name }) => name === 'Losses'));
  });

  it('refuses what holds no trace, by the name of the file', () => {
    for (const wrong of ['', 'hello', '{"hops": []}', '{broken', '[1]'])
      assert.throws(
        () => readCompared('wrong.txt', wrong, clock),
        (error) =>
          error instanceof TraceFailure && error.message.includes('wrong.txt') && error.advice !== '',
        wrong,
      );
  });
});
