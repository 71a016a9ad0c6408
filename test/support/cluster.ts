import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateOvn } from '../../src/target/privateOvn';

export const members = [1, 2, 3] as const;

/** A cluster of three southbound servers that hold what the private one holds: their folder. */
export async function startCluster(ovn: PrivateOvn): Promise<string> {
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

export async function isFollowing(ovn: PrivateOvn, folder: string, member: number): Promise<boolean> {
  const status = await statusOf(ovn, folder, member);
  return /^Role: follower/m.test(status) && !/^Leader: unknown/m.test(status);
}

export async function statusOf(ovn: PrivateOvn, folder: string, member: number): Promise<string> {
  const server = `${folder}/r${member}.ctl`;
  return (await ovn.run(['ovn-appctl', '-t', server, 'cluster/status', 'OVN_Southbound'])).stdout;
}

export async function stopMember(ovn: PrivateOvn, folder: string, member: number): Promise<void> {
  await ovn.run(['ovn-appctl', '-t', `${folder}/r${member}.ctl`, 'exit']);
}

export async function until(isReached: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await isReached())) {
    assert.ok(Date.now() < giveUpAt, 'in time');
    await delay(100);
  }
}
