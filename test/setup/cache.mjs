// Where things too large for the repository are kept: other versions of OVN, editors to test in.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `OVN_TRACE_CACHE`, else a folder in the user's cache; nothing in it is worth keeping. */
export const cacheFolder =
  process.env.OVN_TRACE_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ovn-packet-trace');

export const ovnChroot = { name: '25.03', suite: 'trixie', folder: join(cacheFolder, 'ovn-25.03') };

/** The newest editor, and the oldest one that package.json promises. `codeServer` is the npm package that holds it. */
export const editors = {
  new: { vscode: '1.139.1', codeServer: '4.139.1', node: '24', folder: join(cacheFolder, 'vscode-1.139.1') },
  old: { vscode: '1.100.3', codeServer: '4.100.3', node: '20', folder: join(cacheFolder, 'vscode-1.100.3') },
};

export const playwright = { version: '1.65.1', folder: join(cacheFolder, 'playwright-1.65.1') };

/**
 * Makes a folder of the cache unless it is there. `make` gets another name to build under, and the folder takes its
 * real name only when it is complete: what was broken off is never taken for the whole.
 */
export async function makeOnce(folder, make) {
  if (existsSync(folder)) return;
  const building = `${folder}.building`;
  remove(building);
  mkdirSync(building, { recursive: true });
  try {
    await make(building);
    renameSync(building, folder);
  } finally {
    remove(building);
  }
}

/** debootstrap mounts /proc in the folder it makes; should it be broken off, that must not be gone into. */
function remove(folder) {
  spawnSync('rm', ['-rf', '--one-file-system', '--', folder]);
}

/** Runs `work` while no other run on this machine installs anything; waits for one that does. */
export async function withSetupLock(work) {
  mkdirSync(cacheFolder, { recursive: true });
  const lock = join(cacheFolder, 'setup.lock');
  for (let said = false; !takeLock(lock); said = true) {
    if (!said) console.log(`Waiting for another run to end its setup (${lock}).`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(readHolder(lock))) rmSync(lock, { force: true });
  return false;
}

/** Null while the holder has not written its number yet, or has just gone. */
function readHolder(lock) {
  try {
    return Number.parseInt(readFileSync(lock, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  if (pid === null) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
