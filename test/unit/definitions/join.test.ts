import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AclDefinition, AclEntity } from '../../../src/core/definitions/definition';
import { indexDefinitions } from '../../../src/core/definitions/join';
import type { Acl } from '../../../src/core/ovn/northbound';

const group: AclEntity = { type: 'port-group', name: 'web' };
const live: Acl = {
  uuid: '11111111-2222-3333-4444-555555555555',
  name: null,
  direction: 'to-lport',
  priority: 1000,
  match: 'outport == @web && tcp.dst == 22',
  action: 'drop',
  tier: 0,
  log: false,
  severity: null,
  label: 0,
  options: {},
  externalIds: {},
};

const nowhere = { line: 0, character: 0, offset: 0 };
function define(changes: Partial<AclDefinition> = {}): AclDefinition {
  return {
    kind: 'acl',
    identities: [],
    format: 'ovn-nbctl',
    file: 'acls.sh',
    range: { start: nowhere, end: nowhere },
    matchRange: { start: nowhere, end: nowhere },
    entity: { type: null, name: 'web' },
    direction: live.direction,
    priority: live.priority,
    match: live.match,
    action: live.action,
    tier: null,
    name: null,
    ...changes,
  };
}

function joinDefinitions(acl: Acl, entities: readonly AclEntity[], definitions: readonly AclDefinition[]) {
  return indexDefinitions(definitions).aclLinks(acl, entities, null);
}

/** What one definition is to the live ACL. */
function relation(changes: Partial<AclDefinition>, acl: Acl = live, entities = [group]): string | null {
  const [link, ...more] = joinDefinitions(acl, entities, [define(changes)]);
  assert.equal(more.length, 0);
  return link ? `${link.confidence}: ${link.because}` : null;
}

describe('a definition is exact', () => {
  it('when owner, direction, priority, match and action are the same', () => {
    assert.equal(relation({}), 'exact: same port group, direction, priority, match and action');
  });
  it('when only blanks of the match differ', () => {
    assert.match(relation({ match: ' outport == @web\n\t&& tcp.dst  == 22' }) ?? '', /^exact/);
  });
  it('but not when blanks in a string or in front of a comment differ', () => {
    const acl = { ...live, match: 'outport == "a  b"' };
    assert.equal(relation({ match: 'outport == "a b"' }, acl), null);
    const commented = { ...live, match: 'ip4 // x\n && tcp' };
    assert.equal(relation({ match: 'ip4 // x && tcp' }, commented), null);
  });
  it('when it names the tier or leaves it at 0', () => {
    assert.match(relation({ tier: 2 }, { ...live, tier: 2 }) ?? '', /^exact: .*tier/);
    assert.match(relation({ tier: 0 }) ?? '', /^exact/);
  });
  it('whatever the names are', () => {
    assert.match(relation({ name: 'a' }, { ...live, name: 'b' }) ?? '', /^exact/);
  });
  it('on one of several owners', () => {
    const entities: AclEntity[] = [{ type: 'switch', name: 'sw0' }, group];
    assert.match(relation({}, live, entities) ?? '', /^exact: same port group/);
    assert.match(
      relation({ entity: { type: 'switch', name: 'sw0' } }, live, entities) ?? '',
      /^exact: same switch/,
    );
  });
});

describe('a definition is derived', () => {
  it('when the match is written differently and means the same', () => {
    assert.equal(
      relation({ match: 'tcp.dst == {22} && (outport == @web)' }),
      'derived: same port group, direction, priority and action; the match is written differently and means the same',
    );
  });
});

describe('a definition is a candidate', () => {
  const cases: readonly (readonly [Partial<AclDefinition>, RegExp])[] = [
    [{ priority: 1001 }, /the file has priority 1001, the network 1000$/],
    [{ action: 'reject' }, /the file has action reject, the network drop$/],
    [{ tier: 1 }, /the file has tier 1, the network 0$/],
    [{ entity: null }, /the file alone does not tell the port group$/],
    [{ match: null }, /the file alone does not tell the match$/],
    [{ priority: null, action: null }, /the file alone does not tell the priority and action$/],
    [
      { priority: null, action: 'reject' },
      /the file has action reject, the network drop; the file alone does not tell/,
    ],
    [{ entity: null, priority: null }, /the file alone does not tell the port group and priority$/],
    [{ entity: { type: null, name: live.uuid } }, /does not tell the port group$/],
    [{ match: 'tcp.dst == 22 && outport == @web', priority: 1 }, /means the same; the file has priority 1,/],
  ];
  for (const [changes, because] of cases) {
    it(JSON.stringify(changes), () => {
      const found = relation(changes);
      assert.match(found ?? '', /^candidate: same /);
      assert.match(found ?? '', because);
    });
  }
  it('when nothing says where the ACL is set', () => {
    assert.match(relation({}, live, []) ?? '', /^candidate/);
  });
  it('when the live tier is one that the file does not name', () => {
    assert.match(relation({}, { ...live, tier: 1 }) ?? '', /^candidate: .*does not tell the tier/);
  });
});

describe('a definition is another rule', () => {
  const cases: readonly Partial<AclDefinition>[] = [
    { entity: { type: null, name: 'db' } },
    { entity: { type: 'switch', name: 'web' } },
    { direction: 'from-lport' },
    { match: 'outport == @web && tcp.dst == 23' },
    { match: 'outport == @web && tcp.dst ==' },
    { priority: 1, action: 'allow' },
    { match: null, priority: 1 },
    { match: null, entity: null },
    { match: null, priority: null },
    { entity: null, priority: 1 },
  ];
  for (const changes of cases) {
    it(JSON.stringify(changes), () => assert.equal(relation(changes), null));
  }
});

describe('several definitions', () => {
  it('that fit exactly are all listed, the one of the same name first', () => {
    const named = define({ name: 'ssh' });
    const links = joinDefinitions(
      { ...live, name: 'ssh' },
      [group],
      [define(), named, define({ file: 'b.sh' })],
    );
    assert.deepEqual(
      links.map(({ definition }) => [definition.file, definition.kind === 'acl' ? definition.name : null]),
      [
        ['acls.sh', 'ssh'],
        ['acls.sh', null],
        ['b.sh', null],
      ],
    );
  });
  it('stand in the order exact, derived; candidates only without them', () => {
    const derived = define({ match: 'tcp.dst == 22 && outport == @web' });
    const candidate = define({ priority: 1 });
    const confidences = (definitions: readonly AclDefinition[]): readonly string[] =>
      joinDefinitions(live, [group], definitions).map(({ confidence }) => confidence);
    assert.deepEqual(confidences([candidate, derived, define()]), ['exact', 'derived']);
    assert.deepEqual(confidences([candidate, define({ entity: null })]), ['candidate', 'candidate']);
  });
  it('rank by how little differs or is unknown', () => {
    const links = joinDefinitions(live, [group], [define({ entity: null }), define({ priority: 1 })]);
    assert.match(links[0]?.because ?? '', /priority 1,/);
  });
});

describe('any definitions', () => {
  const match = fc.constantFrom(
    'ip4',
    ' ip4 ',
    'ip4 && tcp',
    'tcp && ip4',
    'ip4 &&',
    '"',
    'tcp.dst == {1, 2}',
    'tcp.dst == {2, 1}',
  );
  const entity = fc.record({
    type: fc.constantFrom('port-group' as const, 'switch' as const, null),
    name: fc.constantFrom('a', 'b', live.uuid),
  });
  const fields = {
    direction: fc.constantFrom('from-lport' as const, 'to-lport' as const),
    priority: fc.constantFrom(1, 2),
    match,
    action: fc.constantFrom('drop', 'allow'),
    tier: fc.constantFrom(0, 1),
  };
  const orUnknown = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 6 });
  const definition = fc
    .record({
      entity: orUnknown(entity),
      direction: orUnknown(fields.direction),
      priority: orUnknown(fields.priority),
      match: orUnknown(match),
      action: orUnknown(fields.action),
      tier: orUnknown(fields.tier),
    })
    .map(define);

  it('are exact only when nothing known differs, and the index finds what a scan would', () => {
    fc.assert(
      fc.property(
        fc.array(definition, { maxLength: 8 }),
        fc.record(fields),
        fc.array(entity, { maxLength: 2 }),
        (definitions, changes, entities) => {
          const acl = { ...live, ...changes };
          const links = joinDefinitions(acl, entities, definitions);
          const alone = definitions.flatMap((one) => joinDefinitions(acl, entities, [one]));
          const isCertain = ({ confidence }: { confidence: string }): boolean => confidence !== 'candidate';
          const expected = alone.some(isCertain) ? alone.filter(isCertain) : alone;
          assert.deepEqual(
            new Set(links.map((link) => link.definition)),
            new Set(expected.map((link) => link.definition)),
          );
          for (const { definition: found, confidence } of links) {
            if (confidence === 'candidate' || found.kind !== 'acl') continue;
            assert.deepEqual(
              [found.direction, found.priority, found.action, found.tier ?? 0],
              [acl.direction, acl.priority, acl.action, acl.tier],
            );
            assert.ok(entities.some(({ name }) => name === found.entity?.name));
            if (confidence === 'exact') assert.equal(found.match?.trim(), acl.match.trim());
          }
        },
      ),
    );
  });
});
