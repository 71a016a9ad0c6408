// Starts a window for each round and writes what each activation took as JSON: activationRounds.ts ROUNDS FILE
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { editors } from '../test/setup/cache.mjs';
import { ensureVscodeHost } from '../test/setup/vscodeHost.mjs';
import { runInEditor } from '../test/support/vscodeHost';
import { projectFolder } from '../test/support/vscodeServer';

/** Milliseconds of one activation: by the clock, and those the processor worked for it. */
export interface Activation {
  readonly clock: number;
  readonly processor: number;
}

/** As people have it who use the extension: with a target. */
const settings = { 'ovnTrace.targets': [{ name: 'lab', type: 'ssh', host: 'central1.example.com' }] };

async function main(rounds: number, file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'activation-'));
  try {
    await ensureVscodeHost(editors.new);
    const testsPath = join(folder, 'host.cjs');
    await build({
      entryPoints: [join(projectFolder, 'bench', 'activationHost.ts')],
      outfile: testsPath,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      logLevel: 'warning',
    });
    const report = join(folder, 'report.json');
    const workspace = join(folder, 'workspace');
    mkdirSync(join(workspace, '.vscode'), { recursive: true });
    writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
    const run = {
      editor: 'new',
      workspace,
      extension: measured(join(folder, 'extension'), report),
      testsPath,
    } as const;
    const times: Activation[] = [];
    for (let round = 0; round < rounds; round++) {
      if ((await runInEditor(run)) !== 0) throw new Error('The extension was not activated.');
      times.push(JSON.parse(readFileSync(report, 'utf8')) as Activation);
    }
    writeFileSync(file, JSON.stringify(times));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The extension as it ships, without the events at which the editor would activate it before it is asked to, and with a
 * beginning that measures what the editor calls activation: loading the code and the call of `activate`.
 */
function measured(folder: string, report: string): string {
  mkdirSync(folder);
  for (const name of ['dist', 'media', 'package.nls.json'])
    symlinkSync(join(projectFolder, name), join(folder, name));
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as object;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, main: './measured.js', activationEvents: [] }),
  );
  writeFileSync(
    join(folder, 'measured.js'),
    `const { writeFileSync } = require('node:fs');
const now = () => {
  const { user, system } = process.threadCpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
};
const beforeLoading = now();
const extension = require('./dist/extension.js');
const loaded = now();
exports.activate = (context) => {
  const beforeCall = now();
  const api = extension.activate(context);
  const done = now();
  const took = (kind) => loaded[kind] - beforeLoading[kind] + done[kind] - beforeCall[kind];
  writeFileSync(${JSON.stringify(report)}, JSON.stringify({ clock: took('clock'), processor: took('processor') }));
  return api;
};
exports.deactivate = extension.deactivate;
`,
  );
  return folder;
}

void main(Number(process.argv[2]), process.argv[3] ?? '');
