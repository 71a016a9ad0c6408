import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { playwright } from '../setup/cache.mjs';

/** The part of playwright-core that the tests use; the package itself is in the cache folder, not in package.json. */
export interface Locator {
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByText(text: string | RegExp, options?: { exact?: boolean }): Locator;
  filter(options: { hasText?: string | RegExp }): Locator;
  first(): Locator;
  last(): Locator;
  nth(index: number): Locator;
  contentFrame(): FrameLocator;
  count(): Promise<number>;
  click(options?: { button?: 'left' | 'right'; timeout?: number }): Promise<void>;
  dblclick(): Promise<void>;
  hover(): Promise<void>;
  focus(): Promise<void>;
  fill(text: string, options?: { readonly timeout?: number }): Promise<void>;
  press(key: string): Promise<void>;
  waitFor(options?: {
    state?: 'attached' | 'detached' | 'visible' | 'hidden';
    timeout?: number;
  }): Promise<void>;
  isVisible(): Promise<boolean>;
  innerText(): Promise<string>;
  inputValue(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
  evaluate<T>(work: (element: Element) => T): Promise<T>;
  screenshot(options?: { path?: string }): Promise<Buffer>;
}

export interface FrameLocator {
  locator(selector: string): Locator;
  frameLocator(selector: string): FrameLocator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByText(text: string | RegExp, options?: { exact?: boolean }): Locator;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  url(): string;
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  frameLocator(selector: string): FrameLocator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByText(text: string | RegExp, options?: { exact?: boolean }): Locator;
  readonly keyboard: {
    press(key: string): Promise<void>;
    type(text: string, options?: { delay?: number }): Promise<void>;
    insertText(text: string): Promise<void>;
  };
  evaluate<T>(work: (() => T) | string): Promise<T>;
  waitForFunction(work: () => boolean): Promise<unknown>;
  exposeFunction(name: string, work: (...args: unknown[]) => unknown): Promise<void>;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  screenshot(options?: { path?: string; fullPage?: boolean }): Promise<Buffer>;
  close(): Promise<void>;
}

export interface Browser {
  newPage(options?: {
    viewport?: { width: number; height: number };
    permissions?: string[];
    reducedMotion?: 'reduce' | 'no-preference';
    forcedColors?: 'active';
  }): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

/** Starts the system's Chromium without a window; `CHROMIUM_PATH` names another program. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = createRequire(__filename)(playwright.folder) as Playwright;
  // Chromium's own sandbox refuses to work for root
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: findChromium(),
    args: [...sandbox, '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
}

function findChromium(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return named;
  const found = ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((program) => ['/usr/bin', '/usr/local/bin', '/snap/bin'].map((folder) => join(folder, program)))
    .find(isExecutable);
  if (found === undefined) throw new Error('There is no Chromium: install it, or name it in CHROMIUM_PATH.');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
