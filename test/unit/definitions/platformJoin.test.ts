import assert from 'node:assert/strict';
import type {
  AclForm,
  Definition,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
  RuleOwner,
} from '../../../src/core/definitions/definition';
import { indexDefinitions } from '../../../src/core/definitions/join';
import type { ExternalIds } from '../../../src/core/ovn/northbound';
import { liveGroups, type LiveAcl } from './liveGroups';

const nowhere = { line: 0, character: 0, offset: 0 };
const place = {
  format: 'kubernetes' as const,
  file: 'rules.yaml',
  range: { start: nowhere, end: nowhere },
  matchRange: { start: nowhere, end: nowhere },
};

function owner(name: string, groups: readonly RowIdentity[] = []): RuleOwner {
  return { kind: 'security group', name, key: name, groups };
}
function form(match: string, changes: Partial<AclForm> = {}): AclForm {
  return {
    direction: 'to-lport',
    priorities: [1002],
    tier: 0,
    actions: ['allow-related'],
    match,
    ...changes,
  };
}
function rule(changes: Partial<RuleDefinition> & Pick<RuleDefinition, 'owner'>): RuleDefinition {
  return { ...place, kind: 'rule', label: 'rule', implicit: false, identities: [], forms: [], ...changes };
}
function whole(changes: Partial<OwnerDefinition> & Pick<OwnerDefinition, 'owner'>): OwnerDefinition {
  return { ...place, kind: 'owner', identities: [], ...changes };
}

interface Group {
  readonly name: string;
  readonly externalIds?: ExternalIds;
  readonly acls: readonly LiveAcl[];
}

/** A network of port groups; the ACLs in their order. */
function network(...groups: readonly Group[]) {
  return liveGroups(
    Object.fromEntries(
      groups.map(({ name, acls }) => [name, acls.map((acl) => ({ priority: 1002, ...acl }))]),
    ),
    Object.fromEntries(groups.map(({ name, externalIds = {} }) => [name, externalIds])),
  );
}

/** What the links of each ACL say: which definition, how surely. */
function joined(definitions: readonly Definition[], live: ReturnType<typeof network>) {
  const index = indexDefinitions(definitions);
  return live.inventory.acls.map((acl) =>
    index.aclLinks(acl, [], live).map(({ definition, confidence }) => {
      const name =
        definition.kind === 'acl'
          ? 'acl'
          : `${definition.owner.name}/${'label' in definition ? definition.label : ''}`;
      return `${confidence} ${name}`;
    }),
  );
}

const ssh = 'outport == @pg_a && ip4 && tcp && tcp.dst == 22';
const sshForm = form('outport == @owner && ip4 && tcp && tcp.dst == 22');
const web = 'outport == @pg_a && ip4 && tcp && tcp.dst == 80';
const webForm = form('outport == @owner && ip4 && tcp.dst == 80 && tcp');

describe('a rule with an id', () => {
  const id: RowIdentity = { by: 'id', columns: { 'external_ids:rule': '7' } };
  it('is exact whatever its shape is', () => {
    const live = network({
      name: 'pg_a',
      acls: [
        { match: ssh, externalIds: { rule: '7' } },
        { match: web, externalIds: { rule: '8' } },
      ],
    });
    const definitions = [
      rule({ owner: owner('a'), identities: [id], forms: [webForm] }),
      rule({ owner: owner('b'), forms: [webForm] }),
    ];
    assert.deepEqual(joined(definitions, live), [['exact a/rule'], ['candidate b/rule']]);
  });
});

describe('a rule known by owner and index', () => {
  const at = (index: number, namespace = 'shop'): RowIdentity => ({
    by: 'place',
    columns: {
      'external_ids:name': `${namespace}:web`,
      direction: 'to-lport',
      'external_ids:index': String(index),
    },
  });
  const ids = (index: number) => ({ name: 'shop:web', index: String(index) });
  const live = network({
    name: 'pg_a',
    acls: [
      { match: ssh, externalIds: ids(0) },
      { match: web, externalIds: ids(1) },
    ],
  });
  const first = (changes: Partial<RuleDefinition> = {}) =>
    rule({ owner: owner('shop/web'), label: '0', identities: [at(0)], forms: [sshForm], ...changes });

  it('is exact when it becomes the match', () => {
    assert.deepEqual(joined([first()], live)[0], ['exact shop/web/0']);
  });
  it('is derived when what it becomes cannot be told', () => {
    assert.deepEqual(joined([first({ forms: [] })], live)[0], ['derived shop/web/0']);
  });
  it('is derived when the match, or the priority, is another by now', () => {
    assert.deepEqual(joined([first({ forms: [form('outport == @owner && udp')] })], live)[0], [
      'derived shop/web/0',
    ]);
    assert.deepEqual(joined([first({ forms: [{ ...sshForm, priorities: [7] }] })], live)[0], [
      'derived shop/web/0',
    ]);
  });
  it('is at most derived when the file leaves the namespace open', () => {
    assert.deepEqual(joined([first({ identities: [at(0, '*')] })], live)[0], ['derived shop/web/0']);
    const other = network({
      name: 'pg_a',
      acls: [{ match: ssh, externalIds: { name: 'shop:api', index: '0' } }],
    });
    assert.deepEqual(joined([first({ identities: [at(0, '*')], owner: owner('x', [at(0)]) })], other), [[]]);
  });
  it('gives way to the rule of the same owner that has the match, when the file was reordered', () => {
    const definitions = [
      first({ label: '0', identities: [at(0)], forms: [webForm] }),
      first({ label: '1', identities: [at(1)], forms: [sshForm] }),
    ];
    const group: Group = {
      name: 'pg_a',
      acls: [
        { match: ssh, externalIds: ids(0) },
        { match: web, externalIds: ids(1) },
      ],
    };
    assert.deepEqual(joined(definitions, network(group)), [['derived shop/web/1'], ['derived shop/web/0']]);
  });
  it('is exact by that one of its forms that has the tier', () => {
    const forms = [sshForm, { ...sshForm, tier: 2 }];
    const newer = network({ name: 'pg_a', acls: [{ match: ssh, tier: 2, externalIds: ids(0) }] });
    assert.deepEqual(joined([first({ forms })], live)[0], ['exact shop/web/0']);
    assert.deepEqual(joined([first({ forms: forms.toReversed() })], newer)[0], ['exact shop/web/0']);
  });
  it('is not exact twice', () => {
    const copies = [first(), first({ file: 'copy.yaml' })];
    assert.deepEqual(joined(copies, live)[0], ['derived shop/web/0', 'derived shop/web/0']);
  });
});

describe('a rule known by its shape alone', () => {
  const live = network(
    { name: 'pg_a', acls: [{ match: ssh }, { match: web }] },
    { name: 'pg_b', acls: [{ match: ssh.replace('pg_a', 'pg_b') }] },
  );
  it('is derived when the rules of its group are those of the live one', () => {
    const definitions = [
      rule({ owner: owner('both'), label: 'ssh', forms: [sshForm] }),
      rule({ owner: owner('both'), label: 'web', forms: [webForm] }),
      rule({ owner: owner('one'), label: 'ssh', forms: [sshForm] }),
    ];
    assert.deepEqual(joined(definitions, live), [
      ['derived both/ssh'],
      ['derived both/web'],
      ['derived one/ssh'],
    ]);
  });
  it('is a candidate when two groups are alike', () => {
    const definitions = ['one', 'two'].map((name) =>
      rule({ owner: owner(name), label: 'ssh', forms: [sshForm] }),
    );
    assert.deepEqual(joined(definitions, live)[2], ['candidate one/ssh', 'candidate two/ssh']);
  });
  it('is a candidate when the live group has more, and of two that one with more in common', () => {
    const definitions = [
      rule({ owner: owner('near'), label: 'ssh', forms: [sshForm] }),
      rule({ owner: owner('far'), label: 'ssh', forms: [sshForm] }),
      rule({ owner: owner('far'), label: 'udp', forms: [form('outport == @owner && udp')] }),
    ];
    assert.deepEqual(joined(definitions, live)[0], ['candidate near/ssh']);
  });
  it('may lack rules that the platform adds by itself', () => {
    const definitions = [
      rule({ owner: owner('one'), label: 'ssh', forms: [sshForm] }),
      rule({
        owner: owner('one'),
        label: 'all out',
        implicit: true,
        forms: [form('inport == @owner && ip4')],
      }),
    ];
    assert.deepEqual(joined(definitions, live)[2], ['derived one/ssh']);
  });
  it('is none when the verdict is another', () => {
    const [links] = joined([rule({ owner: owner('one'), forms: [{ ...sshForm, actions: ['drop'] }] })], live);
    assert.deepEqual(links, []);
  });
  it('keeps sets apart that are taken out of others', () => {
    const acls = [
      { match: 'ip4.src == $a1 && ip4.src != $a2 && outport == @pg_a' },
      { match: 'ip4.dst == $a1 && ip4.dst != $a2 && outport == @pg_a' },
    ];
    const definitions = [
      rule({
        owner: owner('a'),
        forms: [form('outport == @owner && ip4.src == $peer && ip4.src != $except')],
      }),
    ];
    assert.deepEqual(joined(definitions, network({ name: 'pg_a', acls })), [['candidate a/rule'], []]);
  });
  it('stands for any sets where only the platform knows their names', () => {
    const peers = network({ name: 'pg_a', acls: [{ match: 'ip4.src == {$a1, $a2} && outport == @pg_a' }] });
    const definitions = [rule({ owner: owner('a'), forms: [form('outport == @owner && ip4.src == $peer')] })];
    assert.deepEqual(joined(definitions, peers), [['derived a/rule']]);
  });
});

describe('an owner that is known by its group', () => {
  const group: RowIdentity = { by: 'id', columns: { 'external_ids:sg': 'g1' } };
  const live = network({ name: 'pg_a', externalIds: { sg: 'g1' }, acls: [{ match: ssh }] });
  it('has its rules derived, and no other owner has', () => {
    const definitions = [
      rule({ owner: owner('mine', [group]), forms: [sshForm] }),
      rule({ owner: owner('like it'), forms: [sshForm] }),
      rule({ owner: owner('other', [{ by: 'id', columns: { 'external_ids:sg': 'g2' } }]), forms: [sshForm] }),
    ];
    assert.deepEqual(joined(definitions, live), [['derived mine/rule']]);
  });
  it('is where a missing allow has to stand', () => {
    const place = whole({ owner: owner('mine', [group]) });
    const links = indexDefinitions([place, whole({ owner: owner('other') })]).ownerLinks('pg_a', live);
    assert.deepEqual(links, [
      {
        definition: place,
        confidence: 'exact',
        because: 'port group pg_a is of the same owner',
        differs: [],
      },
    ]);
  });
  it('is found by its rules where nothing else tells', () => {
    const place = whole({ owner: owner('like it') });
    const index = indexDefinitions([place, rule({ owner: owner('like it'), forms: [sshForm] })]);
    assert.deepEqual(
      index.ownerLinks('pg_a', live).map(({ definition, confidence }) => [definition, confidence]),
      [[place, 'derived']],
    );
  });
});
