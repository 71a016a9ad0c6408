import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import * as vscode from 'vscode';
import { commandId, commandsThatNeedTrust } from '../../../src/contributions';
import type { ApiRequest, TraceResult } from '../../../src/core/session/result';
import type { Inventories } from '../../../src/ui/inventory/inventories';
import type { Targets } from '../../../src/ui/targets/targets';
import { TopologyView } from '../../../src/ui/topology/topologyView';
import { historyEntry } from '../historyEntry';

interface Api {
  trace(request: ApiRequest): Promise<TraceResult>;
  parse(text: string): Promise<TraceResult>;
}

const extension = () => vscode.extensions.getExtension<Api>('ovn-packet-trace.ovn-packet-trace')!;
const request: ApiRequest = { in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: 5432 };
const sentence = 'Nothing is run while this workspace is in Restricted Mode.';

/** What a line of the Traces view passes. */
const entry = historyEntry('user', 5432);

/**
 * In Restricted Mode nothing runs, not even on a target of the user's own settings: what leads there may come from the
 * workspace. The targets here write a file as soon as anything is run on them.
 */
describe('in Restricted Mode', () => {
  let folder: string;
  /** What notifications said. The extension has the same `vscode.window`, since the tests are in its folder. */
  let shown: string[] = [];
  const { showErrorMessage } = vscode.window;
  const ran = (): boolean => existsSync(join(folder, 'ran'));

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'restricted-'));
    writeFileSync(join(folder, 'run.sh'), `#!/bin/sh\n: > '${join(folder, 'ran')}'\n`, { mode: 0o755 });
    const target = (name: string) => ({ name, type: 'local', commandPrefix: [join(folder, 'run.sh')] });
    const settings = vscode.workspace.getConfiguration('ovnTrace');
    await settings.update('targets', [target('user')], vscode.ConfigurationTarget.Global);
    await extension().activate();
    Object.assign(vscode.window, {
      showErrorMessage: (message: string) => Promise.resolve(void shown.push(message)),
    });
  });
  beforeEach(() => (shown = []));
  after(() => {
    Object.assign(vscode.window, { showErrorMessage });
    rmSync(folder, { recursive: true });
  });

  it('the window is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('settings of the workspace are not in force', async () => {
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.vscode', 'settings.json');
    const ofWorkspace = {
      'ovnTrace.targets': [{ name: 'workspace', type: 'local' }],
      'ovnTrace.defaultTarget': 'workspace',
      'ovnTrace.definitions.include': ['/etc/**'],
      'ovnTrace.traceReply': false,
      'ovnTrace.openFlow': true,
      'ovnTrace.maxOutputMegabytes': 1,
    };
    const changed = new Promise<void>((resolve) => {
      const listener = vscode.workspace.onDidChangeConfiguration(() => {
        listener.dispose();
        resolve();
      });
      setTimeout(resolve, 2000);
    });
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(ofWorkspace)));
    await changed;
    for (const [id, value] of Object.entries(ofWorkspace)) {
      assert.notDeepEqual(vscode.workspace.getConfiguration().get(id), value, id);
    }
  });

  it('the API refuses a trace with a sentence, and still reads text', async () => {
    const result = await extension().exports.trace(request);
    assert.deepEqual([result.verdict, result.error?.reason], ['error', 'untrusted']);
    assert.ok(result.error?.message.includes(sentence));
    assert.equal((await extension().exports.parse('no trace')).error?.reason, 'not-a-trace');
    assert.equal(ran(), false);
  });

  it('each command that runs something refuses with a sentence when it is called by a program', async () => {
    for (const name of commandsThatNeedTrust) {
      shown = [];
      await vscode.commands.executeCommand(commandId(name));
      assert.equal(shown.length, 1, name);
      assert.ok(shown[0]?.includes(sentence), name);
    }
    assert.equal(ran(), false);
  });

  it('the Topology view lists no target, so that nothing can be opened there', () => {
    const { createTreeView } = vscode.window;
    const event = () => new vscode.Disposable(() => undefined);
    Object.assign(vscode.window, {
      createTreeView: () => ({ onDidExpandElement: event, dispose: () => undefined }),
    });
    try {
      const targets = { list: () => [{ name: 'user' }], onDidChange: event } as unknown as Targets;
      const inventories = { onDidChange: event } as unknown as Inventories;
      const view = new TopologyView(targets, inventories, {} as vscode.LogOutputChannel);
      assert.deepEqual(view.getChildren(), []);
      view.dispose();
    } finally {
      Object.assign(vscode.window, { createTreeView });
    }
  });

  it('nor do arguments, an old entry or a document of a live ACL lead to a run', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    assert.ok(shown[0]?.includes(sentence));
    // The panel says it.
    await vscode.commands.executeCommand('ovnTrace.showTrace', entry);
    const uri = vscode.Uri.from({ scheme: 'ovn-acl', path: '/user/acl', query: 'x' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.ok(document.getText().includes(sentence));
    assert.equal(ran(), false);
  });
});
