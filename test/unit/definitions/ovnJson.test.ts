import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AclDefinition } from '../../../src/core/definitions/definition';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { ovnJsonFormat } from '../../../src/core/definitions/ovnJson';
import { liveGroups } from './liveGroups';
import { slice, summary } from './load';

const parse = (text: string): readonly AclDefinition[] =>
  ovnJsonFormat
    .parse({ file: 'nb.json', text }, [])
    .filter((definition): definition is AclDefinition => definition.kind === 'acl');
/** Type and name of the owner, and what `summary` says. */
const summaries = (text: string): readonly string[] =>
  parse(text).map((definition) => `${definition.entity?.type ?? '?'} ${summary(definition)}`);

const ids = [0, 1, 2, 3].map((index) => `${index}0c0ffee-0000-4000-8000-00000000000${index}`);
const [denyId = '', allowId = '', groupId = '', switchId = ''] = ids;

const headings = ['_uuid', 'action', 'direction', 'match', 'name', 'priority', 'tier'];
const rows = [
  [['uuid', denyId], 'drop', 'to-lport', 'outport == @pg_web && ip4', 'deny "all"', 900, 2],
  [['uuid', allowId], 'allow', 'from-lport', 'inport == "web 1"', ['set', []], 1000, 0],
];
const acls = { caption: 'ACL table', data: rows, headings };
const owners = [
  {
    caption: 'Logical_Switch table',
    data: [[['uuid', switchId], ['uuid', allowId], 'sw0', ['map', []]]],
    headings: ['_uuid', 'acls', 'name', 'other_config'],
  },
  { caption: 'Logical_Router table', data: [[['uuid', switchId], 'lr0']], headings: ['_uuid', 'name'] },
  {
    caption: 'Port_Group table',
    data: [[['uuid', groupId], ['set', [['uuid', denyId]]], 'pg_web']],
    headings: ['_uuid', 'acls', 'name'],
  },
];
const dump = [acls, ...owners].map((table) => JSON.stringify(table)).join('\n');
const dumped = [
  "port-group pg_web to-lport 900 'outport == @pg_web && ip4' drop",
  `switch sw0 from-lport 1000 'inport == "web 1"' allow`,
];

describe('a dump of the northbound database', () => {
  it('has ACLs with their owners', () => assert.deepEqual(summaries(dump), dumped));

  it('may be pretty, or a list, and have other things around it', () => {
    assert.deepEqual(
      summaries([acls, ...owners].map((table) => JSON.stringify(table, null, 2)).join('\n')),
      dumped,
    );
    assert.deepEqual(summaries(JSON.stringify([acls, ...owners])), dumped);
    assert.deepEqual(summaries(`$ ovsdb-client dump\n${dump}\n2026-01-01T00:00:00Z|WARN|lost\n`), dumped);
  });

  it('says which row an ACL is', () => {
    const [deny, allow] = parse(dump);
    assert.ok(deny && allow);
    assert.deepEqual(deny.identities, [{ by: 'id', columns: { _uuid: denyId } }]);
    assert.deepEqual([deny.name, deny.tier, allow.name, allow.tier], ['deny "all"', 2, null, 0]);
  });

  it('has each where it is written', () => {
    const [deny, allow] = parse(dump);
    assert.ok(deny && allow);
    assert.equal(slice(dump, deny.range), JSON.stringify(rows[0]));
    assert.equal(slice(dump, deny.matchRange), 'outport == @pg_web && ip4');
    assert.equal(slice(dump, allow.matchRange), 'inport == \\"web 1\\"');
  });

  it('is exact for the row with the UUID, whatever it has become', () => {
    const live = liveGroups({ pg: [{ match: 'ip4' }, { match: 'ip4' }] });
    const [first, second] = live.inventory.acls;
    assert.ok(first && second);
    const text = JSON.stringify({
      headings,
      data: [[['uuid', second.uuid], 'drop', 'to-lport', 'tcp', '', 1, 0]],
    });
    const join = indexDefinitions(parse(text));
    assert.deepEqual(join.aclLinks(first, [], live), []);
    assert.deepEqual(
      join.aclLinks(second, [], live).map(({ confidence }) => confidence),
      ['exact'],
    );
  });
});

describe('a dump of a database that was made anew', () => {
  it('is not exact: the rows are others', () => {
    const live = liveGroups({
      pg_web: [{ match: 'outport == @pg_web && ip4', action: 'drop', priority: 900, tier: 2 }],
    });
    const [acl] = live.inventory.acls;
    assert.ok(acl);
    const links = indexDefinitions(parse(dump)).aclLinks(acl, live.entitiesOf(acl), live);
    assert.deepEqual(
      links.map(({ confidence, because }) => [confidence, because]),
      [
        [
          'derived',
          'same port group, direction, priority, match, action and tier; but the file gives it another id',
        ],
      ],
    );
  });
});

describe('what ovn-nbctl lists', () => {
  it('needs no caption', () => {
    assert.deepEqual(summaries(JSON.stringify({ data: rows, headings })), [
      "? ? to-lport 900 'outport == @pg_web && ip4' drop",
      `? ? from-lport 1000 'inport == "web 1"' allow`,
    ]);
    const groups = {
      data: [[['uuid', groupId], ['uuid', denyId], ['map', []], 'pg_web', ['set', []]]],
      headings: ['_uuid', 'acls', 'external_ids', 'name', 'ports'],
    };
    const text = `${JSON.stringify({ data: rows, headings })}\n${JSON.stringify(groups)}`;
    assert.deepEqual(summaries(text)[0], dumped[0]);
  });

  it('may have some columns only', () => {
    const text = JSON.stringify({
      data: [['ip4', 'to-lport', 'drop']],
      headings: ['match', 'direction', 'action'],
    });
    assert.deepEqual(summaries(text), ["? ? to-lport ? 'ip4' drop"]);
    assert.deepEqual(parse(text)[0]?.identities, []);
  });

  it('may have its cells as strings', () => {
    const text = JSON.stringify({
      data: [[denyId, 'drop', 'to-lport', '"outport == \\"a b\\" && ip4"', '[]', '900', '[]']],
      headings,
    });
    assert.deepEqual(summaries(text), [`? ? to-lport 900 'outport == "a b" && ip4' drop`]);
    const [only] = parse(text);
    assert.ok(only);
    assert.equal(slice(text, only.matchRange), 'outport == \\\\\\"a b\\\\\\" && ip4');
    assert.deepEqual(only.identities, [{ by: 'id', columns: { _uuid: denyId } }]);
    assert.equal(only.name, null);
  });

  it('is no other table', () => {
    for (const names of [
      ['_uuid', 'action', 'bandwidth', 'direction', 'match', 'priority'],
      ['_uuid', 'action', 'match', 'nexthops', 'priority'],
    ]) {
      const data = [names.map((name) => (name === 'direction' ? 'to-lport' : 'x'))];
      assert.deepEqual(parse(JSON.stringify({ data, headings: names, note: '"ACL" "match" to-lport"' })), []);
    }
  });
});

describe('a transaction', () => {
  const row = { direction: 'to-lport', priority: 900, match: 'outport == @pg_web', action: 'drop' };
  const insert = { op: 'insert', table: 'ACL', row, 'uuid-name': 'deny' };
  const named = ['named-uuid', 'deny'];
  const summaryOf = (owner: string): string => `${owner} to-lport 900 'outport == @pg_web' drop`;
  const cases: readonly (readonly [what: string, operations: readonly unknown[], owner: string])[] = [
    [
      'puts it into a group',
      [
        insert,
        {
          op: 'mutate',
          table: 'Port_Group',
          where: [['name', '==', 'pg_web']],
          mutations: [['acls', 'insert', ['set', [named]]]],
        },
      ],
      'port-group pg_web',
    ],
    [
      'sets those of a switch',
      [
        { op: 'update', table: 'Logical_Switch', where: [['name', '==', 'sw0']], row: { acls: named } },
        insert,
      ],
      'switch sw0',
    ],
    [
      'makes the group as well',
      [insert, { op: 'insert', table: 'Port_Group', row: { name: 'pg_web', acls: named } }],
      'port-group pg_web',
    ],
    [
      'puts it into a row that it does not name',
      [
        insert,
        {
          op: 'mutate',
          table: 'Port_Group',
          where: [['_uuid', '==', ['uuid', groupId]]],
          mutations: [['acls', 'insert', named]],
        },
      ],
      `port-group ${groupId}`,
    ],
    [
      'puts it into a group that it makes',
      [
        { op: 'insert', table: 'Port_Group', row: { name: 'pg_web' }, 'uuid-name': 'pg' },
        insert,
        {
          op: 'mutate',
          table: 'Port_Group',
          where: [['_uuid', '==', ['named-uuid', 'pg']]],
          mutations: [['acls', 'insert', named]],
        },
      ],
      'port-group pg_web',
    ],
    [
      'takes it away from one',
      [
        insert,
        {
          op: 'mutate',
          table: 'Port_Group',
          where: [['name', '==', 'pg_web']],
          mutations: [['acls', 'delete', named]],
        },
      ],
      '? ?',
    ],
  ];
  for (const [what, operations, owner] of cases) {
    it(what, () => {
      assert.deepEqual(summaries(JSON.stringify(['OVN_Northbound', ...operations])), [summaryOf(owner)]);
      assert.deepEqual(summaries(JSON.stringify(operations, null, 2)), [summaryOf(owner)]);
      const call = { method: 'transact', params: ['OVN_Northbound', ...operations], id: 1 };
      assert.deepEqual(summaries(JSON.stringify(call)), [summaryOf(owner)]);
    });
  }

  it('is exact for what it made', () => {
    const live = liveGroups({
      pg_web: [{ match: 'outport == @pg_web', action: 'drop', priority: 900 }],
      pg_db: [{ match: 'outport == @pg_web', action: 'drop', priority: 900 }],
    });
    const text = JSON.stringify(['OVN_Northbound', ...(cases[0]?.[1] ?? [])]);
    const join = indexDefinitions(parse(text));
    const confidences = live.inventory.acls.map((acl) =>
      join.aclLinks(acl, live.entitiesOf(acl), live).map(({ confidence }) => confidence),
    );
    assert.deepEqual(confidences, [['exact'], []]);
  });

  it('may change a row', () => {
    const where = [['_uuid', '==', ['uuid', denyId]]];
    const text = JSON.stringify([
      { op: 'update', table: 'ACL', where, row: { match: 'ip4', direction: 'to-lport' } },
    ]);
    assert.deepEqual(summaries(text), ["? ? to-lport ? 'ip4' ?"]);
    assert.deepEqual(parse(text)[0]?.identities, [{ by: 'id', columns: { _uuid: denyId } }]);
  });

  it('knows its own names only', () => {
    const one = JSON.stringify([insert]);
    const other = JSON.stringify([
      insert,
      { op: 'insert', table: 'Port_Group', row: { name: 'pg_web', acls: named } },
    ]);
    assert.deepEqual(summaries(`${one}\n${other}`), [summaryOf('? ?'), summaryOf('port-group pg_web')]);
  });

  it('has each where it is written', () => {
    const text = `[\n  "OVN_Northbound",\n  {"op": "insert", "table": "ACL",\n   "row": ${JSON.stringify(row)}}\n]\n`;
    const [only] = parse(text);
    assert.ok(only);
    assert.equal(slice(text, only.range), JSON.stringify(row));
    assert.equal(slice(text, only.matchRange), 'outport == @pg_web');
  });
});

describe('a file of the database', () => {
  const record = (changes: unknown): string => {
    const text = JSON.stringify(changes);
    return `OVSDB JSON ${text.length} 0123456789abcdef\n${text}\n`;
  };
  const schema = record({
    name: 'OVN_Northbound',
    tables: { ACL: { columns: { match: { type: 'string' } } } },
  });
  const deny = { direction: 'to-lport', priority: 900, match: 'ip4', action: 'drop', name: ['set', []] };
  const first = record({
    ACL: { [denyId]: deny, [allowId]: { ...deny, action: 'allow' } },
    Port_Group: {
      [groupId]: {
        name: 'pg_web',
        acls: [
          'set',
          [
            ['uuid', denyId],
            ['uuid', allowId],
          ],
        ],
      },
    },
  });

  it('has rows by their UUIDs', () => {
    assert.deepEqual(summaries(schema + first), [
      "port-group pg_web to-lport 900 'ip4' drop",
      "port-group pg_web to-lport 900 'ip4' allow",
    ]);
  });
  it('goes on with changes of them', () => {
    const text = schema + first + record({ ACL: { [denyId]: { priority: 5 }, [allowId]: null } });
    assert.deepEqual(summaries(text), ["port-group pg_web to-lport 5 'ip4' drop"]);
    const [only] = parse(text);
    assert.ok(only);
    assert.equal(slice(text, only.range), JSON.stringify(deny));
  });
  it('of a cluster has its records inside', () => {
    const inner = JSON.parse(first.split('\n')[1] ?? '') as unknown;
    assert.equal(parse(record({ prev_data: [{ name: 'OVN_Northbound' }, inner], prev_eid: 'x' })).length, 2);
  });
  it('is what a monitor shows, too', () => {
    const update = {
      method: 'update',
      params: [null, { ACL: { [denyId]: { new: deny, old: { priority: 1 } } } }],
    };
    assert.deepEqual(summaries(JSON.stringify(update)), ["? ? to-lport 900 'ip4' drop"]);
    const shown = {
      caption: 'ACL',
      data: [
        [denyId, 'initial', 'to-lport', 'ip4', 'drop'],
        [allowId, 'delete', 'to-lport', 'tcp', 'drop'],
      ],
      headings: ['row', 'action', 'direction', 'match', 'action'],
    };
    assert.deepEqual(summaries(JSON.stringify(shown)), ["? ? to-lport ? 'ip4' drop"]);
  });
});

describe('JSON that is being edited', () => {
  it('keeps the rows before what is half typed', () => {
    const pretty = [acls, ...owners].map((table) => JSON.stringify(table, null, 1)).join('\n');
    const transaction = JSON.stringify(
      [
        'OVN_Northbound',
        ...rows.map((_, index) => ({
          op: 'insert',
          table: 'ACL',
          row: { direction: 'to-lport', match: `tcp.dst == ${index}` },
        })),
      ],
      null,
      1,
    );
    for (const text of [dump, pretty, transaction]) {
      const whole = parse(text);
      for (let end = 0; end <= text.length; end++) {
        const found = parse(text.slice(0, end));
        // A table's headings come behind its rows.
        const expected = text === transaction ? whole.filter(({ range }) => range.end.offset < end) : [];
        for (const { match } of expected)
          assert.ok(
            found.some((each) => each.match === match),
            `${end}`,
          );
      }
    }
  });

  it('loses the broken part only', () => {
    const pretty = JSON.stringify(acls, null, 1);
    const broken = [
      pretty.replace('"inport == \\"web 1\\""', '"inport == '),
      pretty.replace('1000,', '1000, ,, ]'),
      pretty.replace('"from-lport",', '"from-lport" ???'),
    ];
    for (const text of broken) assert.ok(summaries(text)[0]?.includes('outport == @pg_web && ip4'), text);
  });

  it('never throws', () => {
    const words = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      ' ',
      '1',
      'null',
      '"ACL"',
      '"match"',
      '"headings"',
    ];
    const more = [
      '"op"',
      '"row"',
      '"table"',
      '"set"',
      '"uuid"',
      '"data"',
      '"_uuid"',
      '"insert"',
      '"to-lport"',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...words, ...more), fc.string({ maxLength: 3 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.nat(dump.length), (pieces, at) => {
        const all = dump.slice(0, at) + pieces.join('') + dump.slice(at) + '"ACL" "match" to-lport"';
        for (const { range, matchRange } of parse(all)) {
          assert.ok(
            range.start.offset <= matchRange.start.offset && matchRange.end.offset <= range.end.offset,
          );
        }
      }),
    );
    const deep = `"to-lport" "match" "ACL" ${'[{"params":'.repeat(50_000)}`;
    assert.doesNotThrow(() => parse(deep));
  });

  it('is claimed by a glance', () => {
    assert.ok(ovnJsonFormat.matches('backup/nb.json', dump));
    assert.ok(
      ovnJsonFormat.matches('ovnnb_db.db', '{"ACL": {"x": {"match": "ip4", "direction": "to-lport"}}}'),
    );
    assert.ok(!ovnJsonFormat.matches('nb.sh', dump));
    assert.ok(!ovnJsonFormat.matches('package.json', '{"name": "match"}'));
  });
});
