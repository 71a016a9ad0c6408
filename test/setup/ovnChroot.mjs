import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce, ovnChroot } from './cache.mjs';
import { SetupError, findProgram, isRoot, run, runOrFail } from './run.mjs';
import { chrootPrograms, withoutStartingServices } from './systemPackages.mjs';

const packages = ['ovn-common', 'ovn-central', 'ovn-host', 'openvswitch-switch'];

/** The programs it takes to make the folder; none when it is there, or cannot be made here. */
export function neededForChroot() {
  return isRoot && findProgram('apt-get') !== null && !existsSync(ovnChroot.folder) ? chrootPrograms : {};
}

/**
 * Makes the folder with a newer OVN than the system's: a small Debian of its own, to be entered with chroot.
 * Returns null when it is there, else the sentence that says why it is not: the tests go on without it.
 */
export async function ensureOvnChroot() {
  if (!isRoot) return 'making and entering its folder takes root';
  try {
    if (existsSync(ovnChroot.folder)) {
      await complete(ovnChroot.folder);
      return null;
    }
    if (findProgram('apt-get') === null)
      return 'its folder is made by debootstrap, which takes a Debian or Ubuntu';
    const mirror = await findMirror();
    if (mirror === null) return 'apt has no Debian mirror configured to make its folder from';
    console.log(
      `Making a folder with OVN ${ovnChroot.name} (debootstrap ${ovnChroot.suite}, about a minute) …`,
    );
    await makeOnce(ovnChroot.folder, (folder) => bootstrap(folder, mirror));
    return null;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error.message;
  }
}

async function bootstrap(folder, mirror) {
  await runOrFail(
    `Making the folder with OVN ${ovnChroot.name}`,
    ['debootstrap', '--variant=minbase', `--include=${packages.join(',')}`, ovnChroot.suite, folder, mirror],
    { env: await proxySettings() },
  );
  await runOrFail('Trying OVN in its folder', ['chroot', folder, 'ovn-trace', '--version']);
  await run(['chroot', folder, 'apt-get', 'clean'], { quiet: true });
}

/** A folder that an earlier state of this script made lacks the packages that were added since. */
async function complete(folder) {
  if (existsSync(join(folder, 'usr/bin/ovn-controller'))) return;
  console.log(`Adding packages to the folder with OVN ${ovnChroot.name} …`);
  const aptGet = ['chroot', folder, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--yes', '--quiet'];
  const options = { env: await proxySettings() };
  await withoutStartingServices(async () => {
    await runOrFail('Updating the lists of packages there', [...aptGet, 'update'], options);
    await runOrFail(
      `Completing the folder with OVN ${ovnChroot.name}`,
      [...aptGet, 'install', '--no-install-recommends', ...packages],
      options,
    );
  }, folder);
  await run([...aptGet, 'clean'], { quiet: true });
}

/** The mirror this system's own packages come from. Another suite of the same distribution lies beside them. */
async function findMirror() {
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1];
  const format = '$(RELEASE) $(REPO_URI)';
  const { status, output } = await run(['apt-get', 'indextargets', '--format', format], { quiet: true });
  if (status !== 0) return null;
  const sources = output.split('\n').map((line) => line.split(' '));
  const own = sources.find(([suite, uri]) => suite === codename && /\/debian\/?$/.test(uri ?? ''));
  return own?.[1] ?? null;
}

/** debootstrap does not know apt's proxy. */
async function proxySettings() {
  const { output } = await run(['apt-config', 'dump', '--format', '%f %v%n', 'Acquire::http::Proxy'], {
    quiet: true,
  });
  const proxy = /^Acquire::http::Proxy (\S+)$/m.exec(output)?.[1];
  return proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy };
}
