import assert from 'node:assert/strict';
import type { Inventory } from '../../../src/core/ovn/northbound';
import { isSameInventory, reuseRows } from '../../../src/core/ovn/sameInventory';
import { indexNetwork } from './network';

describe('two readings of a database', () => {
  const read = (...ports: readonly string[]): Inventory =>
    indexNetwork({ switches: [{ name: 'web', ports }] }).inventory;

  it('are the same in another order and at another time', () => {
    const one = read('web1 00:00:00:00:00:01 10.0.0.1', 'web2 00:00:00:00:00:02 10.0.0.2');
    const other = { ...one, switchPorts: [...one.switchPorts].reverse(), readAt: one.readAt + 1 };
    assert.ok(isSameInventory(one, other));
  });

  it('are not when a row came, went or changed', () => {
    const one = read('web1 00:00:00:00:00:01 10.0.0.1', 'web2 00:00:00:00:00:02 10.0.0.2');
    assert.ok(!isSameInventory(one, read('web1 00:00:00:00:00:01 10.0.0.1')));
    const [first, ...others] = one.switchPorts;
    const down = { ...first!, up: false };
    assert.ok(!isSameInventory(one, { ...one, switchPorts: [down, ...others] }));
    assert.ok(!isSameInventory(one, { ...one, globalOptions: { use_ct_inv_match: 'false' } }));
    const [address] = first!.addresses;
    for (const change of [
      { externalIds: { 'neutron:port_name': 'web' } },
      { addresses: [] },
      { addresses: [{ ...address!, ips: ['10.0.0.9'] }] },
      { friendlyName: 'web' },
      { uuid: 'other' },
    ]) {
      assert.ok(!isSameInventory(one, { ...one, switchPorts: [{ ...first!, ...change }, ...others] }));
    }
    assert.ok(isSameInventory(one, structuredClone(one)));
  });

  it('share the rows that are the same, in the order of the later one', () => {
    const one = read('web1 00:00:00:00:00:01 10.0.0.1', 'web2 00:00:00:00:00:02 10.0.0.2');
    const copy = { ...structuredClone(one), readAt: one.readAt + 1 };
    const again = reuseRows(one, copy);
    assert.deepEqual(again, copy);
    assert.equal(again.switchPorts, one.switchPorts);
    const [first, second] = copy.switchPorts;
    const changed = { ...copy, switchPorts: [second!, { ...first!, up: false }] };
    const mixed = reuseRows(one, changed);
    assert.deepEqual(mixed, changed);
    assert.equal(mixed.switchPorts[0], one.switchPorts[1]);
    assert.notEqual(mixed.switchPorts[1], one.switchPorts[0]);
    assert.deepEqual(reuseRows(one, { ...copy, switchPorts: [] }).switchPorts, []);
  });
});
