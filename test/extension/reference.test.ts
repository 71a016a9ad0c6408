import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const extension = () => vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace')!;
const capture = (name: string): string =>
  readFileSync(join(extension().extensionPath, 'fixtures', 'traces', name), 'utf8');

/** The title of the tab in front, as soon as it is one of the reference. */
async function referenceTab(): Promise<string> {
  for (let round = 0; round < 100; round++) {
    const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
    if (label.includes('Tables')) return label;
    await new Promise((settle) => setTimeout(settle, 50));
  }
  return vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
}

async function hoversAt(document: vscode.TextDocument, name: string): Promise<readonly string[]> {
  const position = document.positionAt(document.getText().indexOf(name) + 3);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers.flatMap(({ contents }) =>
    contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : '')),
  );
}

describe('the table reference in the editor', () => {
  before(() => extension().activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens as a page, also at a stage', async () => {
    const calls = [
      ['ovnTrace.showTableReference'],
      ['ovnTrace.showInTableReference', 'lr_in_dnat'],
      ['ovnTrace.showInTableReference', { kind: 'hop' }],
      ['ovnTrace.showInTableReference', 'no stage'],
    ] as const;
    for (const [command, place] of calls) {
      await vscode.commands.executeCommand(command, place);
      assert.match(await referenceTab(), /OVN \d\d\.\d\d Tables/, JSON.stringify(place));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('is made of its address alone', async () => {
    const uri = vscode.Uri.parse('ovn-tables:/OVN%2023.03%20Tables.md?ls_in_new_thing%3D4%26x%3D1');
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(text, /\*\*Table 8\. ACL evaluation\.\*\*/);
    assert.match(text, /#### ls_in_new_thing\n\n\*\*Table 4\.\*\*/);
    const unreadable = vscode.Uri.parse('ovn-tables:/nothing?%3D%26%3D');
    assert.match((await vscode.workspace.openTextDocument(unreadable)).getText(), /^# OVN Table Reference/);
  });

  it('says what a stage does in output of ovn-trace, and nothing in other texts', async () => {
    const content = capture('101-run23-acl-allow-new.txt');
    const trace = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
    const [hover] = await hoversAt(trace, 'ls_in_l2_lkup');
    assert.match(hover ?? '', /^\*\*L2 lookup\*\*\n\n.*\n\n\[Show in Table Reference\]\(command:ovnTrace\./s);
    assert.match(decodeURIComponent(hover ?? ''), /\["ls_in_l2_lkup","23\.03"\]/);
    assert.deepEqual(await hoversAt(trace, 'ingress'), []);
    const notes = await vscode.workspace.openTextDocument({
      content: 'Look at ls_in_l2_lkup.',
      language: 'plaintext',
    });
    assert.deepEqual(await hoversAt(notes, 'ls_in_l2_lkup'), []);
  });
});
