import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { editors } from '../setup/cache.mjs';

export type EditorName = keyof typeof editors;

export const projectFolder = resolve(__dirname, '..', '..');

export interface VscodeServerOptions {
  /** `new` unless told otherwise; `old` is the oldest editor that package.json promises. */
  readonly editor?: EditorName;
  /** Folder of the extension to run; this checkout unless told otherwise. */
  readonly extension?: string;
  /** Settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: every folder opens in Restricted Mode. */
  readonly trust?: boolean;
  /** More environment for the extension host. HOME is a private folder unless given here. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** VS Code's own server, whose extension host runs the extension from this checkout; windows open in a browser. */
export interface VscodeServer {
  readonly editor: EditorName;
  readonly port: number;
  /** HOME of the extension host. */
  readonly home: string;
  /** Address of a window on `folder`; with `testsPath` the window runs that file's tests and ends. */
  url(folder: string, testsPath?: string): string;
  /** What the server printed so far. */
  log(): string;
  /** Settles when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Ends the server with its extension hosts and removes its folder. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;

/** Nothing on the screen, and nothing fetched, that has no part in what is tested. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.showReleaseNotes': false,
  'window.confirmBeforeClose': 'never',
};

/** Starts the server on a free port of 127.0.0.1; it answers when the promise resolves. */
export async function startVscodeServer(options: VscodeServerOptions = {}): Promise<VscodeServer> {
  const editor = options.editor ?? 'new';
  const program = editors[editor].folder;
  const folder = mkdtempSync(join(tmpdir(), 'vscode-'));
  const home = options.environment?.['HOME'] ?? join(folder, 'home');
  const userFolder = join(folder, 'server', 'data', 'User');
  for (const made of [home, userFolder, join(folder, 'tmp')]) mkdirSync(made, { recursive: true });
  writeFileSync(
    join(userFolder, 'settings.json'),
    JSON.stringify({
      ...quietSettings,
      ...(options.trust === false ? { 'security.workspace.trust.startupPrompt': 'never' } : {}),
      ...options.settings,
    }),
  );
  const child = spawn(
    join(program, 'node'),
    [
      join(program, 'server', 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', '0'],
      '--without-connection-token',
      '--accept-server-license-terms',
      // without it the extension under development is left out
      '--enable-smoke-test-driver',
      ...(options.trust === false ? [] : ['--disable-workspace-trust']),
      ...['--telemetry-level', 'off'],
      // else the extension host gets what the user's login shell sets instead of the environment given here
      '--force-disable-user-env',
      ...['--server-data-dir', join(folder, 'server')],
    ],
    {
      cwd: join(program, 'server'),
      env: { ...process.env, HOME: home, TMPDIR: join(folder, 'tmp'), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // a process group of its own, so that stop() also ends extension hosts
      detached: true,
    },
  );
  let log = '';
  const collect = (data: Buffer): void => void (log += data.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<void>((settle) => {
    child.once('exit', () => settle());
    child.once('error', () => settle());
  });
  const remove = (): void => {
    if (child.pid !== undefined) endProcessGroup(child.pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', remove);
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined) endProcessGroup(child.pid);
    await ended;
    process.off('exit', remove);
    remove();
  };

  const port = await portFrom(() => log, ended);
  if (port === null) {
    await stop();
    throw new Error(`VS Code ${editors[editor].vscode} did not start:\n${log}`);
  }
  const authority = `127.0.0.1:${port}`;
  return {
    editor,
    port,
    home,
    url: (workspace, testsPath) => {
      const payload = [
        ['extensionDevelopmentPath', `vscode-remote://${authority}${options.extension ?? projectFolder}`],
        ...(testsPath === undefined
          ? []
          : [['extensionTestsPath', `vscode-remote://${authority}${testsPath}`]]),
        ['skipWelcome', 'true'],
      ];
      return `http://${authority}/?${new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) })}`;
    },
    log: () => log,
    ended,
    stop,
  };
}

/** The server says which port it took; null when it ends or takes too long. */
async function portFrom(log: () => string, ended: Promise<void>): Promise<number | null> {
  const giveUp = new AbortController();
  void ended.then(() => giveUp.abort());
  const timer = setTimeout(() => giveUp.abort(), startTimeoutMs);
  try {
    for (;;) {
      const port = /Extension host agent listening on (\d+)/.exec(log())?.[1];
      if (port !== undefined) return Number(port);
      if (giveUp.signal.aborted) return null;
      await delay(25);
    }
  } finally {
    clearTimeout(timer);
  }
}

function endProcessGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
