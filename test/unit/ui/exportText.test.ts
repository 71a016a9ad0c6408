import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt, { type Token } from 'markdown-it';
import type { TraceReport } from '../../../src/core/session/report';
import { exportReport } from '../../../src/ui/trace/exportText';
import { hostileStrings } from '../../support/hostileStrings';
import { acl, link, loss, reportOf } from './report';

const renderer = new MarkdownIt({ html: true });

function tokensIn(markdown: string): readonly Token[] {
  return renderer.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);
}

/** A report with the text in every place that a network, a file or an SSH server can put one. */
function reportWith(text: string): TraceReport {
  const place = link(`rules/${text}`, 1);
  const explained = loss([place]);
  const cause = { ...explained.cause, sentence: text, advice: [text] };
  const acls = [
    { acl: acl(text, { match: text }), entities: [], owner: text },
    { acl: acl('deny', { match: text }), entities: [{ type: 'switch' as const, name: text }], owner: null },
    { acl: acl('', { match: text, action: text }), entities: [], owner: null },
  ];
  const step = { ...explained.aclStep!, acls };
  return reportOf(
    [{ ...explained, cause, aclStep: step }],
    {
      target: text,
      ovnVersion: text,
      replyNote: text,
      output: text,
      request: null,
      plan: { datapath: text, microflow: text, ct: [], lbDst: null, openFlow: false },
    },
    { sentence: text, warnings: [{ message: text, acl: null }] },
  );
}

const ours = ['<details><summary>Output of ovn-trace</summary>\n', '</details>\n'];
/** What a text that became markup would be. */
const active = new Set([
  'link_open',
  'image',
  'html_inline',
  's_open',
  'hr',
  'lheading_open',
  'blockquote_open',
]);

function assertInert(text: string): void {
  const markdown = exportReport(reportWith(text), 'markdown', (file) => file);
  const tokens = tokensIn(markdown);
  const found = tokens.filter(
    ({ type, content }) => active.has(type) || (type === 'html_block' && !ours.includes(content)),
  );
  assert.deepEqual(
    found.map(({ type, content }) => [type, content]),
    [],
    markdown,
  );
  // The frame stands as it does around any text.
  assert.equal(tokens.filter(({ type }) => type === 'html_block').length, 2);
  assert.equal(tokens.filter(({ type }) => type === 'heading_open').length, 1);
  assert.equal(tokens.filter(({ type }) => type === 'fence').length, 2);
}

describe('The Markdown export of hostile texts', () => {
  const markup = [
    '<img src=x onerror=alert(1)>',
    'a`<img src=x>',
    '``<b>``',
    '[x](command:workbench.action.quit)',
    '![x](http://192.0.2.1/x.png)',
    '<http://192.0.2.1>',
    '~~~\n# x',
    '\n\n# heading\n\n',
    '</details>',
    '\n</details>\n<script>x</script>',
    '&lt;b&gt;',
    '- - -',
    '[x]: http://192.0.2.1\n\n[x]',
    '> quote',
    '\\`<b>`',
    '`'.repeat(40),
  ];

  for (const text of [...markup, ...hostileStrings.filter((word) => word !== '')]) {
    it(`makes nothing of ${JSON.stringify(text)}`, () => assertInert(text));
  }

  it('makes nothing of any other', () => {
    const piece = fc.constantFrom(
      ...Array.from('`<>[]()!\\*_~#&|-=+. \n\t'),
      'a',
      '<b>',
      '](x)',
      '```',
      '~~~',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => assertInert(pieces.join(''))),
      { numRuns: 300 },
    );
  });

  it('and the JSON export hold no character that deceives', () => {
    const text = 'a\u001b[2J\u009b31m\u202eb\u2028\u007f\u{e0041}';
    const json = exportReport(reportWith(text), 'json', (file) => file);
    assert.match(json, /^[\n -~]*$/);
    assert.equal((JSON.parse(json) as { output: string }).output, text);
  });
});
