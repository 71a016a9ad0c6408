import assert from 'node:assert/strict';
import { listAskedAcls } from '../../../src/core/acl/askedAcls';
import { findIneffectiveAcls } from '../../../src/core/acl/ineffectiveAcls';
import { listAclFlows, resolveAclSteps } from '../../../src/core/acl/resolveSteps';
import type { LogicalFlowRow } from '../../../src/core/ovn/logicalFlows';
import type { Acl } from '../../../src/core/ovn/northbound';
import type { TraceHop } from '../../../src/core/trace/hop';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { indexNetwork, makeAcl, nextUuid } from '../inventory/network';

function makeHop(
  parts: Partial<TraceHop> & Pick<TraceHop, 'stage' | 'match' | 'priority' | 'actions'>,
): TraceHop {
  return {
    index: 0,
    datapath: 's',
    datapathKind: 'switch',
    pipeline: parts.stage?.startsWith('ls_in') === true ? 'ingress' : 'egress',
    inport: 'a',
    outport: parts.stage?.startsWith('ls_in') === true ? null : 'b',
    table: 8,
    source: null,
    uuid: null,
    implicitDrop: false,
    openFlows: [],
    ctState: ['new', 'trk'],
    ctAssumed: false,
    branch: 0,
    line: 0,
    ...parts,
  };
}

function makeOutcome(hops: readonly TraceHop[]): TraceOutcome {
  return {
    verdict: 'drop',
    hops: hops.map((hop, index) => ({ ...hop, index })),
    branches: [{ index: 0, parent: null, origin: 'packet', madeBy: null, forkHop: null }],
    arrivals: [],
    losses: [],
    answers: [],
    undecided: null,
    refusal: null,
  };
}

function makeRow(hop: TraceHop, stageHint: string | null): LogicalFlowRow {
  return {
    uuid: `${hop.uuid ?? ''}-0000-4000-8000-000000000000`,
    pipeline: hop.pipeline,
    table: hop.table,
    priority: hop.priority ?? 0,
    match: hop.match,
    actions: '',
    stage: hop.stage,
    source: null,
    stageHint,
    datapath: null,
    datapathGroup: null,
  };
}

const network = (acls: readonly Acl[], other: readonly Acl[] = []): ReturnType<typeof indexNetwork> =>
  indexNetwork({
    switches: [
      { name: 's', ports: ['a', 'b', { name: 'u-1', friendlyName: 'web' }], acls },
      { name: 'other', ports: ['c'], acls: other },
    ],
  });

describe('resolveAclSteps', () => {
  const acl = makeAcl({ match: 'ip4 && tcp.dst == 22', priority: 900 });

  const forms: readonly [release: string, stage: string, match: string, action: Acl['action']][] = [
    ['25.03', 'ls_out_acl_eval', 'reg8[30..31] == 0 && reg0[9] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.06', 'ls_out_acl_eval', 'reg0[10] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.03', 'ls_out_acl', 'reg0[9] == 1 && (ip4 && tcp.dst == 22)', 'drop'],
    ['23.03, reject', 'ls_out_acl', '(reg0[9] == 1) && ip4 && tcp.dst == 22', 'reject'],
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
      const actions = stage.endsWith('eval') ? ['reg8[17] = 1;', 'next;'] : ['drop;'];
      const steps = resolveAclSteps(
        makeOutcome([makeHop({ stage, match, priority: 1900, actions })]),
        new Map(),
        index,
      );
      assert.deepEqual(
        steps.map(({ verdict, acls }) => [verdict, acls.map((applied) => applied.acl.uuid)]),
        [['drop', [acl.uuid]]],
      );
    });
  }

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
    assert.deepEqual(listAclFlows(outcome), ['deadbeef']);
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

describe('findIneffectiveAcls', () => {
  const hop = makeHop({ stage: 'ls_out_check_port_sec', match: '1', priority: 0, actions: ['next;'] });
  const find = (acls: readonly Acl[], messages: readonly string[] = []): readonly (string | null)[] =>
    findIneffectiveAcls(
      [hop],
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
    assert.deepEqual(findIneffectiveAcls([hop], [{ message }], index), []);
  });

  it('looks only at the direction the packet was asked in', () => {
    assert.deepEqual(find([makeAcl({ name: 'bad', match: 'ip4 &&', direction: 'from-lport' })]), []);
  });
});
