import assert from 'node:assert/strict';
import { interpretText } from '../../src/core/session/interpretText';
import { startPanelBrowser, type PanelBrowser, type PanelServer } from '../support/panelPage';
import { droppedReport, readTrace } from '../support/panelReports';
import { resultState } from '../support/panelStates';
import type { Browser } from '../support/playwright';
import { englishIn, pseudoTexts, speakPseudoLanguage } from '../support/pseudoLanguage';

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
    const texts = { ...pseudoTexts(), Hops: '</script><b id="markup">Ĥops</b>' };
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

  describe('made by a host in that language', () => {
    speakPseudoLanguage();

    it('explains in it', async () => {
      const report = interpretText(readTrace('108-run23-acl-drop-nolog-new'), Date);
      const page = await browser.newPage();
      await page.goto(server.url(resultState(report), 'dark', { language: 'qps', texts: pseudoTexts() }));
      await page.locator('.why .cause').first().waitFor();
      const read = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
      const cause = await read('.why .cause');
      const advice = await read('.advice li, .advice p');
      const banner = await read('.banner-text p');
      assert.equal(cause.length, 1);
      assert.ok(advice.length > 2, advice.join('\n'));
      for (const text of [...cause, ...advice, ...banner]) {
        assert.match(text, /[^\p{ASCII}]/u);
        assert.deepEqual(englishIn(text), [], text);
      }
      await page.close();
    });
  });
});
