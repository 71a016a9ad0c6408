import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeStage } from '../../../src/core/ovn/stages';

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
    const names = [
      'ls_in_l2_lkup',
      'lr_in_ip_routing',
      'lr_out_snat',
      'ls_out_acl_action',
      'lr_in_network_id',
    ];
    for (const name of names) assert.match(describeStage(name)?.about ?? '', /^[A-Z][^.]*\.$/);
  });
});
