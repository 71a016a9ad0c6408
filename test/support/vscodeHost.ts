import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editors } from '../setup/cache.mjs';
import { launchBrowser } from './playwright';
import { projectFolder, startVscodeServer, type EditorName } from './vscodeServer';

export interface ExtensionSuiteOptions {
  /** Ignored when VSCODE_PATH names a desktop editor. */
  readonly editor: EditorName;
  /** Folder that the window opens. */
  readonly workspace: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of the extension; this checkout unless told otherwise. */
  readonly extension?: string;
  /** The window is in Restricted Mode; in VS Code's server always. */
  readonly restricted?: boolean;
}

const suiteTimeoutMs = 300_000;
const suitePath = join(projectFolder, 'out', 'test', 'extension', 'index.js');

/**
 * Runs the compiled tests of test/extension in a real extension host, prints mocha's report, and returns whether all
 * passed: in the desktop editor that VSCODE_PATH names, else in VS Code's server with a browser for its window.
 */
export async function runExtensionSuite(options: ExtensionSuiteOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'suite-'));
  const report = join(folder, 'report.txt');
  const environment = {
    ...options.environment,
    OVN_TRACE_REPORT: report,
    ...(options.restricted === true ? { OVN_TRACE_RESTRICTED: 'yes' } : {}),
  };
  // A desktop editor asks its user for trust before it opens a folder that is not trusted.
  const desktop = options.restricted === true ? undefined : process.env['VSCODE_PATH'];
  try {
    const run = { ...options, environment, testsPath: suitePath };
    const code = desktop === undefined ? await runInEditor(run) : await runInDesktop(desktop, folder, run);
    return code === 0;
  } finally {
    if (existsSync(report)) process.stdout.write(readFileSync(report));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface HostRun extends ExtensionSuiteOptions {
  /** A module whose `run` the editor calls in its extension host. */
  readonly testsPath: string;
}

/** Runs a module in the extension host of VS Code's server; gives 0 when it ended well. */
export async function runInEditor({ testsPath, environment = {}, ...options }: HostRun): Promise<number> {
  console.log(`Extension host: VS Code ${editors[options.editor].vscode}, its server with a browser window.`);
  const server = await startVscodeServer({
    editor: options.editor,
    environment,
    trust: options.restricted !== true,
    ...(options.extension === undefined ? {} : { extension: options.extension }),
  });
  const messages: string[] = [];
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.exposeFunction('codeAutomationLog', (type, args) =>
        messages.push(`${String(type)}: ${JSON.stringify(args)}`),
      );
      const exit = new Promise<number>((resolve) => {
        setTimeout(() => resolve(-1), suiteTimeoutMs).unref();
        void page.exposeFunction('codeAutomationExit', (code) => resolve(Number(code)));
      });
      await page.goto(server.url(options.workspace, testsPath));
      const code = await exit;
      if (code === -1) console.log(`The suite did not end within ${suiteTimeoutMs / 1000} s.`);
      if (code !== 0) console.log(messages.slice(-60).join('\n'));
      return code;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

async function runInDesktop(
  program: string,
  folder: string,
  { workspace, environment = {}, testsPath }: HostRun,
): Promise<number> {
  console.log(`Extension host: the desktop editor ${program} (VSCODE_PATH).`);
  const { runTests } = await import('@vscode/test-electron');
  return runTests({
    vscodeExecutablePath: program,
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath: testsPath,
    extensionTestsEnv: environment,
    launchArgs: [
      workspace,
      '--disable-workspace-trust',
      `--user-data-dir=${join(folder, 'user')}`,
      `--extensions-dir=${join(folder, 'extensions')}`,
    ],
  });
}
