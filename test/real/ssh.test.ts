import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { TraceFailure } from '../../src/core/failure';
import type { FailureReason } from '../../src/core/failure';
import { targetSchema } from '../../src/core/session/target';
import type { HostKeyQuestion, HostKeyStore, Prompts, SecretQuestion } from '../../src/target/prompts';
import { openTarget } from '../../src/target/session';
import type { Log, TargetOptions, TargetSession } from '../../src/target/session';
import { createMemoryHostKeyStore } from '../../src/target/ssh/hostKey';
import { hostileStrings, hostileWord } from '../support/hostileStrings';
import { endProcess, eventually, isSleeping, processesWith, uniqueSeconds } from '../support/processes';
import { freePort, makeKey, publicKeyOf, startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

/** A person who answers as told and remembers what was asked. */
class Person implements Prompts {
  readonly keys: HostKeyQuestion[] = [];
  readonly secrets: SecretQuestion[] = [];

  constructor(
    private readonly trusts: 'once' | 'always' | 'no' = 'no',
    private readonly answers: (string | null)[] = [],
  ) {}

  confirmHostKey(question: HostKeyQuestion): Promise<'once' | 'always' | 'no'> {
    this.keys.push(question);
    return Promise.resolve(this.trusts);
  }

  askSecret(question: SecretQuestion): Promise<string | null> {
    this.secrets.push(question);
    return Promise.resolve(this.answers.shift() ?? null);
  }
}

class Notes implements Log {
  readonly lines: string[] = [];
  debug(line: string): void {
    this.lines.push(line);
  }
  info(line: string): void {
    this.lines.push(line);
  }
  warn(line: string): void {
    this.lines.push(line);
  }
}

/** Checks the reason, and that every part stands in the sentence. */
function failsWith(reason: FailureReason, ...parts: (string | RegExp)[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TraceFailure, String(error));
    assert.equal(error.reason, reason, error.message);
    for (const part of parts)
      assert.match(error.message, part instanceof RegExp ? part : new RegExp(escape(part)));
    assert.match(error.message, /\.$/);
    if (reason !== 'cancelled') assert.notEqual(error.advice, '');
    return true;
  };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

describe('SSH target', function () {
  this.timeout(30_000);

  let sshd: Sshd;
  let folder: string;
  const sessions: TargetSession[] = [];
  const servers: Sshd[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ssh-'));
    sshd = await startSshd();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.dispose();
    for (const server of servers.splice(0)) await server.stop();
  });
  after(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true });
  });

  async function another(options: Parameters<typeof startSshd>[0] = {}): Promise<Sshd> {
    const server = await startSshd(options);
    servers.push(server);
    return server;
  }

  let files = 0;
  function write(text: string): string {
    const path = join(folder, `file${++files}`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  interface Opening {
    readonly server?: Sshd;
    readonly host?: string;
    readonly port?: number | undefined;
    readonly key?: string | null;
    readonly knownHosts?: string;
    /** Lines of the ssh configuration. */
    readonly config?: readonly string[];
    readonly person?: Person;
    readonly log?: Log;
    readonly target?: object;
    readonly options?: TargetOptions;
  }

  function open(opening: Opening = {}): TargetSession {
    const { server = sshd, key = server.clientKey, person = new Person() } = opening;
    const knownHosts = write(opening.knownHosts ?? server.knownHosts);
    const config = write(
      [
        ...(opening.config ?? []),
        'Host *',
        `UserKnownHostsFile ${knownHosts}`,
        'GlobalKnownHostsFile /dev/null',
        'IdentityAgent none',
        `IdentityFile ${join(folder, 'none')}`,
        '',
      ].join('\n'),
    );
    const target = targetSchema.parse({
      type: 'ssh',
      name: 'lab',
      host: opening.host ?? server.host,
      port: 'port' in opening ? opening.port : server.port,
      username: server.username,
      ...(key === null ? {} : { identityFile: key }),
      ...opening.target,
    });
    const options = { sshConfigFile: config, ...opening.options };
    const session = openTarget(target, person, opening.log ?? new Notes(), options);
    sessions.push(session);
    return session;
  }

  describe('login', () => {
    it('lets the right key in and asks nothing when the host is known', async () => {
      const person = new Person();
      assert.equal((await open({ person }).run(['echo', 'hello'])).stdout, 'hello\n');
      assert.deepEqual([person.keys, person.secrets], [[], []]);
    });

    it('says which key was tried when it is the wrong one', async () => {
      const key = makeKey(join(folder, 'wrong'));
      await assert.rejects(
        open({ key }).run(['true']),
        failsWith('authentication', `127.0.0.1:${sshd.port}`, sshd.username, key),
      );
    });

    it('names a key file that is missing, or none', async () => {
      const key = join(folder, 'nothing');
      await assert.rejects(open({ key }).run(['true']), failsWith('key-file', key, 'does not exist'));
      const text = write('not a key');
      await assert.rejects(open({ key: text }).run(['true']), failsWith('key-file', text));
    });

    for (const [kind, options] of [
      ['OpenSSH', {}],
      ['PEM', { type: 'rsa', pem: true }],
      ['ECDSA', { type: 'ecdsa' }],
    ] as const) {
      it(`asks for the passphrase of an encrypted ${kind} key`, async () => {
        const key = makeKey(join(folder, `locked-${kind}`), { ...options, passphrase: 'sesame' });
        const server = await another({ authorizedKeys: [publicKeyOf(key)] });
        const log = new Notes();
        const person = new Person('no', ['wrong', 'sesame']);
        const session = open({ server, key, person, log });
        assert.equal((await session.run(['echo', 'in'])).stdout, 'in\n');
        assert.deepEqual(
          person.secrets.map((question) => [question.kind, question.keyFile, question.target]),
          [
            ['passphrase', key, 'lab'],
            ['passphrase', key, 'lab'],
          ],
        );
        assert.ok(!log.lines.some((line) => line.includes('sesame')));
        await assert.rejects(
          open({ server, key, person: new Person() }).run(['true']),
          failsWith('key-file', key, 'no passphrase was given'),
        );
        await assert.rejects(
          open({ server, key, person: new Person('no', ['a', 'b', 'c', 'sesame']) }).run(['true']),
          failsWith('key-file', key),
        );
      });
    }

    it('does not ask for a passphrase when the server does not want the key', async () => {
      const key = makeKey(join(folder, 'unwanted'), { passphrase: 'sesame' });
      const person = new Person();
      await assert.rejects(open({ key, person }).run(['true']), failsWith('authentication', key));
      assert.deepEqual(person.secrets, []);
    });

    it('uses an agent, and only the keys that are named when told so', async () => {
      const socket = join(folder, 'agent');
      const started = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]);
      try {
        const others = [1, 2, 3, 4, 5, 6, 7].map((index) => makeKey(join(folder, `agent-${index}`)));
        const env = { ...process.env, SSH_AUTH_SOCK: socket };
        execFileSync('ssh-add', ['-q', ...others, sshd.clientKey], { env, stdio: 'ignore' });
        const few = await another({ authorizedKeys: [publicKeyOf(others[0]!)] });
        const withAgent = [`IdentityAgent ${socket}`];
        assert.equal(
          (await open({ server: few, key: null, config: withAgent }).run(['echo', 'a'])).stdout,
          'a\n',
        );

        // The eighth key is never reached unless the public key file picks it out.
        await assert.rejects(
          open({ key: null, config: withAgent }).run(['true']),
          failsWith('authentication'),
        );
        const picked = [...withAgent, `IdentityFile ${sshd.clientKey}.pub`, 'IdentitiesOnly yes'];
        assert.equal((await open({ key: null, config: picked }).run(['echo', 'b'])).stdout, 'b\n');
        assert.equal(
          (await open({ key: `${sshd.clientKey}.pub`, config: withAgent }).run(['echo', 'c'])).stdout,
          'c\n',
        );
      } finally {
        endProcess(pid);
      }
    });

    it('goes on without an agent that does not answer', async () => {
      const config = [`IdentityAgent ${join(folder, 'no-agent')}`];
      assert.equal((await open({ config }).run(['echo', 'in'])).stdout, 'in\n');
    });
  });

  describe('host keys', () => {
    it('are asked for before anything secret when unknown', async () => {
      const key = makeKey(join(folder, 'secret'), { passphrase: 'sesame' });
      const person = new Person('no', ['sesame']);
      await assert.rejects(
        open({ knownHosts: '', key, person }).run(['true']),
        failsWith('host-key-unknown', `[127.0.0.1]:${sshd.port}`, 'SHA256:'),
      );
      const [, fingerprint] = execFileSync('ssh-keygen', ['-lf', sshd.hostKeys[0]!], {
        encoding: 'utf8',
      }).split(' ');
      assert.equal(person.keys.length, 1);
      assert.equal(person.keys[0]?.fingerprint, fingerprint);
      assert.equal(person.keys[0]?.keyType, 'ssh-ed25519');
      assert.equal(person.keys[0].port, sshd.port);
      assert.deepEqual(person.secrets, []);
    });

    it('are remembered always in the store, once for the session', async () => {
      const hostKeys = createMemoryHostKeyStore();
      const trusting = new Person('always');
      await open({ knownHosts: '', person: trusting, options: { hostKeys } }).run(['true']);
      assert.equal(trusting.keys.length, 1);
      assert.equal(hostKeys.keys(`[127.0.0.1]:${sshd.port}`).length, 1);
      const strict = new Person('no');
      await open({ knownHosts: '', person: strict, options: { hostKeys } }).run(['true']);
      assert.equal(strict.keys.length, 0);

      const kept: HostKeyStore = createMemoryHostKeyStore();
      const once = new Person('once');
      const session = open({ knownHosts: '', person: once, options: { hostKeys: kept } });
      await session.run(['true']);
      for (const pid of sshd.connectionPids()) endProcess(pid, 'SIGKILL');
      await eventually('the connection is gone', () => sshd.connectionPids().length === 0);
      await session.run(['true']);
      assert.equal(once.keys.length, 1);
      assert.deepEqual(kept.keys(`[127.0.0.1]:${sshd.port}`), []);
    });

    it('are refused when changed, with file and line', async () => {
      const other = makeKey(join(folder, 'other-host'));
      const person = new Person('always');
      const knownHosts = `# first line\n[127.0.0.1]:${sshd.port} ${publicKeyOf(other)}\n`;
      const fingerprint = (file: string) =>
        execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1]!;
      await assert.rejects(
        open({ knownHosts, person }).run(['true']),
        failsWith('host-key-changed', /file\d+:2 /, fingerprint(other), fingerprint(sshd.hostKeys[0]!)),
      );
      assert.deepEqual([person.keys, person.secrets], [[], []]);
    });

    it('are refused when they differ from what was trusted here', async () => {
      const hostKeys = createMemoryHostKeyStore();
      const first = await another();
      const { port, clientKey } = first;
      const person = new Person('always');
      await open({ server: first, knownHosts: '', person, options: { hostKeys } }).run(['true']);
      const authorizedKeys = [publicKeyOf(clientKey)];
      await first.stop();
      const impostor = await another({ port, authorizedKeys });
      await assert.rejects(
        open({ server: impostor, knownHosts: '', person, options: { hostKeys } }).run(['true']),
        failsWith('host-key-changed', `[127.0.0.1]:${port}`),
      );
      assert.equal(person.keys.length, 1);
    });

    it('are refused when revoked', async () => {
      const knownHosts = `${sshd.knownHosts}@revoked * ${publicKeyOf(sshd.hostKeys[0]!)}\n`;
      await assert.rejects(open({ knownHosts }).run(['true']), failsWith('host-key-revoked', /file\d+:2\./));
    });

    it('are compared with the recorded type when the host has several', async () => {
      const server = await another({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
      for (const line of server.knownHosts.trim().split('\n')) {
        const person = new Person();
        await open({ server, knownHosts: `${line}\n`, person }).run(['true']);
        assert.deepEqual(person.keys, []);
      }
    });
  });

  describe('ways to the host', () => {
    it('lead through two jump hosts', async () => {
      const [first, second] = [await another(), await another()];
      const hop = (name: string, server: Sshd) => [
        `Host ${name}`,
        'HostName 127.0.0.1',
        `Port ${server.port}`,
        `User ${server.username}`,
        `IdentityFile ${server.clientKey}`,
      ];
      const config = [
        ...hop('hop1', first),
        ...hop('hop2', second),
        ...hop('inside', sshd),
        'ProxyJump hop1,hop2',
      ];
      const knownHosts = first.knownHosts + second.knownHosts + sshd.knownHosts;
      const session = open({ host: 'inside', port: undefined, key: null, config, knownHosts });
      assert.equal((await session.run(['echo', 'through'])).stdout, 'through\n');
      assert.equal(first.connectionPids().length, 1);
      assert.equal(second.connectionPids().length, 1);

      const person = new Person('no');
      await assert.rejects(
        open({ host: 'inside', port: undefined, key: null, config, knownHosts: sshd.knownHosts, person }).run(
          ['true'],
        ),
        failsWith('host-key-unknown', `[127.0.0.1]:${first.port}`),
      );

      const closed = await freePort();
      await assert.rejects(
        open({ host: 'inside', port: closed, key: null, config, knownHosts }).run(['true']),
        failsWith('jump-host', 'hop2', `inside (127.0.0.1:${closed})`),
      );
      session.dispose();
      await eventually(
        'the hops are closed',
        () => first.connectionPids().length + second.connectionPids().length === 0,
      );
    });

    it('lead through a ProxyCommand', async () => {
      const pipe = write(
        'const s = require("net").connect(process.argv[3], process.argv[2]); process.stdin.pipe(s).pipe(process.stdout)',
      );
      const config = ['Host piped', 'HostName 127.0.0.1', `ProxyCommand ${process.execPath} ${pipe} %h %p`];
      assert.equal((await open({ host: 'piped', config }).run(['echo', 'piped'])).stdout, 'piped\n');
      const broken = ['Host piped', 'HostName 127.0.0.1', 'ProxyCommand false'];
      await assert.rejects(
        open({ host: 'piped', config: broken }).run(['true']),
        failsWith('jump-host', 'piped'),
      );
    });

    it('fail with a sentence', async () => {
      const port = await freePort();
      await assert.rejects(
        open({ port }).run(['true']),
        failsWith('connection-refused', `127.0.0.1:${port}`),
      );
      await assert.rejects(
        open({ host: 'no-such-host.invalid' }).run(['true']),
        failsWith('host-not-found', 'no-such-host.invalid'),
      );
    });

    it('fail with a sentence when no SSH server answers', async () => {
      const listen = async (server: Server) => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return (server.address() as AddressInfo).port;
      };
      const mute = createServer(() => undefined);
      const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const closing = createServer((socket) => socket.destroy());
      try {
        const config = ['ConnectTimeout 1'];
        await assert.rejects(
          open({ port: await listen(mute), config }).run(['true']),
          failsWith('connection-timeout'),
        );
        await assert.rejects(
          open({ port: await listen(web), config }).run(['true']),
          failsWith('key-exchange'),
        );
        await assert.rejects(
          open({ port: await listen(closing), config }).run(['true']),
          failsWith('key-exchange'),
        );
      } finally {
        for (const server of [mute, web, closing]) server.close();
      }
    });
  });

  describe('commands', () => {
    it('get every argument byte for byte', async () => {
      const session = open();
      const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
      const seen = async (words: readonly string[]): Promise<unknown> =>
        JSON.parse((await session.run([process.execPath, '-e', script, '--', ...words])).stdout);
      assert.deepEqual(await seen(hostileStrings), hostileStrings);
      await fc.assert(
        fc.asyncProperty(fc.array(hostileWord, { minLength: 400, maxLength: 400 }), async (words) => {
          assert.deepEqual(await seen(words), words);
        }),
        { numRuns: 10 },
      );
    });

    it('get prefix and environment', async () => {
      const target = { commandPrefix: ['env', 'A=1'], environment: { B: "it's \\ $HOME" } };
      const session = open({ target });
      assert.equal((await session.run(['sh', '-c', 'echo "$A $B"'])).stdout, "1 it's \\ $HOME\n");
    });

    it('give status, signal and streams', async () => {
      const session = open();
      assert.deepEqual(
        await session.run(['sh', '-c', 'printf "\\303"; sleep 0.1; printf "\\274"; echo e >&2; exit 3']),
        {
          stdout: 'ü',
          stderr: 'e\n',
          exitCode: 3,
          signal: null,
        },
      );
      assert.deepEqual(await session.run(['sh', '-c', 'kill -ABRT $$']), {
        stdout: '',
        stderr: '',
        exitCode: null,
        signal: 'SIGABRT',
      });
      const missing = await session.run(['no-such-program-here', 'x']);
      assert.equal(missing.exitCode, 127);
      assert.equal(missing.stderr, 'no-such-program-here: command not found\n');
    });

    it('give large output whole, and are stopped beyond the limit', async () => {
      const session = open({ options: { maxOutputBytes: 20_000_000 } });
      const { stdout } = await session.run(['seq', '1', '2000000']);
      assert.equal(stdout.length, 14_888_896);
      assert.ok(stdout.endsWith('\n1999999\n2000000\n'));
      const marker = `flood-${uniqueSeconds()}`;
      await assert.rejects(session.run(['yes', marker]), failsWith('output-too-large', 'yes', 'lab'));
      await eventually('it is gone', () => processesWith(marker).length === 0);
      assert.equal((await session.run(['echo', 'still'])).stdout, 'still\n');
    });

    it('run side by side over one connection', async () => {
      const session = open();
      const results = await Promise.all(
        Array.from({ length: 24 }, (_, index) => session.run(['sh', '-c', `sleep 0.1; echo ${index}`])),
      );
      assert.deepEqual(
        results.map((result) => result.stdout),
        results.map((_, index) => `${index}\n`),
      );
      assert.equal(sshd.connectionPids().length, 1);
    });

    it('are not mixed with what start-up files print', async () => {
      const noise = write('echo noise; echo noise >&2\n');
      const server = await another({ config: [`SetEnv BASH_ENV=${noise} ENV=${noise}`] });
      assert.deepEqual(await open({ server }).run(['echo', 'signal']), {
        stdout: 'signal\n',
        stderr: '',
        exitCode: 0,
        signal: null,
      });
    });

    it('are missed with a sentence where the account runs none', async () => {
      const server = await another({ config: ['ForceCommand echo This account is not available.'] });
      await assert.rejects(open({ server }).run(['true']), failsWith('tool-failed', 'does not run commands'));
    });
  });

  describe('ends', () => {
    const stubborn = (seconds: string) =>
      ['sh', '-c', `trap "" TERM HUP; sleep ${seconds} & sleep ${seconds}; sleep ${seconds}`] as const;

    it('a program whose time is over', async () => {
      const session = open();
      const seconds = uniqueSeconds();
      await assert.rejects(
        session.run([...stubborn(seconds)], { timeoutMs: 700 }),
        failsWith('timeout', 'sh', 'lab', '0.7 s'),
      );
      await eventually('it is gone', () => processesWith(seconds).length === 0);
      assert.equal((await session.run(['echo', 'on'])).stdout, 'on\n');
    });

    it('a program that is cancelled, and leaves the others alone', async () => {
      const session = open();
      const seconds = uniqueSeconds();
      const abort = new AbortController();
      const cancelled = session.run(['sleep', seconds], { signal: abort.signal });
      const other = session.run(['sh', '-c', 'sleep 2; echo done']);
      await eventually('it runs', () => isSleeping(seconds));
      abort.abort();
      await assert.rejects(cancelled, failsWith('cancelled'));
      await eventually('it is gone', () => processesWith(seconds).length === 0);
      assert.equal((await other).stdout, 'done\n');
    });

    it('a program when the session is closed', async () => {
      const session = open();
      const seconds = uniqueSeconds();
      const closed = session.run(['sleep', seconds]);
      await eventually('it runs', () => isSleeping(seconds));
      session.dispose();
      await assert.rejects(closed, failsWith('cancelled'));
      await eventually('it is gone', () => processesWith(seconds).length === 0);
      await assert.rejects(session.run(['true']), failsWith('cancelled'));
    });

    it('a program whose connection is lost; the next command connects again', async () => {
      const server = await another();
      const session = open({ server });
      const seconds = uniqueSeconds();
      const lost = session.run([...stubborn(seconds)]);
      await eventually('it runs', () => isSleeping(seconds));
      for (const pid of server.connectionPids()) endProcess(pid, 'SIGKILL');
      await assert.rejects(lost, failsWith('connection-lost', `127.0.0.1:${server.port}`, 'sh'));
      assert.equal((await session.run(['echo', 'back'])).stdout, 'back\n');
      await eventually('the lost one is gone', () => processesWith(seconds).length === 0);
    });

    it('an attempt to connect that nobody waits for any more', async () => {
      let opened = 0;
      let closed = 0;
      const mute = createServer((socket) => {
        opened++;
        socket.on('error', () => undefined).once('close', () => closed++);
        socket.resume();
      });
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
      const abort = new AbortController();
      const { port } = mute.address() as AddressInfo;
      const run = open({ port }).run(['true'], { signal: abort.signal });
      void eventually('it connects', () => opened === 1).then(() => abort.abort());
      await assert.rejects(run, failsWith('cancelled'));
      await eventually('its socket is closed', () => closed === 1);
      mute.close();
    });
  });

  it('writes no secret and no key into the log', async () => {
    const log = new Notes();
    await open({ log }).run(['echo', 'argument-in-clear']);
    const text = log.lines.join('\n');
    assert.ok(!text.includes('argument-in-clear'));
    assert.ok(!text.includes(readFileSync(sshd.clientKey, 'utf8').split('\n')[1]!));
  });
});
