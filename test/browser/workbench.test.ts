import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectFolder } from '../support/vscodeServer';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('a window of the editor', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      workspace: join(projectFolder, 'fixtures', 'demo'),
      settings: { 'editor.fontSize': 17 },
      workspaceSettings: { 'editor.lineHeight': 31 },
    });
  });
  after(() => workbench.stop());

  it('opens a file of the workspace, under the settings of user and workspace', async () => {
    await workbench.openFile('security/acls.sh');
    const line = workbench.page.locator('.monaco-editor .view-line').first();
    await line.waitFor();
    // The editor draws its first lines anew while it settles; one that is gone has no style.
    const styleOfFirst = (): Promise<string> =>
      line.evaluate((element) => {
        const { fontSize, lineHeight } = getComputedStyle(element);
        return `${fontSize} ${lineHeight}`;
      });
    let style = await styleOfFirst();
    for (let tries = 0; style !== '17px 31px' && tries < 20; tries++) {
      await delay(100);
      style = await styleOfFirst();
    }
    assert.equal(style, '17px 31px');
  });

  it('runs a command of the palette', async () => {
    await workbench.runCommand('Go to Line/Column...');
    await workbench.quickInput.locator('input').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.waitFor({ state: 'hidden' });
  });
});
