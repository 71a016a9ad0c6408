import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { SetupError, findProgram, isRoot, rootPrefix, run, runOrFail } from './run.mjs';

/** A program and the Debian package that brings it. */
export const ovnPrograms = {
  'ovn-trace': 'ovn-common',
  'ovn-nbctl': 'ovn-common',
  'ovn-northd': 'ovn-central',
  'ovsdb-server': 'openvswitch-switch',
  'ovsdb-tool': 'openvswitch-switch',
};
/** A chassis of one's own: the bridge, and what fills it. */
export const chassisPrograms = { 'ovs-vswitchd': 'openvswitch-switch', 'ovn-controller': 'ovn-host' };
export const sshPrograms = {
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  ps: 'procps',
  // a login shell that is none of POSIX
  tcsh: 'tcsh',
};
export const browserPrograms = { chromium: 'chromium' };
export const chrootPrograms = { debootstrap: 'debootstrap' };

/** Installs the packages of those programs that are missing, or stops with the one command that would. */
export async function ensureSystemPackages(programs) {
  const missing = Object.keys(programs).filter((program) => findProgram(program) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => programs[program]))];
  const prefix = findProgram('apt-get') !== null ? await rootPrefix() : null;
  if (prefix === null) {
    throw new SetupError(
      `These programs are missing: ${missing.join(', ')}. Install them and start again:\n` +
        `    ${installCommand(packages)}`,
    );
  }
  console.log(`Installing the system packages ${packages.join(', ')} (apt-get) …`);
  const install = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const arguments_ = ['install', '--yes', '--quiet', '--no-install-recommends', ...packages];
  await withoutStartingServices(async () => {
    // the lists may be older than what the mirror holds, or not there at all: then try once more with new ones
    const { status } = await run([...install, ...arguments_], { quiet: true });
    if (status === 0) return;
    await runOrFail('Updating the lists of system packages', [...install, 'update', '--quiet']);
    await runOrFail('Installing system packages', [...install, ...arguments_]);
  });
  const still = missing.filter((program) => findProgram(program) === null);
  if (still.length > 0) {
    throw new SetupError(
      `${packages.join(', ')} installed, but there is still no ${still.join(', ')} to be found.`,
    );
  }
}

/**
 * Debian starts a service when its package is installed, unless policy-rc.d forbids it. The tests want no sshd or OVN
 * of the system's own, so it forbids while `install` runs; a policy that the machine has already is left as it is.
 * `tree` is the folder of another system, to be entered with chroot.
 */
export async function withoutStartingServices(install, tree = '') {
  const policyFile = `${tree}/usr/sbin/policy-rc.d`;
  if (!isRoot || existsSync(policyFile)) return install();
  console.log(`No services are started meanwhile (${policyFile} forbids it and is removed afterwards).`);
  const remove = () => rmSync(policyFile, { force: true });
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  process.once('exit', remove);
  try {
    await install();
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function installCommand(packages) {
  if (findProgram('dnf') !== null) {
    // Fedora cuts the same programs into other packages
    const names = {
      'ovn-common': 'ovn',
      'openvswitch-switch': 'openvswitch',
      'openssh-client': 'openssh-clients',
    };
    return `sudo dnf install ${[...new Set(packages.map((name) => names[name] ?? name))].join(' ')}`;
  }
  return `sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
}
