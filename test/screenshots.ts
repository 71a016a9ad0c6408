/**
 * Pictures of the result panel for people to look at: `npm run screenshots [-- FOLDER]`, else into `out/screenshots`.
 * Each state of the panel at two widths and in three themes.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PanelState } from '../src/protocol/panelModel';
import { panelStates } from './support/panelStates';
import { startPanelServer } from './support/panelPage';
import { themeNames, type ThemeName } from './support/panelThemes';
import { ensureVscodeHost } from './setup/vscodeHost.mjs';
import { launchBrowser } from './support/playwright';

const folder = process.argv[2] ?? join(__dirname, '../out/screenshots');
const only = process.argv[3];
const widths = [400, 1200];

async function main(): Promise<void> {
  await ensureVscodeHost();
  mkdirSync(folder, { recursive: true });
  const server = await startPanelServer();
  const browser = await launchBrowser();
  try {
    for (const [name, state] of Object.entries(panelStates())) {
      if (only !== undefined && !name.startsWith(only)) continue;
      for (const theme of themeNames) for (const width of widths) await shoot(name, state, theme, width);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  console.log(`The pictures are in ${folder}.`);

  async function shoot(name: string, state: PanelState, theme: ThemeName, width: number): Promise<void> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(server.url(state, theme));
    await page.locator('h1').first().waitFor();
    // The theme of the toolkit's components follows the page's, and what runs is dimmed only after a moment.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`), fullPage: true });
    await page.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
