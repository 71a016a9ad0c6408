import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { writeFlood } from '../../bench/flood';
import { TraceFailure } from '../../src/core/failure';
import { interpretText } from '../../src/core/session/interpretText';
import { TracePanel } from '../../src/ui/panel/panel';
import { eventually } from '../support/processes';

const flood = interpretText(writeFlood(2_000_000).text, Date);
const small = interpretText(
  '# ip\n\ningress(dp="sw", inport="vm1")\n---\n 0. ls_in_x: 1, priority 0\n    drop;\n',
  Date,
);

const labels = (): readonly string[] =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
/** Titles of tabs come back from the editor a moment later. */
const editorHasTold = () => new Promise((resolve) => setTimeout(resolve, 300));
const shows = (label: string) => eventually(label, () => labels().includes(label));

describe('the panel, while the page of a large trace is being made', () => {
  let panel: TracePanel;

  beforeEach(() => {
    const { extensionUri } = vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace')!;
    const nothing = () => undefined;
    panel = new TracePanel(extensionUri, {
      ...{ start: nothing, traceAgain: nothing, traceReverse: nothing, traceReply: nothing, edit: nothing },
      ...{ traceEach: nothing, openChoice: nothing, retry: nothing, openRecent: nothing, compare: nothing },
      ...{ copyCommand: nothing, exportReport: nothing, openDefinition: nothing, openAcl: nothing },
      ...{ openCause: nothing, openRaw: nothing, revealHop: nothing, failureAction: nothing },
      previousOf: () => null,
      recent: () => [],
      staleness: () => null,
      namesOf: () => null,
      restore: () => Promise.resolve(null),
    });
  });
  afterEach(async () => {
    panel.dispose();
    await eventually('it is closed', () => labels().length === 0);
  });

  it('leaves the extension host its turns', async () => {
    const asked: { isShown?: true } = {};
    let turns = 0;
    const showing = panel.showReport(flood).then(() => (asked.isShown = true));
    for (; asked.isShown === undefined; turns++) await setImmediate();
    await showing;
    assert.ok(turns > 15, `${turns} turns`);
    await shows('Allowed: vm-source');
  });

  it('shows the trace that was to be shown last', async () => {
    const older = panel.showReport(flood);
    await panel.showReport(small);
    await shows('Dropped: vm1');
    await older;
    await editorHasTold();
    assert.deepEqual(labels(), ['Dropped: vm1']);
  });

  it('shows a failure that came meanwhile', async () => {
    const older = panel.showReport(flood);
    panel.showFailure(new TraceFailure('bad-request', 'It is wrong.'), { request: null, actions: [] });
    await older;
    await editorHasTold();
    assert.deepEqual(labels(), ['Trace failed']);
  });

  it('lets a trace go on that began meanwhile, and can be cancelled', async () => {
    let cancelled = '';
    panel.showRunning('the older', () => (cancelled += 'older'));
    const older = panel.showReport(flood);
    panel.showRunning('the newer', () => (cancelled += 'newer'));
    await older;
    await shows('Allowed: vm-source');
    await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
    await eventually('the newer is cancelled', () => cancelled === 'newer');
  });

  it('stays closed when it was closed meanwhile', async () => {
    await panel.showReport(small);
    await shows('Dropped: vm1');
    const showing = panel.showReport(flood);
    panel.dispose();
    await showing;
    await editorHasTold();
    assert.deepEqual(labels(), []);
  });
});
