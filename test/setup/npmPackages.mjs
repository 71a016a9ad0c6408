import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runOrFail } from './run.mjs';

/** Installs what package-lock.json names, unless it is installed already. */
export async function ensureNpmPackages(root) {
  // npm writes this file last, so it is older than the lock file exactly when something is to be done
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing the npm packages (npm ci) …');
  await runOrFail('Installing the npm packages', ['npm', 'ci', '--no-audit', '--no-fund'], { cwd: root });
}
