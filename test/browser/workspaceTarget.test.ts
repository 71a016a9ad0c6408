import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { projectFolder } from '../support/vscodeServer';
import { openWorkbench, type Workbench } from '../support/workbench';

const demo = join(projectFolder, 'fixtures', 'demo');

describe('a target of the workspace in the window', () => {
  let ovn: PrivateOvn;
  let window: Workbench;

  before(async () => {
    ovn = await startDemoNetwork(demo);
    const { northbound, southbound } = ovn;
    window = await openWorkbench({
      workspaceSettings: {
        'ovnTrace.targets': [
          { name: 'theirs', type: 'local', northbound, southbound },
          { name: 'other', type: 'local', northbound: 'unix:/nonexistent' },
        ],
        'ovnTrace.defaultTarget': 'theirs',
      },
    });
    await window.page.locator('.activitybar [aria-label*="OVN Packet Trace"]').first().waitFor();
  });

  after(async () => {
    await window.stop();
    await ovn.stop();
  });

  const dialog = () => window.page.locator('.monaco-dialog-box');
  const source = () =>
    window.quickInput.locator('.quick-input-title').filter({ hasText: 'Trace Packet: Source' });

  async function chooseTarget(): Promise<void> {
    await window.runCommand('OVN: Trace Packet');
    const first = window.quickInput.locator('.monaco-list-row').first();
    await first.filter({ hasText: 'defined by this workspace' }).waitFor();
    // A target that is only preselected asks nothing.
    assert.equal(await dialog().count(), 0);
    await window.page.keyboard.press('Enter');
  }

  it('is named as such, asked about when it is chosen, and left alone without consent', async () => {
    await chooseTarget();
    await dialog().filter({ hasText: 'This workspace defines the target "theirs"' }).waitFor();
    await dialog().filter({ hasText: ovn.northbound }).waitFor();
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
  });

  it('is used after consent, and not asked about again', async () => {
    await chooseTarget();
    await dialog().getByText('Use Target', { exact: true }).click();
    await source().waitFor();
    await window.quickInput.locator('.monaco-list-row').filter({ hasText: 'web2' }).first().waitFor();
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
    await chooseTarget();
    await source().waitFor();
    assert.equal(await dialog().count(), 0);
    await window.page.keyboard.press('Escape');
  });
});
