import assert from 'node:assert/strict';
import { backendsOf, selectionsOf, splitBackend } from '../../../src/core/flow/choices';

describe('what OVN chooses among', () => {
  it('is read from load-balancing actions of all releases', () => {
    assert.deepEqual(backendsOf('ct_lb(backends=10.0.0.1:80,10.0.0.2:80);'), ['10.0.0.1:80', '10.0.0.2:80']);
    assert.deepEqual(
      backendsOf('ct_lb_mark(backends=[fd00::1]:80,[fd00::2]:80; hash_fields="ip_src,ip_dst");'),
      ['[fd00::1]:80', '[fd00::2]:80'],
    );
    assert.deepEqual(backendsOf('ct_lb_mark_local(backends=10.0.0.1);'), ['10.0.0.1']);
    for (const action of ['ct_lb_mark;', 'ct_next;', 'ct_dnat(10.0.0.1);']) {
      assert.deepEqual(backendsOf(action), []);
    }
  });

  it('is read from select actions with and without fields to hash', () => {
    assert.deepEqual(selectionsOf('reg8[16..31] = select(1=100, 2=100);'), ['1', '2']);
    assert.deepEqual(
      selectionsOf('reg8[16..31] = select(values=(1=100, 2=100, 3=50); hash_fields="ip_dst,ip_proto");'),
      ['1', '2', '3'],
    );
    assert.deepEqual(selectionsOf('reg8[16..31] = 1;'), []);
  });

  it('takes backends apart', () => {
    assert.deepEqual(splitBackend('10.0.0.1:80'), { ip: '10.0.0.1', port: 80 });
    assert.deepEqual(splitBackend('[fd00::1]:80'), { ip: 'fd00::1', port: 80 });
    assert.deepEqual(splitBackend('fd00::1'), { ip: 'fd00::1', port: null });
  });
});
