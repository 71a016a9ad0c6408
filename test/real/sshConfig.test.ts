import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import { readConfigFiles } from '../../src/target/ssh/configFiles';
import { hostFromSettings, readHostConfig } from '../../src/target/ssh/hostConfig';
import type { HostRequest, SshHost } from '../../src/target/ssh/hostConfig';

interface Case {
  readonly what: string;
  readonly config: string;
  /** More files by name, beside the configuration; `DIR` in any text is their folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly user?: string;
  readonly port?: number;
  /** What OpenSSH makes of it, where `ssh -G` alone would not show that the case is in force. */
  readonly expect?: Partial<SshHost>;
}

const me = userInfo().username;
const home = homedir();

const cases: readonly Case[] = [
  { what: 'an empty file', config: '' },
  { what: 'comments and empty lines', config: '# no\n\n   # no\nPort 7 # seven\n', expect: { port: 7 } },
  {
    what: 'an alias',
    config: 'Host h\n HostName 192.0.2.1\n User ops\n Port 2200\n',
    expect: { user: 'ops' },
  },
  { what: 'keywords in any case', config: 'hOsT h\n\thostname a.example\n\tPORT 8\n', expect: { port: 8 } },
  {
    what: 'a separating =',
    config: 'Host=h\nHostName = a.example\nPort= 8\nUser =x\n',
    expect: { user: 'x' },
  },
  { what: 'carriage returns', config: 'Host h\r\n  Port 9\r\n  User x\r\n', expect: { port: 9, user: 'x' } },
  { what: 'the first value winning', config: 'Port 1\nPort 2\nHost h\n Port 3\n', expect: { port: 1 } },
  {
    what: 'a section after the general one',
    config: 'Host *\n User a\nHost h\n User b\n Port 3\n',
    expect: { port: 3 },
  },
  { what: 'wildcards', config: 'Host ?\n Port 5\nHost h*\n User w\n', expect: { port: 5, user: 'w' } },
  { what: 'several patterns', config: 'Host a b h c\n Port 5\n', expect: { port: 5 } },
  {
    what: 'a negated pattern',
    config: 'Host * !h\n Port 5\nHost !x h\n User n\n',
    expect: { port: 22, user: 'n' },
  },
  { what: 'only a negated pattern', config: 'Host !x\n Port 5\n', expect: { port: 22 } },
  { what: 'letters of a pattern that differ in case', config: 'Host H\n Port 5\n', expect: { port: 22 } },
  { what: 'a quoted pattern', config: 'Host "h" "a b"\n Port 5\n', expect: { port: 5 } },
  { what: 'a host with a name of its own case', host: 'GW', config: 'Host GW\n HostName %h.Example.NET\n' },
  { what: 'HostName with tokens', config: 'Host h\n HostName %h-%%.example\n' },
  {
    what: 'quoted values',
    config: 'User "two words"\nIdentityFile "DIR/my key"\n',
    expect: { user: 'two words' },
  },
  {
    what: 'single quotes and escapes',
    config: "IdentityFile 'DIR/a b'\nIdentityFile DIR/c\\ d\nIdentityFile DIR/e\\f\n",
  },
  { what: 'a # inside a word', config: 'User a#b\nIdentityFile DIR/k#1 # one\n', expect: { user: 'a#b' } },
  {
    what: 'several IdentityFile from several sections',
    config:
      'IdentityFile DIR/1\nHost h\n IdentityFile DIR/2\nHost *\n IdentityFile DIR/1\n IdentityFile ~/3\n',
  },
  {
    what: 'tokens of IdentityFile',
    config:
      'Host h\n HostName n.example\n User bob\n Port 7\n IdentityFile ~/%h.%n.%p.%r.%u.%i.%%.%L\nIdentityFile %d/x\n',
  },
  { what: 'a variable', config: 'IdentityFile ${HOME}/.ssh/v\nIdentityAgent ${HOME}/agent\n' },
  { what: 'IdentityFile none', config: 'IdentityFile none\n', expect: { identityFiles: [] } },
  { what: 'IdentitiesOnly', config: 'IdentitiesOnly yes\n', expect: { identitiesOnly: true } },
  { what: 'IdentitiesOnly true', config: 'IdentitiesOnly true\n', expect: { identitiesOnly: true } },
  { what: 'IdentityAgent none', config: 'IdentityAgent none\n', expect: { agentSocket: null } },
  { what: 'IdentityAgent SSH_AUTH_SOCK', config: 'IdentityAgent SSH_AUTH_SOCK\n' },
  { what: 'IdentityAgent of a variable', config: 'IdentityAgent $HOME\n', expect: { agentSocket: home } },
  {
    what: 'IdentityAgent with tokens',
    config: 'IdentityAgent "%d/my agent/%r"\n',
    expect: { agentSocket: `${home}/my agent/${me}` },
  },
  {
    what: 'a jump host',
    config: 'ProxyJump gw\n',
    expect: { proxyJump: [{ host: 'gw', port: undefined, username: undefined }] },
  },
  { what: 'jump hosts with users and ports', config: 'ProxyJump a@b:7,c,d@e,[fd00::1]:9\n' },
  { what: 'a jump host as ssh://', config: 'ProxyJump ssh://a@b:7\n' },
  {
    what: 'ProxyJump none',
    config: 'Host h\n ProxyJump none\nHost *\n ProxyJump gw\n',
    expect: { proxyJump: [] },
  },
  {
    what: 'ProxyJump before ProxyCommand',
    config: 'ProxyJump gw\nProxyCommand nc %h %p\n',
    expect: { proxyCommand: null },
  },
  {
    what: 'ProxyCommand before ProxyJump',
    config: 'ProxyCommand nc %h %p\nProxyJump gw\n',
    expect: { proxyJump: [] },
  },
  {
    what: 'ProxyCommand with tokens',
    config: 'Host h\n HostName n\n User u\n ProxyCommand nc "%h" %n \'%p\' %r 100%% # all\n',
  },
  {
    what: 'ProxyCommand none',
    config: 'Host h\n ProxyCommand none\nHost *\n ProxyCommand nc\n',
    expect: { proxyCommand: null },
  },
  { what: 'ProxyCommand none before ProxyJump', config: 'ProxyCommand none\nProxyJump gw\n' },
  { what: 'ProxyJump none before ProxyCommand', config: 'ProxyJump none\nProxyCommand nc\n' },
  {
    what: 'times',
    config: 'ConnectTimeout 1m30s\nServerAliveInterval 2m\nServerAliveCountMax 5\n',
    expect: { connectTimeoutMs: 90_000, keepAliveMs: 120_000, keepAliveCount: 5 },
  },
  { what: 'ConnectTimeout none', config: 'ConnectTimeout none\n' },
  ...['yes', 'no', 'off', 'ask', 'accept-new', 'true', 'false'].map((value) => ({
    what: `StrictHostKeyChecking ${value}`,
    config: `StrictHostKeyChecking ${value}\n`,
  })),
  { what: 'several known hosts files', config: 'UserKnownHostsFile ~/k1 "DIR/k 2" %d/%r ${HOME}/3\n' },
  {
    what: 'no known hosts file',
    config: 'UserKnownHostsFile none\nGlobalKnownHostsFile none\n',
    expect: { knownHostsFiles: [] },
  },
  { what: 'GlobalKnownHostsFile', config: 'GlobalKnownHostsFile DIR/a DIR/b\n' },
  {
    what: 'RevokedHostKeys with tokens and blanks',
    config: 'Host h\n HostName n\n RevokedHostKeys "~/my keys.%h"\nHost *\n RevokedHostKeys DIR/x\n',
    expect: { revokedHostKeysFiles: [`${home}/my keys.n`] },
  },
  {
    what: 'RevokedHostKeys none',
    config: 'Host h\n RevokedHostKeys None\nHost *\n RevokedHostKeys DIR/x\n',
    expect: { revokedHostKeysFiles: [] },
  },
  ...[
    '+ssh-rsa',
    '-ssh-ed25519*',
    '-ecdsa-*,rsa*',
    '^rsa-sha2-512',
    'rsa-sha2-256,ssh-ed25519',
    'ssh-ed25519-cert-v01@openssh.com,ssh-ed25519',
  ].map((value) => ({ what: `HostKeyAlgorithms ${value}`, config: `HostKeyAlgorithms ${value}\n` })),
  { what: 'HostKeyAlias', config: 'HostKeyAlias Alias.Example\n', expect: { hostKeyAlias: 'alias.example' } },
  {
    what: 'CheckHostIP, which changes nothing here',
    config: 'CheckHostIP yes\nPort 4\n',
    expect: { port: 4 },
  },
  {
    what: 'an included file',
    config: 'Include DIR/one\nPort 2\n',
    files: { one: 'Port 1\n' },
    expect: { port: 1 },
  },
  {
    what: 'files included by a pattern, in order',
    config: 'Include DIR/c*/[0-9]*.conf\n',
    files: {
      'conf/2.conf': 'Port 2\n',
      'conf/1.conf': 'Port 1\n',
      'cx/0.conf': 'User x\n',
      'conf/x.conf': 'User y\n',
      'conf/.0.conf': 'User z\n',
    },
    expect: { port: 1, user: 'x' },
  },
  {
    what: 'several files, one of them missing',
    config: 'Include DIR/none "DIR/a b"\n',
    files: { 'a b': 'Port 6\n' },
    expect: { port: 6 },
  },
  {
    what: 'nested includes',
    config: 'Include DIR/1\n',
    files: { '1': 'Host x\n Port 1\nInclude DIR/2\n', '2': 'Host h\n Port 2\n' },
    expect: { port: 22 },
  },
  {
    what: 'an include in a section that holds',
    config: 'Host h\n Include DIR/1\n User u\n',
    files: { '1': 'Port 3\nHost x\n Port 4\n' },
    expect: { port: 3, user: 'u' },
  },
  {
    what: 'an include in a section that does not hold',
    config: 'Host x\n Include DIR/1\nHost h\n User u\n',
    files: { '1': 'Host *\n Port 3\n' },
    expect: { port: 22, user: 'u' },
  },
  {
    what: 'what follows an include, in its own section',
    config: 'Host h\n Include DIR/1\n User u\n',
    files: { '1': 'Host x\n Port 4\n' },
    expect: { user: 'u' },
  },
  { what: 'Match all', config: 'Host x\n Port 1\nMatch all\n Port 2\n', expect: { port: 2 } },
  {
    what: 'Match host, after HostName',
    config: 'Host h\n HostName n.example\nMatch host n.example\n Port 2\nMatch host h\n Port 3\n',
    expect: { port: 2 },
  },
  {
    what: 'Match host with tokens in HostName',
    config: 'HostName %h.example\nMatch host *.EXAMPLE\n Port 2\n',
    expect: { port: 2 },
  },
  {
    what: 'Match originalhost',
    config: 'HostName n\nMatch originalhost h,x\n Port 2\n',
    expect: { port: 2 },
  },
  {
    what: 'Match with a negated criterion',
    config: 'Match !host x\n Port 2\nMatch !originalhost h\n User u\n',
    expect: { port: 2, user: me },
  },
  { what: 'Match with a negated pattern', config: 'Match host *,!h\n Port 2\n', expect: { port: 22 } },
  { what: 'Match user', config: 'User bob\nMatch user bob\n Port 2\n', expect: { port: 2 } },
  {
    what: 'Match user that was asked for',
    user: 'eve',
    config: 'Match user eve\n Port 2\n',
    expect: { port: 2 },
  },
  { what: 'Match localuser', config: `Match localuser ${me}\n Port 2\n`, expect: { port: 2 } },
  {
    what: 'Match with several criteria',
    config: `Match originalhost h user "x y,${me}"\n Port 2\nMatch host h user x\n User z\n`,
    expect: { port: 2, user: me },
  },
  { what: 'Match with =', config: 'Match host=h\n Port 2\n', expect: { port: 2 } },
  {
    what: 'Match canonical, without canonical names',
    config: 'Match canonical\n Port 2\n',
    expect: { port: 22 },
  },
  {
    what: 'Match exec that a first criterion decides',
    config: 'Match host x exec true\n Port 2\n',
    expect: { port: 22 },
  },
  {
    what: 'a port and a user that were asked for',
    port: 77,
    user: 'eve',
    config: 'Port 1\nUser bob\nIdentityFile ~/%r-%p\n',
    expect: { port: 77, user: 'eve', identityFiles: [`${home}/eve-77`] },
  },
];

describe('ssh configuration against ssh -G', function () {
  this.timeout(30_000);

  let folder: string;
  let count = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sshcfg-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(config: string, files: Case['files'] = {}): string {
    const own = join(folder, String(++count));
    for (const [name, text] of Object.entries({ ...files, config })) {
      mkdirSync(dirname(join(own, name)), { recursive: true });
      writeFileSync(join(own, name), text.replaceAll('DIR', own));
    }
    return join(own, 'config');
  }

  const fromFiles = async (request: HostRequest) => hostFromSettings(request, await readConfigFiles(request));

  for (const { what, config, files, host = 'h', user, port, expect } of cases) {
    it(`agrees on ${what}`, async () => {
      const request = { host, configFile: write(config, files), username: user, port };
      const asked = await readHostConfig(request);
      const read = await fromFiles(request);
      const configured = /^\s*identityfile/im.test(config);
      assert.deepEqual(configured ? read : { ...read, identityFiles: asked.identityFiles }, asked);
      const said = sshG(request);
      assert.equal(asked.hostName, said.get('hostname')?.[0]);
      assert.equal(asked.port, Number(said.get('port')?.[0]));
      assert.equal(asked.user, said.get('user')?.[0]);
      assert.equal(asked.proxyCommand === null, !said.has('proxycommand'));
      assert.equal(asked.proxyJump.length > 0, said.has('proxyjump'));
      for (const [key, value] of Object.entries(expect ?? {}))
        assert.deepEqual(asked[key as keyof SshHost], value, key);
    });
  }

  for (const [what, config] of [
    ['Match exec', 'Match exec "test %h = h"\n Port 2\n'],
    ['Match !exec', 'Match host h !exec false\n Port 2\n'],
    ['Match final', 'Match final host h\n Port 2\n'],
  ] as const) {
    it(`leaves ${what} to ssh, and says so where there is none`, async () => {
      const request = { host: 'h', configFile: write(config) };
      assert.equal((await readHostConfig(request)).port, 2);
      await assert.rejects(
        fromFiles(request),
        (error) =>
          error instanceof TraceFailure &&
          error.reason === 'config-invalid' &&
          /config:1 says "Match/.test(error.message),
      );
    });
  }

  it('says so where canonical names are wanted and there is no ssh', async () => {
    await assert.rejects(
      fromFiles({ host: 'h', configFile: write('CanonicalizeHostname yes\n') }),
      /canonicalizehostname/,
    );
  });

  for (const [what, config] of [
    ['a quote that is not closed', 'User "x\n'],
    ['a keyword without a value', 'Host h\n Port\n'],
    ['a file that includes itself', 'Include DIR/config\n'],
    ['Match without a value', 'Match host\n Port 1\n'],
  ] as const) {
    it(`refuses ${what} both ways`, async () => {
      const request = { host: 'h', configFile: write(config) };
      await assert.rejects(readHostConfig(request), TraceFailure);
      await assert.rejects(fromFiles(request), TraceFailure);
    });
  }

  function sshG({ host, configFile = '', username, port }: HostRequest): Map<string, string[]> {
    const output = execFileSync(
      'ssh',
      [
        '-G',
        '-F',
        configFile,
        ...(username === undefined ? [] : ['-l', username]),
        ...(port === undefined ? [] : ['-p', String(port)]),
        host,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const said = new Map<string, string[]>();
    for (const line of output.trim().split('\n')) {
      const keyword = line.split(' ', 1)[0]!;
      said.set(keyword, [...(said.get(keyword) ?? []), line.slice(keyword.length + 1)]);
    }
    return said;
  }
});
