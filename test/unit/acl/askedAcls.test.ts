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
});
