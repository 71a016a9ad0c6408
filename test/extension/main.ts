import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runExtensionSuite } from '../support/vscodeHost';
import { projectFolder, type EditorName } from '../support/vscodeServer';

/**
 * Compiles the tests of this folder and runs them in one editor: `main.ts new`, `main.ts old`, `main.ts --build-only`.
 * `main.ts restricted` runs those of `restricted/` in Restricted Mode.
 */
async function main(): Promise<void> {
  const editor: EditorName = process.argv[2] === 'old' ? 'old' : 'new';
  await compileTests();
  if (process.argv[2] === '--build-only') return;
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  try {
    cpSync(join(projectFolder, 'fixtures', 'demo'), workspace, { recursive: true });
    const restricted = process.argv[2] === 'restricted';
    process.exitCode = (await runExtensionSuite({ editor, workspace, restricted })) ? 0 : 1;
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function compileTests(): Promise<void> {
  const out = join(projectFolder, 'out', 'test', 'extension');
  rmSync(out, { recursive: true, force: true });
  await build({
    absWorkingDir: projectFolder,
    entryPoints: ['test/extension/index.ts', 'test/extension/**/*.test.ts'],
    outbase: 'test/extension',
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha', 'cpu-features', './crypto/build/Release/sshcrypto.node'],
  });
}

void main();
