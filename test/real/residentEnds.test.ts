import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { type ResidentOptions } from '../../src/target/resident/resident';
import { makeAuthority, makePair } from '../support/certificates';
import { startContainerEngine, type ContainerEngine } from '../support/containerEngine';
import { members, startCluster, statusOf, stopMember, until } from '../support/cluster';
import { endProcess, eventually, processesWith, programPath } from '../support/processes';
import { sshTarget, writeSshConfig } from '../support/session';
import { freePort, startSshd, type Sshd } from '../support/sshd';
import { projectFolder } from '../support/vscodeServer';

import { ResidentLab, web1ToDb1 } from '../support/residentLab';
const demo = join(projectFolder, 'fixtures', 'demo');

describe('what stays on a target', function () {
  this.timeout(60_000);
  let ovn: PrivateOvn;
  let sshd: Sshd;
  let engine: ContainerEngine;
  let sudo: string;
  const labs: ResidentLab[] = [];
  const open = (target: object = {}, options?: ResidentOptions): ResidentLab => {
    const { northbound, southbound } = ovn;
    const lab = new ResidentLab({ ...sshTarget(sshd), northbound, southbound, ...target }, sshd, options);
    labs.push(lab);
    return lab;
  };

  before(async () => {
    ovn = await startDemoNetwork(demo);
    sshd = await startSshd();
    engine = await startContainerEngine({ box: ['env', 'sh'] });
    sudo = join(sshd.folder, 'sudo');
    writeFileSync(sudo, '#!/bin/sh\nwhile [ "$1" = -n ]; do shift; done\nexec "$@"\n', { mode: 0o755 });
  });
  after(async () => {
    engine.stop();
    await sshd.stop();
    await ovn.stop();
  });
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.end();
  });

  it('ends when nobody has asked for a while, and comes back', async () => {
    const lab = open({}, { idleMs: 300 });
    assert.ok(await lab.trace(web1ToDb1));
    assert.equal(lab.daemons().length, 1);
    await lab.isClean();
    assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
  });

  it('ends when the connection is lost, and comes back', async () => {
    const lab = open();
    assert.ok(await lab.trace(web1ToDb1));
    for (const pid of sshd.connectionPids()) endProcess(pid, 'SIGKILL');
    await lab.isClean();
    assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
  });

  it('ends when the program that holds it is killed', async () => {
    const lab = open();
    assert.ok(await lab.trace(web1ToDb1));
    const [daemon] = lab.daemons();
    const relay = processesWith('import json, os, select').filter((line) => line.includes('python'));
    assert.ok(daemon !== undefined && relay.length > 0);
    for (const line of relay) endProcess(Number.parseInt(line, 10), 'SIGKILL');
    await lab.isClean();
    assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
  });

  for (const type of ['ssh', 'local'] as const) {
    it(`ends when the extension host is killed, ${type}`, async () => {
      const lab = open();
      const target = type === 'ssh' ? lab.target : localOf(lab.target);
      const host = spawn(
        process.execPath,
        [
          '--require',
          'tsx/cjs',
          join(__dirname, '../support/traceAndHold.ts'),
          ...[target, { sshConfigFile: writeSshConfig(sshd) }, web1ToDb1].map((each) => JSON.stringify(each)),
        ],
        { stdio: 'ignore' },
      );
      await eventually('the daemon runs', () => lab.daemons().length === 1, 20_000);
      host.kill('SIGKILL');
      await lab.isClean();
    });
  }

  it('ends a daemon that does not answer, when the trace is cancelled or takes too long', async () => {
    const lab = open({ timeoutSeconds: 2 });
    for (const how of ['cancelled', 'timeout']) {
      assert.ok(await lab.trace(web1ToDb1));
      const [daemon] = lab.daemons();
      assert.ok(daemon !== undefined);
      process.kill(daemon, 'SIGSTOP');
      const controller = new AbortController();
      const asked = lab.trace(web1ToDb1, controller.signal);
      if (how === 'cancelled') setTimeout(() => controller.abort(), 200);
      await assert.rejects(asked, (error) => error instanceof TraceFailure && error.reason === how);
      await eventually('the daemon is gone', () => !lab.daemons().includes(daemon));
    }
    assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
  });

  for (const [how, settings] of [
    ['the ssh of the user', () => ({ client: 'openssh' })],
    ['sudo', () => ({ commandPrefix: [sudo, '-n'] })],
    ['a container', () => ({ commandPrefix: engine.prefix('box'), environment: { PATH: '/usr/bin:/bin' } })],
  ] as const) {
    it(`is reached through ${how}, and ends with the connection`, async () => {
      const lab = open(settings());
      for (let time = 0; time < 2; time++) {
        assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
      }
      assert.equal(lab.daemons().length, 1);
      assert.deepEqual(lab.unavailable, []);
      lab.session.dispose();
      await lab.isClean();
    });
  }

  it('serves traces at the same time', async () => {
    const lab = open();
    const plans = Array.from({ length: 20 }, (_, at) => ({
      ...web1ToDb1,
      microflow: web1ToDb1.microflow.replace('40000', String(40_001 + at)),
      ct: web1ToDb1.ct.map(() => (at % 2 === 0 ? 'new' : 'est,rpl')),
    }));
    const answers = await Promise.all(plans.map((plan) => lab.trace(plan)));
    for (const [at, plan] of plans.entries()) assert.equal(answers[at], await lab.fresh(plan));
    assert.equal(lab.daemons().length, 2);
  });

  it('asks the leader of a cluster, and the next one when that has gone', async () => {
    const folder = await startCluster(ovn);
    const asked = new Set<number>(members);
    try {
      const leader = async (): Promise<number> => {
        let found: number | undefined;
        await until(async () => {
          for (const member of asked) {
            if (/^Role: leader/m.test(await statusOf(ovn, folder, member))) found = member;
          }
          return found !== undefined;
        });
        return found ?? 0;
      };
      const first = await leader();
      const order = [...members].sort((a, b) => Number(a === first) - Number(b === first));
      const lab = open({ southbound: order.map((member) => `unix:${folder}/r${member}.sock`).join(',') });
      assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
      const followers = order.slice(0, 2).map((member) => `unix:${folder}/r${member}.sock`);
      const following = open({ southbound: followers.join(',') });
      for (let time = 0; time < 2; time++) {
        const answer = await following.resident.trace(web1ToDb1, performance.now(), undefined);
        assert.deepEqual([answer?.stdout, answer?.anyMember], [await following.fresh(web1ToDb1), true]);
      }
      assert.equal(following.daemons().length, 1);
      await stopMember(ovn, folder, first);
      asked.delete(first);
      await leader();
      // Whoever held the connection to the one that has gone cannot answer; after that it is the next one's.
      await until(async () => (await lab.trace(web1ToDb1)) !== null);
      assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
      assert.deepEqual(lab.unavailable, []);
    } finally {
      for (const member of asked) await stopMember(ovn, folder, member);
    }
  });

  it('reaches databases over TLS, and none whose certificate nobody vouches for', async () => {
    const folder = ovn.directory;
    const authority = makeAuthority(folder, 'authority');
    const server = makePair(folder, 'server', authority);
    const client = makePair(folder, 'client', authority);
    const port = await freePort();
    copyFileSync(join(folder, 'sb.db'), join(folder, 'tls.db'));
    await ovn.check([
      ...(['ovsdb-server', '--detach', '--no-chdir', `--pidfile=${folder}/tls.pid`] as const),
      ...['-vconsole:off', '-vsyslog:off', '-vfile:off', `--unixctl=${folder}/tls.ctl`],
      `--remote=pssl:${port}:127.0.0.1`,
      ...['-p', server.key, '-c', server.certificate, '-C', authority.certificate, `${folder}/tls.db`],
    ]);
    try {
      const tls = {
        privateKey: client.key,
        certificate: client.certificate,
        caCertificate: authority.certificate,
      };
      const southbound = `ssl:127.0.0.1:${port}`;
      const lab = open({ southbound, tls });
      for (let time = 0; time < 2; time++) {
        assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
      }
      assert.equal(lab.daemons().length, 1);
      const other = makeAuthority(folder, 'other').certificate;
      const distrusting = open({ southbound, tls: { ...tls, caCertificate: other } });
      assert.equal(await distrusting.trace(web1ToDb1), null);
      assert.match(distrusting.unavailable[0] ?? '', /certificate verify failed/i);
    } finally {
      await ovn.check(['ovn-appctl', '-t', `${folder}/tls.ctl`, 'exit']);
    }
  });

  it('is not tried where there is no Python, which is said once', async () => {
    const programs = mkdtempSync(join(tmpdir(), 'programs-'));
    for (const name of ['sh', 'env', 'ovn-trace']) symlinkSync(programPath(name), join(programs, name));
    const lab = open({ environment: { PATH: programs } });
    for (let time = 0; time < 3; time++) assert.equal(await lab.trace(web1ToDb1), null);
    assert.deepEqual(lab.unavailable, ['there is no python3']);
    rmSync(programs, { recursive: true });
  });

  it('is not tried where nobody listens, which is said once', async () => {
    const lab = open({ southbound: `unix:${ovn.directory}/none.sock` });
    for (let time = 0; time < 3; time++) assert.equal(await lab.trace(web1ToDb1), null);
    assert.equal(lab.unavailable.length, 1);
    assert.match(lab.unavailable[0] ?? '', /none\.sock/);
  });
});

function localOf(target: TargetConfig): TargetConfig {
  const { name, northbound, southbound, environment } = target;
  return targetSchema.parse({ type: 'local', name, northbound, southbound, environment });
}
