import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { targetSchema } from '../../src/core/session/target';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { actionsFor } from '../../src/ui/failureActions';
import { checkTarget, type CheckStep } from '../../src/ui/targets/checkTarget';
import { makeAuthority, makePair } from '../support/certificates';
import { ovnVersions, withOvn } from '../support/ovn';
import { startCluster, stopMember, until, isFollowing, statusOf, members } from '../support/cluster';
import { aSwitch, build } from '../support/smallNetwork';
import { freePort } from '../support/sshd';

/** Checks the private OVN; a prefix becomes part of what is run. */
async function check(ovn: PrivateOvn, settings: object = {}): Promise<readonly CheckStep[]> {
  const { northbound, southbound } = ovn;
  const target = targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound, ...settings });
  const [first, ...prefix] = target.commandPrefix;
  return checkTarget(
    target,
    (argv) => ovn.run(first === undefined ? argv : [first, ...prefix, ...argv]),
    new AbortController().signal,
  );
}

/** The sentence of a step that went wrong, which leads on to the settings. */
function wrong(steps: readonly CheckStep[], what: string, text: RegExp): void {
  const step = steps.find((each) => each.what === what);
  assert.equal(step?.state, 'bad', JSON.stringify(steps));
  assert.match(step.text, text);
  assert.ok(step.failure);
  assert.deepEqual(actionsFor(step.failure), ['checkTarget', 'openSettings']);
}

const network = [
  'lr-add r',
  ...aSwitch('sw', 1, [
    ['a', 1],
    ['b', 2],
  ]),
  'acl-add sw to-lport 9 ip4 drop',
];

for (const version of ovnVersions()) {
  describe(`Check Target on OVN ${version.name}`, function () {
    this.timeout(120_000);

    it('finds every step good, and changes nothing', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...network);
        const dump = async (): Promise<string> =>
          (await ovn.check(['ovsdb-client', 'dump', ovn.northbound])) +
          (await ovn.check(['ovsdb-client', 'dump', ovn.southbound]));
        const before = await dump();
        const steps = await check(ovn);
        assert.deepEqual(
          steps.map(({ what, state }) => `${what}: ${state}`),
          [
            ...['Connection', 'ovn-trace', 'ovn-nbctl', 'ovn-sbctl', 'Northbound database'],
            ...['Southbound database', 'ovn-northd', 'Trace'],
          ].map((what) => `${what}: good`),
        );
        assert.match(steps[1]?.text ?? '', new RegExp(`^ovn-trace ${version.name.replace('.', '\\.')}`));
        assert.equal(await dump(), before);
      });
    });

    it('says that a user may not use the sockets, whatever became of the prefix', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...network);
        // Root may everything, and becomes somebody else; anybody else is shut out by the mode.
        const isRoot = process.getuid?.() === 0;
        chmodSync(ovn.directory, 0o755);
        if (!isRoot) for (const name of ['nb.sock', 'sb.sock']) chmodSync(join(ovn.directory, name), 0);
        for (const commandPrefix of isRoot
          ? [
              ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
              ['runuser', '-u', 'nobody', '--'],
            ]
          : [['env']]) {
          const steps = await check(ovn, { commandPrefix });
          const text =
            /sb\.sock.* no permission.*group openvswitch.* let commandPrefix run the programs as root/;
          wrong(steps, 'Southbound database', text);
          wrong(steps, 'Northbound database', /nb\.sock.* no permission/);
          assert.equal(steps.at(-1)?.what, 'Southbound database', 'nothing that needs it is asked for');
        }
      });
    });

    it('says that a database is down, and one that is no more where it was', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...network);
        const folder = ovn.southbound.replace(/^unix:(.*)\/sb\.sock$/, '$1');
        await ovn.check(['ovn-appctl', '-t', `${folder}/sb.ctl`, 'exit']);
        const steps = await check(ovn);
        wrong(
          steps,
          'Southbound database',
          /sb\.sock.*(?:no such socket|nothing listens there).*Check that the database/,
        );
        assert.equal(steps.find(({ what }) => what === 'Northbound database')?.state, 'good');
        assert.equal(steps.at(-1)?.what, 'Southbound database');
      });
    });

    it('says that it reads from a follower of a cluster, and that a member is alone', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...network);
        const folder = await startCluster(ovn);
        const [leader, follower] = members.map((member) => `unix:${folder}/r${member}.sock`);
        try {
          await until(async () => (await isFollowing(ovn, folder, 2)) && (await isFollowing(ovn, folder, 3)));
          const read = [
            'ovn-sbctl',
            `--db=${follower}`,
            '--no-leader-only',
            '--timeout=3',
            'list',
            'SB_Global',
          ] as const;
          await until(async () => (await ovn.run(read)).exitCode === 0);
          const good = (await check(ovn, { southbound: leader })).at(-1);
          assert.deepEqual([good?.what, good?.state], ['Trace', 'good']);
          const step = (await check(ovn, { southbound: follower })).at(-1);
          assert.deepEqual([step?.what, step?.state], ['Trace', 'warning'], step?.text);
          assert.match(
            step?.text ?? '',
            /not the leader.* List all members in the target's southbound setting/,
          );
          await stopMember(ovn, folder, 1);
          await stopMember(ovn, folder, 3);
          await until(async () => /disconnected/.test(await statusOf(ovn, folder, 2)));
          const alone = await check(ovn, { southbound: follower });
          wrong(
            alone,
            'Southbound database',
            /has no OVN southbound database, or .* has lost the others.*cluster\/status/,
          );
        } finally {
          for (const member of members) await stopMember(ovn, folder, member);
        }
      });
    });
  });
}

describe('Check Target', function () {
  this.timeout(60_000);

  it('says that the certificate of a server may have expired', async () => {
    await withOvn(ovnVersions()[0]!, async (ovn) => {
      const folder = ovn.directory;
      const authority = makeAuthority(folder, 'authority');
      const server = makePair(folder, 'server', authority, -1);
      const client = makePair(folder, 'client', authority);
      const port = await freePort();
      const { key, certificate } = server;
      await ovn.check(['ovsdb-tool', 'create', `${folder}/tls.db`, '/usr/share/ovn/ovn-nb.ovsschema']);
      await ovn.check([
        ...(['ovsdb-server', '--detach', '--no-chdir', `--pidfile=${folder}/tls.pid`] as const),
        ...['-vconsole:off', '-vsyslog:off', '-vfile:off', `--unixctl=${folder}/tls.ctl`],
        `--remote=pssl:${port}:127.0.0.1`,
        ...['-p', key, '-c', certificate, '-C', authority.certificate, `${folder}/tls.db`],
      ]);
      try {
        const tls = {
          privateKey: client.key,
          certificate: client.certificate,
          caCertificate: authority.certificate,
        };
        const steps = await check(ovn, { northbound: `ssl:127.0.0.1:${port}`, tls });
        wrong(steps, 'Northbound database', /not signed by the CA .* or is no longer valid.*-enddate/);
      } finally {
        await ovn.check(['ovn-appctl', '-t', `${folder}/tls.ctl`, 'exit']);
      }
    });
  });
});
