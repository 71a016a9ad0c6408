import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  AclDefinition,
  Definition,
  DefinitionJoin,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
  RuleOwner,
} from '../../../src/core/definitions/definition';
import { indexFilesSteps, type IndexedFiles } from '../../../src/core/definitions/join';
import type { FileDefinitions } from '../../../src/core/definitions/layers';
import { runThrough } from '../../../src/core/slices';
import { liveGroups } from './liveGroups';

const matches = ['ip4 && tcp.dst == 22', 'tcp.dst == 22 && ip4', 'tcp.dst == 80', 'ip4.src == 10.0.0.1'];
const live = liveGroups(
  {
    pg_a: matches.map((match, index) => ({ match, priority: 1001, externalIds: { rule: `${index}` } })),
    pg_b: matches.slice(1).map((match) => ({ match, priority: 1002, externalIds: { policy: 'shop:web' } })),
    pg_c: matches.slice(0, 2).map((match) => ({ match: `outport == @pg_c && ${match}`, priority: 1002 })),
  },
  { pg_a: { group: 'a' }, pg_b: { group: 'b' } },
);

/** Everything there is to ask. */
function answers(join: DefinitionJoin): unknown {
  return [
    live.inventory.acls.flatMap((acl) => [
      join.aclLinks(acl, live.entitiesOf(acl), live),
      join.aclLinks(acl, [], live),
      join.aclLinks(acl, [], null),
    ]),
    live.inventory.portGroups.map(({ name }) => join.ownerLinks(name, live)),
  ];
}

const index = (files: readonly FileDefinitions[], before: IndexedFiles | null): IndexedFiles =>
  runThrough(indexFilesSteps(files, before));

let line = 0;
function somewhere(): Pick<Definition, 'file' | 'range' | 'matchRange'> {
  const position = { line: ++line, character: 0, offset: line };
  const range = { start: position, end: position };
  return { file: 'rules', range, matchRange: range };
}

const match = fc.constantFrom(...matches);
const priority = fc.constantFrom(1001, 1002);
const identity: fc.Arbitrary<RowIdentity> = fc.oneof(
  fc
    .constantFrom('0', '1', '2')
    .map((rule) => ({ by: 'id' as const, columns: { 'external_ids:rule': rule } })),
  fc
    .constantFrom('shop:web', '*:web')
    .map((policy) => ({ by: 'place' as const, columns: { 'external_ids:policy': policy } })),
);
const groups: fc.Arbitrary<readonly RowIdentity[]> = fc.constantFrom(
  [],
  [{ by: 'id', columns: { 'external_ids:group': 'a' } }],
  [{ by: 'id', columns: { 'external_ids:group': 'b' } }],
  [{ by: 'id', columns: { name: 'pg_*' } }],
);
const owner: fc.Arbitrary<RuleOwner> = fc.record({
  kind: fc.constant('security group'),
  name: fc.constant('web'),
  key: fc.constantFrom('one', 'two'),
  groups,
});

const acl: fc.Arbitrary<AclDefinition> = fc
  .record({
    entity: fc.constantFrom({ type: null, name: 'pg_a' }, { type: null, name: 'pg_b' }, null),
    priority,
    match: fc.option(match, { freq: 5 }),
    identities: fc.array(identity, { maxLength: 1 }),
  })
  .map((fields) => ({
    ...fields,
    ...somewhere(),
    kind: 'acl',
    format: 'ovn-nbctl',
    direction: 'to-lport',
    action: 'drop',
    tier: 0,
    name: null,
  }));
const rule: fc.Arbitrary<RuleDefinition> = fc
  .record({
    owner,
    implicit: fc.boolean(),
    identities: fc.array(identity, { maxLength: 2 }),
    forms: fc.array(
      fc.record({ match, priority }).map((form) => ({
        direction: 'to-lport' as const,
        priorities: [form.priority],
        tier: 0,
        actions: ['drop', 'allow-related'],
        match: `outport == @owner && ${form.match}`,
      })),
      { maxLength: 2 },
    ),
  })
  .map((fields) => ({ ...fields, ...somewhere(), kind: 'rule', format: 'kubernetes', label: 'rule' }));
const whole: fc.Arbitrary<OwnerDefinition> = fc
  .record({ owner, identities: fc.array(identity, { maxLength: 1 }) })
  .map((fields) => ({ ...fields, ...somewhere(), kind: 'owner', format: 'kubernetes' }));
const file: fc.Arbitrary<FileDefinitions> = fc.array(fc.oneof(acl, rule, whole), { maxLength: 5 });

/** What happens to the files of a workspace. */
type Edit =
  | { readonly kind: 'put'; readonly at: number; readonly file: FileDefinitions }
  | { readonly kind: 'take' | 'move'; readonly at: number };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), at: fc.nat(5), file }),
  fc.record({ kind: fc.constant('take' as const), at: fc.nat(5) }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(5) }),
);

function applied(files: readonly FileDefinitions[], change: Edit): readonly FileDefinitions[] {
  switch (change.kind) {
    case 'put':
      return change.at < files.length ? files.with(change.at, change.file) : [...files, change.file];
    case 'take':
      return files.toSpliced(change.at, 1);
    case 'move':
      return [...files.slice(change.at), ...files.slice(0, change.at)];
  }
}

describe('an index of files that are edited', () => {
  it('answers as one made anew, and the older one as before', () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 5 }), fc.array(edit, { maxLength: 4 }), (first, edits) => {
        let files: readonly FileDefinitions[] = first;
        let indexed = index(files, null);
        let said = answers(indexed.join);
        for (const change of edits) {
          const before = indexed;
          files = applied(files, change);
          indexed = index(files, before);
          const now = answers(indexed.join);
          assert.deepEqual(now, answers(index(files, null).join));
          assert.deepEqual(answers(before.join), said);
          said = now;
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does so too when every file was changed, one after the other', () => {
    const fileOf = (number: number): FileDefinitions => {
      const [one] = fc.sample(acl, { numRuns: 1, seed: number });
      assert.ok(one);
      return [{ ...one, match: matches[number % matches.length] ?? null }];
    };
    let files: readonly FileDefinitions[] = Array.from({ length: 80 }, (_, number) => fileOf(number));
    let indexed = index(files, null);
    for (let at = 0; at < files.length; at++) {
      files = files.with(at, fileOf(1000 + at));
      indexed = index(files, indexed);
    }
    assert.deepEqual(answers(indexed.join), answers(index(files, null).join));
  });
});
