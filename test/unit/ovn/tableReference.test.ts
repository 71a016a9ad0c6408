import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { findStageAt, readTableLine } from '../../../src/core/ovn/stageAt';
import { releaseTables } from '../../../src/core/ovn/stageTables';
import { buildTableReference, chooseRelease, listUnknownStages } from '../../../src/core/ovn/tableReference';
import { layoutReference } from '../../../src/ui/reference/layoutReference';

const newest = releaseTables.at(-1)!.release;

describe('table reference', () => {
  it('goes by the tables of the trace before the version of ovn-trace', () => {
    const seen = [{ stage: 'ls_in_l2_lkup', table: 25 }];
    assert.equal(chooseRelease(seen, null), '23.03');
    assert.equal(chooseRelease(seen, 'ovn-trace 26.03.1'), '23.03');
    assert.equal(chooseRelease([], 'ovn-trace 26.03.1'), '26.03');
    assert.equal(chooseRelease([], 'ovn-trace 24.09.2'), '23.03');
    assert.equal(chooseRelease([], 'ovn-trace 2.7.0'), releaseTables[0].release);
    assert.equal(chooseRelease([], 'ovn-trace 99.03.0'), newest);
    assert.equal(chooseRelease([], null), newest);
    assert.equal(chooseRelease([{ stage: 'ls_in_nobody_knows', table: 3 }], null), newest);
  });

  it('orders the stages of a release by their numbers, and keeps those of the others apart', () => {
    const [ingress] = buildTableReference('23.03', []).pipelines;
    assert.deepEqual(
      ingress!.rows.map(({ table }) => table),
      ingress!.rows.map((_, index) => index),
    );
    const evaluation = ingress!.otherReleases.find(({ stage }) => stage === 'ls_in_acl_eval');
    assert.equal(evaluation?.table, null);
    assert.ok(evaluation.releases.some(({ release, table }) => release === '26.03' && table === 9));
  });

  it('takes a stage nobody knows into its pipeline, as it is', () => {
    const seen = [
      { stage: 'ls_in_new_thing', table: 4 },
      { stage: 'ls_in_acl', table: 8 },
      { stage: 'nothing', table: 1 },
    ];
    assert.deepEqual(listUnknownStages(seen), [seen[0]]);
    const reference = buildTableReference('23.03', seen);
    const row = reference.pipelines[0]!.rows.find(({ stage }) => stage === 'ls_in_new_thing');
    assert.deepEqual(row, { stage: 'ls_in_new_thing', table: 4, description: null, releases: [] });
    assert.match(layoutReference(reference), /\n#### ls_in_new_thing\n\n\*\*Table 4\.\*\* This stage is/);
  });

  it('has each stage once, as a heading that a link can lead to', () => {
    for (const { release } of releaseTables) {
      const text = layoutReference(buildTableReference(release, []));
      const headings = [...text.matchAll(/^#### (.*)$/gm)].map(([, name]) => name!);
      assert.equal(new Set(headings).size, headings.length);
      assert.ok(headings.includes('ls_out_acl_eval') && headings.includes('lr_in_dnat'));
      assert.match(text, new RegExp(`OVN ${release}`));
    }
    assert.match(
      layoutReference(buildTableReference('26.03', [])),
      /#### ls_in_acl_eval\n\n\*\*Table 9\. ACL evaluation\.\*\* .*\n\n\*Table 8 in 25\.03; table 9 in 26\.09\.\*/,
    );
  });
});

describe('a stage in a text', () => {
  it('is found wherever its name is touched', () => {
    const line = '    8. ls_in_acl (northd.c:6809): ip, priority 1, then ls_out_acl_eval';
    assert.equal(findStageAt(line, 7)?.stage, 'ls_in_acl');
    assert.equal(findStageAt(line, 16)?.stage, 'ls_in_acl');
    assert.equal(findStageAt(line, line.length)?.stage, 'ls_out_acl_eval');
    assert.equal(findStageAt(line, 20), null);
    assert.equal(findStageAt('xls_in_acl', 3), null);
    assert.deepEqual(findStageAt('lr_in_new', 2), { stage: 'lr_in_new', start: 0, description: null });
  });

  it('has its table in output of ovn-trace only', () => {
    const read = { stage: 'ls_in_acl', table: 8 };
    for (const line of [' 8. ls_in_acl (northd.c:1): ip', '> 8. ls_in_acl: 1', '8.  ls_in_acl: no match']) {
      assert.deepEqual(readTableLine(line), read, line);
    }
    for (const line of ['', 'see ls_in_acl', 'ingress: nginx', '1. first'])
      assert.equal(readTableLine(line), null);
  });

  it('never throws, whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: -5, max: 200 }), (line, offset) => {
        findStageAt(line, offset);
        readTableLine(line);
      }),
    );
  });
});
