import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import type { FailureReason } from '../../../src/core/failure';
import type { TraceReport } from '../../../src/core/session/report';
import { runThrough } from '../../../src/core/slices';
import { actionsFor, labelOfAction, isFailureAction } from '../../../src/ui/failureActions';
import { layoutAcl } from '../../../src/ui/aclDocument/layoutAcl';
import { exportReport } from '../../../src/ui/trace/exportText';
import { parseSaved, printSaved } from '../../../src/ui/trace/savedFile';
import { entryArgument, entryArguments, entryOf } from '../../../src/ui/trace/traceEntry';
import { buildHopElementsSteps } from '../../../src/ui/views/hopNodes';
import type { HopElement } from '../../../src/ui/views/hopNodes';
import { describeFilter, groupTraces } from '../../../src/ui/views/traceGroups';
import { describeAge, lineOf } from '../../../src/ui/views/traceLine';
import { acl, droppedText, link, loss, reportOf } from './report';

const buildHopElements = (report: TraceReport) => runThrough(buildHopElementsSteps(report));

function flatten(elements: readonly HopElement[]): readonly HopElement[] {
  return elements.flatMap((element) => [element, ...flatten(element.children)]);
}

describe('The Hops view', () => {
  const report = reportOf([loss([])]);

  it('is a tree of datapath, pipeline and stage', () => {
    const [datapath] = buildHopElements(report);
    assert.equal(datapath?.label, 'sw0');
    assert.deepEqual(
      datapath.children.map(({ label, description }) => `${label} ${description}`),
      ['Ingress from vm1', 'Egress to vm2'],
    );
    assert.equal(flatten([datapath]).filter(({ kind }) => kind === 'hop').length, 3);
  });

  it('marks the deciding stage by icon and by words', () => {
    const hops = flatten(buildHopElements(report)).filter((element) => element.kind === 'hop');
    const deciding = hops.find(({ row }) => row.deciding);
    assert.equal(deciding?.hop, 2);
    assert.equal(deciding.icon, 'circle-slash');
    assert.match(deciding.spoken, /^Deciding stage, /);
    assert.equal(hops[0]?.icon, 'circle-small');
  });

  it('speaks whole words and sentences, and gives no verdict on a reply that cannot be told', () => {
    const lines = flatten(buildHopElements({ ...report, reply: report, replyNote: 'It cannot be told.' }));
    const spoken = lines.map((line) => line.spoken);
    assert.deepEqual(spoken.slice(0, 3), ['Forward: Dropped', 'switch sw0', 'Ingress from vm1, 2 stages']);
    assert.ok(spoken.includes('Reply: Undecided'));
    assert.ok(spoken.includes('Egress to vm2, 1 stage'));
    for (const text of spoken) assert.doesNotMatch(text, / ,|, ,|,$|  |^,/);
  });

  it('has ids of its own for every line, with a reply as well', () => {
    const all = flatten(buildHopElements({ ...report, reply: report }));
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.deepEqual(
      all.filter(({ kind }) => kind === 'side').map(({ label, description }) => `${label}: ${description}`),
      ['Forward: Dropped', 'Reply: Dropped'],
    );
  });
});

describe('The Traces view', () => {
  it('says verdict, target and age in words', () => {
    const entry = entryOf(reportOf([loss([])]));
    const line = lineOf(entry, entry.at + 5 * 60_000);
    assert.equal(line.label, 'vm1 → vm2 TCP 22');
    assert.equal(line.description, 'Dropped, lab, 5 min ago');
    assert.equal(line.spoken, 'Dropped: vm1 → vm2 TCP 22 on lab, 5 min ago');
  });

  describe('in groups', () => {
    const now = new Date(2024, 2, 10, 9, 30);
    const entry = entryOf(reportOf([loss([])]));
    const made = [
      { ...entry, id: 'a', at: new Date(2024, 2, 10, 0, 0).getTime() },
      { ...entry, id: 'b', at: new Date(2024, 2, 9, 23, 59).getTime(), title: 'web1 → db1 TCP 5432' },
      {
        ...entry,
        id: 'c',
        at: new Date(2024, 2, 9, 0, 0).getTime(),
        verdict: 'allow' as const,
        sentence: '',
      },
      { ...entry, id: 'd', at: new Date(2024, 2, 8, 23, 59).getTime(), target: 'other' },
    ];
    const saved = [{ ...entry, id: 's', title: 'the shop', verdict: null, saved: true }];
    const groups = (filter: string) =>
      groupTraces(made, saved, filter, now).groups.map(({ label, entries }) => [
        label,
        entries.map(({ id }) => id).join(''),
      ]);

    it('stands what was made by the day, and what was saved', () => {
      assert.deepEqual(groups(''), [
        ['Today', 'a'],
        ['Yesterday', 'bc'],
        ['Earlier', 'd'],
        ['Saved', 's'],
      ]);
    });

    it('shows what has every word of the filter in title, target or verdict', () => {
      assert.deepEqual(groups('WEB1 5432'), [['Yesterday', 'b']]);
      assert.deepEqual(groups('other'), [['Earlier', 'd']]);
      assert.deepEqual(groups('allowed'), [['Yesterday', 'c']]);
      assert.deepEqual(groups('shop'), [['Saved', 's']]);
      assert.deepEqual(groups('shop nowhere'), []);
    });

    it('says what the filter leaves, and when it leaves nothing', () => {
      const words = (filter: string) => describeFilter(filter, groupTraces(made, saved, filter, now));
      assert.equal(words(''), '');
      assert.equal(words('db1'), 'Filter "db1": 1 of 5 shown');
      assert.equal(words('nowhere'), 'No trace fits the filter "nowhere".');
    });
  });

  it('gives a command all that are selected, else the one', () => {
    const one = entryOf(reportOf([]));
    const other = { ...one, id: 'other' };
    assert.deepEqual(entryArguments(one, undefined), [one]);
    assert.deepEqual(entryArguments(one, [one, { kind: 'group' }, other]), [one, other]);
    assert.deepEqual(entryArguments({ kind: 'group' }, undefined), []);
  });

  it('counts ages in fitting units', () => {
    const hour = 3_600_000;
    assert.deepEqual([0, hour / 2, 3 * hour, 72 * hour].map(describeAge), [
      'just now',
      '30 min ago',
      '3 h ago',
      '3 days ago',
    ]);
  });

  it('takes entries as arguments of commands, and nothing else', () => {
    const entry = entryOf(reportOf([]));
    assert.deepEqual(entryArgument(entry), entry);
    for (const value of [undefined, null, 'x', {}, { ...entry, request: { inport: 1 } }]) {
      assert.equal(entryArgument(value), undefined);
    }
  });
});

describe('Saved traces', () => {
  const entry = { ...entryOf(reportOf([])), title: 'ssh to "vm2"', saved: true };

  it('come back from the file as they were saved', () => {
    const [read, ...others] = parseSaved(printSaved([entry]));
    assert.deepEqual(others, []);
    assert.equal(read?.title, entry.title);
    assert.deepEqual(JSON.parse(JSON.stringify(read.request)), JSON.parse(JSON.stringify(entry.request)));
    assert.equal(read.target, 'lab');
    assert.equal(read.saved, true);
  });

  it('say what is wrong with a file that people have edited', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"traces":[{}]}',
      '{"traces":[{"name":"a","request":{"in_port":"x"}}]}',
    ]) {
      assert.throws(() => parseSaved(text), { name: 'TraceFailure', reason: 'config-invalid' }, text);
    }
  });
});

describe('The export', () => {
  const report = reportOf([loss([link('security/acls.sh', 6)])]);

  it('as Markdown names verdict, rule and place, and holds the output', () => {
    const text = exportReport(report, 'markdown', (file) => file);
    assert.match(text, /^## Dropped: vm1 → vm2 TCP 22$/m);
    assert.match(text, /`security\/acls\.sh:7` \(exact\)/);
    assert.match(text, /ACL `deny`, priority 900, drop, on `pg`/);
    assert.ok(text.includes('ls_out_acl (northd.c:6746)'));
  });

  it('as Markdown lets no name become markup', () => {
    const evil = acl('a`b <img src=x>', { match: '```' });
    const explained = loss([]);
    const step = { ...explained.aclStep!, acls: [{ acl: evil, entities: [], owner: null }] };
    const hostile = reportOf([{ ...explained, aclStep: step }], {
      target: '[x](http://y)',
      output: '```\n# x',
    });
    const text = exportReport(hostile, 'markdown', (file) => file);
    assert.ok(text.includes('`` a`b <img src=x> ``'));
    assert.ok(text.includes('\\[x\\](http://y)'));
    assert.ok(text.includes('````text\n```\n# x\n````'));
  });

  it('as JSON is the result, as text the output', () => {
    const result = JSON.parse(exportReport(report, 'json', (file) => file)) as { verdict: string };
    assert.equal(result.verdict, 'drop');
    assert.equal(
      exportReport(report, 'text', (file) => file),
      droppedText,
    );
  });
});

describe('The document of a live ACL', () => {
  it('holds its columns, where it applies, and how to look it up', () => {
    const text = layoutAcl({
      acl: acl('deny', { externalIds: { owner: 'x' } }),
      entities: [{ type: 'port-group', name: "it's" }],
      ports: ['vm1', 'vm2'],
      target: 'lab',
      readAt: 0,
    });
    assert.match(text, /^match\s+: outport == @pg && ip$/m);
    assert.match(text, /^external_ids\s+: \{owner="x"\}$/m);
    assert.match(text, /^port group it's$/m);
    assert.match(text, /^# Ports in its scope \(2\)$/m);
    assert.ok(text.includes('ovn-nbctl list ACL deny-uuid'));
    assert.match(text, /^ovn-nbctl --type=port-group acl-list .*it.*s/m);
  });

  it('says when an ACL is set on nothing, and keeps each name on its line', () => {
    const lone = { acl: acl('a\nb'), entities: [], ports: [], target: 'lab', readAt: 0 };
    const text = layoutAcl(lone);
    assert.match(text, /nothing: OVN does not ask it anywhere/);
    assert.equal(text.split('\n').filter((line) => line.startsWith('name')).length, 1);
  });
});

describe('A failure', () => {
  it('offers at most two actions, and a cancelled one none', () => {
    const of = (reason: FailureReason) => actionsFor(new TraceFailure(reason, 'It failed.'));
    assert.deepEqual(of('cancelled'), []);
    assert.deepEqual(of('no-target'), ['addTarget', 'startDemo']);
    for (const reason of ['untrusted', 'authentication', 'bad-microflow', 'internal'] as const) {
      const actions = of(reason);
      assert.ok(actions.length >= 1 && actions.length <= 2, reason);
      for (const action of actions) assert.ok(labelOfAction(action));
    }
  });

  it('that the other client can mend offers it first', () => {
    const remedy = { kind: 'use-openssh', target: 'lab' } as const;
    assert.deepEqual(actionsFor(new TraceFailure('key-file', 'It is a FIDO key.', { remedy })), [
      'useOpenSsh',
      'openSettings',
    ]);
  });

  it('takes as action only what is one', () => {
    assert.ok(isFailureAction('showLog'));
    assert.ok(!isFailureAction('toString'));
  });
});
