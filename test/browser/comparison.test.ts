import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panelModel';
import { startPanelBrowser, type PanelBrowser } from '../support/panelPage';
import {
  allowedReport,
  changedReports,
  droppedReport,
  hostileReport,
  oneWayReport,
} from '../support/panelReports';
import { changedState, comparisonState } from '../support/panelStates';
import type { Page } from '../support/playwright';

describe('comparison in a browser', function () {
  this.timeout(60_000);
  let panel: PanelBrowser;
  let page: Page;

  before(async () => {
    panel = await startPanelBrowser();
  });
  after(() => panel.stop());
  afterEach(() => page.close());

  async function open(state: PanelState, width?: number): Promise<void> {
    page = await panel.open(state, width);
  }

  const changed = (): PanelState => {
    const { before, after } = changedReports();
    return comparisonState(before, after);
  };
  const requests = () => page.evaluate(() => window.requests);
  const isWithinWindow = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

  it('shows what differs first, under headings, in tables that say their columns', async () => {
    await open(changed());
    assert.match(await page.locator('.banner').innerText(), /Before: dropped by ACL db-deny-all/);
    assert.deepEqual(await page.locator('h2').allInnerTexts(), [
      'Before',
      'After',
      'First step that differs',
      'ACLs that took part',
      'What else differs',
      'Steps',
    ]);
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 800 });
      const table = page.getByRole('table', { name: 'ACLs that took part' });
      assert.equal(await table.getByRole('columnheader').count(), 3);
      const row = table.getByRole('row', { name: /Only after.*db-http/ });
      assert.equal(await row.getByRole('cell').count(), 3);
      assert.ok(await isWithinWindow());
    }
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });

  it('stands side by side where there is room, and one below the other where it is narrow', async () => {
    await open(changed());
    const tops = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.fate')].map((box) => box.getBoundingClientRect().top),
      );
    const [left, right] = await tops();
    assert.equal(left, right);
    await page.setViewportSize({ width: 400, height: 800 });
    const [upper, lower] = await tops();
    assert.ok(upper! < lower!);
  });

  it('opens equal steps by key, with their place, and closes them', async () => {
    await open(changed());
    const fold = page.getByRole('button', { name: /^41 equal steps/ });
    assert.equal(await page.locator('.change-same .step-cell').count(), 0);
    await fold.focus();
    await page.keyboard.press('Enter');
    assert.equal(await fold.getAttribute('aria-expanded'), 'true');
    assert.equal(await page.locator('.change-same .step-cell').count(), 82);
    assert.equal(await page.locator('.fold-steps + .place').innerText(), 'web, ingress pipeline');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.change-same .step-cell').count(), 0);
  });

  it('keeps what was opened when it is made again', async () => {
    await open(changed());
    await page.getByRole('button', { name: /^41 equal steps/ }).click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.goto(page.url());
    await page.locator('.change-same .step-cell').first().waitFor();
  });

  it('leads to steps, traces, ACLs, definitions and causes', async () => {
    await open(changed());
    await page.locator('.side-before').getByText('ACL evaluation').first().click();
    await page.getByRole('button', { name: 'Show Trace after' }).click();
    await page.getByRole('button', { name: 'db-http' }).click();
    await page.getByRole('button', { name: 'security/db-acls.sh:11' }).click();
    await page.getByRole('button', { name: 'ACL_DROP' }).click();
    await page.getByText('Copy as Markdown').click();
    const { before, after } = changedReports();
    const hop = before.outcome.losses[0]!.decidedBy!;
    assert.deepEqual(await requests(), [
      { kind: 'openTrace', which: 'before', side: 'forward', hop },
      { kind: 'openTrace', which: 'after', side: 'forward', hop: null },
      { kind: 'openAcl', uuid: after.explanation.aclSteps.at(-1)!.acls[0]!.acl.uuid },
      { kind: 'openDefinition', link: 1 },
      { kind: 'openCause', code: 'ACL_DROP' },
      { kind: 'copyMarkdown' },
    ]);
    await page.getByRole('status').getByText('Comparison copied').waitFor({ state: 'attached' });
  });

  it('shows the reply, another packet, and that nothing differs', async () => {
    await open(comparisonState(oneWayReport(), { ...oneWayReport(), reply: allowedReport() }));
    await page.getByRole('heading', { name: 'Reply', exact: true }).waitFor();
    await page.close();
    await open(comparisonState(droppedReport(), allowedReport()));
    const asked = page.getByRole('table', { name: 'What was asked' });
    assert.match(await asked.innerText(), /Destination port\s+−\s*80\s+\+\s*5432/);
    await page.close();
    await open(comparisonState(droppedReport(), droppedReport()));
    assert.equal(await page.locator('h1').innerText(), 'No difference');
  });

  it('draws names as text', async () => {
    await open(comparisonState(hostileReport(3), hostileReport(5)), 400);
    assert.equal(await page.locator('img').count(), 0);
    assert.ok((await page.locator('#panel').innerText()).includes('[U+202E]gnp.exe[U+001B]'));
    assert.ok(await isWithinWindow());
  });

  it('is offered beside a verdict that has changed', async () => {
    await open(changedState());
    assert.match(await page.locator('.banner-note').innerText(), /Was: Dropped\.\s*Compare with Previous/);
    await page.getByRole('button', { name: 'Compare with Previous' }).first().click();
    await page.locator('.toolbar').getByText('Compare', { exact: true }).click();
    assert.deepEqual(await requests(), [{ kind: 'compare' }, { kind: 'compare' }]);
  });
});
