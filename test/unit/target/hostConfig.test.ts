import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../../src/core/failure';
import { readConfigFiles } from '../../../src/target/ssh/configFiles';
import { hostFromSettings, parseJumpHost, readHostConfig } from '../../../src/target/ssh/hostConfig';
import { matchesGlob } from '../../../src/target/ssh/matchesGlob';
import { requirePlainHost, requirePlainUser } from '../../../src/target/ssh/plainNames';

const config = `
Include extra/*.conf

Host central gw-*
  HostName %h.example.net
  User ops
  Port 2222
  IdentityFile ~/.ssh/first
  IdentityFile "~/.ssh/second key"
  IdentitiesOnly yes
  UserKnownHostsFile ~/kh1 ~/kh2
  ConnectTimeout 7
  ServerAliveInterval 9

Host behind
  ProxyJump hop@jump:2200,central
  StrictHostKeyChecking yes
  HostKeyAlias behind.internal

Host lab
  StrictHostKeyChecking no
  IdentityAgent none
  HostName fd00::7

Host *
  User everyone
  Port 2022
`;
const included = 'Host inc\n  HostName 192.0.2.7\n  User included\n';

describe('ssh configuration of a host', () => {
  let folder: string;
  let configFile: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cfg-'));
    configFile = join(folder, 'config');
    mkdirSync(join(folder, 'extra'));
    // A relative Include is meant from ~/.ssh by OpenSSH, whatever file it stands in.
    writeFileSync(configFile, config.replace('extra/', `${folder}/extra/`));
    writeFileSync(join(folder, 'extra', 'one.conf'), included);
  });
  after(() => rmSync(folder, { recursive: true }));

  const asked = (host: string, more = {}) => readHostConfig({ host, configFile, ...more });
  const read = async (host: string) =>
    hostFromSettings({ host }, await readConfigFiles({ host, configFile }));

  for (const host of ['central', 'gw-7', 'behind', 'lab', 'inc', 'unlisted', '192.0.2.1']) {
    it(`is for ${host} the same from "ssh -G" and from the files`, async () => {
      const fromSsh = await asked(host);
      const fromFiles = await read(host);
      // What OpenSSH's defaults add: its own list of default key files.
      const common = { identityFiles: [], agentSocket: null };
      const configured = host === 'central' || host === 'gw-7';
      assert.deepEqual(
        configured ? fromFiles : { ...fromFiles, ...common },
        configured ? fromSsh : { ...fromSsh, ...common },
      );
    });
  }

  it('knows every setting of an alias', async () => {
    const host = await asked('central');
    assert.equal(host.hostName, 'central.example.net');
    assert.equal(host.user, 'ops');
    assert.equal(host.port, 2222);
    assert.deepEqual(host.identityFiles, [`${homedir()}/.ssh/first`, `${homedir()}/.ssh/second key`]);
    assert.equal(host.identitiesOnly, true);
    assert.deepEqual(host.knownHostsFiles.slice(0, 2), [`${homedir()}/kh1`, `${homedir()}/kh2`]);
    assert.equal(host.connectTimeoutMs, 7000);
    assert.equal(host.keepAliveMs, 9000);
  });

  it('knows jump hosts, host key settings and included files', async () => {
    const behind = await asked('behind');
    assert.deepEqual(behind.proxyJump, [
      { host: 'jump', port: 2200, username: 'hop' },
      { host: 'central', port: undefined, username: undefined },
    ]);
    assert.equal(behind.unknownHostKey, 'refuse');
    assert.equal(behind.hostKeyAlias, 'behind.internal');
    const lab = await asked('lab');
    assert.equal(lab.unknownHostKey, 'accept');
    assert.equal(lab.agentSocket, null);
    assert.equal((await asked('inc')).hostName, '192.0.2.7');
  });

  it('puts what the target says over the configuration', async () => {
    const own = `${folder}/my "key" %h`;
    const host = await asked('central', { port: 22, username: 'me', identityFile: own });
    assert.equal(host.port, 22);
    assert.equal(host.user, 'me');
    assert.equal(host.identityFiles[0], own);
    assert.equal(host.identityFiles.length, 3);
    assert.deepEqual((await asked('unlisted', { identityFile: own })).identityFiles, [own]);
  });

  it('refuses a host that ssh would read as an option or a shell as a command', async () => {
    const options = ['-oProxyCommand=id', 'user@-esh', 'ssh://-esh', 'ssh://user@-esh:22', 'a@b@-esh'];
    const shells = ['a b', 'a;id', '$(id)', 'a\nb', "'", '`id`', 'a|id', 'a&id', 'a>b', 'a\\', 'a\0'];
    for (const host of [...options, ...shells]) {
      // Without asking ssh: only since 9.6 does it refuse some of them itself.
      assert.throws(() => requirePlainHost(host), TraceFailure, host);
      await assert.rejects(
        asked(host),
        (error) => error instanceof TraceFailure && error.reason === 'config-invalid',
        host,
      );
    }
  });

  it('takes a host as ssh takes it', async () => {
    assert.equal((await asked('ops@central')).user, 'ops');
    assert.equal((await asked('a-b.example.net')).hostName, 'a-b.example.net');
  });

  it('refuses a user that a ProxyCommand would hand to a shell', async () => {
    for (const username of [
      '-l',
      'a -oX',
      '$(id)',
      '`id`',
      'a;id',
      "a'",
      'a\nb',
      'a\\',
      'a|b',
      'a&b',
      '\0',
    ]) {
      assert.throws(() => requirePlainUser(username), TraceFailure, username);
      await assert.rejects(
        asked('central', { username }),
        (error) => error instanceof TraceFailure && error.reason === 'config-invalid',
        username,
      );
    }
  });

  it('names what is wrong with a configuration', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'Host x\n  Prot 22\n');
    await assert.rejects(
      readHostConfig({ host: 'x', configFile: broken }),
      (error) => error instanceof TraceFailure && error.detail !== null && /prot/i.test(error.detail),
    );
  });
});

describe('parseJumpHost', () => {
  it('reads every form', () => {
    const none = { port: undefined, username: undefined };
    assert.deepEqual(parseJumpHost('a'), { ...none, host: 'a' });
    assert.deepEqual(parseJumpHost('u@a:7'), { host: 'a', port: 7, username: 'u' });
    assert.deepEqual(parseJumpHost('ssh://u@a:7/'), { host: 'a', port: 7, username: 'u' });
    assert.deepEqual(parseJumpHost('u@d@a'), { ...none, host: 'a', username: 'u@d' });
    assert.deepEqual(parseJumpHost('[fd00::1]:7'), { host: 'fd00::1', port: 7, username: undefined });
    assert.throws(() => parseJumpHost(''), TraceFailure);
  });
});

describe('matchesGlob', () => {
  it('knows * and ?, and takes no time over a hostile pattern', () => {
    assert.ok(matchesGlob('*', ''));
    assert.ok(matchesGlob('a*c', 'abbc'));
    assert.ok(matchesGlob('a?c', 'abc'));
    assert.ok(!matchesGlob('a?c', 'ac'));
    assert.ok(!matchesGlob('a*c', 'abcd'));
    assert.ok(!matchesGlob('?', ''));
    assert.ok(!matchesGlob('*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(5000)));
  });
});
