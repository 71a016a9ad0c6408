import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPrivateOvn, type PrivateOvn, type PrivateOvnOptions } from './privateOvn';

/** In the order in which an engineer would run them. */
const scripts = ['network.sh', 'security/acls.sh', 'hypervisors.sh'];

/** Loads the scripts of the demo into a private OVN. `folder` is `fixtures/demo`, or a copy of it. */
export async function loadDemoNetwork(ovn: PrivateOvn, folder: string): Promise<void> {
  for (const script of scripts) {
    // on standard input: a path would mean another file inside a chroot
    await ovn.check(['bash', '-s'], await readFile(join(folder, script), 'utf8'));
  }
  await ovn.sync();
}

/** Starts a private OVN with the demo network on it; `stop()` of the instance ends it. Leaves nothing behind on failure. */
export async function startDemoNetwork(folder: string, options: PrivateOvnOptions = {}): Promise<PrivateOvn> {
  const ovn = await startPrivateOvn(options);
  try {
    await loadDemoNetwork(ovn, folder);
    return ovn;
  } catch (error) {
    await ovn.stop();
    throw error;
  }
}
