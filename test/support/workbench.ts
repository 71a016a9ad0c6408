import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, type FrameLocator, type Locator, type Page } from './playwright';
import { startVscodeServer, type VscodeServer, type VscodeServerOptions } from './vscodeServer';

export interface WorkbenchOptions extends VscodeServerOptions {
  /** Folder to open a copy of; an empty folder when left out. */
  readonly workspace?: string;
  /** Written to `.vscode/settings.json` of the copy. */
  readonly workspaceSettings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A window of VS Code in a browser without a screen, on a copy of a folder, with the extension of this checkout. */
export interface Workbench {
  readonly page: Page;
  readonly server: VscodeServer;
  /** The copied folder. */
  readonly folder: string;
  readonly url: string;
  /** The quick pick or input box that is open. */
  readonly quickInput: Locator;
  /** Opens the palette and runs a command by its title, category included: `OVN: Trace Packet`. */
  runCommand(title: string): Promise<void>;
  /** Opens a file of the folder by its path in it. */
  openFile(path: string): Promise<void>;
  /** Rows that the open quick pick shows, as their text. */
  quickInputRows(): Promise<string[]>;
  /**
   * Waits for a notification that says this, and returns it. Toasts come only once the window is at rest; the list of notifications has
   * each at once, but closes by itself when its last one goes (the progress of what ended), so it is opened until it has it.
   */
  notification(text: string): Promise<Locator>;
  clearNotifications(): Promise<void>;
  /** The document inside the webview that is open. */
  webview(): FrameLocator;
  /** What the page's console said, for a test that failed. */
  console(): string;
  stop(): Promise<void>;
}

/** Opens a window and waits until it is usable. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));
  const folder = join(parent, 'workspace');
  if (options.workspace === undefined) mkdirSync(folder);
  else cpSync(options.workspace, folder, { recursive: true });
  if (options.workspaceSettings !== undefined) {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(
      join(folder, '.vscode', 'settings.json'),
      JSON.stringify(options.workspaceSettings, null, 2),
    );
  }
  const ending: (() => void | Promise<void>)[] = [() => rmSync(parent, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const server = await startVscodeServer(options);
    ending.push(() => server.stop());
    const browser = await launchBrowser();
    ending.push(() => browser.close());
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    const lines: string[] = [];
    page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => lines.push(`error: ${error.message}`));
    const url = server.url(folder);
    await page.goto(url);
    await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
    await page.locator('.explorer-viewlet, .explorer-folders-view').first().waitFor({ timeout: 60_000 });
    return { page, server, folder, url, ...helpers(page), console: () => lines.join('\n'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function helpers(page: Page) {
  const quickInput = page.locator('.quick-input-widget');
  const input = quickInput.locator('.quick-input-box input');
  const pickFirst = async (key: string, text: string, wanted: string): Promise<void> => {
    const row = quickInput.locator('.monaco-list-row').filter({ hasText: wanted }).first();
    // An open palette does not learn of commands that are registered later, and a webview that takes the focus closes it, so it is
    // opened again.
    for (let attempt = 1; ; attempt++) {
      await page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 4_000 });
        await row.waitFor({ timeout: 4_000 });
        break;
      } catch (error) {
        if (attempt === 8) throw error;
        await page.keyboard.press('Escape');
        await quickInput.waitFor({ state: 'hidden' });
      }
    }
    await page.keyboard.press('Enter');
  };
  const runCommand = (title: string) => pickFirst('F1', `>${title}`, title);
  return {
    quickInput,
    runCommand,
    notification: async (text: string) => {
      const told = page
        .locator('.notifications-center .notification-list-item')
        .filter({ hasText: text })
        .first();
      for (let attempt = 1; ; attempt++) {
        await runCommand('Notifications: Show Notifications');
        try {
          await told.waitFor({ timeout: 5_000 });
          return told;
        } catch (error) {
          if (attempt === 8) throw error;
        }
      }
    },
    clearNotifications: () => runCommand('Notifications: Clear All Notifications'),
    openFile: (path: string) => pickFirst('Control+P', path, path.split('/').at(-1) ?? path),
    quickInputRows: () => quickInput.locator('.monaco-list-row').allInnerTexts(),
    webview: () => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame'),
  };
}
