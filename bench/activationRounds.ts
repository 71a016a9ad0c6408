// Starts a window for each round and writes the milliseconds of each activation as JSON: activationRounds.ts ROUNDS FILE
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { editors } from '../test/setup/cache.mjs';
import { ensureVscodeHost } from '../test/setup/vscodeHost.mjs';
import { runInEditor } from '../test/support/vscodeHost';
import { projectFolder } from '../test/support/vscodeServer';

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
    const report = join(folder, 'report.txt');
    const run = {
      editor: 'new',
      workspace: folder,
      extension: measured(join(folder, 'extension'), report),
      testsPath,
    } as const;
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if ((await runInEditor(run)) !== 0) throw new Error('The extension was not activated.');
      times.push(Number(readFileSync(report, 'utf8')));
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
    `const begin = performance.now();
const extension = require('./dist/extension.js');
const loaded = performance.now() - begin;
exports.activate = (context) => {
  const begin = performance.now();
  const api = extension.activate(context);
  require('node:fs').writeFileSync(${JSON.stringify(report)}, String(loaded + performance.now() - begin));
  return api;
};
exports.deactivate = extension.deactivate;
`,
  );
  return folder;
}

void main(Number(process.argv[2]), process.argv[3] ?? '');
