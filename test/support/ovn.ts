import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { startPrivateOvn, type OvnPrograms, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnChroot } from '../setup/cache.mjs';

export interface OvnVersion {
  /** `23.03`, `25.03`, …: what `ovn-trace --version` says, without the last part. */
  readonly name: string;
  readonly programs: OvnPrograms;
}

/** The versions of OVN that tests run on: the system's own, and the one of the chroot where it could be made. */
export function ovnVersions(): readonly OvnVersion[] {
  const versions: OvnVersion[] = [{ name: systemVersion(), programs: { chroot: null } }];
  if (process.getuid?.() === 0 && existsSync(ovnChroot.folder)) {
    versions.push({ name: ovnChroot.name, programs: { chroot: ovnChroot.folder } });
  }
  return versions;
}

/** Runs `work` on a private OVN of that version, which is gone afterwards. */
export async function withOvn<T>(version: OvnVersion, work: (ovn: PrivateOvn) => Promise<T>): Promise<T> {
  const ovn = await startPrivateOvn({ programs: version.programs });
  try {
    return await work(ovn);
  } finally {
    await ovn.stop();
  }
}

/** The version whose programs are in a system's tree, to be entered through `chroot` (needs root). */
export function versionIn(chroot: string): OvnVersion {
  return { name: readVersion('chroot', [chroot, 'ovn-trace', '--version']), programs: { chroot } };
}

function systemVersion(): string {
  return readVersion('ovn-trace', ['--version']);
}

function readVersion(program: string, words: readonly string[]): string {
  const text = execFileSync(program, words, { encoding: 'utf8' });
  const version = /^ovn-trace (\d+\.\d+)/m.exec(text)?.[1];
  if (version === undefined) throw new Error(`ovn-trace --version says: ${text}`);
  return version;
}
