import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FailureReason } from '../../src/core/failure';
import { targetSchema } from '../../src/core/session/target';
import { actionsFor } from '../../src/ui/failureActions';
import type { FailureAction } from '../../src/ui/failureActions';
import { checkTarget } from '../../src/ui/targets/checkTarget';
import { freePort, makeKey, publicKeyOf, startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';
import { Person, SshTargets } from '../support/sshTarget';
import type { Opening } from '../support/sshTarget';

type Told = readonly [reason: FailureReason, text: string | RegExp, ...actions: FailureAction[]];

for (const client of ['builtin', 'openssh'] as const) {
  describe(`Check Target, where no connection can be made (${client})`, function () {
    this.timeout(60_000);
    /** What ssh2 cannot do the user's own ssh may. */
    const lead: readonly FailureAction[] =
      client === 'openssh' ? ['checkTarget', 'openSettings'] : ['useOpenSsh', 'checkTarget'];
    let targets: SshTargets;
    let server: Sshd;
    let stranger: string;
    before(async () => {
      targets = new SshTargets();
      server = await startSshd();
      stranger = makeKey(join(targets.folder, 'stranger'));
    });
    afterEach(() => targets.close());
    after(async () => {
      targets.remove();
      await server.stop();
    });

    /** Checks that the check ends at once with this sentence, and that it leads on with these actions. */
    async function says([reason, text, ...actions]: Told, opening: Partial<Opening> = {}): Promise<void> {
      const whole = { server, person: new Person('no'), ...opening };
      const setting = { client, ...opening.target };
      const session = targets.open({ ...whole, target: setting });
      const { host, port, username, clientKey } = whole.server;
      const target = targetSchema.parse({
        ...{ type: 'ssh', name: 'lab', host, port, username, identityFile: clientKey },
        ...setting,
      });
      const steps = await checkTarget(target, session.run, new AbortController().signal);
      const step = steps.find(({ state }) => state === 'bad');
      assert.ok(step?.failure, 'there is a failure');
      assert.equal(step.failure.reason, reason, step.text);
      if (typeof text === 'string') assert.ok(step.text.includes(text), step.text);
      else assert.match(step.text, text);
      assert.match(step.text, /\. [A-Z].*\.$/, step.text);
      assert.doesNotMatch(
        step.text,
        /\(SSH\)|\bE[A-Z]{4,}\b|UNKNOWN port|undefined|Error:|aborted/,
        step.text,
      );
      assert.deepEqual(actionsFor(step.failure), actions);
      // A connection that only starts nothing is good as far as it goes, and no further program is asked for.
      const isOfProgram = reason === 'tool-failed';
      assert.deepEqual(
        [steps.length, step.what],
        isOfProgram ? [2, 'ovn-trace'] : [1, 'Connection'],
        step.text,
      );
      session.dispose();
    }

    async function withSshd(options: SshdOptions, work: (started: Sshd) => Promise<void>): Promise<void> {
      const started = await startSshd(options);
      try {
        await work(started);
      } finally {
        targets.close();
        await started.stop();
      }
    }

    it('names a host that is not known, and one that refuses', async () => {
      await says(
        ['host-not-found', 'nosuchhost.invalid is not known to the name service', 'openSettings', 'showLog'],
        {
          target: { host: 'nosuchhost.invalid' },
        },
      );
      const port = await freePort();
      await says(
        [
          'connection-refused',
          `127.0.0.1:${port} refused the connection. Check the port`,
          'checkTarget',
          'openSettings',
        ],
        { target: { port } },
      );
    });

    it('tells a host that is silent from one that speaks something else', async () => {
      for (const [banner, told] of [
        [
          null,
          ['connection-timeout', /did not answer within 2 s.*VPN or firewall/, 'checkTarget', 'openSettings'],
        ],
        [
          '',
          [
            'key-exchange',
            /closed the connection before.*secured\. .*SSH server/,
            'checkTarget',
            'openSettings',
          ],
        ],
        [
          'HTTP/1.1 400 Bad Request\r\n\r\n',
          ['key-exchange', /before.*secured\. /, 'checkTarget', 'openSettings'],
        ],
        [
          'Exceeded MaxStartups\r\n',
          ['key-exchange', /may turn this machine away/, 'checkTarget', 'openSettings'],
        ],
      ] as const) {
        const other = createServer((socket) => {
          socket.on('error', () => undefined);
          if (banner !== null) socket.end(banner);
        });
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
        const { port } = other.address() as AddressInfo;
        await says(told, { target: { port }, config: ['ConnectTimeout 2'] });
        other.close();
      }
    });

    it('lets a ProxyCommand that ended say why', async () => {
      const mended =
        /ProxyCommand that your ssh configuration has for 127\.0\.0\.1:\d+ ended without a connection/;
      const fails = async (command: string, why: RegExp): Promise<void> => {
        const text = new RegExp(`${mended.source}${why.source}`);
        await says(['jump-host', text, 'openSettings', 'showLog'], { config: [`ProxyCommand ${command}`] });
      };
      await fails('sh -c "echo bastion is down >&2; exit 3"', /: bastion is down\. Run "ssh 127/);
      await fails('/no/such/program %h', /: .*no\/such\/program.*not found|: .*No such file/);
      await fails('sh -c "exit 3"', /\. Run/);
    });

    it('says which key of a host was not trusted, and why', async () => {
      const name = `[127.0.0.1]:${server.port}`;
      await says(['host-key-unknown', /is not trusted\. Compare the fingerprint/, 'checkTarget', 'showLog'], {
        knownHosts: '',
      });
      await says(
        ['host-key-changed', /has changed: it shows SHA256:.* remove the old one from .*:1\./, 'showLog'],
        {
          knownHosts: `${name} ${publicKeyOf(stranger)}\n`,
        },
      );
      await says(['host-key-revoked', /is marked as revoked in .* Do not connect/, 'showLog'], {
        knownHosts: server.knownHosts.replace(/^/gm, '@revoked '),
      });
      const revoked = targets.write(`${publicKeyOf(server.hostKeys[0]!)}\n`);
      await says(['host-key-revoked', `marked as revoked in ${revoked}`, 'showLog'], {
        config: [`RevokedHostKeys ${revoked}`],
      });
      await says(
        [
          'config-invalid',
          /\/no\/such\/keys cannot be read.*Mend RevokedHostKeys/,
          'openSettings',
          'showLog',
        ],
        {
          config: ['RevokedHostKeys /no/such/keys'],
        },
      );
    });

    it('says who was not let in, and names the key file', async () => {
      await says(['authentication', /did not let \w+ in.*Check username and identityFile/, ...lead], {
        target: { identityFile: stranger },
      });
      await says(
        ['key-file', /key file \S+nokey does not exist\. Check identityFile/, 'openSettings', 'showLog'],
        {
          target: { identityFile: join(targets.folder, 'nokey') },
        },
      );
      await says(['key-file', /cannot be used|is not a private key/, 'openSettings', 'showLog'], {
        target: { identityFile: targets.write('garbage') },
      });
      await withSshd({ config: ['MaxAuthTries 1'] }, (strict) =>
        says(['authentication', /try no more keys.*IdentitiesOnly yes/, 'checkTarget', 'openSettings'], {
          server: strict,
          config: [`IdentityFile ${makeKey(join(targets.folder, 'other'))}`],
          target: { identityFile: stranger },
        }),
      );
    });

    it('says that the two sides have no algorithm in common', async () => {
      await withSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] }, (modern) =>
        says(['key-exchange', /no common way to encrypt.*Update the SSH server/, ...lead], {
          server: modern,
          config: ['KexAlgorithms curve25519-sha256'],
        }),
      );
    });

    it('says that the account runs no commands', async () => {
      const asks = /does not run commands.* Check its login shell/;
      for (const command of ['/usr/sbin/nologin', 'internal-sftp']) {
        await withSshd({ config: [`ForceCommand ${command}`] }, (closed) =>
          says(['tool-failed', asks, 'showLog'], { server: closed }),
        );
      }
      await withSshd({ config: ['MaxSessions 0'] }, (closed) =>
        says(['connection-lost', /does not start commands.*MaxSessions/, 'checkTarget', 'openSettings'], {
          server: closed,
        }),
      );
    });

    describe('with a jump host', () => {
      let jump: Sshd;
      let knownHosts: string;
      before(async () => {
        jump = await startSshd();
        knownHosts = server.knownHosts + jump.knownHosts;
      });
      after(() => jump.stop());

      const via = ({ port, username, clientKey }: Sshd, hostName = '127.0.0.1'): string[] => [
        ...[
          'Host hop',
          `HostName ${hostName}`,
          `Port ${port}`,
          `User ${username}`,
          `IdentityFile ${clientKey}`,
        ],
        ...['Host 127.0.0.1 nosuchhost.invalid', 'ProxyJump hop'],
      ];

      it('names the jump host when it is the one that fails', async () => {
        const port = await freePort();
        await says(['connection-refused', `hop (127.0.0.1:${port}) refused`, 'checkTarget', 'openSettings'], {
          knownHosts,
          config: via({ ...jump, port }),
        });
        await says(['host-not-found', 'nosuchjump.invalid', 'openSettings', 'showLog'], {
          knownHosts,
          config: via(jump, 'nosuchjump.invalid'),
        });
        await says(['authentication', `hop (127.0.0.1:${jump.port}) did not let`, ...lead], {
          knownHosts,
          config: via({ ...jump, clientKey: stranger }),
        });
        await says(['host-key-unknown', `[127.0.0.1]:${jump.port}`, 'checkTarget', 'showLog'], {
          config: via(jump),
        });
      });

      it('names the target when it is that one', async () => {
        await says(['authentication', new RegExp(`^127.0.0.1:${server.port} did not let`), ...lead], {
          knownHosts,
          config: via(jump),
          target: { identityFile: stranger },
        });
        const port = await freePort();
        const cannot = `The jump host hop (127.0.0.1:${jump.port}) cannot reach`;
        await says(
          ['jump-host', `${cannot} 127.0.0.1:${port}: Connection refused. Check`, 'openSettings', 'showLog'],
          {
            knownHosts,
            config: via(jump),
            target: { port },
          },
        );
        await says(
          ['jump-host', `${cannot} nosuchhost.invalid:${server.port}: `, 'openSettings', 'showLog'],
          {
            knownHosts,
            config: via(jump),
            target: { host: 'nosuchhost.invalid' },
          },
        );
      });

      it('says that the jump host forbids forwarding, however it does', async () => {
        for (const config of ['AllowTcpForwarding no', 'PermitOpen none', 'DisableForwarding yes']) {
          await withSshd({ config: [config] }, (closed) =>
            says(
              [
                'jump-host',
                /hop .*does not allow connections to .*AllowTcpForwarding/,
                'openSettings',
                'showLog',
              ],
              {
                knownHosts: server.knownHosts + closed.knownHosts,
                config: via(closed),
              },
            ),
          );
        }
      });
    });
  });
}
