import assert from 'node:assert/strict';
import { listAskedAcls } from '../../../src/core/acl/askedAcls';
import { resolveAclSteps } from '../../../src/core/acl/resolveSteps';
import { indexNetwork, makeAcl } from '../inventory/network';
import { makeHop, makeOutcome } from './hops';

describe('listAskedAcls', () => {
  it('keeps to what concerns the port, and to what a person can read', () => {
    const inGroup = Array.from({ length: 300 }, (_, at) =>
      makeAcl({ match: `outport == @mine && tcp.dst == ${at}`, priority: 2000 - at }),
    );
    const elsewhere = Array.from({ length: 300 }, (_, at) =>
      makeAcl({ match: `outport == @theirs && tcp.dst == ${at}`, priority: 2000 - at }),
    );
    const index = indexNetwork({
      switches: [{ name: 's', ports: ['a', 'b', 'c'] }],
      portGroups: [
        { name: 'mine', ports: ['b'], acls: inGroup },
        { name: 'theirs', ports: ['c'], acls: elsewhere },
      ],
    });
    const hop = makeHop({
      stage: 'ls_out_acl',
      match: 'reg0[9] == 1 && (outport == @mine && tcp.dst == 150)',
      priority: 2850,
      actions: ['drop;'],
    });
    const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), index);
    assert.ok(step);
    const packet = { 'eth.type': 0x800n, 'ip.proto': 6n, 'tcp.dst': 150n };
    const asked = listAskedAcls(step, hop, index, packet);
    assert.deepEqual([asked.length, asked.findIndex(({ asked: how }) => how === 'decides')], [81, 60]);
    assert.deepEqual(
      [asked[59], asked[61]].map((other) => [other?.asked, other?.failing]),
      [
        ['no', 'tcp.dst == 149'],
        ['later', 'tcp.dst == 151'],
      ],
    );
  });

  it('tells the ACL that passed the packet on to the next tier', () => {
    const passing = makeAcl({ match: 'outport == @mine && tcp', priority: 20, action: 'pass', tier: 0 });
    const behind = makeAcl({ match: 'outport == @mine', priority: 10, action: 'drop', tier: 0 });
    const deciding = makeAcl({ match: 'outport == @mine && ip', priority: 5, action: 'drop', tier: 1 });
    const index = indexNetwork({
      switches: [{ name: 's', ports: ['b'] }],
      portGroups: [{ name: 'mine', ports: ['b'], acls: [passing, behind, deciding] }],
    });
    const hop = makeHop({
      stage: 'ls_out_acl_eval',
      match: 'reg8[30..31] == 1 && reg0[9] == 1 && (outport == @mine && ip)',
      priority: 1005,
      actions: ['reg8[17] = 1;', 'next;'],
    });
    const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), index);
    assert.ok(step);
    const packet = { 'eth.type': 0x800n, 'ip.proto': 6n, 'tcp.dst': 80n };
    assert.deepEqual(
      listAskedAcls(step, hop, index, packet).map(({ acl, asked }) => [acl.priority, asked]),
      [
        [20, 'passed'],
        [10, 'later'],
        [5, 'decides'],
      ],
    );
  });
});
