import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { hostileWord } from '../support/hostileStrings';
import { endProcess, eventually, isSleeping, processesWith, uniqueSeconds } from '../support/processes';
import { freePort, makeKey, publicKeyOf, startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { Person, SshTargets, failsWith } from '../support/sshTarget';
import type { Opening } from '../support/sshTarget';
import type { TargetSession } from '../../src/target/session';

describe('SSH target with the user’s own ssh', function () {
  this.timeout(30_000);

  let sshd: Sshd;
  let targets: SshTargets;
  const servers: Sshd[] = [];
  before(async () => {
    targets = new SshTargets();
    sshd = await startSshd();
  });
  afterEach(async () => {
    targets.close();
    for (const server of servers.splice(0)) await server.stop();
  });
  after(async () => {
    await sshd.stop();
    targets.remove();
  });

  async function another(options: Parameters<typeof startSshd>[0] = {}): Promise<Sshd> {
    const server = await startSshd(options);
    servers.push(server);
    return server;
  }

  const open = ({ target, ...opening }: Partial<Opening> = {}): TargetSession =>
    targets.open({ server: sshd, ...opening, target: { client: 'openssh', ...target } });
  const sockets = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ovn-ssh-'));

  it('gives status and streams, each command over the same connection', async () => {
    const session = open();
    const script = 'echo out; echo err >&2; exit 3';
    assert.deepEqual(await session.run(['sh', '-c', script]), {
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const connection = async () => (await session.run(['sh', '-c', 'echo "$SSH_CONNECTION"'])).stdout;
    assert.equal(await connection(), await connection());
    assert.equal(sshd.connectionPids().length, 1);
    assert.equal((await session.run(['sh', '-c', 'exit 255'])).exitCode, 255);
    assert.equal((await session.run(['sh', '-c', 'kill -KILL $$'])).signal, 'SIGKILL');
    assert.equal((await session.run(['no-such-program'])).exitCode, 127);
  });

  it('passes every argument byte for byte', async () => {
    const session = open();
    await fc.assert(
      fc.asyncProperty(fc.array(hostileWord, { minLength: 1, maxLength: 20 }), async (words) => {
        const { stdout } = await session.run(['printf', '%s\\0', ...words]);
        assert.deepEqual(stdout.split('\0').slice(0, -1), words);
      }),
      { numRuns: 25 },
    );
  });

  it('runs commands side by side, and large output whole up to the limit', async () => {
    const session = open({ options: { maxOutputBytes: 3_000_000 } });
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) => session.run(['sh', '-c', `sleep 0.1; echo ${n}`])),
    );
    assert.deepEqual(
      results.map(({ stdout }) => stdout.trim()),
      results.map((_, n) => String(n)),
    );
    assert.equal(sshd.connectionPids().length, 1);
    assert.equal((await session.run(['head', '-c', '2000000', '/dev/zero'])).stdout.length, 2_000_000);
    await assert.rejects(session.run(['cat', '/dev/zero']), failsWith('output-too-large', 'cat'));
  });

  it('leaves nothing behind: cancelled, out of time, closed, lost', async () => {
    const before = sockets();
    const seconds = [uniqueSeconds(), uniqueSeconds(), uniqueSeconds(), uniqueSeconds()];
    const gone = (which: number) =>
      eventually('nothing runs', () => processesWith(seconds[which]!).length === 0);
    // Not the ssh here, whose command line names it, too.
    const running = (which: number) => eventually('it runs', () => isSleeping(seconds[which]!));
    const session = open();
    const abort = new AbortController();
    const cancelled = session.run(['sleep', seconds[0]!], { signal: abort.signal });
    await running(0);
    abort.abort();
    await assert.rejects(cancelled, failsWith('cancelled'));
    await gone(0);

    await assert.rejects(
      session.run(['sleep', seconds[1]!], { timeoutMs: 500 }),
      failsWith('timeout', 'sleep'),
    );
    await gone(1);

    const lost = session.run(['sleep', seconds[2]!]);
    await running(2);
    const failure = assert.rejects(lost, failsWith('connection-lost', 'sleep'));
    for (const pid of sshd.connectionPids()) endProcess(pid, 'SIGKILL');
    await failure;
    await gone(2);
    assert.equal((await session.run(['echo', 'again'])).stdout, 'again\n');

    const closed = session.run(['sleep', seconds[3]!]);
    await running(3);
    const ended = assert.rejects(closed, failsWith('cancelled'));
    session.dispose();
    await ended;
    await gone(3);
    await eventually('the connection is closed', () => sshd.connectionPids().length === 0);
    await eventually('the socket is gone', () => sockets().every((name) => before.includes(name)));
  });

  it('asks for the passphrase of a key, again when it is wrong, and leaves no trace of it', async () => {
    const locked = makeKey(join(targets.folder, 'locked'), { passphrase: 'sesame street' });
    const server = await another({ authorizedKeys: [publicKeyOf(locked)] });
    const before = sockets();
    const person = new Person('no', ['wrong', 'sesame street']);
    const session = open({ server, person, target: { identityFile: locked } });
    const running = session.run(['sh', '-c', 'echo in; sleep 1']);
    // Neither of a process, nor of its environment, nor of a file beside the socket.
    await eventually('it asks', () => person.secrets.length === 2);
    await eventually('it is in', () => server.connectionPids().length === 1);
    assert.ok(!/sesame street/.test(execFileSync('ps', ['axeww'], { encoding: 'utf8' })));
    for (const folder of sockets().filter((name) => !before.includes(name))) {
      for (const file of readdirSync(join(tmpdir(), folder), { withFileTypes: true })) {
        if (!file.isFile()) continue;
        assert.ok(!readFileSync(join(tmpdir(), folder, file.name), 'utf8').includes('sesame street'));
      }
    }
    assert.equal((await running).stdout, 'in\n');
    assert.ok(person.secrets.every(({ prompt }) => prompt.includes(locked)));
    // ssh's words may be the server's: nothing that is kept is ever given for them.
    assert.ok(person.secrets.every(({ kind }) => kind === 'answer'));
    session.dispose();
    await eventually('the folder is gone', () => sockets().every((name) => before.includes(name)));
  });

  it('ends as soon as a passphrase is not given', async () => {
    const locked = makeKey(join(targets.folder, 'declined'), { passphrase: 'sesame' });
    const server = await another({ authorizedKeys: [publicKeyOf(locked)] });
    const person = new Person('no');
    await assert.rejects(
      open({ server, person, target: { identityFile: locked } }).run(['true']),
      failsWith('authentication', `127.0.0.1:${server.port}`),
    );
    assert.equal(person.secrets.length, 1);
    await eventually('nothing is left', () => server.connectionPids().length === 0);
  });

  it('shows the fingerprint of an unknown host, and goes on only with trust', async () => {
    const fingerprint = execFileSync('ssh-keygen', ['-lf', `${sshd.hostKeys[0]!}.pub`], { encoding: 'utf8' });
    for (const answer of ['no', 'once'] as const) {
      const person = new Person(answer);
      await assert.rejects(
        open({ person, knownHosts: '' }).run(['true']),
        failsWith('host-key-unknown', '127.0.0.1', 'SHA256:'),
      );
      const { host, port, keyType, fingerprint: shown, isRecordedByAsker } = person.keys[0]!;
      assert.deepEqual([host, port, keyType, isRecordedByAsker], ['127.0.0.1', sshd.port, 'ED25519', true]);
      assert.ok(fingerprint.includes(shown), shown);
      assert.equal(person.keys.length, 1);
    }
    const trusting = new Person('always');
    assert.equal((await open({ person: trusting, knownHosts: '' }).run(['echo', 'in'])).stdout, 'in\n');
    // The configuration decides, where it does.
    const strict = new Person('always');
    await assert.rejects(
      open({ person: strict, knownHosts: '', config: ['StrictHostKeyChecking yes'] }).run(['true']),
      failsWith('host-key-unknown', `[127.0.0.1]:${sshd.port}`),
    );
    assert.deepEqual(strict.keys, []);
  });

  it('waits longer for a person than for a host, and can be cancelled then', async () => {
    const abort = new AbortController();
    const config = ['ConnectTimeout 1'];
    const slow = new Person('always');
    slow.confirmHostKey = () => sleep(2500, 'always' as const);
    assert.equal((await open({ person: slow, knownHosts: '', config }).run(['echo', 'in'])).stdout, 'in\n');
    let asked = false;
    const person = new Person('always');
    person.confirmHostKey = () => {
      asked = true;
      return new Promise(() => undefined);
    };
    const running = open({ person, knownHosts: '', config }).run(['true'], { signal: abort.signal });
    await eventually('it asks', () => asked);
    const before = sockets();
    abort.abort();
    await assert.rejects(running, failsWith('cancelled'));
    await eventually('its folder is gone', () => sockets().length === before.length - 1);
  });

  it('refuses a changed or revoked key, whatever StrictHostKeyChecking says', async () => {
    const other = publicKeyOf(makeKey(join(targets.folder, 'other')));
    const config = ['StrictHostKeyChecking no'];
    await assert.rejects(
      open({ config, knownHosts: `# one\n[127.0.0.1]:${sshd.port} ${other}\n` }).run(['true']),
      failsWith('host-key-changed', /file\d+:2 /, 'SHA256:'),
    );
    await assert.rejects(
      open({ knownHosts: `${sshd.knownHosts}@revoked * ${publicKeyOf(sshd.hostKeys[0]!)}\n` }).run(['true']),
      failsWith('host-key-revoked'),
    );
    assert.equal((await open({ config, knownHosts: '' }).run(['echo', 'new'])).stdout, 'new\n');
  });

  it('trusts a host by the certificate of an authority, and gets in with one', async () => {
    const authority = makeKey(join(targets.folder, 'authority'));
    const server = await startCertified(authority);
    const knownHosts = `@cert-authority [127.0.0.1]:${server.port} ${publicKeyOf(authority)}\n`;
    const login = makeKey(join(targets.folder, 'login'));
    sign(authority, login, ['-n', server.username]);
    const target = { identityFile: login };
    assert.equal((await open({ server, knownHosts, target }).run(['echo', 'in'])).stdout, 'in\n');
  });

  async function startCertified(authority: string): Promise<Sshd> {
    const hostKey = makeKey(join(targets.folder, 'certified-host'));
    sign(authority, hostKey, ['-h', '-n', '127.0.0.1']);
    const authorities = targets.write(`${publicKeyOf(authority)}\n`);
    return another({
      config: [
        `HostKey ${hostKey}`,
        `HostCertificate ${hostKey}-cert.pub`,
        `TrustedUserCAKeys ${authorities}`,
      ],
    });
  }

  function sign(authority: string, key: string, more: readonly string[]): void {
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...more, `${key}.pub`]);
  }

  it('goes through jump hosts, and names the one that fails', async () => {
    const jump = await another();
    const config = [
      'Host hop',
      'HostName 127.0.0.1',
      `Port ${jump.port}`,
      `User ${jump.username}`,
      `IdentityFile ${jump.clientKey}`,
      'Host inside',
      'HostName 127.0.0.1',
      `Port ${sshd.port}`,
      'ProxyJump hop',
    ];
    const target = { host: 'inside', port: undefined };
    const session = open({ config, target, knownHosts: jump.knownHosts + sshd.knownHosts });
    assert.equal((await session.run(['echo', 'through'])).stdout, 'through\n');
    assert.equal(jump.connectionPids().length, 1);
    session.dispose();
    await eventually('the hop is closed', () => jump.connectionPids().length === 0);
    await assert.rejects(
      open({ config, target, knownHosts: sshd.knownHosts }).run(['true']),
      failsWith('host-key-unknown', `[127.0.0.1]:${jump.port}`),
    );
    await assert.rejects(
      open({ config, target: { ...target, port: await freePort() }, knownHosts: jump.knownHosts }).run([
        'true',
      ]),
      failsWith('jump-host', 'inside'),
    );
  });

  it('fails with the sentences of the other client', async () => {
    const port = await freePort();
    await assert.rejects(
      open({ target: { port } }).run(['true']),
      failsWith('connection-refused', `127.0.0.1:${port}`),
    );
    await assert.rejects(
      open({ target: { host: 'no-such-host.invalid' } }).run(['true']),
      failsWith('host-not-found', 'no-such-host.invalid'),
    );
    const old = await another({ config: ['KexAlgorithms diffie-hellman-group1-sha1'] });
    await assert.rejects(
      open({ server: old }).run(['true']),
      failsWith('key-exchange', `127.0.0.1:${old.port}`),
    );
    const stranger = makeKey(join(targets.folder, 'stranger'));
    await assert.rejects(
      open({ target: { identityFile: stranger } }).run(['true']),
      failsWith('authentication', sshd.username),
    );
    copyFileSync(stranger, join(targets.folder, 'a key %h'));
    writeFileSync(join(targets.folder, 'a key %h.pub'), publicKeyOf(stranger));
    const named = await another({ authorizedKeys: [publicKeyOf(stranger)] });
    const target = { identityFile: join(targets.folder, 'a key %h') };
    assert.equal((await open({ server: named, target }).run(['echo', 'in'])).stdout, 'in\n');
  });

  it('says so when it has nowhere to put its socket', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/nonexistent';
    try {
      await assert.rejects(open({}).run(['true']), failsWith('config-invalid', '/nonexistent'));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('can be cancelled while it connects', async () => {
    const abort = new AbortController();
    const config = ['ProxyCommand sleep 47'];
    const running = open({ config }).run(['true'], { signal: abort.signal });
    await eventually('it connects', () => processesWith('sleep 47').length > 0);
    abort.abort();
    await assert.rejects(running, failsWith('cancelled'));
    await eventually('it has ended', () => processesWith('sleep 47').length === 0);
  });
});
