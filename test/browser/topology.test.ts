import { join } from 'node:path';
import type { Locator } from '../support/playwright';
import { projectFolder } from '../support/vscodeServer';
import { openWorkbench } from '../support/workbench';
import type { Workbench } from '../support/workbench';

describe('the Topology view', () => {
  let window: Workbench;

  before(async () => {
    window = await openWorkbench({
      workspace: join(projectFolder, 'fixtures', 'demo'),
      // Neither tooltips nor what sticks to the top of a low pane may lie over the lines that are to be clicked.
      settings: { 'workbench.tree.enableStickyScroll': false, 'workbench.hover.delay': 60_000 },
    });
    await window.page.locator('.activitybar [aria-label*="OVN Packet Trace"]').first().click();
  });
  after(() => window.stop());

  /** A line by what a screen reader says of it. */
  const line = (spoken: string): Locator =>
    window.page.locator(`.pane-body .monaco-list-row[aria-label^="${spoken}"]`).first();
  const title = (text: string): Locator =>
    window.quickInput.locator('.quick-input-title').filter({ hasText: text });

  it('says what can be done without a target', async () => {
    const welcome = window.page.locator('.pane-body').filter({ hasText: 'Switches, routers and ports' });
    await welcome.locator('a', { hasText: 'start the demo network' }).first().waitFor();
  });

  it('opens a target down to its ports, in words', async () => {
    await window.runCommand('OVN: Start Demo Network');
    for (const name of ['Hops', 'Traces']) {
      await window.page.locator('.pane-header', { hasText: name }).first().click();
    }
    await line('target Demo Network, not read yet').click();
    await line('Switches, 3').waitFor();
    await line('router gw, 3 ports').waitFor();
    await line('switch db, 3 ports').click();
    await line('port db1, up, 10.0.2.21, 6 ACLs').waitFor();
    await line('port db-gw, router, to gw').waitFor();
  });

  it('finds a port by its address and reveals it', async () => {
    await window.runCommand('OVN: Find in Topology');
    await title('Find in Topology').waitFor();
    await window.quickInput.locator('.quick-input-box input').first().fill('10.0.1.12');
    await window.quickInput.locator('.monaco-list-row').first().filter({ hasText: 'web2' }).click();
    await window.page
      .locator('.pane-body .monaco-list-row.selected[aria-label^="port web2, up, 10.0.1.12"]')
      .waitFor();
  });

  it('starts a trace from a port and to a port, and asks only for the rest', async () => {
    for (const [port, action, step] of [
      ['port web2', 'Trace from Here', 'Destination'],
      ['port db1', 'Trace to Here', 'Source'],
    ] as const) {
      await line(port).hover();
      await line(port).locator(`.action-label[aria-label="${action}"]`).click();
      await title(step).waitFor();
      await window.page.keyboard.press('Escape');
      await window.quickInput.waitFor({ state: 'hidden' });
    }
  });

  it('leads from a port to the line that wrote one of its ACLs', async () => {
    await line('port db1').hover();
    await line('port db1').locator('.action-label[aria-label="Show ACLs"]').click();
    await title('ACLs of db1').waitFor();
    await window.quickInput.locator('.monaco-list-row', { hasText: 'db-default-deny' }).first().click();
    await window.page.locator('.tab.active', { hasText: 'acls.sh' }).waitFor();
  });
});
