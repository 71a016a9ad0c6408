import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panelModel';
import { startPanelBrowser, type PanelBrowser } from '../support/panelPage';
import {
  allowedReport,
  backendsReport,
  droppedReport,
  floodReport,
  hostileReport,
  readTrace,
  reportOf,
  tcpRequest,
} from '../support/panelReports';
import { panelStates, resultState } from '../support/panelStates';
import type { Page } from '../support/playwright';

declare global {
  interface Window {
    requests: { kind: string; hop?: number; text?: string }[];
    violations: string[];
    failWith?: string;
  }
}

describe('panel in a browser', function () {
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

  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

  it('shows every state under the strict policy', async () => {
    for (const [name, state] of Object.entries(panelStates())) {
      await open(state);
      const broken = await page.evaluate(() => window.violations);
      assert.deepEqual(broken, [], name);
      await page.close();
    }
    await open(panelStates()['empty']!);
  });

  it('draws names as text, with what could deceive written out', async () => {
    await open(resultState(hostileReport(3)));
    assert.equal(await page.locator('img').count(), 0);
    const text = await page.locator('.banner').innerText();
    assert.ok(text.includes('[U+202E]gnp.exe[U+001B][31m <img src=x onerror=alert(1)>'), text);
  });

  it('shows hostile output as text in every view: tags, terminal escapes, marks of direction, a line of 1 MB', async () => {
    const long = 'A'.repeat(1_000_000);
    const hostile = `<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">\u001b]0;title\u0007\u001b[2J\u202egnp.exe\u2066`;
    const text = readTrace('lab-dropped')
      .replace(
        'eth.dst == fa:16:3e:00:02:01,',
        `eth.dst == fa:16:3e:00:02:01 && inport != "${hostile}${long}",`,
      )
      .replaceAll('"db1"', `"db1 ${hostile}"`)
      .concat(`\n# ${hostile} ${long}\n`);
    await open(resultState(reportOf(text, tcpRequest(80, { kind: 'address', ip: '10.0.2.21' }))));
    const scripts = await page.locator('script').count();
    await page.locator('.filter input').fill('ls_in_l2_lkup');
    await page.locator('.row').first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('#tab-raw').click();
    const raw = page.locator('#view-raw pre').first();
    await raw.waitFor();
    for (const view of [raw, page.locator('#panel')]) {
      const shown = (await view.textContent()) ?? '';
      assert.ok(shown.includes('<script>window.hacked = 1</script><img src=x'));
      assert.ok(shown.includes('[U+001B]]0;title[U+0007][U+001B][2J[U+202E]gnp.exe[U+2066]'));
      assert.ok(!/[\u001b\u0007\u202e\u2066]/.test(shown));
      assert.ok(shown.includes(long.slice(0, 500)));
    }
    assert.equal(await page.locator('script').count(), scripts);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate(() => 'hacked' in window), false);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    // A line that long scrolls in its own box and does not push the page away.
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });

  it('opens the deciding stage from the start and on a click in the path', async () => {
    await open(resultState(droppedReport()));
    assert.equal(await page.locator('.deciding .detail').count(), 1);
    await page.locator('.node .decision .link').first().click();
    assert.match(await focused(), /ACL evaluation.*web-egress/);
  });

  it('is moved through by keys', async () => {
    await open(resultState(droppedReport()));
    await page.locator('.row').first().focus();
    assert.match(await focused(), /2 pass-through stages, tables 0–4/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.match(await focused(), /Port security check/);
    await page.keyboard.press('ArrowLeft');
    assert.match(await focused(), /2 pass-through stages/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    assert.match(await focused(), /Conntrack lookup/);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.row[aria-expanded="true"]').count(), 2);
    await page.keyboard.press('End');
    assert.match(await focused(), /ACL action/);
    await page.keyboard.press('Home');
    assert.match(await focused(), /2 pass-through stages/);
    assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
  });

  it('filters by stage, match, uuid and row, and Escape takes the filter back', async () => {
    await open(resultState(droppedReport()));
    const field = page.locator('.filter input');
    for (const [text, found] of [
      ['ls_out_acl_eval', '2 of 43 stages'],
      ['@pg_db', '1 of 43 stages'],
      ['b052e63d', '1 of 43 stages'],
      ['port group pg_web', '1 of 43 stages'],
      ['nothing of the kind', '0 of 43 stages'],
    ] as const) {
      await field.fill(text);
      await page.getByText(found).first().waitFor();
    }
    await field.press('Escape');
    await page.getByText('43 stages, 9 decisive').first().waitFor();
    assert.equal(await field.inputValue(), '');
  });

  it('clears a filter that hides the stage to show', async () => {
    await open(resultState(droppedReport()));
    await page.locator('.filter input').fill('ls_in_l2_lkup');
    await page.getByText('2 of 43 stages').first().waitFor();
    await page.getByText('Show the deciding stage').click();
    assert.match(await focused(), /db-deny-all/);
    await page.getByText('43 stages, 9 decisive').first().waitFor();
  });

  it('has what decides in the first screen where it is narrow, and loses nothing of the stages', async () => {
    await open(resultState(droppedReport()), 400);
    const bottom = await page
      .locator('.decides')
      .evaluate((row) => Math.round(row.getBoundingClientRect().bottom + window.scrollY));
    assert.ok(bottom < 800, `The deciding ACL ends at ${bottom} px.`);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(height < 3300, `The page has ${height} px.`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));

    const row = page.locator('.row').filter({ hasText: 'Allowed by web-egress' });
    assert.equal(await row.locator('.match').isVisible(), false);
    await row.click();
    const detail = page.locator('.hop').filter({ hasText: 'Allowed by web-egress' }).locator('.detail');
    assert.match(await detail.innerText(), /inport == @pg_web && ip4/);
    await page.locator('.filter input').fill('inport == @pg_web');
    await page.getByText('1 of 43 stages').first().waitFor();
    assert.ok(await row.locator('.match').isVisible());
    // An icon alone still has its name, for those who hear it and for the pointer.
    for (const name of ['Edit', 'Reverse', 'Copy Command', 'Export']) {
      const button = page.locator(`.packet vscode-button[aria-label="${name}"]`);
      assert.equal(await button.getAttribute('title'), name);
    }
  });

  it('puts the reasons before the path where it is narrow', async () => {
    const order = (): Promise<boolean> =>
      page.evaluate(() => {
        const [path, why] = [document.querySelector('.path-section'), document.querySelector('.why')];
        return path!.compareDocumentPosition(why!) === Node.DOCUMENT_POSITION_FOLLOWING;
      });
    await open(resultState(droppedReport()), 400);
    assert.equal(await order(), false);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.locator('.path-section + .why').waitFor();
    assert.equal(await order(), true);
  });

  it('changes tabs by keys and makes a tab when it is first shown', async () => {
    await open(resultState(allowedReport()));
    assert.equal(await page.locator('#view-raw pre').count(), 0);
    await page.locator('#tab-forward').click();
    await page.keyboard.press('ArrowRight');
    await page.locator('#view-reply .banner').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('#view-raw pre').first().waitFor();
    assert.ok((await page.locator('#view-raw pre').first().innerText()).includes('ls_out_acl_eval'));
  });

  it('asks the host, and shows its answer when it could not', async () => {
    await open(resultState(droppedReport()));
    await page.getByText('Trace Again').click();
    assert.deepEqual(await page.evaluate(() => window.requests.map(({ kind }) => kind)), ['again']);
    await page.evaluate(() => {
      window.failWith = 'The target ovn-lab is gone. Choose another one.';
    });
    await page.getByText('Reverse').click();
    await page.getByRole('alert').getByText('The target ovn-lab is gone.').waitFor();
    await page.getByText('Dismiss').click();
    assert.equal(await page.getByText('The target ovn-lab is gone.').count(), 0);
  });

  it('opens the trace of a backend, and offers the traces of all', async () => {
    await open(resultState(backendsReport()), 400);
    await page.getByText('10.0.2.13:5432', { exact: true }).click();
    assert.equal(await page.locator('.choice[aria-current]').count(), 1);
    assert.deepEqual(await page.evaluate(() => window.requests.at(-1)), { kind: 'openChoice', choice: 2 });
    await page.close();
    const request = tcpRequest(80, { kind: 'address', ip: '10.0.9.9' });
    const balanced = readTrace('lab-dropped').replace(
      'ct_next(dnat);',
      'ct_lb_mark(backends=10.0.2.1:80,10.0.2.2:80);',
    );
    await open(resultState(reportOf(balanced, request)));
    await page.getByText('Trace Each Backend').click();
    assert.deepEqual(await page.evaluate(() => window.requests.at(-1)), {
      kind: 'traceEach',
      what: 'backend',
    });
  });

  it('turns the main action into Cancel while a trace runs', async () => {
    await open({ ...resultState(droppedReport()), running: { title: 'web1 to db1' } });
    await page.getByText('Tracing web1 to db1').first().waitFor();
    await page.locator('.primary').click();
    assert.deepEqual(await page.evaluate(() => window.requests.map(({ kind }) => kind)), ['cancel']);
  });

  it('offers Cancel beside what runs where the main action is out of sight', async () => {
    await open({ ...resultState(droppedReport()), running: { title: 'web1 to db1' } });
    const beside = page.locator('.running vscode-button');
    await beside.waitFor({ state: 'hidden' });
    await page.evaluate(() => window.scrollTo(0, 2000));
    await beside.click();
    assert.deepEqual(await page.evaluate(() => window.requests.map(({ kind }) => kind)), ['cancel']);
  });

  it('copies what it shows, unchanged', async () => {
    await open(resultState(hostileReport(1)));
    await page.locator('#tab-raw').click();
    await page.locator('#view-raw').getByText('Copy').click();
    const text = await page.evaluate(
      () => window.requests.find(({ kind }) => kind === 'copyText')?.text ?? '',
    );
    assert.equal(text, hostileReport(1).output);
  });

  it('copies packet, match and uuid by buttons of their own', async () => {
    await open(resultState(droppedReport()));
    await page.getByRole('button', { name: 'Copy packet', exact: true }).click();
    await page.getByRole('button', { name: 'Copy match', exact: true }).click();
    await page.getByRole('button', { name: 'Copy logical flow UUID', exact: true }).click();
    await page.getByRole('button', { name: 'Copy northbound row UUID', exact: true }).first().click();
    const copied = await page.evaluate(() => window.requests.map(({ text }) => text ?? ''));
    assert.match(copied[0] ?? '', /^inport == "web1" && /);
    assert.deepEqual(copied.slice(1, 3), ['reg0[9] == 1 && (outport == @pg_db && ip)', 'b052e63d']);
    assert.match(copied[3] ?? '', /^[0-9a-f]{8}-/);
  });

  it('has text that can be selected and copied: match and actions of an open row, packet, raw output', async () => {
    await open(resultState(droppedReport()));
    const select = (selector: string): Promise<string> =>
      page.evaluate<string>(`{
        document.getSelection().selectAllChildren(document.querySelector('${selector}'));
        document.getSelection().toString();
      }`);
    assert.equal(await select('.deciding .detail code'), 'reg0[9] == 1 && (outport == @pg_db && ip)');
    assert.equal(await select('.packet-facts code'), '10.0.1.11');
    assert.match(await select('.banner-text p'), /^Switch db drops/);
    await page.locator('#tab-raw').click();
    await page.locator('#view-raw pre').first().waitFor();
    assert.match(await select('#view-raw pre'), /ls_out_acl_eval/);
  });

  it('keeps tab, filter and open rows when it is made again', async () => {
    const state = resultState(droppedReport());
    await open(state);
    await page.locator('.filter input').fill('acl');
    await page
      .getByText(/ of 43 stages/)
      .first()
      .waitFor();
    await page.locator('.hop .row').first().click();
    await page.locator('#tab-raw').click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.goto(page.url());
    await page.locator('#view-raw pre').waitFor();
    await page.locator('#tab-forward').click();
    assert.equal(await page.locator('.filter input').inputValue(), 'acl');
    assert.equal(await page.locator('.hop .row').first().getAttribute('aria-expanded'), 'true');
  });

  describe('with 20,000 stages', () => {
    const elements = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
    /** Whether the window is full of rows, down to its end. */
    const isFilled = (): boolean =>
      [100, 300, 500, 700, 780].every((y) => {
        const block = document.elementFromPoint(300, y)?.closest('.hop-block, .hop-head');
        return block !== null && block !== undefined && block.childElementCount > 0;
      });
    const spoken = (): Promise<string> =>
      page.evaluate(() => {
        const item = document.activeElement!.closest('[role="listitem"]')!;
        return `${item.getAttribute('aria-posinset')} of ${item.getAttribute('aria-setsize')}`;
      });

    it('has only those in sight in the document, wherever it is scrolled, and says the place of each', async () => {
      await open(resultState(floodReport('lost', 5000)));
      await page.getByText('20004 stages').waitFor();
      assert.ok((await elements()) < 3000, `${await elements()} elements`);
      await page.locator('.row').first().focus();
      await page.keyboard.press('End');
      assert.match(await focused(), /Port security.*Packet discarded/);
      assert.equal(await spoken(), '20004 of 20004');
      await page.keyboard.press('ArrowUp');
      assert.match(await focused(), /3 pass-through stages/);
      assert.equal(await spoken(), '20001 of 20004');
      for (let up = 0; up < 200; up += 1) await page.keyboard.press('ArrowUp');
      assert.equal(await spoken(), '19601 of 20004');
      await page.keyboard.press('Home');
      assert.equal(await spoken(), '1 of 20004');
      for (const part of [0.2, 0.5, 0.8]) {
        await page.evaluate(`window.scrollTo(0, document.documentElement.scrollHeight * ${part})`);
        await page.waitForFunction(isFilled);
        assert.ok((await elements()) < 3000, `${await elements()} elements`);
      }
      // The row for the Tab key is still there, though it was scrolled away.
      assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
    });

    it('filters, and shows a stage that lies far below', async () => {
      await open(resultState(floodReport('lost', 5000)));
      await page.locator('.filter input').fill('ls_out_acl_eval');
      await page.getByText('5000 of 20004 stages').first().waitFor();
      await page.locator('.row').first().focus();
      await page.keyboard.press('End');
      assert.equal(await spoken(), '5000 of 5000');
      await page.evaluate(() => window.postMessage({ type: 'showHop', side: 'forward', hop: 15_002 }));
      await page.locator('[data-hop="15002"] .detail').waitFor();
      assert.equal(await spoken(), '15003 of 20004');
      const inSight = await page.evaluate(() => {
        const { top, bottom } = document.activeElement!.getBoundingClientRect();
        return top > 0 && bottom < window.innerHeight;
      });
      assert.ok(inSight);
    });

    it('opens the copies that fared alike, and Left leads back to their button', async () => {
      await open(resultState(floodReport('delivered', 5000)));
      await page.getByText('4997 more copies that arrive').click();
      assert.match(await focused(), /4997 more copies/);
      await page.keyboard.press('ArrowDown');
      assert.match(await focused(), /pass-through stages/);
      await page.keyboard.press('End');
      assert.match(await focused(), /Port security/);
      assert.ok((await elements()) < 3000, `${await elements()} elements`);
      await page.keyboard.press('ArrowLeft');
      assert.match(await focused(), /4997 more copies/);
      await page.keyboard.press('ArrowLeft');
      assert.equal(await page.locator('[data-copies]').getAttribute('aria-expanded'), 'false');
    });

    it('comes back to the same stage when it is made again, in another width too', async () => {
      await open(resultState(floodReport('lost', 5000)));
      await page.evaluate(() => window.scrollTo(0, 400_000));
      await page.waitForFunction(isFilled);
      const atTop = (): Promise<number> =>
        page.evaluate(() => {
          const rows = [...document.querySelectorAll('[data-hop]')];
          return Number(rows.find((row) => row.getBoundingClientRect().bottom > 0)?.getAttribute('data-hop'));
        });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const before = await atTop();
      await page.setViewportSize({ width: 420, height: 800 });
      await page.goto(page.url());
      await page.locator(`[data-hop="${before}"]`).waitFor();
      assert.equal(await atTop(), before);
    });
  });
});
