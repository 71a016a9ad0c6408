import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeInventory,
  decodeInventorySteps,
  inventoryTables,
} from '../../../src/core/ovn/decodeInventory';
import { openTables, parseTables } from '../../../src/core/ovn/ovsdbJson';
import { listNetwork, makeNetwork } from '../../../bench/network';

/** What looks like the end of a row or a table, as names and matches could have it. */
const awkward = [
  '],[["uuid","',
  '],"headings":[',
  '{"data":[',
  '\\"],[[\\"uuid\\",\\"',
  ']]',
  '"',
  '\\',
  'é\n',
];
const text = fc.oneof(fc.constantFrom(...awkward), fc.string());

function listing(names: readonly string[], longer: number): string {
  const data = names.map((name, at) => [['uuid', `u${at}`], name.padEnd(longer, '.'), ['set', [name, name]]]);
  return JSON.stringify({ data, headings: ['_uuid', 'name', 'set'] });
}

describe('a long table', () => {
  it('has the rows that its JSON has, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 3, maxLength: 40 }), (names) => {
        const length = Math.ceil(900_000 / names.length);
        const parts = [...(openTables(listing(names, length), ['T']).get('T') ?? [])];
        assert.deepEqual(
          parts.flat().map((row) => [row.uuid, row.string('name'), row.strings('set')]),
          names.map((name, at) => [`u${at}`, name.padEnd(length, '.'), [name, name]]),
        );
        assert.ok(parts.length > 1, 'and is read in parts');
      }),
      { numRuns: 25 },
    );
  });

  it('is read at once where it has another form', () => {
    const { data, headings } = JSON.parse(listing(['a', 'b', 'c', 'd'], 200_000)) as Record<string, unknown>;
    for (const other of [
      { headings, data },
      { data, caption: 'T', headings },
      { caption: 'T', data, headings },
    ]) {
      const rows = parseTables(JSON.stringify(other), ['T']).get('T');
      assert.deepEqual(
        rows?.map(({ uuid }) => uuid),
        ['u0', 'u1', 'u2', 'u3'],
      );
    }
  });

  it('is refused where its rows are none', () => {
    const broken = listing(['a', 'b'], 300_000).replace('"u1"', '"u1');
    assert.throws(() => parseTables(broken, ['T']), { reason: 'unexpected-output' });
    const noLists = JSON.stringify({ data: ['x'.repeat(300_000)], headings: ['_uuid'] });
    assert.throws(() => parseTables(noLists, ['T']), { reason: 'unexpected-output' });
  });
});

describe('an inventory read in slices', () => {
  const output = listNetwork(makeNetwork({ switches: 20, ports: 2000, groups: 40, aclsOfGroup: 50 }));

  it('is the one that is read at once, and pauses in each large table', () => {
    const steps = decodeInventorySteps(openTables(output, inventoryTables), 7);
    let pauses = 0;
    for (;;) {
      const step = steps.next();
      if (step.done) {
        assert.deepEqual(step.value, decodeInventory(openTables(output, inventoryTables), 7));
        assert.equal(step.value.acls.length, 2000);
        break;
      }
      pauses++;
    }
    assert.ok(pauses > output.length / 300_000, `${pauses} pauses`);
  });

  it('has maps without any key that the database does not have', () => {
    const cells = [
      ['uuid', 'a'],
      [
        'map',
        [
          ['__proto__', 'x'],
          ['b', 'y'],
        ],
      ],
    ];
    const line = JSON.stringify({ data: [cells], headings: ['_uuid', 'external_ids'] });
    const [row] = parseTables(line, ['ACL']).get('ACL') ?? [];
    const ids = row?.map('external_ids') ?? {};
    assert.deepEqual(Object.entries(ids), [
      ['__proto__', 'x'],
      ['b', 'y'],
    ]);
    assert.equal(ids['constructor'], undefined);
    assert.ok(!('toString' in ids));
    assert.equal(row?.map('options')['constructor'], undefined);
  });
});
