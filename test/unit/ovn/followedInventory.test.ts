import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { FollowedInventory, type RowChanges } from '../../../src/core/ovn/followedInventory';

const schema = new Map([
  ['Logical_Switch', ['_uuid', 'name', 'ports', 'acls', 'external_ids', 'a_later_column']],
  ['Logical_Switch_Port', ['name', 'type', 'addresses', 'up', 'external_ids']],
  ['ACL', ['direction', 'priority', 'match', 'action', 'name']],
]);
const uuid = (number: number): string => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
const map = ['map', []];

interface Change {
  readonly kind: 'acl' | 'port';
  readonly number: number;
  /** Null for a row that goes. */
  readonly value: number | null;
}

function rowsOf({ kind, number, value }: Change): RowChanges {
  const table = kind === 'acl' ? 'ACL' : 'Logical_Switch_Port';
  const row =
    kind === 'acl'
      ? { direction: 'to-lport', priority: value, match: 'ip4', action: 'drop', name: ['set', []] }
      : {
          name: `port${number}`,
          type: '',
          addresses: `0a:00:00:00:00:0${value}`,
          up: true,
          external_ids: map,
        };
  return { [table]: { [uuid(number)]: value === null ? { old: {} } : { new: row } } };
}

const aSwitch: RowChanges = {
  Logical_Switch: {
    [uuid(99)]: {
      new: {
        name: 'sw',
        ports: ['set', [1, 2, 3].map((number) => ['uuid', uuid(number)])],
        acls: ['set', [1, 2, 3].map((number) => ['uuid', uuid(number)])],
        external_ids: map,
      },
    },
  },
};

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('acl', 'port'),
  number: fc.integer({ min: 1, max: 3 }),
  value: fc.option(fc.integer({ min: 1, max: 9 })),
});

describe('a followed inventory', () => {
  it('is what all rows make that are there, whenever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean())), async (changes) => {
        const followed = new FollowedInventory(schema);
        const now = new Map<string, RowChanges>();
        followed.apply(aSwitch);
        for (const [each, isAsked] of changes) {
          followed.apply(rowsOf(each));
          now.set(`${each.kind} ${each.number}`, rowsOf(each));
          // One asks while the next change comes.
          if (isAsked) void followed.index(0, () => setImmediate());
        }
        const read = new FollowedInventory(schema);
        for (const rows of [aSwitch, ...now.values()]) read.apply(rows);
        const [one, other] = [followed, read].map((each) => each.index(0, () => setImmediate()));
        assert.deepEqual((await one)?.inventory, (await other)?.inventory);
      }),
    );
  });

  it('is the same object until something changes, and then has the same rows but for those', async () => {
    const followed = new FollowedInventory(schema);
    for (const rows of [aSwitch, rowsOf({ kind: 'acl', number: 1, value: 1 })]) followed.apply(rows);
    followed.apply(rowsOf({ kind: 'acl', number: 2, value: 2 }));
    const first = await followed.index(0, () => setImmediate());
    assert.equal(await followed.index(1, () => setImmediate()), first);
    followed.apply(rowsOf({ kind: 'acl', number: 2, value: 7 }));
    const second = await followed.index(2, () => setImmediate());
    const [one, two] = ['1', '2'].map((number) => second.acls(uuid(Number(number)))[0]);
    assert.equal(one, first.acls(uuid(1))[0]);
    assert.equal(two?.priority, 7);
    assert.equal(second.inventory.switches[0], first.inventory.switches[0]);
  });
});
