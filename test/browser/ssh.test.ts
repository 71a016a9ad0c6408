import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { endProcess } from '../support/processes';
import { makeKey, publicKeyOf, startSshd, type Sshd } from '../support/sshd';
import { projectFolder } from '../support/vscodeServer';
import { openWorkbench, type Workbench } from '../support/workbench';

const demo = join(projectFolder, 'fixtures', 'demo');
const passphrase = 'open sesame';

/** A target over SSH as a person meets it for the first time: a host nobody knows, and a key with a passphrase. */
describe('a target over SSH in the window', () => {
  let ovn: PrivateOvn;
  let sshd: Sshd;
  let window: Workbench;
  let keys: string;

  before(async () => {
    ovn = await startDemoNetwork(demo);
    keys = mkdtempSync(join(tmpdir(), 'keys-'));
    const identityFile = makeKey(join(keys, 'locked'), { passphrase });
    sshd = await startSshd({ authorizedKeys: [publicKeyOf(identityFile)] });
    const { host, port, username } = sshd;
    const { northbound, southbound } = ovn;
    window = await openWorkbench({
      workspace: demo,
      settings: {
        'ovnTrace.targets': [
          { name: 'remote', type: 'ssh', host, port, username, identityFile, northbound, southbound },
        ],
      },
    });
    await window.page.locator('.activitybar [aria-label*="OVN Packet Trace"]').first().waitFor();
  });

  after(async () => {
    await window.stop();
    await sshd.stop();
    await ovn.stop();
    rmSync(keys, { recursive: true });
  });

  const dialog = () => window.page.locator('.monaco-dialog-box');

  it('shows the fingerprint of an unknown host, and goes no further without trust', async () => {
    await window.runCommand('OVN: Trace Packet');
    await dialog().filter({ hasText: 'SHA256:' }).waitFor();
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
    await window.notification('is not trusted');
  });

  it('asks for the passphrase behind a mask, and then traces', async () => {
    await window.runCommand('OVN: Trace Packet');
    await dialog().getByText('Trust Once').click();
    await window.quickInput.locator('input[type="password"]').waitFor();
    await window.page.keyboard.type(passphrase);
    await window.page.keyboard.press('Enter');
    for (const [title, text, first] of [
      ['Source', 'web1', 'web1'],
      ['Destination', 'db1', 'db1'],
      ['Protocol', 'tcp', 'TCP'],
      ['Port', '5432', '5432'],
      ['Connection', 'new', 'New'],
    ] as const) {
      await window.quickInput
        .locator('.quick-input-title')
        .filter({ hasText: `Trace Packet: ${title}` })
        .waitFor();
      await window.page.keyboard.type(text);
      await window.quickInput.locator('.monaco-list-row').first().filter({ hasText: first }).waitFor();
      await window.page.keyboard.press('Enter');
    }
    await window.quickInput
      .locator('.quick-input-title')
      .filter({ hasText: 'Trace Packet: Review' })
      .waitFor();
    await window.page.keyboard.press('Enter');
    await window.webview().getByText('db-default-deny').first().waitFor();
  });

  async function notified(text: string): Promise<void> {
    await window.notification(text);
    await window.clearNotifications();
  }
  const passphraseBox = () => window.quickInput.locator('input[type="password"]');

  const status = (words: string) =>
    window.page.locator(`.statusbar-item[id*="ovnTrace.connection"] [aria-label*="${words}"]`);

  it('says in the status bar that the connection is lost, tries again, and why it does not come back', async () => {
    await status('OVN target remote: connected').waitFor();
    for (const pid of sshd.connectionPids()) endProcess(pid, 'SIGKILL');
    await status('OVN target remote: not connected')
      .filter({ hasText: /reconnecting in \d s/ })
      .waitFor();
    // Nobody is asked for a passphrase out of the blue.
    await status('OVN target remote: not connected')
      .filter({ hasText: 'OVN: remote, not connected' })
      .waitFor();
    await status('no passphrase was given').waitFor();
  });

  it('forgets by command what was typed, trusted once and kept', async () => {
    await window.runCommand('OVN: Forget Secrets');
    await notified('Connections are closed');

    // Nothing was kept, so all is asked again; this time it is kept.
    await window.runCommand('OVN: Check Target');
    await dialog().getByText('Trust', { exact: true }).click();
    await passphraseBox().waitFor();
    await window.page.keyboard.type(passphrase);
    await window.quickInput.getByRole('button', { name: /keep it in the Secret Storage/ }).click();
    await notified('works:');

    await window.runCommand('OVN: Forget Secrets');
    await window.quickInput.locator('.monaco-list-row').filter({ hasText: 'Passphrase of' }).waitFor();
    await window.quickInput.locator('.monaco-list-row').filter({ hasText: 'Host key of' }).waitFor();
    await window.page.keyboard.press('Enter');
    await notified('1 kept secret and 0 host keys forgotten');

    await window.runCommand('OVN: Check Target');
    await passphraseBox().waitFor();
    await window.page.keyboard.press('Escape');
  });
});
