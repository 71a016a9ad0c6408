import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import { interpretText } from '../../../src/core/session/interpretText';
import { comparisonMarkdown } from '../../../src/ui/comparison/markdown';
import { hostileStrings } from '../../support/hostileStrings';
import { changedReports, droppedReport, readTrace } from '../../support/panelReports';
import { comparisonOf, modelOf } from '../../support/panelStates';
import { buildPanelModel } from '../../../src/ui/panel/model';

const context = { displayPath: (file: string) => file, displayTime: () => 'now' };

describe('page of a comparison', () => {
  it('begins with what became of the packet, the step and the ACLs', () => {
    const { before, after } = changedReports();
    const { title, forward, reply, links } = comparisonOf(before, after);
    assert.equal(title, 'web1 → db1 TCP 80');
    assert.deepEqual([forward.before.text, forward.after.text], ['Dropped', 'Allowed']);
    const [first, ...others] = forward.steps;
    assert.deepEqual(others, []);
    assert.deepEqual(first!.fields, ['match', 'priority', 'actions']);
    assert.equal(first!.before!.place, 'db, egress pipeline to db1');
    assert.equal(first!.after!.result!.text, 'Allowed by db-http');
    assert.deepEqual(
      forward.acls.map(({ change, name, links: places }) => [
        change,
        name,
        places.map((at) => links[at]!.label),
      ]),
      [
        ['same', 'web-egress', []],
        ['before', 'db-deny-all', ['security/db-acls.sh:12']],
        ['after', 'db-http', ['security/db-acls.sh:11']],
      ],
    );
    assert.equal(reply, null);
  });

  it('folds runs of equal steps and shows each step that is not', () => {
    const { before, after } = changedReports();
    const { runs } = comparisonOf(before, after).forward;
    assert.deepEqual(
      runs.map(({ folded, rows }) => [folded, rows.length]),
      [
        [true, 41],
        [false, 5],
      ],
    );
  });

  it('stays small for a flood, and counts what it leaves out', () => {
    const text = readTrace('174-run23-mc-unknown');
    const start = text.indexOf('    egress(dp="sw1"');
    const copy = text.slice(start, text.indexOf('    egress(dp="sw1"', start + 10));
    const port = /outport="(\w+)"/.exec(copy)![1]!;
    const flood = (from: number) =>
      interpretText(
        text.slice(0, start) +
          Array.from({ length: 2000 }, (_, at) => copy.replaceAll(`"${port}"`, `"p${at + from}"`)).join('') +
          text.slice(start),
        { now: () => 0 },
      );
    const { forward } = comparisonOf(flood(0), flood(1000));
    const rows = forward.runs.reduce((sum, run) => sum + run.rows.length, 0);
    assert.ok(rows <= 1500, String(rows));
    assert.match(
      forward.stepNotes.join(' '),
      /^\d+ more branches alike in both\. \d+ more steps not shown\.$/,
    );
    assert.ok(JSON.stringify(forward).length < 2_000_000);
  });

  it('as Markdown tells the same, and makes nothing of hostile names', () => {
    const { before, after } = changedReports();
    const markdown = comparisonMarkdown(comparisonOf(before, after));
    assert.match(markdown, /^## Comparison: web1 → db1 TCP 80$/m);
    assert.match(markdown, /^- Before: \*\*Dropped\*\*\. /m);
    assert.match(markdown, /^- Only after: ACL `db-http`, allow-related, to-lport, priority 1005, /m);
    assert.match(markdown, /^\| Ports reached \| – \| db1 \|$/m);
    for (const text of [
      '<img src=x onerror=alert(1)>',
      '[x](command:quit)',
      '| a | b',
      '`',
      ...hostileStrings,
    ]) {
      const hostile = {
        ...after,
        target: text,
        explanation: { ...after.explanation, sentence: text, warnings: [{ message: text, acl: null }] },
      };
      const tokens = new MarkdownIt({ html: true })
        .parse(comparisonMarkdown(comparisonOf(before, hostile)), {})
        .flatMap((token) => [token, ...(token.children ?? [])]);
      const active = tokens.filter(
        ({ type, content }) =>
          ['link_open', 'image', 'html_block'].includes(type) ||
          (type === 'html_inline' && content !== '<br>'),
      );
      assert.deepEqual(
        active.map(({ content }) => content),
        [],
        text,
      );
      const cells = tokens.filter(({ type }) => type === 'td_open').length;
      const rows = tokens.filter(({ type }) => type === 'tr_open').length;
      assert.equal(cells, 3 * (rows - 1), text);
    }
  });

  it('is offered by the panel where the same packet fared otherwise before', () => {
    const { before, after } = changedReports();
    const was = (sameQuestion: boolean, report = before) =>
      buildPanelModel(after, context, { report, sameQuestion }).model;
    assert.deepEqual(was(true).was, { tone: 'drop', icon: 'drop', text: 'Was: Dropped' });
    assert.equal(was(true, after).was, null);
    assert.equal(was(false).was, null);
    assert.equal(was(false).can.compare, true);
    assert.deepEqual([modelOf(droppedReport()).was, modelOf(droppedReport()).can.compare], [null, false]);
  });
});
