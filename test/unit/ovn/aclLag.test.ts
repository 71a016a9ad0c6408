import assert from 'node:assert/strict';
import { findAclLag } from '../../../src/core/ovn/aclLag';
import { describeLag, stillBehind } from '../../../src/core/ovn/northdLag';
import type { Lag } from '../../../src/core/ovn/northdLag';
import { parseTables, type OvsdbRow } from '../../../src/core/ovn/ovsdbJson';

const uuidOf = (start: string): string => `${start.padEnd(8, '0')}-0000-4000-8000-000000000000`;

function row(table: string, cells: Readonly<Record<string, unknown>>): OvsdbRow {
  const listing = JSON.stringify({ headings: Object.keys(cells), data: [Object.values(cells)] });
  return parseTables(listing, [table]).get(table)![0]!;
}

function acl(start: string, match: string, priority = 100, more: object = {}): OvsdbRow {
  const named = { _uuid: ['uuid', uuidOf(start)], priority, match, direction: 'to-lport', name: ['set', []] };
  return row('ACL', { ...named, ...more });
}

function flow(hint: string | null, match: string, priority = 1100): OvsdbRow {
  const ids = hint === null ? [] : [['stage-hint', hint.padEnd(8, '0')]];
  return row('Logical_Flow', { priority, match, external_ids: ['map', ids] });
}

/** What is missing where all ACLs are on one switch, with a port or without. */
function missing(acls: readonly OvsdbRow[], flows: readonly OvsdbRow[], hasPort = true): string[] {
  const holder = row('Logical_Switch', {
    _uuid: ['uuid', uuidOf('f')],
    ports: ['set', hasPort ? [['uuid', uuidOf('e')]] : []],
    acls: ['set', acls.map((each) => ['uuid', each.uuid])],
  });
  const northbound = { ACL: acls, Port_Group: [], Logical_Switch: [holder] };
  return findAclLag(northbound, flows).map(({ kind, id }) => `${kind} ${id.slice(0, 4)}`);
}

describe('ACLs and the flows that stand for them', () => {
  it('belong together by match and priority, whatever stands before the match', () => {
    for (const text of [
      'ip4',
      '(ip4)',
      'reg0[7] == 1 && (ip4)',
      'reg8[30..31] == 2 && reg0[9] == 1 && (ip4)',
    ])
      assert.deepEqual(missing([acl('a', 'ip4')], [flow('a', text)]), []);
    assert.deepEqual(missing([acl('a', '(x) || (y)')], [flow('a', 'reg0[7] == 1 && ((x) || (y))')]), []);
    assert.deepEqual(missing([acl('a', 'ip4'), acl('b', 'ip6')], [flow('a', '(ip4)')]), ['acl b000']);
    assert.deepEqual(missing([acl('a', 'ip4'), acl('b', 'ip4', 7)], [flow('a', '(ip4)')]), ['acl b000']);
  });

  it('may share a flow, whose hint is of another one or of one that has gone', () => {
    const twins = [acl('a', 'ip4'), acl('b', 'ip4')];
    assert.deepEqual(missing(twins, [flow('a', '(ip4)')]), []);
    assert.deepEqual(missing(twins, [flow('c', '(ip4)')]), []);
  });

  it('are not asked for where no port is, or northd refuses them', () => {
    assert.deepEqual(missing([acl('a', 'ip4')], [], false), []);
    const refused = acl('b', 'ip6', 100, { network_function_group: ['uuid', uuidOf('d')] });
    assert.deepEqual(missing([acl('a', 'ip4'), refused], [flow('a', '(ip4)')]), []);
  });

  it('are told by the hint alone in a release that writes matches otherwise', () => {
    const acls = [acl('a', 'ip4'), acl('b', 'ip6')];
    const flows = [flow('a', 'ip.is_v4 /* other */'), flow('b', 'ip.is_v6')];
    assert.deepEqual(
      missing(acls, flows).filter((text) => text.startsWith('acl')),
      [],
    );
    assert.deepEqual(missing(acls, flows.slice(1)), ['acl a000']);
  });

  it('leave out flows that northd makes of its own accord', () => {
    const own = [flow(null, '(udp)'), flow('d', 'udp.src == 67', 34_000), flow('d', '1', 0)];
    assert.deepEqual(missing([acl('a', 'ip4')], [flow('a', '(ip4)'), ...own]), []);
    const left = [flow('d', 'reg0[9] == 1 && (udp)'), flow('d', 'reg0[10] == 1 && (udp)')];
    assert.deepEqual(missing([acl('a', 'ip4')], [flow('a', '(ip4)'), ...left]), ['removed-acl d000']);
  });
});

describe('What ovn-northd has not done', () => {
  const port = (name: string): Lag => ({ kind: 'port', id: name, name });

  it('counts only when it is missing twice', () => {
    assert.deepEqual(stillBehind([port('b'), port('c')], [port('a'), port('b')]), [port('b')]);
    const counted = (done: number): Lag => ({ kind: 'counter', id: `${done}`, name: `${done} of 9` });
    assert.deepEqual(stillBehind([counted(8)], [counted(7)]), []);
  });

  it('is told by its first kind, with how many more', () => {
    assert.equal(describeLag([]), null);
    const lags = [port('a'), port('b'), { kind: 'acl', id: 'x', name: 'x' } as const];
    assert.equal(
      describeLag(lags),
      'the port a (and 1 more) of the northbound database is not in the southbound one',
    );
  });
});
