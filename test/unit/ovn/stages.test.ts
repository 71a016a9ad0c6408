import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeStage,
  listDescribedStages,
  pipelineKinds,
  pipelineOfStage,
} from '../../../src/core/ovn/stages';
import { releaseTables, tableOfStage } from '../../../src/core/ovn/stageTables';

const traces = join(__dirname, '../../../fixtures/traces');

describe('stage descriptions', () => {
  it('knows every stage of the captured traces', () => {
    const texts = readdirSync(traces).map((name) => readFileSync(join(traces, name), 'utf8'));
    const stages = new Set(texts.flatMap((text) => text.match(/\bl[sr]_(?:in|out)_\w+(?= \(|:)/g) ?? []));
    assert.ok(stages.size > 20);
    assert.deepEqual(
      [...stages].filter((stage) => describeStage(stage) === null),
      [],
    );
  });

  it('knows old and new names of the same thing', () => {
    for (const stage of ['ls_out_acl', 'ls_out_acl_eval', 'ls_in_acl_after_lb', 'ls_in_acl_after_lb_eval']) {
      assert.match(describeStage(stage)?.title ?? '', /^ACL evaluation/);
    }
    for (const stage of [
      'ls_in_port_sec_l2',
      'ls_in_port_sec_nd',
      'ls_in_apply_port_sec',
      'ls_out_port_sec_ip',
    ]) {
      assert.match(describeStage(stage)?.title ?? '', /^Port security/);
    }
    for (const stage of ['ls_in_qos', 'ls_in_qos_mark', 'ls_out_qos_meter']) assert.ok(describeStage(stage));
  });

  it('says nothing of a stage it does not know, also where it is known elsewhere', () => {
    for (const stage of [
      'ls_in_new_thing',
      'lr_in_l2_lkup',
      'ls_out_l2_lkup',
      'acl_eval',
      '',
      'constructor',
    ]) {
      assert.equal(describeStage(stage), null);
    }
  });

  it('says it in one sentence', () => {
    for (const name of listDescribedStages()) {
      const { title, about } = describeStage(name)!;
      assert.match(about, /^[A-Z][^.]*\.$/, name);
      assert.match(title, /^[A-Z][\w ,-]*$/, name);
    }
  });

  it('knows the pipeline of any stage by its name', () => {
    assert.deepEqual(
      ['ls_in_new_thing', 'ls_out_acl', 'lr_in_policy', 'lr_out_snat'].map(pipelineOfStage),
      pipelineKinds,
    );
    for (const name of ['', 'ls_acl', 'xls_in_acl', 'constructor']) assert.equal(pipelineOfStage(name), null);
  });
});

describe('tables of known releases', () => {
  it('are all described, each once', () => {
    for (const { release, tables } of releaseTables) {
      assert.deepEqual(
        Object.keys(tables),
        pipelineKinds.map(({ prefix }) => prefix),
      );
      for (const [prefix, names] of Object.entries(tables)) {
        assert.equal(new Set(names).size, names.length, `${release} ${prefix}`);
        for (const name of names) assert.ok(describeStage(prefix + name), `${release} ${prefix}${name}`);
      }
    }
  });

  it('give the number of a stage, and none for a stage they do not have', () => {
    const known = (release: string) => releaseTables.find((tables) => tables.release === release)!;
    assert.equal(tableOfStage(known('23.03'), 'ls_in_acl'), 8);
    assert.equal(tableOfStage(known('26.03'), 'ls_in_acl_eval'), 9);
    assert.equal(tableOfStage(known('26.03'), 'ls_in_acl'), null);
    assert.equal(tableOfStage(known('26.03'), 'no_stage'), null);
  });

  it('agree with traces that were captured of them', () => {
    for (const file of readdirSync(traces)) {
      const release = file.includes('run23') ? '23.03' : file.includes('run25') ? '25.03' : null;
      const tables = releaseTables.find((candidate) => candidate.release === release);
      if (tables === undefined) continue;
      const text = readFileSync(join(traces, file), 'utf8');
      for (const [, table, stage] of text.matchAll(/^ *(\d+)\. (l[sr]_(?:in|out)_\w+)/gm)) {
        assert.equal(tableOfStage(tables, stage!), Number(table), `${file} ${stage!}`);
      }
    }
  });
});
