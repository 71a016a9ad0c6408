import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { readTrace } from '../support/panelReports';
import type { FrameLocator } from '../support/playwright';
import { projectFolder } from '../support/vscodeServer';
import { openWorkbench, type Workbench } from '../support/workbench';

const demo = join(projectFolder, 'fixtures', 'demo');
const request = (port: number) => ({ in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: port });

describe('the shown trace in the window', () => {
  let window: Workbench;
  let folder: string;

  const panel = () => window.webview();
  const verdict = (word: string) => panel().locator('h1').filter({ hasText: word }).waitFor();
  const stale = (text: string) => panel().locator('.stale').filter({ hasText: text }).waitFor();

  /** Of two pages side by side the one that has this. */
  async function pageWith(selector: string): Promise<FrameLocator> {
    const frames = window.page.locator('iframe.webview.ready');
    for (let attempt = 1; attempt <= 60; attempt += 1) {
      for (let position = 0; position < (await frames.count()); position += 1) {
        const page = frames.nth(position).contentFrame().frameLocator('iframe#active-frame');
        if ((await page.locator(selector).count()) > 0) return page;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`No page has ${selector}.`);
  }

  /** By the editor's own command, which keeps the state of the editors before it goes. */
  async function reload(): Promise<void> {
    await window.page.evaluate(() => document.body.setAttribute('data-before', ''));
    await window.runCommand('Developer: Reload Window');
    await window.page
      .locator('body:not([data-before]) .monaco-workbench .activitybar')
      .waitFor({ timeout: 60_000 });
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shown-'));
  });
  afterEach(async () => {
    await window.stop();
    rmSync(folder, { recursive: true });
  });

  it('says what is shown after Cancel, is there again after a reload, and is never shown as current when it is not', async () => {
    const ovn: PrivateOvn = await startDemoNetwork(demo);
    try {
      // On this target ovn-trace of port 7777 does not end; one that is kept running would answer.
      const script = [
        '#!/bin/sh',
        'case "$*" in *"ovn-trace "*7777*) exec sleep 300;; esac',
        'exec "$@"',
        '',
      ];
      writeFileSync(join(folder, 'run.sh'), script.join('\n'), { mode: 0o755 });
      const workspace = join(folder, 'workspace');
      cpSync(demo, workspace, { recursive: true });
      mkdirSync(join(workspace, '.vscode'), { recursive: true });
      const traces = [
        { name: 'never ends', target: 'lab', request: request(7777) },
        { name: 'database', target: 'lab', request: request(5432) },
      ];
      writeFileSync(join(workspace, '.vscode', 'ovn-traces.json'), JSON.stringify({ traces }));
      const { northbound, southbound } = ovn;
      const commandPrefix = [join(folder, 'run.sh')];
      window = await openWorkbench({
        workspace,
        settings: {
          'ovnTrace.residentTracing': false,
          'ovnTrace.targets': [{ name: 'lab', type: 'local', northbound, southbound, commandPrefix }],
        },
      });
      await window.page.locator('.activitybar [aria-label*="OVN Packet Trace"]').first().click();
      const saved = (name: string) =>
        window.page.locator('.monaco-list-row').filter({ hasText: name }).first().click();

      /** The tree is made anew behind each trace, and a click on a line that goes is lost. */
      const beginAndCancel = async (): Promise<void> => {
        const cancel = panel().locator('.primary').filter({ hasText: 'Cancel' });
        for (let attempt = 1; ; attempt += 1) {
          await saved('never ends');
          try {
            await cancel.click({ timeout: 8_000 });
            return;
          } catch (error) {
            if (attempt === 3) throw error;
          }
        }
      };

      await beginAndCancel();
      await panel()
        .locator('.note')
        .filter({ hasText: 'was cancelled. Nothing was traced before it.' })
        .waitFor();
      await panel().locator('.primary').filter({ hasText: 'Trace Again' }).waitFor();

      await saved('database');
      await verdict('Dropped');
      assert.equal(await panel().locator('.note').isVisible(), false);
      await beginAndCancel();
      await panel()
        .locator('.note')
        .filter({ hasText: 'was cancelled. What is shown is the result before.' })
        .waitFor();
      assert.equal(await panel().locator('.stale').isVisible(), false);

      await panel().locator('.filter input').fill('acl');
      await panel()
        .getByText(/ of \d+ stages/)
        .first()
        .waitFor();
      await panel().locator('#tab-raw').click();
      await panel().locator('#view-raw pre').first().waitFor();
      await new Promise((resolve) => setTimeout(resolve, 600));
      await reload();
      await verdict('Dropped');
      await stale('from before the window was reloaded');
      await panel().locator('#view-raw pre').first().waitFor();
      await panel().locator('#tab-forward').click();
      assert.equal(await panel().locator('.filter input').inputValue(), 'acl');
      // With everything that was known, not only what the text of the trace tells.
      await panel().locator('.banner .definition').first().waitFor();
      // The network was not read again, and the names in the match are told all the same.
      const group = panel().locator('.detail dt').filter({ hasText: '@db_tier' });
      await group.waitFor();
      assert.equal(await group.locator('xpath=following-sibling::dd[1]').innerText(), 'db1, db2');

      await panel().locator('.primary').click();
      await panel().locator('.stale').waitFor({ state: 'hidden' });
      await ovn.check(['ovn-nbctl', 'acl-add', 'db_tier', 'to-lport', '2', 'ip6', 'drop']);
      await ovn.sync();
      await window.runCommand('OVN: Refresh Inventory');
      await stale('The northbound database of lab has changed since the trace.');
      await panel().locator('.primary').click();
      await panel().locator('.stale').waitFor({ state: 'hidden' });
      appendFileSync(join(window.folder, 'security', 'acls.sh'), '# changed\n');
      await stale('acls.sh has changed since the trace.');

      await window.runCommand('OVN: Compare with Previous');
      const compared = await pageWith('.comparison-view');
      await compared.locator('h1').filter({ hasText: 'No difference' }).waitFor();
      assert.equal(await compared.locator('.note').isVisible(), false);
      await reload();
      const again = await pageWith('.comparison-view');
      await again.locator('h1').filter({ hasText: 'No difference' }).waitFor();
      await again.locator('.note').filter({ hasText: 'from before the window was reloaded' }).waitFor();
      await again.getByRole('button', { name: 'Show Trace before' }).click();
      const shown = await pageWith('.banner .definition');
      await shown.locator('.stale').filter({ hasText: 'from before the window was reloaded' }).waitFor();
    } finally {
      await ovn.stop();
    }
  });

  it('of opened text is there again in Restricted Mode', async () => {
    writeFileSync(join(folder, 'trace.txt'), readTrace('lab-dropped'));
    window = await openWorkbench({ workspace: folder, trust: false });
    await window.openFile('trace.txt');
    await window.page.locator('.view-line').first().waitFor();
    await window.runCommand('OVN: Open Trace Output');
    await window.quickInput.locator('.monaco-list-row').filter({ hasText: 'From Active Editor' }).click();
    await verdict('Dropped');
    await new Promise((resolve) => setTimeout(resolve, 600));
    await reload();
    await verdict('Dropped');
    assert.equal(await panel().locator('.stale').isVisible(), false);
  });
});
