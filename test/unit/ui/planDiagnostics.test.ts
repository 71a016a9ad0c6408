import assert from 'node:assert/strict';
import fc from 'fast-check';
import { summarizeChoices } from '../../../src/core/session/choiceSentence';
import { moveRange, planDiagnostics, questionOf } from '../../../src/ui/diagnostics/planDiagnostics';
import { acl, link, loss, reportOf, request } from './report';

const asked = (name: string, definitionLine: number, more: object) => ({
  acl: acl(name, { action: 'allow-related', priority: 1000 }),
  entities: [],
  owner: null,
  asked: 'no' as const,
  failing: null,
  misses: 0,
  definitions: [link('a.sh', definitionLine)],
  ...more,
});

describe('The diagnostics of a trace', () => {
  it('stand on the match of the rule that dropped the packet, with its cause', () => {
    const [diagnostic, ...others] = planDiagnostics(reportOf([loss([link('a.sh', 7)])]));
    assert.deepEqual(others, []);
    assert.equal(diagnostic?.file, 'a.sh');
    assert.equal(diagnostic.range.start.line, 7);
    assert.equal(diagnostic.range.start.character, 30);
    assert.equal(diagnostic.code, 'ACL_DROP');
    assert.equal(diagnostic.severity, 'warning');
    assert.equal(diagnostic.message, 'ACL deny drops it.');
  });

  it('relate the rules that were asked, each with what it needs, but not the one that decided', () => {
    const acls = [
      asked('ssh', 3, { failing: 'tcp.dst == 2222' }),
      asked('deny', 7, { asked: 'decides' }),
      asked('late', 9, { asked: 'later' }),
      asked('elsewhere', 0, { definitions: [] }),
    ];
    const [diagnostic] = planDiagnostics(reportOf([loss([link('a.sh', 7)], acls)]));
    assert.deepEqual(
      diagnostic?.related.map(({ range, message }) => [range.start.line, message]),
      [
        [3, 'ssh (allow-related, priority 1000) does not match: it needs tcp.dst == 2222.'],
        [9, 'late (allow-related, priority 1000) is asked after the rule that decided, so it was not asked.'],
      ],
    );
  });

  it('stand on the rule that stops a reply when it certainly does, and only then', () => {
    const reply = reportOf([loss([link('a.sh', 5)])]);
    const arrived = { ...reportOf([]), reply };
    assert.deepEqual(planDiagnostics(arrived), []);
    const finding = { code: 'ONE_WAY' as const, message: 'It does not come back.', acl: null };
    const oneWay = { ...arrived, explanation: { ...arrived.explanation, warnings: [finding] } };
    const [diagnostic, ...others] = planDiagnostics(oneWay);
    assert.deepEqual(others, []);
    assert.deepEqual([diagnostic?.code, diagnostic?.range.start.line], ['ONE_WAY', 5]);
    assert.equal(
      diagnostic?.message,
      'The packet arrives, but its reply does not come back. ACL deny drops it.',
    );
  });

  it('stand on the rules of every backend that was traced', () => {
    const traced = [3, 4].map((line) => ({
      option: `10.0.0.${line}:80`,
      report: reportOf([loss([link('a.sh', line)])]),
    }));
    const report = summarizeChoices(request, {
      ...{ kind: 'backend', datapath: 'web', traced, omitted: 0, offline: [] },
    });
    assert.deepEqual(
      planDiagnostics(report).map(({ range }) => range.start.line),
      [3, 4],
    );
  });

  it('say of a candidate that it is one, and of the first only', () => {
    const planned = planDiagnostics(
      reportOf([loss([link('a.sh', 1, 'candidate'), link('a.sh', 2, 'candidate')])]),
    );
    assert.equal(planned.length, 1);
    assert.equal(planned[0]?.severity, 'information');
    assert.match(planned[0].message, /This may be the rule \(same match\)\.$/);
  });

  it('stand on a rule without effect', () => {
    const broken = { message: 'OVN cannot read the match.', acl: 'broken-uuid' };
    const report = reportOf(
      [],
      {},
      { warnings: [broken], definitions: { 'broken-uuid': [link('b.sh', 4)] } },
    );
    const [diagnostic] = planDiagnostics(report);
    assert.deepEqual(
      [diagnostic?.file, diagnostic?.code, diagnostic?.message],
      ['b.sh', null, broken.message],
    );
  });

  it('are there once when forward and reply say the same', () => {
    const forward = reportOf([loss([link('a.sh', 7)])]);
    assert.equal(planDiagnostics({ ...forward, reply: forward }).length, 1);
  });

  it('answer a question: the same request on the same target, whenever', () => {
    const one = reportOf([], { id: 'one', startedAt: 1 });
    assert.equal(questionOf(one), questionOf(reportOf([], { id: 'two', startedAt: 2 })));
    assert.notEqual(questionOf(one), questionOf(reportOf([], { target: 'other' })));
    assert.notEqual(questionOf(one), questionOf(reportOf([], { request: { ...request, ttl: 1 } })));
  });
});

describe('An edit of the text under a diagnostic', () => {
  it('moves it when it lies before, leaves it when it lies behind, ends it when it touches', () => {
    const range = { start: 10, end: 20 };
    assert.deepEqual(moveRange(range, { offset: 2, removed: 1, inserted: 4 }), { start: 13, end: 23 });
    assert.deepEqual(moveRange(range, { offset: 25, removed: 3, inserted: 0 }), range);
    for (const offset of [10, 15, 20])
      assert.equal(moveRange(range, { offset, removed: 0, inserted: 1 }), null);
    assert.equal(moveRange(range, { offset: 5, removed: 6, inserted: 0 }), null);
  });

  it('never changes the text it stands on', () => {
    const text = fc.string({ minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.nat(90),
        fc.nat(10),
        fc.string(),
        (before, marked, behind, at, removed, inserted) => {
          const whole = before + marked + behind;
          const offset = Math.min(at, whole.length);
          const cut = Math.min(removed, whole.length - offset);
          const range = { start: before.length, end: before.length + marked.length };
          const moved = moveRange(range, { offset, removed: cut, inserted: inserted.length });
          const edited = whole.slice(0, offset) + inserted + whole.slice(offset + cut);
          if (moved !== null) assert.equal(edited.slice(moved.start, moved.end), marked);
        },
      ),
    );
  });
});
