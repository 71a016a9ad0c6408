import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import type { l10nJsonFormat } from '@vscode/l10n-dev';
import { startPanelBrowser, type PanelBrowser, type PanelServer } from '../support/panelPage';
import { droppedReport } from '../support/panelReports';
import { resultState } from '../support/panelStates';
import type { Browser } from '../support/playwright';

const bundleFile = join(__dirname, '..', '..', 'l10n', 'bundle.l10n.json');

describe('The panel in another language', function () {
  this.timeout(60_000);
  let server: PanelServer;
  let browser: Browser;

  let panel: PanelBrowser;

  before(async () => {
    panel = await startPanelBrowser();
    ({ server, browser } = panel);
  });
  after(() => panel.stop());

  it('has its own words in that language, and keeps to its policy', async () => {
    const bundle = JSON.parse(readFileSync(bundleFile, 'utf8')) as l10nJsonFormat;
    const texts = { ...getL10nPseudoLocalized(bundle), Hops: '</script><b id="markup">Ĥops</b>' };
    const page = await browser.newPage();
    await page.goto(server.url(resultState(droppedReport()), 'dark', { language: 'qps', texts }));
    await page.locator('.row').first().waitFor();
    const seen = await page.evaluate(() => ({
      language: document.documentElement.lang,
      buttons: [...document.querySelectorAll('.toolbar vscode-button')].map((button) =>
        (button.getAttribute('aria-label') ?? button.textContent).trim(),
      ),
      headings: [...document.querySelectorAll('h2')].map((heading) => heading.textContent.trim()),
      markup: document.getElementById('markup') !== null,
      violations: (window as unknown as { violations: string[] }).violations,
    }));
    assert.equal(seen.language, 'qps');
    assert.ok(seen.buttons.length > 4);
    for (const text of seen.buttons.filter((name) => name !== 'Markdown'))
      assert.doesNotMatch(text, /[a-z]{3}/);
    assert.ok(seen.headings.includes('</script><b id="markup">Ĥops</b>'), seen.headings.join(', '));
    assert.equal(seen.markup, false);
    assert.deepEqual(seen.violations, []);
    await page.close();
  });
});
