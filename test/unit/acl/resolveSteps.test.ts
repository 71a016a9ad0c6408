import assert from 'node:assert/strict';
import { listAclFlows, resolveAclSteps } from '../../../src/core/acl/resolveSteps';
import type { Acl } from '../../../src/core/ovn/northbound';
import type { TraceHop } from '../../../src/core/trace/hop';
import { indexNetwork, makeAcl, nextUuid } from '../inventory/network';
import { makeHop, makeOutcome, makeRow, network } from './hops';

describe('resolveAclSteps', () => {
  const acl = makeAcl({ match: 'ip4 && tcp.dst == 22', priority: 900 });

  const forms: readonly [release: string, stage: string, match: string, action: Acl['action']][] = [
    ['25.03', 'ls_out_acl_eval', 'reg8[30..31] == 0 && reg0[9] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.06', 'ls_out_acl_eval', 'reg0[10] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.03', 'ls_out_acl', 'reg0[9] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.03, reject', 'ls_out_acl', '(reg0[9] == 1) && ip4 && tcp.dst == 22', 'reject'],
    [
      '20.09, reject',
      'ls_out_acl',
      '((!ct.est || (ct.est && ct_label.blocked == 1)) ) && ip4 && (ip4 && tcp.dst == 22)',
      'reject',
    ],
    ['23.03, stateless', 'ls_out_acl', 'ip4 && tcp.dst == 22', 'drop'],
    [
      '20.03',
      'ls_out_acl',
      '(!ct.est || (ct.est && ct_label.blocked == 1)) && (ip4 && tcp.dst == 22)',
      'drop',
    ],
    ['20.03, established', 'ls_out_acl', 'ct.est && ct_label.blocked == 0 && (ip4 && tcp.dst == 22)', 'drop'],
  ];
  for (const [release, stage, match, action] of forms) {
    it(`knows the flow of ${release}`, () => {
      const index = network([{ ...acl, action }]);
      const refusal = ['reg0 = 0;', 'reject { outport <-> inport; next(pipeline=ingress, table=25); };'];
      const actions = stage.endsWith('eval')
        ? ['reg8[17] = 1;', 'next;']
        : action === 'reject'
          ? refusal
          : ['drop;'];
      const steps = resolveAclSteps(
        makeOutcome([makeHop({ stage, match, priority: 1900, actions })]),
        new Map(),
        index,
      );
      assert.deepEqual(
        steps.map(({ verdict, acls }) => [verdict, acls.map((applied) => applied.acl.uuid)]),
        [[action, [acl.uuid]]],
      );
    });
  }

  it('takes the flow that resets a connection, ten above its ACL, for a reject and for nothing else', () => {
    const refuses = { ...acl, action: 'reject' };
    const higher = makeAcl({ match: 'ip4 && tcp.dst == 22', priority: 910, action: 'reject' });
    const resolve = (match: string): readonly (readonly string[])[] =>
      resolveAclSteps(
        makeOutcome([
          makeHop({ stage: 'ls_out_acl', match, priority: 1910, actions: ['tcp_reset { output; };'] }),
        ]),
        new Map(),
        network([refuses, higher]),
      ).map(({ acls }) => acls.map((applied) => applied.acl.uuid));
    const terms = '((!ct.est || (ct.est && ct_label.blocked == 1)) )';
    assert.deepEqual(resolve(`${terms} && ip4 && tcp && (ip4 && tcp.dst == 22)`), [
      [higher.uuid, refuses.uuid],
    ]);
    assert.deepEqual(resolve('(reg0[9] == 1) && ip4 && tcp.dst == 22'), [[higher.uuid]]);
  });

  it('tells equal ACLs apart by what was done', () => {
    const allows = { ...acl, uuid: nextUuid(), action: 'allow-related' };
    const resolve = (actions: readonly string[]): readonly (readonly string[])[] => {
      const hop = makeHop({
        stage: 'ls_out_acl_eval',
        match: 'reg0[9] == 1 && (ip4 && tcp.dst == 22)',
        priority: 1900,
        actions,
      });
      return resolveAclSteps(makeOutcome([hop]), new Map(), network([acl, allows])).map(({ acls }) =>
        acls.map((applied) => applied.acl.uuid),
      );
    };
    assert.deepEqual(resolve(['reg8[17] = 1;', 'next;']), [[acl.uuid]]);
    assert.deepEqual(resolve(['reg8[16] = 1;', 'next;']), [[allows.uuid]]);
  });

  it('does not take an ACL whose match only ends the same', () => {
    const short = makeAcl({ match: 'tcp.dst == 22', priority: 900 });
    const hop = makeHop({
      stage: 'ls_out_acl',
      match: 'reg0[9] == 1 && (ip4 && tcp.dst == 22)',
      priority: 1900,
      actions: ['drop;'],
    });
    const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), network([short, acl]));
    assert.deepEqual(
      step?.acls.map((applied) => applied.acl.uuid),
      [acl.uuid],
    );
  });

  it('trusts a hint only among the ACLs of the traced switch', () => {
    const twin = { ...acl, uuid: nextUuid() };
    const hop = makeHop({
      stage: 'ls_out_acl_eval',
      match: 'reg0[9] == 1 && (ip4 && tcp.dst == 22)',
      priority: 1900,
      actions: ['reg8[17] = 1;', 'next;'],
      uuid: 'deadbeef',
    });
    const outcome = makeOutcome([hop]);
    assert.deepEqual(
      listAclFlows(outcome).map(({ uuid }) => uuid),
      ['deadbeef'],
    );
    const flows = new Map([['deadbeef', [makeRow(hop, twin.uuid.slice(0, 8))]]]);
    const resolve = (index: ReturnType<typeof network>): readonly (readonly string[])[] =>
      resolveAclSteps(outcome, flows, index).map(({ acls }) => acls.map((applied) => applied.acl.uuid));
    assert.deepEqual(resolve(network([acl], [twin])), [[acl.uuid]], 'the twin is on another switch');
    assert.deepEqual(
      resolve(network([acl, twin])),
      [[twin.uuid, acl.uuid]],
      'both fit, the hinted one first',
    );
  });

  it('follows the hint where the match was changed since', () => {
    const changed = { ...acl, match: 'ip4 && tcp.dst == 2222' };
    const hop = makeHop({
      stage: 'ls_out_acl',
      match: 'reg0[9] == 1 && (ip4 && tcp.dst == 22)',
      priority: 1900,
      actions: ['drop;'],
      uuid: 'deadbeef',
    });
    const flows = new Map([['deadbeef', [makeRow(hop, changed.uuid.slice(0, 8))]]]);
    const [step] = resolveAclSteps(makeOutcome([hop]), flows, network([changed]));
    assert.equal(step?.acls[0]?.acl.uuid, changed.uuid);
  });

  it('sees through friendly names in the match', () => {
    const named = makeAcl({ match: 'outport == "u-1" && ip4', priority: 900 });
    const other = makeAcl({ match: 'outport == "b" && ip4', priority: 900 });
    const hop = makeHop({
      stage: 'ls_out_acl',
      match: 'reg0[9] == 1 && (outport == "web" && ip4)',
      priority: 1900,
      actions: ['drop;'],
    });
    const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), network([other, named]));
    assert.deepEqual(
      step?.acls.map((applied) => applied.acl.uuid),
      [named.uuid],
    );
  });

  const builtIns: readonly [string, Partial<TraceHop>, readonly [string, string | null] | null][] = [
    [
      'replies',
      {
        match: 'ct.est && !ct.rel && !ct.new && !ct.inv && ct.rpl && ct_mark.blocked == 0',
        priority: 65532,
        actions: ['reg8[16] = 1;', 'next;'],
      },
      ['allow', 'established'],
    ],
    [
      'related packets',
      {
        match: '!ct.est && ct.rel && !ct.new && !ct.inv && ct_mark.blocked == 0',
        priority: 65532,
        actions: ['reg8[16] = 1;', 'ct_commit_nat;'],
      },
      ['allow', 'established'],
    ],
    [
      'invalid ones',
      {
        match: 'ct.inv || (ct.est && ct.rpl && ct_mark.blocked == 1)',
        priority: 65532,
        ctState: ['inv', 'trk'],
        actions: ['reg8[17] = 1;', 'next;'],
      },
      ['drop', 'invalid'],
    ],
    [
      'a blocked connection where OVN does not ask for invalid states',
      {
        match: 'ct.est && ct.rpl && ct_mark.blocked == 1',
        priority: 65532,
        ctState: ['est', 'rpl', 'trk'],
        actions: ['reg8[17] = 1;', 'next;'],
      },
      ['drop', 'blocked'],
    ],
    [
      'an established connection that keeps its permission',
      {
        match: 'ct.est && ct_mark.allow_established == 1',
        priority: 65532,
        ctState: ['est', 'trk'],
        actions: ['reg0[21] = 1;', 'reg8[16] = 1;', 'next;'],
      },
      ['allow', 'established'],
    ],
    [
      'the answer of its own DHCP server, for which it asks no ACL',
      { match: 'outport == "b" && udp.src == 67', priority: 34000, actions: ['reg8[16] = 1;', 'next;'] },
      null,
    ],
    [
      'replies of a blocked connection',
      {
        match: 'ct.inv || (ct.est && ct.rpl && ct_mark.blocked == 1)',
        priority: 65532,
        ctState: ['est', 'rpl', 'trk'],
        actions: ['reg8[17] = 1;', 'next;'],
      },
      ['drop', 'blocked'],
    ],
    [
      'neighbour discovery',
      {
        match: 'nd || nd_ra || nd_rs || mldv1 || mldv2',
        priority: 65532,
        actions: ['reg8[16] = 1;', 'next;'],
      },
      ['allow', 'nd'],
    ],
    [
      'what the default leaves to the next stage',
      { match: 'ip && !ct.est', priority: 1, actions: ['reg0[1] = 1;', 'next;'] },
      null,
    ],
    ['a hop whose actions are cut off', { match: 'reg0[9] == 1 && (x)', priority: 1900, actions: [] }, null],
  ];
  for (const [what, parts, expected] of builtIns) {
    it(`names northd's own flows: ${what}`, () => {
      const hop = makeHop({ stage: 'ls_out_acl_eval', match: '1', priority: 0, actions: [], ...parts });
      const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), network([acl]));
      assert.deepEqual(step === undefined ? null : [step.verdict, step.builtIn], expected);
      assert.deepEqual(step?.acls ?? [], []);
    });
  }

  it('tells the tier in which the default decided', () => {
    const hops = [
      makeHop({
        stage: 'ls_out_acl_action',
        match: 'reg8[30..31] == 0',
        priority: 500,
        actions: ['reg8[30..31] = 1;', 'next(6);'],
      }),
      makeHop({
        stage: 'ls_out_acl_action',
        match: '1',
        priority: 0,
        actions: ['reg8[16] = 0;', 'reg8[17] = 0;'],
      }),
    ];
    assert.deepEqual(
      resolveAclSteps(makeOutcome(hops), new Map(), network([])).map(({ hop, verdict, builtIn, tier }) => [
        hop,
        verdict,
        builtIn,
        tier,
      ]),
      [[1, 'drop', 'default', 1]],
    );
  });

  it('names owners', () => {
    const rule = makeAcl({ match: 'ip4', priority: 900 });
    const index = indexNetwork({
      switches: [{ name: 's', ports: ['a', 'b'] }],
      portGroups: [
        { name: 'pg_1', ports: ['b'], acls: [rule], externalIds: { 'neutron:security_group_id': '5d1e' } },
      ],
    });
    const hop = makeHop({ stage: 'ls_out_acl', match: 'ip4', priority: 1900, actions: ['drop;'] });
    const [step] = resolveAclSteps(makeOutcome([hop]), new Map(), index);
    assert.deepEqual(
      step?.acls.map(({ owner, entities }) => [owner, entities]),
      [['security group 5d1e', [{ type: 'port-group', name: 'pg_1' }]]],
    );
  });
});
