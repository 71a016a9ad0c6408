import assert from 'node:assert/strict';
import { isFollowing, members, startCluster, statusOf, stopMember, until } from '../support/cluster';
import { ovnVersions, withOvn } from '../support/ovn';
import { ask, aSwitch, build } from '../support/smallNetwork';

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
