import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';

/** What *Check Target* tells, what it offers, and the list behind *Show Steps*. */
describe('Check Target in the editor', () => {
  const settings = () => vscode.workspace.getConfiguration('ovnTrace');
  const { showErrorMessage, showInformationMessage, showQuickPick } = vscode.window;
  let ovn: PrivateOvn;
  let told: { kind: 'error' | 'information'; message: string; offered: readonly string[] }[] = [];
  let lists: { title: string | undefined; lines: readonly string[] }[] = [];

  before(async () => {
    ovn = await startPrivateOvn();
    await ovn.check(['ovn-nbctl', 'ls-add', 'sw', '--', 'lsp-add', 'sw', 'a']);
    await ovn.sync();
    const notify =
      (kind: 'error' | 'information') =>
      (message: string, ...offered: string[]) => {
        told.push({ kind, message, offered });
        return Promise.resolve(offered.find((label) => label === 'Show Steps'));
      };
    Object.assign(vscode.window, {
      showErrorMessage: notify('error'),
      showInformationMessage: notify('information'),
      showQuickPick: (items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions) => {
        const lines = items.map(({ label, description, detail }) => `${label} ${description}: ${detail}`);
        lists.push({ title: options.title, lines });
        return Promise.resolve(undefined);
      },
    });
  });
  after(async () => {
    Object.assign(vscode.window, { showErrorMessage, showInformationMessage, showQuickPick });
    await settings().update('targets', undefined, vscode.ConfigurationTarget.Global);
    await ovn.stop();
  });

  /** Checks the only target, and waits for the list that *Show Steps* shows after it. */
  async function check(target: object): Promise<void> {
    told = [];
    lists = [];
    const { northbound, southbound } = ovn;
    await settings().update(
      'targets',
      [{ name: 'lab', type: 'local', northbound, southbound, ...target }],
      vscode.ConfigurationTarget.Global,
    );
    await vscode.commands.executeCommand('ovnTrace.checkTarget');
    for (let round = 0; round < 100 && lists.length === 0; round++)
      await new Promise((settle) => setTimeout(settle, 20));
  }

  it('says that a target works, and shows each step', async () => {
    await check({});
    assert.deepEqual(
      told.map(({ kind, offered }) => [kind, ...offered]),
      [['information', 'Show Steps']],
    );
    assert.match(told[0]!.message, /^Target "lab" works: ovn-trace \d.*; both databases are readable\.$/);
    assert.equal(lists[0]?.title, 'Check of lab');
    const { lines } = lists[0];
    assert.equal(lines.length, 8);
    for (const line of lines) assert.match(line, /^\$\(pass\) [\w -]+ good: \S/);
    assert.match(lines[0]!, /Connection good: commands run on this machine/);
    assert.match(lines.at(-1)!, /Trace good/);
  });

  it('tells the first step that is wrong, what mends it, and shows the others too', async () => {
    await check({ northbound: `unix:${ovn.directory}/nowhere$(x)` });
    assert.deepEqual(
      told.map(({ kind, offered }) => [kind, ...offered]),
      [['error', 'Open Settings', 'Show Steps']],
    );
    assert.match(
      told[0]!.message,
      /^Target "lab", Northbound database: .*no such socket\. Check that the database/,
    );
    const wrong = lists[0]?.lines.filter((line) => !line.startsWith('$(pass)')) ?? [];
    assert.equal(wrong.length, 1);
    assert.match(
      wrong[0]!,
      /^\$\(error\) Northbound database wrong: .*nowhere\\\$\(x\)/,
      'no icon comes from outside',
    );
    assert.ok(lists[0]?.lines.some((line) => line.startsWith('$(pass) Southbound database')));
  });
});
