import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareTraces } from '../../../src/core/compare/compareTraces';
import type { BranchPair } from '../../../src/core/compare/comparison';
import { interpretText } from '../../../src/core/session/interpretText';
import type { TraceReport } from '../../../src/core/session/report';
import {
  allowedReport,
  answeredReport,
  backendsReport,
  changedReports,
  droppedReport,
  mixedReport,
  oneWayReport,
  readTrace,
  rejectedReport,
  reportOf,
  tcpRequest,
  undecidedReport,
  unresolvedReport,
} from '../../support/panelReports';
import { englishIn, speakPseudoLanguage } from '../../support/pseudoLanguage';
import { traces } from '../trace/fixtures';

const read = (text: string): TraceReport => interpretText(text, { now: () => 0 });

const reports: readonly TraceReport[] = [
  ...traces.map(({ text }) => read(text)),
  ...[droppedReport, rejectedReport, allowedReport, oneWayReport, backendsReport, mixedReport].map((make) =>
    make(),
  ),
  ...[answeredReport, unresolvedReport, undecidedReport].map((make) => make()),
];

const otherName: Readonly<Record<string, string>> = { before: 'after', after: 'before' };

/**
 * The comparison in an order that does not hang on its sides, which `swapped` swaps. Sentences are left out, for they name the
 * sides.
 */
function normalize(value: unknown, swapped: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, swapped));
    const isOfObjects = items.every((item) => typeof item === 'object' && item !== null);
    return isOfObjects ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const nameOf = (name: string): string => (swapped ? (otherName[name] ?? name) : name);
  const entries = Object.entries(value)
    .filter(([key]) => !['sentence', 'elsewhere', 'limits'].includes(key))
    .map(([key, item]): [string, unknown] => [
      nameOf(key),
      key === 'state' ? nameOf(String(item)) : normalize(item, swapped),
    ]);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function hopsOf(branches: readonly BranchPair[], side: 'before' | 'after'): readonly number[] {
  return branches
    .flatMap(({ runs }) => runs)
    .flatMap((run) => run[side])
    .sort((one, other) => one - other);
}

describe('comparison of two traces', () => {
  it('finds no difference between a trace and itself', () => {
    for (const report of reports) {
      const comparison = compareTraces(report, report);
      assert.equal(comparison.same, true, comparison.sentence);
      assert.match(comparison.sentence, /^Nothing that counts differs: /);
      assert.equal(comparison.firstDifference, null);
      assert.ok(comparison.branches.every(({ runs }) => runs.every(({ kind }) => kind === 'same')));
    }
  });

  it('is the mirror of the comparison the other way round, with each step on each side once', () => {
    const any = fc.nat(reports.length - 1);
    fc.assert(
      fc.property(any, any, (first, second) => {
        const [one, other] = [reports[first]!, reports[second]!];
        const comparison = compareTraces(one, other);
        assert.deepEqual(normalize(comparison, true), normalize(compareTraces(other, one), false));
        for (const [side, report] of [
          ['before', one],
          ['after', other],
        ] as const) {
          assert.deepEqual(
            hopsOf(comparison.branches, side),
            report.outcome.hops.map(({ index }) => index),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never calls two traces of different fates the same', () => {
    const any = fc.nat(reports.length - 1);
    fc.assert(
      fc.property(any, any, (first, second) => {
        const [one, other] = [reports[first]!, reports[second]!];
        const facts = ({ outcome }: TraceReport) =>
          JSON.stringify([
            outcome.verdict,
            outcome.arrivals.map(({ port }) => port).sort(),
            outcome.hops.map(({ datapath, stage, match, priority }) => [datapath, stage, match, priority]),
          ]);
        if (facts(one) !== facts(other)) assert.equal(compareTraces(one, other).same, false);
      }),
      { numRuns: 300 },
    );
  });

  it('does not take other UUIDs of logical flows, table numbers or places in the source for a difference', () => {
    for (const name of ['lab-dropped', 'lab-rejected']) {
      const text = readTrace(name);
      const later = text
        .replace(/uuid [0-9a-f]{8}/g, (found) => `uuid ${found.slice(9)}${found.slice(5, 9)}`)
        .replace(/northd\.c:(\d+)/g, 'northd.c:9$1')
        .replace(
          /^( *)(\d+)(\. ls_)/gm,
          (_, indent: string, table: string, rest: string) => `${indent}${Number(table) + 3}${rest}`,
        )
        .replace(/table=(\d+)/g, (_, table: string) => `table=${Number(table) + 3}`)
        .replace(/reg14=0x\w+/, 'reg14=0x77');
      assert.notEqual(later, text);
      const comparison = compareTraces(read(text), read(later));
      assert.equal(comparison.same, true, comparison.sentence);
    }
  });

  it('tells another state of the connection once for each lookup, not at each step that keeps it', () => {
    const text = readTrace('lab-dropped');
    const lookups = [...text.matchAll(/ct_next\(ct_state=new/g)].length;
    const other = text.replaceAll('ct_next(ct_state=new', 'ct_next(ct_state=new|rpl');
    const runs = compareTraces(read(text), read(other)).branches.flatMap((branch) => branch.runs);
    const told = runs.filter((run) => run.kind === 'differs' && run.fields.includes('connection'));
    assert.ok(told.length > 0 && told.length <= lookups, String(told.length));
  });

  it('names the ACL that decided before and the one that decides after, and the step', () => {
    const { before, after } = changedReports();
    const comparison = compareTraces(before, after);
    assert.equal(
      comparison.sentence,
      'Before: dropped by ACL db-deny-all (priority 1001). After: allowed by ACL db-http (priority 1005).',
    );
    const first = comparison.firstDifference;
    for (const [report, hop] of [
      [before, first?.before],
      [after, first?.after],
    ] as const)
      assert.equal(report.outcome.hops[hop ?? -1]?.stage, 'ls_out_acl_eval');
    assert.equal(comparison.decided, null);
    assert.deepEqual(
      comparison.acls.map(({ state, before: one, after: other, elsewhere }) => [
        state,
        (one ?? other)?.acls[0].acl.name,
        elsewhere,
      ]),
      [
        ['same', 'web-egress', null],
        ['before', 'db-deny-all', null],
        ['after', 'db-http', 'Before: no such ACL applied to this port.'],
      ],
    );
    assert.deepEqual(comparison.results, [
      { name: 'Ports reached', before: [], after: ['db1'] },
      { name: 'Losses', before: ['ACL_DROP at db, port db1'], after: [] },
    ]);
  });

  it('tells an ACL that was changed from one that was made anew', () => {
    const report = droppedReport();
    const withAcl = (change: object): TraceReport => {
      const patch = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(patch);
        if (typeof value !== 'object' || value === null) return value;
        const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, patch(item)]));
        return copy['name'] === 'db-deny-all' && 'priority' in copy && 'uuid' in copy
          ? { ...copy, ...change }
          : copy;
      };
      return { ...report, explanation: patch(report.explanation) as TraceReport['explanation'] };
    };
    const anew = compareTraces(report, withAcl({ uuid: '00000000-1111-4222-8333-444444444444' }));
    assert.equal(anew.same, true, anew.sentence);
    const changed = compareTraces(report, withAcl({ match: 'outport == @pg_db && ip4' }));
    assert.equal(
      changed.sentence,
      'Dropped by ACL db-deny-all (priority 1001) both times. What differs: the ACLs that took part.',
    );
    assert.deepEqual(
      changed.acls.map(({ state, fields }) => [state, fields]),
      [
        ['same', []],
        [
          'changed',
          [{ name: 'Match', before: 'outport == @pg_db && ip', after: 'outport == @pg_db && ip4' }],
        ],
      ],
    );
  });

  it('tells what became of a rule that allows no more', () => {
    const { before: denied, after: allowed } = changedReports();
    const rule = allowed.explanation.aclSteps
      .flatMap(({ acls }) => acls)
      .find(({ acl }) => acl.name === 'db-http')!;
    const withAsked = (match: string): TraceReport => {
      const [loss] = denied.explanation.losses;
      const asked = {
        ...rule,
        acl: { ...rule.acl, match },
        asked: 'no',
        failing: 'tcp.dst == 8080',
        misses: 1,
        definitions: [],
      } as const;
      const losses = [{ ...loss!, askedAcls: [asked, ...loss!.askedAcls] }];
      return { ...denied, explanation: { ...denied.explanation, losses } };
    };
    const gone = compareTraces(allowed, denied).acls.find(({ state }) => state === 'before');
    assert.equal(gone?.elsewhere, 'After: no such ACL applies to this port any more.');
    const edited = compareTraces(allowed, withAsked('tcp.dst == 8080')).acls.find(
      ({ state }) => state === 'before',
    );
    assert.equal(edited?.elsewhere, 'After: does not match, it needs tcp.dst == 8080.');
    assert.deepEqual(edited.fields, [{ name: 'Match', before: rule.acl.match, after: 'tcp.dst == 8080' }]);
  });

  it('names the fields of the packet that differ, and what ovn-trace was told', () => {
    const text = readTrace('lab-dropped');
    const one = reportOf(text, tcpRequest(80));
    const plan = { ...one.plan!, ct: ['est'], repeatsCt: true, lbDst: '10.0.2.12:80' };
    const flow = one.parsed.flow!.replace('tp_dst=80', 'tp_dst=443').replace('reg14=0x1', 'reg14=0x9');
    const other = { ...one, target: 'other', plan, parsed: { ...one.parsed, flow } };
    assert.deepEqual(compareTraces({ ...one, plan: { ...one.plan!, repeatsCt: true } }, other).asked, [
      { name: 'Target', before: 'ovn-lab', after: 'other' },
      { name: 'Destination port', before: '80', after: '443' },
      { name: 'Conntrack states', before: 'new', after: 'est' },
      { name: 'Backend', before: null, after: '10.0.2.12:80' },
    ]);
  });

  it('aligns the copies of a flood by their port', () => {
    const text = readTrace('174-run23-mc-unknown');
    const start = text.indexOf('    egress(dp="sw1"');
    const copy = text.slice(start, text.indexOf('    egress(dp="sw1"', start + 10));
    const port = /outport="(\w+)"/.exec(copy)![1]!;
    const added = text.slice(0, start) + copy.replaceAll(`"${port}"`, '"added"') + text.slice(start);
    const comparison = compareTraces(read(text), read(added));
    const other = comparison.branches.filter(({ runs }) => runs.some(({ kind }) => kind !== 'same'));
    assert.equal(other.length, 1);
    assert.equal(other[0]!.before, null);
    assert.deepEqual(comparison.results, [{ name: 'Ports reached', before: [], after: ['added'] }]);
  });

  it('says what it cannot compare', () => {
    const minimal = read(readTrace('191-run23-routed-minimal'));
    const whole = read(readTrace('194-run23-routed'));
    const comparison = compareTraces(minimal, whole);
    assert.equal(comparison.same, false);
    assert.deepEqual(comparison.limits, ['The trace before shows no stages, so the steps are not compared.']);
  });

  it('compares the reply, and each backend', () => {
    const one = oneWayReport();
    const reply = { ...allowedReport(), id: 'reply', reply: null };
    const comparison = compareTraces(one, { ...one, reply });
    assert.equal(comparison.reply.kind === 'both' && comparison.reply.comparison.same, false);
    assert.match(comparison.sentence, /What differs: the reply\.$/);
    const all = backendsReport();
    const traced = all.choices!.traced.map((choice) => ({
      ...choice,
      report: all.choices!.traced[0]!.report,
    }));
    assert.deepEqual(compareTraces(all, { ...all, choices: { ...all.choices!, traced } }).choices, [
      {
        name: '10.0.2.12:5432',
        before: 'dropped by ACL db-deny-all (priority 1001)',
        after: 'allowed by ACL db-from-web (priority 1002)',
      },
      {
        name: '10.0.2.13:5432',
        before: 'allowed, but its reply does not come back',
        after: 'allowed by ACL db-from-web (priority 1002)',
      },
    ]);
  });

  it('compares thousands of copies in time that grows with them', () => {
    const text = readTrace('174-run23-mc-unknown');
    const start = text.indexOf('    egress(dp="sw1"');
    const copy = text.slice(start, text.indexOf('    egress(dp="sw1"', start + 10));
    const port = /outport="(\w+)"/.exec(copy)![1]!;
    const flood = (copies: number, first: number): TraceReport =>
      read(
        text.slice(0, start) +
          Array.from({ length: copies }, (_, at) => copy.replaceAll(`"${port}"`, `"p${at + first}"`)).join(
            '',
          ) +
          text.slice(start),
      );
    const [one, other] = [flood(10_000, 0), flood(10_000, 5)];
    const begun = performance.now();
    const comparison = compareTraces(one, other);
    assert.ok(performance.now() - begun < 3000, `${performance.now() - begun} ms`);
    assert.equal(comparison.branches.filter(({ before }) => before === null).length, 5);
  });
});

describe('A comparison in another language', () => {
  speakPseudoLanguage();

  it('has all its words in it', () => {
    const told = traces.slice(0, 40).map(({ text }) => read(text));
    const pairs = told.flatMap((before, at) => told.slice(at + 1).map((after) => ({ before, after })));
    for (const { before, after } of pairs) {
      const { sentence, asked, results, remarks, limits, acls } = compareTraces(before, after);
      const names = [...asked, ...results, ...remarks, ...acls.flatMap(({ fields }) => fields)].map(
        ({ name }) => name,
      );
      const elsewhere = acls.map((change) => change.elsewhere ?? '');
      for (const text of [sentence, ...limits, ...elsewhere]) assert.deepEqual(englishIn(text), [], text);
      for (const name of names) assert.doesNotMatch(name, /^[A-Z][a-z]+$|[a-z]{2} [a-z]{2}/);
    }
  });
});
