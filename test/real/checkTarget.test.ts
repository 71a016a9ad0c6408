import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import type { TargetSession } from '../../src/target/session';
import { targetSchema } from '../../src/core/session/target';
import { checkTarget, type CheckStep } from '../../src/ui/targets/checkTarget';
import { makeAuthority, makePair, type Pair } from '../support/certificates';
import { endProcess, processesWith, programPath } from '../support/processes';
import { openSession, sshTarget } from '../support/session';
import { build } from '../support/smallNetwork';
import { freePort, startSshd, type Sshd } from '../support/sshd';

describe('Check Target over SSH', function () {
  this.timeout(60_000);
  let sshd: Sshd;
  let ovn: PrivateOvn;
  const sessions: TargetSession[] = [];

  beforeEach(async () => {
    [sshd, ovn] = await Promise.all([startSshd(), startPrivateOvn()]);
    await build(ovn, 'ls-add sw', 'lsp-add sw a', 'lsp-set-addresses a 0a:00:00:00:00:01~10.0.0.1');
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.dispose();
    await Promise.all([sshd.stop(), ovn.stop()]);
  });

  /** The steps as `NAME: STATE`, and how to get the text of one. */
  async function check(otherwise: object = {}): Promise<readonly CheckStep[]> {
    const settings = { northbound: ovn.northbound, southbound: ovn.southbound, ...otherwise };
    const session = openSession(sshd, settings);
    sessions.push(session);
    const target = targetSchema.parse({ ...sshTarget(sshd), ...settings });
    const heard: CheckStep[] = [];
    const steps = await checkTarget(target, session.run, new AbortController().signal, (step) =>
      heard.push(step),
    );
    assert.deepEqual(heard, steps);
    for (const { state, text } of steps) if (state !== 'good') assert.match(text, /\. .*\.$/, text);
    return steps;
  }

  function isWrong(steps: readonly CheckStep[], what: string, text: RegExp, state = 'bad'): void {
    const step = steps.find((each) => each.what === what);
    assert.deepEqual([step?.what, step?.state], [what, state], JSON.stringify(steps));
    assert.match(step?.text ?? '', text);
  }

  /** A folder of stand-ins that comes first in PATH on the target. */
  function standIns(programs: Readonly<Record<string, string>>): object {
    const folder = join(sshd.folder, 'bin');
    mkdirSync(folder, { recursive: true });
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return { environment: { PATH: `${folder}:/usr/bin:/bin` } };
  }

  it('finds nothing wrong with what works, and changes nothing', async () => {
    const before = await ovn.check(['ovsdb-client', 'dump', ovn.northbound]);
    const steps = await check();
    assert.deepEqual(
      steps.map(({ what, state }) => `${what}: ${state}`),
      [
        'Connection: good',
        'ovn-trace: good',
        'ovn-nbctl: good',
        'ovn-sbctl: good',
        'Northbound database: good',
        'Southbound database: good',
        'ovn-northd: good',
        'Trace: good',
      ],
    );
    assert.equal(await ovn.check(['ovsdb-client', 'dump', ovn.northbound]), before);
  });

  it('finds a northd that has ended, by the switch or the port it has not made', async () => {
    await ovn.check(['ovn-appctl', '-t', `${ovn.directory}/northd.ctl`, 'exit']);
    await ovn.check(['ovn-nbctl', 'lsp-add', 'sw', 'b']);
    isWrong(await check(), 'ovn-northd', /not running or behind: the port b of/);
    await ovn.check(['ovn-nbctl', 'ls-add', 'late', '--', 'ls-add', 'later']);
    isWrong(await check(), 'ovn-northd', /the switch late.* \(and 1 more\) of/);
    await ovn.check(['ovn-nbctl', '--no-wait', 'set', 'NB_Global', '.', 'nb_cfg=70']);
    isWrong(await check(), 'ovn-northd', /it has done \d+ of 70 changes/);
  });

  it('finds a northd that is paused', async () => {
    await ovn.check(['ovn-appctl', '-t', `${ovn.directory}/northd.ctl`, 'exit']);
    const northd = ['ovn-northd', '--detach', '--no-chdir', `--ovnnb-db=${ovn.northbound}`] as const;
    await ovn.check([
      ...northd,
      `--ovnsb-db=${ovn.southbound}`,
      ...['-vconsole:off', '-vsyslog:off', '-vfile:off'],
      `--pidfile=${ovn.directory}/ovn-northd.pid`,
    ]);
    const environment = { OVN_RUNDIR: ovn.directory };
    try {
      const asked = (await check({ environment })).find(({ what }) => what === 'ovn-northd');
      assert.match(asked?.text ?? '', /^active on this target/);
      await ovn.check(['ovn-appctl', '-t', 'ovn-northd', 'pause']);
      isWrong(await check({ environment }), 'ovn-northd', /paused on this target/, 'warning');
      await ovn.check(['ovn-nbctl', 'ls-add', 'late']);
      isWrong(await check({ environment }), 'ovn-northd', /paused on this target/);
    } finally {
      await ovn.check(['ovn-appctl', '-t', 'ovn-northd', 'exit']);
    }
  });

  it('finds a database that is not there, does not listen, is the other one, does not answer', async () => {
    const nowhere = `unix:${ovn.directory}/nowhere.sock`;
    isWrong(await check({ northbound: nowhere }), 'Northbound database', /nowhere\.sock.*no such socket/);
    isWrong(
      await check({ southbound: `tcp:127.0.0.1:${await freePort()}` }),
      'Southbound database',
      /nothing listens there/,
    );
    isWrong(
      await check({ northbound: ovn.southbound }),
      'Northbound database',
      /no OVN northbound database.*mixed up/,
    );
    isWrong(
      await check({ southbound: 'tcp:nosuchhost.invalid:6642' }),
      'Southbound database',
      /name of the server is not known there/,
    );
    const [server] = processesWith(`${ovn.directory}/sb.sock`).filter((line) =>
      line.includes('ovsdb-server'),
    );
    const pid = Number(server?.trim().split(/\s+/)[0]);
    endProcess(pid, 'SIGSTOP');
    try {
      isWrong(await check(), 'Southbound database', /no answer from the southbound database in time/);
    } finally {
      endProcess(pid, 'SIGCONT');
    }
  });

  it('finds what is wrong with TLS on either side', async () => {
    const folder = ovn.directory;
    const [ours, other] = [makeAuthority(folder, 'ours'), makeAuthority(folder, 'other')];
    const server = makePair(folder, 'server', ours);
    const client = makePair(folder, 'client', ours);
    const stranger = makePair(folder, 'stranger', other);
    const [secure, plain] = [await freePort(), await freePort()];
    const serve = ['ovn-appctl', '-t', `${folder}/nb.ctl`] as const;
    await ovn.check(['ovsdb-tool', 'create', `${folder}/tls.db`, '/usr/share/ovn/ovn-nb.ovsschema']);
    await ovn.check([...serve, 'ovsdb-server/add-remote', `ptcp:${plain}:127.0.0.1`]);
    await ovn.check([
      ...(['ovsdb-server', '--detach', '--no-chdir', `--pidfile=${folder}/tls.pid`] as const),
      ...['-vconsole:off', '-vsyslog:off', '-vfile:off', `--unixctl=${folder}/tls.ctl`],
      `--remote=pssl:${secure}:127.0.0.1`,
      `--remote=punix:${folder}/tls.sock`,
      ...['-p', server.key, '-c', server.certificate, '-C', ours.certificate, `${folder}/tls.db`],
    ]);
    const use = (pair: Pair, authority: Pair, port: number, method = 'ssl'): object => ({
      northbound: `${method}:127.0.0.1:${port}`,
      tls: {
        privateKey: pair.key,
        certificate: pair.certificate,
        caCertificate: authority.certificate,
      },
    });
    const mixed = { key: stranger.key, certificate: client.certificate };
    const old = makePair(folder, 'old', ours, -1);
    const garbled = { key: client.key, certificate: `${folder}/server.csr` };
    const absent = { key: `${folder}/none.key`, certificate: client.certificate };
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ northbound: `ssl:127.0.0.1:${secure}` }, /private key.*missing or unreadable/],
      [use(absent, ours, secure), /the private key \S+none\.key is not there\. Set privateKey/],
      [use(garbled, ours, secure), /the certificate \S+server\.csr is not one in PEM format/],
      [
        use(client, { ...ours, certificate: `${folder}/none.pem` }, secure),
        /the CA certificate \S+ is not there/,
      ],
      [
        use(old, ours, secure),
        /this side's certificate has expired.*still valid|that does not accept this side's certificate.*not expired/,
      ],
      [use(mixed, ours, secure), /do not belong together/],
      [use(client, other, secure), /not signed by the CA/],
      [use(stranger, ours, secure), /does not accept this side's certificate/],
      [use(client, ours, plain), /does not speak TLS on this port/],
      [use(client, ours, secure, 'tcp'), /as one does that wants TLS/],
    ];
    try {
      const good = (await check(use(client, ours, secure))).find(({ what }) => what.startsWith('North'));
      assert.equal(good?.state, 'good', good?.text);
      const rows = await ovn.check(['ovsdb-client', 'dump', `unix:${folder}/tls.sock`, 'NB_Global', '_uuid']);
      assert.doesNotMatch(rows, /^[0-9a-f]{8}-/m, 'an empty database stays empty');
      for (const [settings, text] of cases) isWrong(await check(settings), 'Northbound database', text);
    } finally {
      await ovn.check(['ovn-appctl', '-t', `${folder}/tls.ctl`, 'exit']);
    }
  });

  it('finds a program that is missing, and goes on with the others', async () => {
    standIns({});
    const steps = await check({
      commandPrefix: ['/usr/bin/env', `PATH=${join(sshd.folder, 'bin')}`],
    });
    isWrong(steps, 'ovn-trace', /ovn-trace was not found.*ovn-common.*ovn-central.*ovn-host/);
    const one = { commandPrefix: ['/usr/bin/env', `PATH=${join(sshd.folder, 'bin')}`] };
    for (const name of ['ovn-nbctl', 'ovn-sbctl']) {
      standIns({ [name]: `exec ${programPath(name)} "$@"` });
    }
    const others = await check(one);
    isWrong(others, 'ovn-trace', /was not found/);
    assert.equal(others.find(({ what }) => what === 'Southbound database')?.state, 'good');
  });

  it('finds what sudo refuses', async () => {
    const sudo = (says: string): object => ({ ...standIns({ sudo: `echo '${says}' >&2; exit 1` }) });
    const prefix = { commandPrefix: [join(sshd.folder, 'bin', 'sudo'), '-n'] };
    sudo('sudo: a password is required');
    isWrong(await check(prefix), 'ovn-trace', /sudo on target lab asks for a password.*NOPASSWD/);
    sudo('Sorry, user bob is not allowed to execute "/usr/bin/ovn-trace" as root on lab.');
    isWrong(await check(prefix), 'ovn-trace', /may not run ovn-trace through sudo/);
  });

  it('says what an OVN from before 20.03 cannot, and what is no OVN', async () => {
    const old = (name: string): string =>
      `[ "$1" = --version ] && { echo '${name} (Open vSwitch) 2.12.0'; exit; }; exec ${programPath(name)} "$@"`;
    const names = ['ovn-trace', 'ovn-nbctl', 'ovn-sbctl'];
    const settings = standIns(Object.fromEntries(names.map((name) => [name, old(name)])));
    const steps = await check(settings);
    isWrong(steps, 'ovn-trace', /older than OVN 20\.03/, 'warning');
    assert.equal(steps.at(-1)?.state, 'good', 'the rest is looked at all the same');
    isWrong(await check(standIns({ 'ovn-trace': 'echo hello' })), 'ovn-trace', /does not say its version/);
  });

  it('says when the host is not there, and looks at nothing else', async () => {
    for (const [settings, text] of [
      [{ port: await freePort() }, /refused the connection/],
      [{ host: 'nosuchhost.invalid' }, /not known to the name service/],
    ] as const) {
      const steps = await check(settings);
      assert.equal(steps.length, 1);
      isWrong(steps, 'Connection', text);
    }
  });
});
