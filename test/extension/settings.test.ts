import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Settings } from '../../src/ui/settings/settings';

describe('the setting of the targets', () => {
  const set = (value: unknown, where = vscode.ConfigurationTarget.Workspace) =>
    vscode.workspace.getConfiguration('ovnTrace').update('targets', value, where);
  const namesIn = (settings: Settings) => settings.targets().targets.map(({ name }) => name);
  afterEach(() => set(undefined));

  it('is checked once that is loaded, which is told like a change', async () => {
    await set([{ name: 'lab', type: 'local' }]);
    const settings = new Settings();
    const told: string[] = [];
    settings.onDidChange((key) => told.push(key));
    assert.deepEqual(namesIn(settings), []);
    await settings.load();
    assert.deepEqual([namesIn(settings), told], [['lab'], ['targets']]);
    await settings.load();
    assert.deepEqual(told, ['targets']);
    settings.dispose();
  });

  it('is checked from the first target on, by itself', async () => {
    const settings = new Settings();
    await settings.load();
    const isTold = new Promise<void>((resolve) => {
      settings.onDidChange(() => {
        if (namesIn(settings)[0] === 'first') resolve();
      });
    });
    await set([{ name: 'first', type: 'local' }]);
    await isTold;
    settings.dispose();
  });

  it('is checked when a target was added', async () => {
    const settings = new Settings();
    await settings.addTarget({ name: 'added', type: 'local' });
    assert.deepEqual(namesIn(settings), ['added']);
    settings.dispose();
    await set(undefined, vscode.ConfigurationTarget.Global);
  });
});
