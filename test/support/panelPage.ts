import { build } from 'esbuild';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ToPanel } from '../../src/protocol/panelMessages';
import type { PanelState } from '../../src/protocol/panelModel';
import { panelHtml } from '../../src/ui/panel/html';
import type { PanelPage } from '../../src/ui/panel/html';
import { themeCss, type ThemeName } from './panelThemes';
import { launchBrowser, type Browser, type Page } from './playwright';

/** The panel's page as the extension makes it, policy included, in a plain browser: VS Code's side is played here. */
export interface PanelServer {
  /** Address of a page that shows a state in a theme, in English unless told otherwise. */
  url(state: PanelState, theme: ThemeName, translation?: PanelPage['translation']): string;
  stop(): Promise<void>;
}

const root = join(__dirname, '../..');
const nonce = 'bm9uY2U';

const bodyClasses: Readonly<Record<ThemeName, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
};

/** Bundles the browser code of this checkout and serves it on a port of its own on 127.0.0.1. */
export async function startPanelServer(): Promise<PanelServer> {
  const files = await bundleWebview();
  const states: {
    readonly state: PanelState;
    readonly theme: ThemeName;
    readonly translation: PanelPage['translation'];
  }[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const page = states[Number(/^\/page\/(\d+)$/.exec(path)?.[1] ?? Number.NaN)];
    const theme = /^\/theme\/([a-z-]+)\.css$/.exec(path)?.[1];
    if (page !== undefined) reply('text/html', pageHtml(page.state, page.theme, page.translation));
    else if (theme !== undefined) reply('text/css', themeCss(theme as ThemeName));
    else if (path === '/webview.js') reply('text/javascript', files.script);
    else if (path === '/webview.css') reply('text/css', files.style);
    else response.writeHead(404).end();

    function reply(type: string, text: string): void {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (state, theme, translation = null) =>
      `http://127.0.0.1:${port}/page/${states.push({ state, theme, translation }) - 1}`,
    stop: () => closeServer(server),
  };
}

async function bundleWebview(): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    entryPoints: { webview: join(root, 'webview/main.ts') },
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outdir: 'out',
    write: false,
    logLevel: 'error',
  });
  const find = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { script: find('.js'), style: find('.css') };
}

/** Sends the state when the panel says it is ready, answers each request with success, and keeps what was asked. */
function pageHtml(state: PanelState, theme: ThemeName, translation: PanelPage['translation']): string {
  const message: ToPanel = { type: 'state', state };
  const data = JSON.stringify(message).replaceAll('<', '\\u003c');
  const page = panelHtml({
    source: "'self'",
    script: '/webview.js',
    style: '/webview.css',
    nonce,
    translation,
  });
  const body = `<body class="${bodyClasses[theme]}" data-vscode-theme-kind="${bodyClasses[theme]}">`;
  const vscode = `<script nonce="${nonce}">
  window.requests = [];
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
  window.acquireVsCodeApi = () => ({
    getState: () => JSON.parse(sessionStorage.getItem('state')),
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
    postMessage: (message) => {
      if (message.type === 'ready') return window.postMessage(${data});
      window.requests.push(message.action);
      window.postMessage(window.failWith === undefined
        ? { type: 'done', id: message.id }
        : { type: 'failed', id: message.id, message: window.failWith });
    },
  });
</script>`;
  return page
    .replace('<link', () => `<link rel="stylesheet" href="/theme/${theme}.css">\n<link`)
    .replace('<body>', () => `${body}\n${vscode}`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A browser with the panel's page in it. */
export interface PanelBrowser {
  readonly server: PanelServer;
  readonly browser: Browser;
  /** Opens the page on a state, dark, and waits until it is drawn. */
  open(state: PanelState, width?: number): Promise<Page>;
  stop(): Promise<void>;
}

export async function startPanelBrowser(): Promise<PanelBrowser> {
  const server = await startPanelServer();
  const browser = await launchBrowser();
  return {
    server,
    browser,
    open: async (state, width = 1200) => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      await page.goto(server.url(state, 'dark'));
      await page.locator('h1').first().waitFor();
      return page;
    },
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}
