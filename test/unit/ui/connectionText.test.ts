import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import { targetSchema } from '../../../src/core/session/target';
import type { ConnectionStatus } from '../../../src/target/session';
import { connectionText } from '../../../src/ui/targets/connectionText';

const target = targetSchema.parse({ name: 'lab', type: 'ssh', host: 'central1', username: 'ops' });
const said = (status: ConnectionStatus, passedMs = 0) =>
  connectionText(target, { status, since: 1000 }, null, 1000 + passedMs);

describe('The connection in the status bar', () => {
  it('counts down to the next try, and says why the connection was lost', () => {
    const lost = { state: 'lost', attempt: 3, retryInMs: 4000, reason: 'read ECONNRESET' } as const;
    assert.equal(said(lost).text, '$(warning) OVN: lab, reconnecting in 4 s');
    assert.equal(said(lost, 2500).text, '$(warning) OVN: lab, reconnecting in 2 s');
    assert.equal(said(lost, 9000).text, '$(warning) OVN: lab, reconnecting in 0 s');
    assert.equal(said(lost).label, 'OVN target lab: not connected (read ECONNRESET); try 3 begins in 4 s');
  });

  it('tells every state from every other by its words, without icon and colour', () => {
    const failure = new TraceFailure('authentication', 'central1 did not let ops in.');
    const states: readonly ConnectionStatus[] = [
      { state: 'idle' },
      { state: 'idle', failure },
      { state: 'connecting', attempt: 1 },
      { state: 'connecting', attempt: 2 },
      { state: 'connected' },
      { state: 'lost', attempt: 1, retryInMs: 1000, reason: null },
    ];
    const texts = states.map((status) => said(status));
    assert.equal(new Set(texts.map(({ label }) => label)).size, states.length);
    assert.equal(new Set(texts.map(({ tooltip }) => tooltip)).size, states.length);
    assert.ok(texts[1]!.tooltip.includes('central1 did not let ops in.'));
    for (const { tooltip } of texts) assert.ok(tooltip.startsWith('lab: ssh ops@central1\n'));
    assert.deepEqual(
      [connectionText(target, null, null, 0).label, connectionText(target, null, null, 0).text],
      ['OVN target lab: not connected; the next trace connects', '$(vm-outline) OVN: lab'],
    );
  });

  it('says of this machine that nothing has to be connected', () => {
    const local = targetSchema.parse({ name: 'here', type: 'local' });
    assert.match(connectionText(local, null, null, 0).label, /where VS Code runs its extensions/);
  });

  it('says what is done on it, but not over what is wrong with the connection', () => {
    const told = (status: ConnectionStatus) => connectionText(target, { status, since: 0 }, 'tracing', 0);
    assert.deepEqual(
      [told({ state: 'connected' }).text, told({ state: 'connected' }).label],
      ['$(sync~spin) OVN: lab, tracing', 'OVN target lab: connected, tracing'],
    );
    const lost = told({ state: 'lost', attempt: 1, retryInMs: 2000, reason: null });
    assert.equal(lost.text, '$(warning) OVN: lab, reconnecting in 2 s');
    const local = targetSchema.parse({ name: 'here', type: 'local' });
    assert.equal(connectionText(local, null, 'reading', 0).text, '$(sync~spin) OVN: here, reading');
  });

  it('shows a name or a reason as text, never as an icon or on lines of its own', () => {
    const sly = targetSchema.parse({ name: '$(check)\n\u202ex', type: 'ssh', host: 'h' });
    const { text, label } = connectionText(
      sly,
      { status: { state: 'lost', attempt: 1, retryInMs: 0, reason: 'a\nb' }, since: 0 },
      null,
      0,
    );
    assert.equal(text.split('$(').length, 2);
    assert.ok(!/[\n\u202e]/.test(text + label));
  });
});
