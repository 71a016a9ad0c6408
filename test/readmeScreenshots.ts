/**
 * The pictures of the README: `npm run screenshots:readme`. A real window of VS Code on the demo network, in which the
 * demo's question is asked by keyboard; written to `media/screenshots`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemoNetwork } from '../src/target/demoNetwork';
import { ensureVscodeHost } from './setup/vscodeHost.mjs';
import { projectFolder } from './support/vscodeServer';
import { openWorkbench, type Workbench } from './support/workbench';

const demo = join(projectFolder, 'fixtures', 'demo');
const pictures = join(projectFolder, 'media', 'screenshots');
const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' } as const;

const question = [
  ['Source', 'web1'],
  ['Destination', 'db1'],
  ['Protocol', 'tcp'],
  ['Port', '5432'],
  ['Connection', 'new'],
] as const;

async function main(): Promise<void> {
  await ensureVscodeHost();
  mkdirSync(pictures, { recursive: true });
  const ovn = await startDemoNetwork(demo);
  try {
    const { northbound, southbound } = ovn;
    for (const [name, theme] of Object.entries(themes)) {
      const window = await openWorkbench({
        workspace: demo,
        viewport: { width: 1440, height: 1000 },
        settings: {
          'workbench.colorTheme': theme,
          'workbench.secondarySideBar.defaultVisibility': 'hidden',
          'ovnTrace.targets': [{ name: 'demo', type: 'local', northbound, southbound }],
        },
      });
      try {
        await window.openFile('security/acls.sh');
        await ask(window);
        await window.page.locator('.activitybar [aria-label*="OVN Packet Trace"]').first().click();
        // Notifications leave by themselves, and the trees fill.
        await delay(6000);
        await window.page.screenshot({ path: join(pictures, `panel-${name}.png`) });
      } finally {
        await window.stop();
      }
    }
  } finally {
    await ovn.stop();
  }
  console.log(`The pictures are in ${pictures}.`);
}

async function ask(window: Workbench): Promise<void> {
  const { page, quickInput } = window;
  await window.runCommand('OVN: Trace Packet');
  for (const [step, answer] of question) {
    await quickInput
      .locator('.quick-input-title')
      .filter({ hasText: `Trace Packet: ${step}` })
      .waitFor();
    await page.keyboard.type(answer);
    await delay(1200);
    await page.keyboard.press('Enter');
  }
  await quickInput.locator('.quick-input-title').filter({ hasText: 'Review' }).waitFor();
  await delay(500);
  await page.keyboard.press('Enter');
  await window.webview().getByText('db-default-deny').first().waitFor();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
