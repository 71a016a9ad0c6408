import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce, playwright } from './cache.mjs';
import { runOrFail } from './run.mjs';
import { browserPrograms, ensureSystemPackages } from './systemPackages.mjs';

/** Installs a browser and fetches what drives it, and the editors that are named. */
export async function ensureVscodeHost(...editors) {
  await ensureSystemPackages(browserPrograms);
  await makeOnce(playwright.folder, async (folder) => {
    console.log('Fetching playwright-core …');
    await unpack(`playwright-core@${playwright.version}`, 'package', folder);
  });
  for (const editor of editors) await ensureEditor(editor);
}

/**
 * Fetches VS Code's own server, as the npm package code-server brings it, and the Node it wants. Nothing of it is
 * compiled: the native modules that stay away only serve logs and, in the older editor, terminals.
 */
export async function ensureEditor(editor) {
  await makeOnce(editor.folder, async (folder) => {
    console.log(`Fetching VS Code ${editor.vscode} (code-server ${editor.codeServer}, half a minute) …`);
    const server = join(folder, 'server');
    await unpack(`code-server@${editor.codeServer}`, 'package/lib/vscode', server);
    await runOrFail(
      'Installing the packages of VS Code',
      ['npm', 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: server },
    );
    if (!existsSync(join(server, 'node_modules.asar'))) {
      symlinkSync('node_modules', join(server, 'node_modules.asar'));
    }
    await addSearchProgram(server);
    const node = join(folder, 'node-package');
    await unpack(`node-linux-${process.arch}@${editor.node}`, 'package', node);
    renameSync(join(node, 'bin', 'node'), join(folder, 'node'));
    rmSync(node, { recursive: true });
  });
}

/** Older editors download ripgrep after their installation; without it they find no file in a folder. */
async function addSearchProgram(server) {
  const ripgrep = join(server, 'node_modules', '@vscode', 'ripgrep');
  if (!existsSync(ripgrep) || existsSync(join(ripgrep, 'bin'))) return;
  await unpack('@vscode/ripgrep-universal@1.18.0', `package/bin/linux-${process.arch}`, join(ripgrep, 'bin'));
}

/** Unpacks one folder of an npm package, without the packages it depends on. */
async function unpack(name, inside, folder) {
  const download = `${folder}.download`;
  mkdirSync(download, { recursive: true });
  mkdirSync(folder, { recursive: true });
  await runOrFail(`Fetching ${name}`, ['npm', 'pack', '--silent', '--pack-destination', download, name]);
  const [archive] = readdirSync(download);
  const depth = inside.split('/').length;
  await runOrFail(`Unpacking ${name}`, [
    'tar',
    '-xzf',
    join(download, archive),
    '-C',
    folder,
    `--strip-components=${depth}`,
    inside,
  ]);
  rmSync(download, { recursive: true });
}
