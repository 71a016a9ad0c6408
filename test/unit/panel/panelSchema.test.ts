import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isToPanel } from '../../../src/protocol/panelMessages';
import { fromPanelSchema } from '../../../src/protocol/panelSchema';

const kinds = [
  ...['start', 'again', 'reverse', 'reply', 'edit', 'traceEach', 'openChoice', 'cancel', 'copyCommand'],
  ...['copyText', 'export', 'openDefinition', 'openAcl', 'openCause', 'openRaw', 'revealHop'],
];
const texts = [
  'command:workbench.action.terminal.new',
  'file:///etc/passwd',
  'https://example.org',
  '../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  'a\0b',
  'X'.repeat(200),
  '$(id)',
];

const accepts = (message: unknown): boolean => fromPanelSchema.safeParse(message).success;
const request = (action: unknown): unknown => ({ type: 'request', id: 1, action });

describe('messages of the panel', () => {
  it('takes what the browser code sends', () => {
    assert.ok(accepts({ type: 'ready' }));
    for (const action of [
      { kind: 'again' },
      { kind: 'copyText', text: 'x' },
      { kind: 'export', format: 'markdown' },
      { kind: 'openDefinition', link: 0 },
      { kind: 'openAcl', uuid: '43b14a36-aa0d-44c7-8fac-6240aa544c4d' },
      { kind: 'openCause', code: 'ACL_DROP' },
      { kind: 'revealHop', side: 'reply', hop: 3 },
      { kind: 'traceEach', what: 'backend' },
      { kind: 'openChoice', choice: 0 },
    ]) {
      assert.ok(accepts(request(action)), JSON.stringify(action));
    }
  });

  it('takes nothing else', () => {
    for (const message of [
      null,
      'ready',
      { type: 'readyish' },
      request({ kind: 'run', command: 'rm' }),
      request({ kind: 'openDefinition', link: -1 }),
      request({ kind: 'openDefinition', link: '0' }),
      request({ kind: 'openDefinition', file: '/etc/passwd' }),
      request({ kind: 'openAcl', uuid: '../../x' }),
      request({ kind: 'openCause', code: 'https://example.org' }),
      request({ kind: 'export', format: 'exe' }),
      request({ kind: 'again', extra: true }),
      request({ kind: 'traceEach', what: 'everything' }),
      request({ kind: 'openChoice', choice: -1 }),
      { type: 'request', id: 1.5, action: { kind: 'again' } },
    ]) {
      assert.ok(!accepts(message), JSON.stringify(message));
    }
  });

  it('takes no address, path, command or object where a number or a name stands', () => {
    const hostile = fc.oneof(fc.constantFrom(...texts), fc.jsonValue());
    for (const key of ['link', 'section', 'choice', 'hop', 'uuid', 'code', 'format', 'what', 'side', 'id']) {
      for (const kind of kinds) {
        for (const text of texts)
          assert.ok(!accepts(request({ kind, [key]: text })), `${kind} ${key} ${text}`);
        assert.ok(!accepts(request({ kind, [key]: { toString: 'x' } })), `${kind} ${key}`);
      }
    }
    fc.assert(
      fc.property(fc.string(), hostile, (kind, value) => {
        assert.ok(!accepts(request({ kind: `x${kind}`, command: value })));
        assert.ok(!accepts(request({ kind: 'again', [`x${kind}`]: value })));
      }),
    );
  });

  it('tells its own messages from those of others in the same window', () => {
    assert.ok(isToPanel({ type: 'done', id: 1 }));
    assert.ok(isToPanel({ type: 'failed', id: 1, message: 'It failed.' }));
    assert.ok(
      isToPanel({
        type: 'state',
        state: { running: null, content: { kind: 'empty', recent: [], canRetry: false }, note: null },
      }),
    );
    assert.ok(isToPanel({ type: 'showHop', side: 'forward', hop: 1 }));
    for (const message of [
      undefined,
      1,
      {},
      { type: 'state' },
      { type: 'state', state: {} },
      { type: 'state', state: { running: null, content: 'empty' } },
      { type: 'done' },
      { type: 'failed', id: '1' },
      { type: 'failed', id: 1, message: { html: '<b>' } },
      { type: 'showHop', side: 'sideways', hop: 1 },
      { source: 'devtools' },
    ]) {
      assert.ok(!isToPanel(message));
    }
  });
});
