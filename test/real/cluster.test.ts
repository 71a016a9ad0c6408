import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';
import { ask, aSwitch, build } from '../support/smallNetwork';

const members = [1, 2, 3] as const;

/** A cluster of three southbound servers that hold what the private one holds: their folder. */
async function startCluster(ovn: PrivateOvn): Promise<string> {
  const folder = ovn.southbound.replace(/^unix:(.*)\/sb\.sock$/, '$1');
  const raft = (member: number): string => `unix:${folder}/r${member}.raft`;
  await ovn.check(['ovsdb-tool', 'create-cluster', `${folder}/r1.db`, `${folder}/sb.db`, raft(1)]);
  for (const member of [2, 3]) {
    const database = `${folder}/r${member}.db`;
    await ovn.check(['ovsdb-tool', 'join-cluster', database, 'OVN_Southbound', raft(member), raft(1)]);
  }
  for (const member of members) {
    const quiet = ['-vconsole:off', '-vsyslog:off', '-vfile:off'];
    await ovn.check([
      ...(['ovsdb-server', '--detach', '--no-chdir'] as const),
      ...quiet,
      `--pidfile=${folder}/r${member}.pid`,
      `--remote=punix:${folder}/r${member}.sock`,
      `--unixctl=${folder}/r${member}.ctl`,
      `${folder}/r${member}.db`,
    ]);
  }
  return folder;
}

async function isFollowing(ovn: PrivateOvn, folder: string, member: number): Promise<boolean> {
  const status = await statusOf(ovn, folder, member);
  return /^Role: follower/m.test(status) && !/^Leader: unknown/m.test(status);
}

async function statusOf(ovn: PrivateOvn, folder: string, member: number): Promise<string> {
  const server = `${folder}/r${member}.ctl`;
  return (await ovn.run(['ovn-appctl', '-t', server, 'cluster/status', 'OVN_Southbound'])).stdout;
}

async function stopMember(ovn: PrivateOvn, folder: string, member: number): Promise<void> {
  await ovn.run(['ovn-appctl', '-t', `${folder}/r${member}.ctl`, 'exit']);
}

async function until(isReached: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await isReached())) {
    assert.ok(Date.now() < giveUpAt, 'in time');
    await delay(100);
  }
}

for (const version of ovnVersions()) {
  it(`reads from every member of a southbound cluster, and says when one is alone, on OVN ${version.name}`, async function () {
    this.timeout(120_000);
    await withOvn(version, async (ovn) => {
      await build(ovn, 'lr-add r', ...aSwitch('sa', 1, [['a', 1]]), ...aSwitch('sb', 2, [['b', 1]]));
      const folder = await startCluster(ovn);
      const [leader, follower, third] = members.map((member) => `unix:${folder}/r${member}.sock`);
      try {
        await until(async () => (await isFollowing(ovn, folder, 2)) && (await isFollowing(ovn, folder, 3)));
        assert.ok(!(await ask(ovn, {}, leader)).argv?.includes('--no-leader-only'));
        for (const southbound of [follower, `${follower},${third}`]) {
          const report = await ask(ovn, {}, southbound);
          assert.equal(report.outcome.verdict, 'allow');
          assert.ok(report.argv?.includes('--no-leader-only'));
        }
        assert.equal((await ask(ovn, {}, `${follower},${third},${leader}`)).outcome.verdict, 'allow');
        await stopMember(ovn, folder, 1);
        await stopMember(ovn, folder, 3);
        await until(async () => /disconnected/.test(await statusOf(ovn, folder, 2)));
        await assert.rejects(ask(ovn, {}, follower), {
          reason: 'database',
          message: /southbound.*lost the other members of its cluster/,
        });
      } finally {
        for (const member of members) await stopMember(ovn, folder, member);
      }
    });
  });
}
