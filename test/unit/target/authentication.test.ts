import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'ssh2';
import type { AuthContext } from 'ssh2';
import { TraceFailure } from '../../../src/core/failure';
import { targetSchema } from '../../../src/core/session/target';
import type { SecretQuestion } from '../../../src/target/prompts';
import { openTarget } from '../../../src/target/session';
import type { TargetSession } from '../../../src/target/session';

// An sshd that checks passwords needs accounts of its own on the machine; ssh2's server stands in for it.

const pem = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();

describe('login by password and questions', () => {
  const hostKey = pem();
  const closers: (() => void)[] = [];
  let folder: string;
  let keyFile: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'auth-'));
    keyFile = join(folder, 'key');
    writeFileSync(keyFile, pem(), { mode: 0o600 });
    writeFileSync(join(folder, 'config'), 'Host *\nIdentityAgent none\nIdentityFile /nonexistent/key\n');
  });
  afterEach(() => closers.splice(0).forEach((close) => close()));
  after(() => rmSync(folder, { recursive: true }));

  /** A server whose every login goes through `decide`, and which says "in" to every command. */
  async function serve(decide: (context: AuthContext) => void): Promise<number> {
    const server = new Server({ hostKeys: [hostKey] }, (connection) => {
      connection.on('error', () => undefined);
      connection.on('authentication', decide);
      connection.on('session', (acceptSession) => {
        acceptSession().on('exec', (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          channel.write(/ovn-packet-trace:[0-9a-f]+:/.exec(command)?.[0] ?? '');
          channel.write('in');
          channel.exit(0);
          channel.end();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  function open(port: number, answers: string[], asked: SecretQuestion[], more: object = {}): TargetSession {
    const session = openTarget(
      targetSchema.parse({ type: 'ssh', name: 'lab', host: '127.0.0.1', port, username: 'ops', ...more }),
      {
        confirmHostKey: () => Promise.resolve('once'),
        askSecret: (question) => {
          asked.push(question);
          return Promise.resolve(answers.shift() ?? null);
        },
      },
      { debug: () => undefined, info: () => undefined, warn: () => undefined },
      { sshConfigFile: join(folder, 'config') },
    );
    closers.unshift(() => session.dispose());
    return session;
  }

  const byPassword = (context: AuthContext): void => {
    if (context.method === 'password' && context.password === 'right') context.accept();
    else context.reject(['password']);
  };

  it('asks for the password until it is right, naming user and host', async () => {
    const asked: SecretQuestion[] = [];
    const port = await serve(byPassword);
    assert.equal((await open(port, ['wrong', 'right'], asked).run(['x'])).stdout, 'in');
    assert.deepEqual(
      asked.map(({ kind, target, recipient }) => [kind, target, recipient]),
      [
        ['password', 'lab', `ops@127.0.0.1:${port}`],
        ['password', 'lab', `ops@127.0.0.1:${port}`],
      ],
    );
    assert.match(asked[0]!.prompt, new RegExp(`ops.*127\\.0\\.0\\.1:${port}`));
  });

  it('gives up after three passwords, and when none is given', async () => {
    const port = await serve(byPassword);
    for (const [answers, times] of [
      [['a', 'b', 'c', 'right'], 3],
      [[], 1],
    ] as const) {
      const asked: SecretQuestion[] = [];
      await assert.rejects(open(port, [...answers], asked).run(['x']), (error) => {
        assert.ok(error instanceof TraceFailure && error.reason === 'authentication');
        assert.ok(!/right|\bb\b/.test(`${error.message} ${error.detail ?? ''}`));
        return true;
      });
      assert.equal(asked.length, times);
    }
  });

  it('passes the server’s questions on, in printable words', async () => {
    const port = await serve((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'One-time\u001b[31m code:\u202e ', echo: true },
        ],
        (answers) => {
          if (answers[0] === 'p' && answers[1] === '123') context.accept();
          else context.reject();
        },
      );
    });
    const asked: SecretQuestion[] = [];
    assert.equal((await open(port, ['p', '123'], asked).run(['x'])).stdout, 'in');
    assert.deepEqual(
      asked.map(({ kind, prompt }) => [kind, prompt]),
      [
        ['password', 'Password:'],
        ['answer', 'One-time [31m code:'],
      ],
    );
  });

  it('goes on to the second factor when the key was only the first', async () => {
    let keyAccepted = false;
    const port = await serve((context) => {
      if (context.method === 'publickey') {
        // Without a signature it is a question whether the key would do.
        if (context.signature === undefined) return context.accept();
        keyAccepted = true;
        return context.reject(['password'], true);
      }
      if (keyAccepted) byPassword(context);
      else context.reject(['publickey']);
    });
    const asked: SecretQuestion[] = [];
    const session = open(port, ['right'], asked, { identityFile: keyFile });
    assert.equal((await session.run(['x'])).stdout, 'in');
    assert.equal(asked.length, 1);
  });

  it('asks for no password where the server takes keys only', async () => {
    const asked: SecretQuestion[] = [];
    const port = await serve((context) => context.reject(['publickey']));
    await assert.rejects(
      open(port, ['right'], asked, { identityFile: keyFile }).run(['x']),
      (error) => error instanceof TraceFailure && error.message.includes(keyFile),
    );
    assert.deepEqual(asked, []);
  });
});
