import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetSession } from '../../src/target/session';
import { TraceFailure } from '../../src/core/failure';
import { makeKey, publicKeyOf, startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { Person, SshTargets, failsWith } from '../support/sshTarget';
import type { Opening } from '../support/sshTarget';

describe('host keys over SSH', function () {
  this.timeout(30_000);

  let sshd: Sshd;
  let targets: SshTargets;
  let name: string;
  let lines: Record<'ed25519' | 'ecdsa' | 'rsa', string>;
  let stranger: string;
  before(async () => {
    targets = new SshTargets();
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
    name = `[127.0.0.1]:${sshd.port}`;
    const [ed25519 = '', ecdsa = '', rsa = ''] = sshd.hostKeys.map((key) => `${name} ${publicKeyOf(key)}\n`);
    lines = { ed25519, ecdsa, rsa };
    stranger = publicKeyOf(makeKey(join(targets.folder, 'stranger')));
  });
  afterEach(() => targets.close());
  after(async () => {
    await sshd.stop();
    targets.remove();
  });

  const open = (opening: Partial<Opening>): TargetSession => targets.open({ server: sshd, ...opening });

  async function silently(opening: Partial<Opening>): Promise<void> {
    const person = new Person();
    assert.equal((await open({ ...opening, person }).run(['echo', 'in'])).stdout, 'in\n');
    assert.deepEqual(person.keys, []);
  }

  async function refused(opening: Partial<Opening>, check: (error: unknown) => boolean): Promise<void> {
    const person = new Person('always');
    await assert.rejects(open({ ...opening, person }).run(['true']), check);
    assert.deepEqual([person.keys, person.secrets], [[], []]);
  }

  it('are known from plain, hashed, wildcard and several-name lines', async () => {
    await silently({ knownHosts: lines.ed25519 });
    await silently({ knownHosts: lines.ed25519.replace(name, '[127.0.0.?]:*') });
    await silently({ knownHosts: lines.ed25519.replace(name, `other,${name},!else`) });
    const hashed = targets.write(lines.ed25519);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });
    const text = readFileSync(hashed, 'utf8');
    assert.ok(!text.includes('127.0.0.1'));
    await silently({ knownHosts: text });
  });

  it('are unknown when a line is negated, of another port, or no line at all', async () => {
    for (const knownHosts of [
      lines.ed25519.replace(name, `[*]:*,!${name}`),
      lines.ed25519.replace(name, '[127.0.0.1]:1'),
      `# ${lines.ed25519}\nnonsense\n`,
    ]) {
      const person = new Person('no');
      await assert.rejects(
        open({ knownHosts, person }).run(['true']),
        failsWith('host-key-unknown', name, 'SHA256:'),
      );
      assert.equal(person.keys.length, 1);
    }
  });

  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
    it(`are asked of the type that is recorded: ${type}`, () => silently({ knownHosts: lines[type] }));
  }

  it('follow HostKeyAlgorithms', async () => {
    const ask = async (value: string) => {
      const person = new Person('no');
      const config = [`HostKeyAlgorithms ${value}`];
      await assert.rejects(
        open({ config, knownHosts: '', person }).run(['true']),
        failsWith('host-key-unknown'),
      );
      return person.keys[0]?.keyType;
    };
    assert.equal(await ask('rsa-sha2-512,ssh-ed25519'), 'ssh-rsa');
    assert.equal(await ask('-ssh-ed25519'), 'ecdsa-sha2-nistp256');
    assert.equal(await ask('^rsa-sha2-256'), 'ssh-rsa');
    const config = ['HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'];
    await refused(
      { config },
      (error) => failsWith('key-exchange', 'HostKeyAlgorithms')(error) && offers(error),
    );
  });

  it('obey StrictHostKeyChecking, and are never taken when changed', async () => {
    const changed = `# first\n${name} ${stranger}\n`;
    for (const value of ['yes', 'no', 'off', 'accept-new', 'ask']) {
      const config = [`StrictHostKeyChecking ${value}`];
      await refused({ config, knownHosts: changed }, failsWith('host-key-changed', name, /file\d+:2 /));
      await silently({ config });
      if (value === 'yes') await refused({ config, knownHosts: '' }, failsWith('host-key-unknown', name));
      else if (value !== 'ask') await silently({ config, knownHosts: '' });
    }
  });

  it('are looked up under HostKeyAlias', async () => {
    const config = ['HostKeyAlias Gateway'];
    await silently({ config, knownHosts: lines.ed25519.replace(name, 'gateway') });
    await refused({ config, knownHosts: `gateway ${stranger}\n` }, failsWith('host-key-changed', 'gateway'));
  });

  it('are refused when revoked, even if recorded too', async () => {
    await refused(
      { knownHosts: `${lines.ed25519}@revoked ${lines.ed25519.replace(name, '*')}` },
      failsWith('host-key-revoked', /file\d+:2\./),
    );
  });

  it('are refused when RevokedHostKeys has them, and only then', async () => {
    const own = lines.ed25519.replace(`${name} `, '');
    const revoking = (text: string) => [`RevokedHostKeys "${targets.write(text)}"`];
    await refused({ config: revoking(`# old\n${own}`) }, failsWith('host-key-revoked', name, /file\d+:2\./));
    await refused({ config: revoking(own), knownHosts: '' }, failsWith('host-key-revoked', 'SHA256:'));
    await silently({ config: revoking(`${stranger}\n`) });
    await silently({ config: revoking(own), knownHosts: lines.rsa });
    await silently({ config: ['RevokedHostKeys none', ...revoking(own)] });
    const config = ['StrictHostKeyChecking no', ...revoking(own)];
    await refused({ config, knownHosts: '' }, failsWith('host-key-revoked', name));
  });

  it('are all refused when RevokedHostKeys cannot be read', async () => {
    const missing = join(targets.folder, 'missing');
    await refused(
      { config: [`RevokedHostKeys ${missing}`] },
      failsWith('config-invalid', missing, `no key of 127.0.0.1:${sshd.port} is trusted`),
    );
    const nonsense = targets.write(`${stranger}\n${lines.ed25519}`);
    await refused({ config: [`RevokedHostKeys ${nonsense}`] }, failsWith('config-invalid', `${nonsense}:2`));
    const list = join(targets.folder, 'krl');
    execFileSync('ssh-keygen', ['-q', '-k', '-f', list, targets.write(stranger)], { stdio: 'ignore' });
    await refused(
      { config: [`RevokedHostKeys ${list}`] },
      (error) => failsWith('host-key-unknown', list, 'KRL')(error) && offers(error),
    );
  });

  it('of an authority that is revoked are refused, unless the plain key is recorded', async () => {
    const authority = `@cert-authority * ${stranger}\n`;
    const config = [`RevokedHostKeys ${targets.write(stranger)}`];
    const fails = failsWith('host-key-revoked', /file\d+:1 trusts .* revoked in .*file\d+:1\./);
    await refused({ config, knownHosts: authority }, fails);
    await silently({ config, knownHosts: authority + lines.rsa });
  });

  it('and files of revoked ones are taken as ssh takes them', async () => {
    const own = lines.ed25519.replace(`${name} `, '');
    const krl = join(targets.folder, 'list');
    execFileSync('ssh-keygen', ['-q', '-k', '-f', krl, targets.write(own)], { stdio: 'ignore' });
    for (const [file, reason] of [
      [targets.write(own), 'host-key-revoked'],
      [krl, 'host-key-revoked'],
      [targets.write(`  # none\n\n${stranger}\r\n`), null],
      [targets.write(`${stranger}\n${lines.ed25519}`), 'config-invalid'],
      [join(targets.folder, 'nowhere'), 'config-invalid'],
    ] as const) {
      const opening = { config: [`RevokedHostKeys ${file}`] };
      const openssh = { ...opening, target: { client: 'openssh' } };
      if (reason === null) await silently(openssh);
      else await refused(openssh, failsWith(reason, file));
      if (file === krl) continue;
      if (reason === null) await silently(opening);
      else await refused(opening, failsWith(reason, file));
    }
  });

  it('of an authority need the user’s own ssh, unless the plain key is recorded', async () => {
    const authority = `@cert-authority * ${stranger}\n`;
    await refused(
      { knownHosts: authority },
      (error) => failsWith('host-key-unknown', /file\d+:1 trusts/, 'SHA256:')(error) && offers(error),
    );
    await silently({ knownHosts: authority + lines.rsa });
  });

  it('of a kind that cannot be checked here need the user’s own ssh', async () => {
    const blob = Buffer.from('sk').toString('base64');
    await refused(
      { knownHosts: `${name} sk-ssh-ed25519@openssh.com ${blob}\n` },
      (error) => failsWith('host-key-unknown', 'sk-ssh-ed25519')(error) && offers(error),
    );
  });

  it('are checked on every hop', async () => {
    const jump = await startSshd();
    try {
      const config = [
        'Host hop',
        'HostName 127.0.0.1',
        `Port ${jump.port}`,
        `User ${jump.username}`,
        `IdentityFile ${jump.clientKey}`,
        'Host 127.0.0.1',
        'ProxyJump hop',
      ];
      await silently({ config, knownHosts: jump.knownHosts + lines.ed25519 });
      const hop = `[127.0.0.1]:${jump.port}`;
      await refused(
        { config, knownHosts: `${lines.ed25519}${hop} ${stranger}\n` },
        failsWith('host-key-changed', hop, /file\d+:2 /),
      );
      await refused(
        { config, knownHosts: `${jump.knownHosts}${name} ${stranger}\n` },
        failsWith('host-key-changed', name, /file\d+:2 /),
      );
      const revoked = targets.write(jump.knownHosts.replace(`${hop} `, ''));
      const whole = { knownHosts: jump.knownHosts + lines.ed25519 };
      await refused(
        { ...whole, config: [...config.slice(0, 5), `RevokedHostKeys ${revoked}`, ...config.slice(5)] },
        failsWith('host-key-revoked', hop, revoked),
      );
      await silently({ ...whole, config: [...config, `RevokedHostKeys ${revoked}`] });
    } finally {
      targets.close();
      await jump.stop();
    }
  });
});

function offers(error: unknown): boolean {
  assert.ok(error instanceof TraceFailure);
  assert.match(error.advice, /"client": "openssh"/);
  assert.deepEqual(error.remedy, { kind: 'use-openssh', target: 'lab' });
  return true;
}
