import assert from 'node:assert/strict';
import { findIneffectiveAcls } from '../../../src/core/acl/ineffectiveAcls';
import type { Acl } from '../../../src/core/ovn/northbound';
import { indexNetwork, makeAcl } from '../inventory/network';
import { makeHop, network } from './hops';

describe('findIneffectiveAcls', () => {
  const hop = makeHop({ stage: 'ls_out_check_port_sec', match: '1', priority: 0, actions: ['next;'] });
  const traced = { hops: [hop], steps: [], packetAt: () => ({}) };
  const find = (acls: readonly Acl[], messages: readonly string[] = []): readonly (string | null)[] =>
    findIneffectiveAcls(
      traced,
      messages.map((message) => ({ message })),
      network(acls),
    ).map(({ acl }) => acl.name);

  it('finds what cannot be read, with or without a warning', () => {
    assert.deepEqual(find([makeAcl({ name: 'bad', match: 'ip4 && !icmp6' }), makeAcl({ match: 'ip4' })]), [
      'bad',
    ]);
    assert.deepEqual(
      find(
        [makeAcl({ name: 'young', match: 'tcp.dst == 1 || tcp.dst == 2', action: 'reject' })],
        [
          '(reg0[9] == 1) && tcp.dst == 1 || tcp.dst == 2: parsing expression failed (&& and || must be parenthesized when used together.)',
        ],
      ),
      ['young'],
    );
  });

  it('blames no rule for a port group without ports', () => {
    const index = indexNetwork({
      switches: [{ name: 's', ports: ['a', 'b'], acls: [makeAcl({ match: 'outport == @empty && ip' })] }],
      portGroups: [{ name: 'empty' }],
    });
    const message =
      "outport == @empty && ip: parsing expression failed (Syntax error at `@empty' expecting port group name.)";
    assert.deepEqual(findIneffectiveAcls(traced, [{ message }], index), []);
  });

  it('looks only at the direction the packet was asked in', () => {
    assert.deepEqual(find([makeAcl({ name: 'bad', match: 'ip4 &&', direction: 'from-lport' })]), []);
  });
});
