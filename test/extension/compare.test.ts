import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { eventually } from '../support/processes';
import { historyEntry } from './historyEntry';

const extension = () => vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace')!;
const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

const deny = ['to-lport', '900', 'outport == @db_tier && ip'];

describe('two traces compared in the editor', () => {
  let ovn: PrivateOvn;
  const title = 'Compare: web1 → db1 TCP 5432';

  before(async () => {
    ovn = await startDemoNetwork(join(extension().extensionPath, 'fixtures', 'demo'));
    const { northbound, southbound } = ovn;
    await vscode.workspace
      .getConfiguration('ovnTrace')
      .update(
        'targets',
        [{ name: 'compared', type: 'local', northbound, southbound }],
        vscode.ConfigurationTarget.Global,
      );
    await extension().activate();
    const { showWarningMessage } = vscode.window;
    Object.assign(vscode.window, { showWarningMessage: () => Promise.resolve('Delete') });
    await vscode.commands.executeCommand('ovnTrace.clearHistory');
    Object.assign(vscode.window, { showWarningMessage });
  });
  after(async () => {
    await vscode.workspace
      .getConfiguration('ovnTrace')
      .update('targets', undefined, vscode.ConfigurationTarget.Global);
    await ovn.stop();
  });

  const trace = (port: number) =>
    vscode.commands.executeCommand('ovnTrace.traceAgain', historyEntry('compared', port));
  const closeAll = () => vscode.commands.executeCommand('workbench.action.closeAllEditors');

  it('opens no page where there is no trace before', async () => {
    await closeAll();
    await trace(5432);
    await vscode.commands.executeCommand('ovnTrace.compareWithPrevious');
    assert.equal(labels().includes(title), false);
  });

  it('opens a page with the trace before, of the same packet', async () => {
    await ovn.check(['ovn-nbctl', 'acl-del', 'db_tier', ...deny]);
    await ovn.sync();
    await trace(22);
    await trace(5432);
    await vscode.commands.executeCommand('ovnTrace.compareWithPrevious');
    await eventually('the page', () => labels().includes(title));
  });

  it('takes the trace before an edit of the packet, in the page that is open', async () => {
    await trace(80);
    await vscode.commands.executeCommand('ovnTrace.compareWithPrevious');
    await eventually('the page', () =>
      labels().includes('Compare: web1 → db1 TCP 5432 and web1 → db1 TCP 80'),
    );
    assert.equal(labels().filter((label) => label.startsWith('Compare: ')).length, 1);
  });

  it('takes arguments that mean nothing, and more lines than two, without opening a page', async () => {
    await closeAll();
    const lines = [1, 2, 3].map((port) => historyEntry('compared', port));
    await vscode.commands.executeCommand('ovnTrace.compareTraces', lines[0], lines);
    await vscode.commands.executeCommand('ovnTrace.compareTraces', lines[0], lines.slice(0, 2));
    assert.deepEqual(
      labels().filter((label) => label.startsWith('Compare: ')),
      [],
    );
  });
});
