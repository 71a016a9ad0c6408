import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import type { TracePlan } from '../../src/core/flow/request';
import type { InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readPrintedFlows } from '../../src/core/ovn/logicalFlows';
import { readInventory } from '../../src/core/ovn/readInventory';
import { isSameInventory } from '../../src/core/ovn/sameInventory';
import { runTrace } from '../../src/core/session/runTrace';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { listAclFlows } from '../../src/core/acl/resolveSteps';
import { judgeTrace } from '../../src/core/trace/judge';
import { parseTrace } from '../../src/core/trace/parse';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ResidentTracing, type ResidentOptions } from '../../src/target/resident/resident';
import { openTarget, type TargetSession } from '../../src/target/session';
import { makeAuthority, makePair } from '../support/certificates';
import { startContainerEngine, type ContainerEngine } from '../support/containerEngine';
import { members, startCluster, statusOf, stopMember, until } from '../support/cluster';
import { ovnVersions } from '../support/ovn';
import { endProcess, eventually, processesWith, programPath } from '../support/processes';
import { LogLines, nobody, sshTarget, writeSshConfig } from '../support/session';
import { freePort, startSshd, type Sshd } from '../support/sshd';
import { projectFolder } from '../support/vscodeServer';

const demo = join(projectFolder, 'fixtures', 'demo');
/** More of them for a longer search: `OVN_TRACE_RESIDENT_ROUNDS=5000`. */
const rounds = Number(process.env['OVN_TRACE_RESIDENT_ROUNDS'] ?? 40);

const web1ToDb1: TracePlan = {
  datapath: 'web',
  microflow:
    'inport == "web1" && eth.src == 02:00:00:00:01:11 && eth.dst == 02:00:00:00:01:01 && ' +
    'ip4 && ip4.src == 10.0.1.11 && ip4.dst == 10.0.2.21 && ip.ttl == 64 && ' +
    'tcp && tcp.src == 40000 && tcp.dst == 5432 && tcp.flags == 2',
  ct: ['new', 'new', 'new', 'new', 'new', 'new', 'new', 'new'],
  repeatsCt: true,
  lbDst: null,
  openFlow: false,
};

/** A resident on a target whose temporary folder is private, so that what it leaves there shows. */
class Lab {
  readonly folder: string;
  readonly target: TargetConfig;
  readonly session: TargetSession;
  readonly resident: ResidentTracing;
  readonly log = new LogLines();
  readonly unavailable: string[] = [];

  /** @param root of the file system that the target sees */
  constructor(target: object, sshd: Sshd | null, options: ResidentOptions = {}, root = '') {
    this.folder = mkdtempSync(join(root, tmpdir(), 'resident-'));
    const { environment, ...others } = target as { environment?: object };
    const inside = this.folder.slice(root.length);
    this.target = targetSchema.parse({ ...others, environment: { TMPDIR: inside, ...environment } });
    const sshConfigFile = sshd === null ? undefined : writeSshConfig(sshd);
    this.session = openTarget(this.target, nobody, this.log, { sshConfigFile });
    this.resident = new ResidentTracing(this.target, this.session, this.log, {
      onUnavailable: (reason) => this.unavailable.push(reason),
      ...options,
    });
  }

  /** What a process that is started for it prints. */
  async fresh(plan: TracePlan): Promise<string> {
    const { result } = await runTrace(plan, { target: this.target, run: this.session.run });
    assert.equal(result.exitCode, 0, result.stderr);
    return result.stdout;
  }

  async trace(plan: TracePlan, signal?: AbortSignal): Promise<string | null> {
    return (await this.resident.trace(plan, performance.now(), signal))?.stdout ?? null;
  }

  /** The private folders of relays, with the pids of their daemons. */
  daemons(): readonly number[] {
    return this.left().flatMap((name) =>
      readdirSync(join(this.folder, name))
        .filter((file) => file.endsWith('.pid'))
        .map((file) => Number(readFileSync(join(this.folder, name, file), 'utf8'))),
    );
  }

  left(): readonly string[] {
    return readdirSync(this.folder);
  }

  async isClean(): Promise<void> {
    await eventually(
      'nothing is left on the target',
      () => this.left().length === 0 && processesWith(this.folder).length === 0,
    );
  }

  async end(): Promise<void> {
    this.resident.dispose();
    this.session.dispose();
    await this.isClean();
    rmSync(this.folder, { recursive: true });
  }
}

for (const version of ovnVersions()) {
  describe(`an ovn-trace that stays, OVN ${version.name}`, function () {
    this.timeout(Math.max(120_000, rounds * 2000));
    let ovn: PrivateOvn;
    let sshd: Sshd;
    let lab: Lab;
    const { chroot } = version.programs;
    const nbctl = (...words: readonly string[]) => ovn.check(['ovn-nbctl', '--wait=sb', ...words]);

    before(async () => {
      ovn = await startDemoNetwork(demo, { programs: version.programs });
      sshd = await startSshd();
    });
    after(async () => {
      await sshd.stop();
      await ovn.stop();
    });
    const openLab = (): Lab => {
      const { northbound, southbound } = ovn;
      const databases = { northbound, southbound };
      return chroot
        ? new Lab(
            {
              type: 'local',
              name: 'lab',
              commandPrefix: ['chroot', chroot],
              ...databases,
            },
            null,
            {},
            chroot,
          )
        : new Lab({ ...sshTarget(sshd), ...databases }, sshd);
    };
    beforeEach(() => {
      lab = openLab();
    });
    afterEach(() => lab.end());

    it('prints what a fresh one prints, and is started once', async () => {
      for (const states of ['new', 'est', 'est,rpl', 'inv']) {
        const plan = { ...web1ToDb1, ct: web1ToDb1.ct.map(() => states) };
        assert.equal(await lab.trace(plan), await lab.fresh(plan), states);
      }
      const exact = { ...web1ToDb1, exactNames: true };
      assert.equal(await lab.trace(exact), await lab.fresh(exact));
      assert.equal(await lab.trace({ ...web1ToDb1, ct: [] }), await lab.fresh({ ...web1ToDb1, ct: [] }));
    });

    it('has those read the database that traces of the network will ask for', async () => {
      const prepared = async (exactNames: boolean): Promise<void> => {
        const release = lab.resident.prepare(['new', 'est,rpl'], new AbortController().signal);
        await eventually('both have started', () => lab.daemons().length === 2);
        const daemons = lab.daemons();
        for (const states of ['new', 'est,rpl']) {
          const plan = { ...web1ToDb1, exactNames, ct: web1ToDb1.ct.map(() => states) };
          assert.equal(await lab.trace(plan), await lab.fresh(plan));
        }
        assert.deepEqual(lab.daemons(), daemons, 'no other was started');
        release();
      };
      await prepared(false);
      // ovn-nbctl's own syntax: a key with a colon stands in quotes.
      await nbctl('set', 'Logical_Switch', 'web', 'external_ids:"neutron:network_name"=shop');
      try {
        await lab.end();
        lab = openLab();
        await prepared(true);
        assert.equal(
          await lab.trace(web1ToDb1),
          await lab.fresh(web1ToDb1),
          'the other kind is started then',
        );
      } finally {
        await nbctl('remove', 'Logical_Switch', 'web', 'external_ids', '"neutron:network_name"');
      }
    });

    it('leaves to a process of its own what it cannot answer', async () => {
      for (const plan of [
        { ...web1ToDb1, ct: ['new', 'est'] },
        { ...web1ToDb1, ct: ['new'], repeatsCt: false },
        { ...web1ToDb1, lbDst: '10.0.2.21' },
        { ...web1ToDb1, selectId: 1 },
        { ...web1ToDb1, openFlow: true },
        { ...web1ToDb1, microflow: 'no such field' },
        { ...web1ToDb1, datapath: 'no such datapath' },
      ]) {
        assert.equal(await lab.trace(plan), null, JSON.stringify(plan));
      }
      assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
    });

    it('follows the inventory', async () => {
      const equals = async (): Promise<InventoryIndex> => {
        const index = await lab.resident.inventory(undefined);
        assert.ok(index);
        const read = await readInventory(lab.session.run, lab.target, Date);
        assert.deepEqual({ ...index.inventory, readAt: 0 }, { ...read, readAt: 0 });
        assert.ok(isSameInventory(index.inventory, read));
        return index;
      };
      const first = await equals();
      assert.equal(await equals(), first, 'nothing has changed');
      for (const change of [
        ['lsp-add', 'web', 'followed'],
        ['lsp-set-addresses', 'followed', '0a:00:00:00:01:99 10.0.1.99'],
        ['pg-add', 'pg_followed', 'followed', 'web1'],
        ['acl-add', 'pg_followed', 'to-lport', '1500', 'ip4', 'drop'],
        ['lsp-del', 'followed'],
        ['pg-del', 'pg_followed'],
      ]) {
        await nbctl(...change);
        await equals();
      }
    });

    it('reads the rows of logical flows, and not those that are gone', async () => {
      const text = await lab.trace(web1ToDb1);
      assert.ok(text);
      const flows = listAclFlows(judgeTrace(parseTrace(text)));
      assert.notEqual(flows.length, 0);
      const read = () => readPrintedFlows(lab.session.run, lab.target, flows);
      const plain = (rows: ReadonlyMap<string, unknown>) => Object.fromEntries([...rows].sort());
      for (let time = 0; time < 2; time++) {
        const rows = await lab.resident.logicalFlows(flows, undefined);
        assert.ok(rows);
        assert.deepEqual(plain(rows), plain(await read()));
      }
      await nbctl('acl-del', 'db_tier');
      // A barrier: the flows of the rules are gone before this is answered.
      await lab.trace(web1ToDb1);
      const after = await lab.resident.logicalFlows(flows, undefined);
      assert.ok(after);
      assert.deepEqual(plain(after), plain(await read()));
    });

    it('knows of every change that was made before it was asked', async () => {
      const verdicts = ['allow-related', 'allow', 'drop', 'reject'];
      const set = (await nbctl('create', 'Address_Set', 'name=stale')).trim();
      const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
      const changes: readonly (() => Promise<unknown>)[] = [
        () =>
          nbctl(
            '--may-exist',
            'acl-add',
            pick(['web', 'db']),
            pick(['from-lport', 'to-lport']),
            String(2000 + Math.floor(Math.random() * 500)),
            'tcp.dst == 5432',
            pick(verdicts),
          ),
        () => nbctl('acl-del', 'web'),
        () => nbctl('acl-del', 'db'),
        () => nbctl('lsp-set-enabled', pick(['web1', 'db1']), pick(['enabled', 'enabled', 'disabled'])),
        () => nbctl('set', 'Address_Set', set, `addresses="10.0.2.${Math.floor(Math.random() * 200)}"`),
        () => nbctl('lsp-set-addresses', 'db1', `02:00:00:00:02:${pick(['21', '22', '23'])} 10.0.2.21`),
        () =>
          ovn.check([
            'ovn-sbctl',
            'set',
            'Port_Binding',
            'web1',
            `external_ids:name=web-${Math.floor(Math.random() * 9)}`,
          ]),
        // Nothing at all: the next answer is the daemon's again.
        () => Promise.resolve(),
        () => Promise.resolve(),
      ];
      const seen = new Set<string>();
      for (let round = 0; round < rounds; round++) {
        // Each at least once.
        await (changes[round] ?? pick(changes))();
        const states = pick(['new', 'est,rpl']);
        const plan = { ...web1ToDb1, ct: web1ToDb1.ct.map(() => states) };
        const answer = await lab.trace(plan);
        assert.equal(answer, await lab.fresh(plan), `round ${round}`);
        seen.add(answer);
      }
      assert.ok(seen.size > 3, 'the changes made a difference');
      assert.deepEqual(lab.unavailable, []);
    });
  });
}

describe('what stays on a target', function () {
  this.timeout(60_000);
  let ovn: PrivateOvn;
  let sshd: Sshd;
  let engine: ContainerEngine;
  let sudo: string;
  const labs: Lab[] = [];
  const open = (target: object = {}, options?: ResidentOptions): Lab => {
    const { northbound, southbound } = ovn;
    const lab = new Lab({ ...sshTarget(sshd), northbound, southbound, ...target }, sshd, options);
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
