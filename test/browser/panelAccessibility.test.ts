import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panelModel';
import { findViolations } from '../support/axe';
import { startPanelBrowser, type PanelBrowser, type PanelServer } from '../support/panelPage';
import { droppedReport, oneWayReport } from '../support/panelReports';
import { emptyState, panelStates, recentTraces, resultState } from '../support/panelStates';
import { themeNames } from '../support/panelThemes';
import type { Browser, Page } from '../support/playwright';

describe('accessibility of the panel', function () {
  this.timeout(180_000);
  let server: PanelServer;
  let browser: Browser;

  let panel: PanelBrowser;

  before(async () => {
    panel = await startPanelBrowser();
    ({ server, browser } = panel);
  });
  after(() => panel.stop());

  for (const theme of themeNames) {
    it(`axe-core finds nothing in any state, ${theme}`, async () => {
      const found: string[] = [];
      for (const [name, state] of Object.entries(panelStates())) {
        const page = await browser.newPage({
          viewport: { width: 1200, height: 900 },
          reducedMotion: 'reduce',
        });
        await page.goto(server.url(state, theme));
        await page.locator('h1').first().waitFor();
        // What runs is dimmed only after a moment.
        await new Promise((resolve) => setTimeout(resolve, 300));
        for (const width of [1200, 400]) {
          await page.setViewportSize({ width, height: 900 });
          found.push(...(await findViolations(page)).map((text) => `${name} at ${width} px: ${text}`));
        }
        await page.close();
      }
      assert.deepEqual(found, []);
    });
  }

  it('axe-core finds nothing in the other tabs, and in rows and folds that are open', async () => {
    const found: string[] = [];
    for (const theme of themeNames) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion: 'reduce' });
      await page.goto(server.url(resultState(oneWayReport()), theme));
      await page.locator('.row').first().waitFor();
      for (let closed = page.locator('.row[aria-expanded="false"]'); (await closed.count()) > 0;)
        await closed.first().click();
      await page.getByText('Export').click();
      found.push(...(await findViolations(page)).map((text) => `open rows, ${theme}: ${text}`));
      for (const tab of ['reply', 'raw']) {
        await page.locator(`#tab-${tab}`).click();
        found.push(...(await findViolations(page)).map((text) => `${tab}, ${theme}: ${text}`));
      }
      await page.close();
    }
    assert.deepEqual(found, []);
  });

  describe('by keyboard', () => {
    let page: Page;
    afterEach(() => page.close());

    async function open(state: PanelState): Promise<void> {
      page = await browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion: 'reduce' });
      await page.goto(server.url(state, 'dark'));
      await page.locator('h1').first().waitFor();
    }

    /** The element with the focus, also inside the toolkit's components: its name, else its text. */
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return 'nothing';
        const name = element.getAttribute('aria-label') ?? element.textContent;
        return name.replace(/\s+/g, ' ').trim();
      });

    async function walk(key: string): Promise<readonly string[]> {
      const names: string[] = [];
      for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press(key);
        const name = await focused();
        if (name === 'nothing') return names;
        names.push(name);
      }
      return names;
    }

    it('Tab goes from the banner over actions, tabs, path, reasons, switch and filter to the hops, each once', async () => {
      await open(resultState(droppedReport()));
      const names = await walk('Tab');
      const wanted = [
        'ACL_DROP',
        'security/db-acls.sh:12',
        'Trace Again',
        'Edit',
        'Reverse',
        'Copy Command',
        'Export',
        'Forward, Dropped',
        'web-egress allows',
        'db-deny-all drops',
        'Show the deciding stage',
        'db-from-web',
        'Copy command',
        'Only decisive',
        'Filter the stages',
        '2 pass-through stages, tables 0–4',
      ];
      const places = wanted.map((name) => names.indexOf(name));
      assert.ok(
        !places.includes(-1),
        `${wanted.filter((name) => !names.includes(name)).join()} in ${names.join(' | ')}`,
      );
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        names.join(' | '),
      );
      const rows = names.filter((name) => /pass-through|^\d+ ?[A-Z]/.test(name));
      assert.deepEqual(rows, ['2 pass-through stages, tables 0–4']);
    });

    it('keeps the focus when a new result comes: on the same action, else on the verdict', async () => {
      await open(resultState(droppedReport()));
      const show = (state: PanelState): Promise<void> =>
        page.evaluate(`window.postMessage(${JSON.stringify({ type: 'state', state })})`);
      await page.locator('.primary').focus();
      await show(resultState(oneWayReport()));
      await page.locator('h1').filter({ hasText: 'Allowed one way' }).waitFor();
      assert.match(await focused(), /^Trace Again/);
      await page.locator('.row').nth(2).focus();
      await show(resultState(droppedReport()));
      await page.locator('h1').filter({ hasText: 'Dropped' }).waitFor();
      assert.equal(await focused(), 'Dropped');
    });

    it('keeps the focus when what has it goes: Cancel beside what runs, and Dismiss', async () => {
      const state = resultState(droppedReport());
      await open({ ...state, running: { title: 'web1 to db1' } });
      await page.evaluate(() => window.scrollTo(0, 900));
      await page.locator('.running vscode-button').waitFor();
      await page.locator('.running vscode-button').focus();
      await page.evaluate(`window.postMessage(${JSON.stringify({ type: 'state', state })})`);
      await page.locator('.running').waitFor({ state: 'hidden' });
      assert.match(await focused(), /^Trace Again/);
      await page.evaluate(() => {
        window.failWith = 'The target is gone.';
      });
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Dismiss' }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await focused(), 'Dropped');
    });

    it('opens a recent trace', async () => {
      await open(emptyState(recentTraces));
      assert.deepEqual(await walk('Tab'), ['Trace Packet', ...recentTraces.map(({ title }) => title)]);
      await page.getByText('web1 to db1, TCP port 80').focus();
      await page.keyboard.press('Enter');
      assert.deepEqual(await page.evaluate(() => window.requests.at(-1)), {
        kind: 'openRecent',
        id: 'trace-2',
      });
    });
  });

  it('moves nothing where motion is not wanted', async () => {
    for (const [reducedMotion, moving] of [
      ['reduce', 0],
      ['no-preference', 1],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion });
      await page.goto(server.url(panelStates()['running']!, 'dark'));
      await page.locator('.running').waitFor();
      assert.equal(await page.locator('.running vscode-progress-ring').isVisible(), moving === 1);
      const transition = await page.evaluate(
        () => getComputedStyle(document.querySelector('.chevron')!).transitionDuration,
      );
      assert.equal(transition !== '0s', moving === 1, transition);
      await page.close();
    }
  });

  it('keeps icons, borders and the focus where the system forces its colours', async () => {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 900 },
      reducedMotion: 'reduce',
      forcedColors: 'active',
    });
    await page.goto(server.url(resultState(droppedReport()), 'dark'));
    await page.locator('.deciding > .row').focus();
    await page.keyboard.press('ArrowDown');
    const seen = await page.evaluate(() => {
      const [icon, banner, decides, deciding] = [
        '.banner-icon',
        '.banner',
        '.decides td',
        '.deciding > .row',
      ].map((selector) => getComputedStyle(document.querySelector(selector)!));
      return {
        icon: icon!.stroke !== getComputedStyle(document.body).backgroundColor,
        banner: banner!.borderInlineStartStyle,
        decides: decides!.outlineStyle,
        deciding: deciding!.outlineStyle,
        focus: getComputedStyle(document.activeElement!).outlineStyle,
      };
    });
    assert.deepEqual(seen, {
      icon: true,
      banner: 'solid',
      decides: 'dashed',
      deciding: 'dashed',
      focus: 'solid',
    });
    await page.close();
  });
});
