/**
 * npm run soak: random packets in random networks for as long as one likes, on one version of OVN.
 *   npm run soak -- --minutes 10 [--seed N] [--version 25.03 | --chroot FOLDER] [--packets N] [--findings FOLDER]
 *   npm run soak -- --network N --seed N ...     one network again, as a finding names it
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { startPrivateOvn } from '../src/target/privateOvn';
import { Tally, type Finding } from './support/differential/finding';
import { runNetwork } from './support/differential/runNetwork';
import { ovnVersions, versionIn, type OvnVersion } from './support/ovn';
import type { RandomNetwork } from './support/randomNetwork/builder';
import { readNorthboundSchema } from './support/randomNetwork/schema';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    version: { type: 'string' },
    chroot: { type: 'string' },
    packets: { type: 'string', default: '150' },
    network: { type: 'string' },
    findings: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const version = chooseVersion();
  const seed = Number(values.seed);
  const folder = values.findings ?? mkdtempSync(join(tmpdir(), 'soak-'));
  const tally = new Tally();
  const endAt = Date.now() + Number(values.minutes) * 60_000;
  let found = 0;
  const only = values.network === undefined ? null : Number(values.network);
  console.log(`OVN ${version.name}, seed ${seed}; findings go to ${folder}`);
  for (let number = only ?? 0; only === null ? Date.now() < endAt : number === only; number++) {
    const findings = await soakNetwork(version, seed, number, tally, folder);
    found += findings;
    if (number % 20 === 19)
      console.log(`${number + 1} networks, ${tally.packets} packets, ${found} findings`);
  }
  console.log(tally.describe());
  console.log(`${found} findings`);
  process.exitCode = found === 0 && tally.packets > 0 ? 0 : 1;
}

function chooseVersion(): OvnVersion {
  if (values.chroot !== undefined) return versionIn(values.chroot);
  const versions = ovnVersions();
  const version =
    values.version === undefined ? versions[0] : versions.find(({ name }) => name === values.version);
  if (version === undefined)
    throw new Error(
      `There is OVN ${versions.map(({ name }) => name).join(' and ')} here, not ${values.version}.`,
    );
  return version;
}

/** Returns the number of findings; a network that cannot even be made is one. */
async function soakNetwork(
  version: OvnVersion,
  seed: number,
  number: number,
  tally: Tally,
  folder: string,
): Promise<number> {
  const place = join(folder, `${version.name}-${seed}-${number}`);
  const ovn = await startPrivateOvn({ programs: version.programs });
  try {
    const schema = await readNorthboundSchema(ovn);
    const packets = Number(values.packets);
    const { network, findings } = await runNetwork({
      ovn,
      schema,
      seed: seed + number,
      packets,
      proofs: 3,
      tally,
    });
    if (findings.length > 0) {
      write(place, version, number, findings);
      writeFileSync(join(place, 'network.sh'), describeNetwork(network));
    }
    return findings.length;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const evidence = inspect(error);
    write(place, version, number, [{ part: 'network', sentence, evidence }]);
    return 1;
  } finally {
    await ovn.stop();
  }
}

function describeNetwork({ northbound, southbound }: RandomNetwork): string {
  const shell = (words: readonly string[]): string =>
    words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const commands = [
    `ovn-nbctl ${shell(northbound)}`,
    ...southbound.map((words) => `ovn-sbctl ${shell(words)}`),
  ];
  return `${commands.join('\n')}\n`;
}

function write(folder: string, version: OvnVersion, number: number, findings: readonly Finding[]): void {
  mkdirSync(folder, { recursive: true });
  const { chroot, seed, packets } = values;
  const on = chroot === undefined ? `--version ${version.name}` : `--chroot ${chroot}`;
  const again = `npm run soak -- ${on} --seed ${seed} --network ${number} --packets ${packets}`;
  for (const [at, { part, sentence, evidence }] of findings.entries()) {
    console.log(`network ${number}: ${part}: ${sentence.slice(0, 300)}`);
    writeFileSync(
      join(folder, `${at}-${part}.txt`),
      `${sentence}\nOVN ${version.name}; again: ${again}\n\n${evidence}\n`,
    );
  }
}

void main();
