import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema } from '../../src/core/session/target';
import { ResidentTracing } from '../../src/target/resident/resident';
import { runTrace } from '../../src/core/session/runTrace';
import { TraceFailure } from '../../src/core/failure';
import { sideBySide, HostileLab, settled } from '../support/hostileLab';
import { endProcess, eventually } from '../support/processes';
import { LogLines, sshTarget } from '../support/session';

/** How many of its connections are tried side by side: an ssh program for each is several processes. */
const clients = { builtin: 8, openssh: 3 } as const;
const plan = {
  datapath: 'plains',
  microflow: 'inport == "plain" && ip4',
  ct: [],
  lbDst: null,
  openFlow: true,
};

describe('What a target says', function () {
  this.timeout(60_000);
  let lab: HostileLab;

  before(async () => {
    lab = await HostileLab.start();
    await lab.buildNetwork(['plain']);
  });
  after(() => lab.stop());
  beforeEach(() => lab.begin());
  afterEach(() => lab.closeSessions());

  /** What can be an argument at all: the schema refuses the rest. */
  const texts = (): readonly string[] => lab.canary.allTexts.filter((text) => !/\0|\ud800/.test(text));

  async function echo(settings: object, configFile?: string): Promise<unknown> {
    const { run, close } = lab.open(settings, configFile);
    const ended = await settled(run(['echo', 'in']));
    close();
    return ended;
  }

  /** Newer releases of ssh refuse such names themselves; so they are tried where there is none to ask, too. */
  const noSsh = 'without an ssh';
  const path = process.env['PATH'];
  afterEach(() => (process.env['PATH'] = path));

  for (const way of ['builtin', 'openssh', noSsh] as const) {
    it(`of host and user reaches no shell and no program of the ssh configuration as more (${way})`, async () => {
      const client = way === 'openssh' ? 'openssh' : 'builtin';
      const log = join(lab.sshd.folder, `proxy-${way.replaceAll(' ', '-')}`);
      const configFile = `${log}.config`;
      const known = join(lab.sshd.folder, 'known_hosts');
      const tell = `${lab.program('tell', `printf '%s|' "$@" >>${log}`)} %h %n %r %k %p`;
      writeFileSync(
        configFile,
        [
          ...(way === noSsh ? [] : [`Match exec "${tell}"`, '  Compression no']),
          'Host *',
          `  ProxyCommand ${tell}`,
          `  UserKnownHostsFile ${known}`,
          '  IdentityAgent none',
          '',
        ].join('\n'),
      );
      const connect = (more: object): Promise<unknown> =>
        echo({ type: 'ssh', name: 'lab', host: 'central', username: 'ops', client, ...more }, configFile);
      if (way === noSsh) process.env['PATH'] = lab.pathOf('touch');
      await connect({});
      const told = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
      await eventually('the command is run', () => /^(central\|central\|ops\|central\|22\|)+$/.test(told()));
      const refused = ['-x', 'x@-x', 'ssh://-x', 'ssh://x@-x:22'];
      await sideBySide(
        [...lab.canary.texts, ...refused],
        async (text) => {
          for (const field of ['host', 'username']) {
            const ended = await connect({ [field]: text });
            assert.ok(ended instanceof TraceFailure, text);
          }
        },
        clients[client],
      );
      // A connection that failed does not wait for its command.
      await delay(300);
      const odd = told()
        .split('|')
        .filter((word) => /^-|[\s'"`$\\;&<>(){}]/.test(word));
      assert.deepEqual(odd, []);
      lab.assertNothingDone(way);
    });
  }

  for (const client of ['builtin', 'openssh'] as const) {
    it(`of the key file is a file's name and nothing else (${client})`, async () => {
      const more = ['${HOME}/none', '%d/none', '~root/none', 'none', 'a"b', 'a\nProxyCommand touch x'];
      const tried = client === 'builtin' ? lab.canary.texts.slice(0, 6) : lab.canary.texts;
      await sideBySide(
        [...tried, ...more],
        async (identityFile) => {
          const ended = await echo({ ...sshTarget(lab.sshd), client, identityFile });
          assert.ok(ended instanceof TraceFailure, identityFile);
        },
        clients[client],
      );
      lab.assertNothingDone(client);
    });
  }

  for (const where of ['local', 'ssh'] as const) {
    it(`of environment and prefix arrives word for word, and as nothing else (${where})`, async () => {
      const variables = Object.fromEntries(texts().map((text, number) => [`HOSTILE_${number}`, text]));
      const words = Object.entries(variables).map(([name, text]) => `${name}=${text}`);
      for (const more of [
        { environment: variables },
        { commandPrefix: ['env', ...words], environment: {} },
      ]) {
        const { stdout } = await lab.open(lab.settings(where, more)).run(['env', '-0']);
        const arrived = stdout.split('\0').filter((line) => line.startsWith('HOSTILE_'));
        assert.deepEqual(arrived.sort(), [...words].sort());
      }
      lab.assertNothingDone(where);
    });

    it(`of sudo is no command when a program is ended (${where})`, async () => {
      const skip = 'while case "$1" in -*) ;; *) false ;; esac; do shift; done; exec "$@"';
      const options = texts().map((text) => `--prompt=${text}`);
      const commandPrefix = [lab.program('sudo', skip), ...options];
      const { run } = lab.open(lab.settings(where, { commandPrefix }));
      assert.equal((await run(['echo', 'runs'])).stdout, 'runs\n');
      const ended = await settled(
        run(['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], { timeoutMs: 500 }),
      );
      assert.ok(ended instanceof TraceFailure && ended.reason === 'timeout');
      // The second signal comes after two seconds.
      await delay(3000);
      lab.assertNothingDone(where);
    });

    it(`of databases, bridge and TLS makes no tool write, listen or run (${where})`, async () => {
      const accepted = lab.canary.allTexts.flatMap((text) => {
        const tls = { privateKey: text, certificate: text, caCertificate: text };
        const places = { northbound: text, southbound: text, openFlow: text, tls };
        const files = { northbound: `unix:${text}`, southbound: `tcp:${text}`, openFlow: `unix:${text}` };
        const settings = [places, files].map((more) => lab.settings(where, { ...more, timeoutSeconds: 0.4 }));
        return settings.filter((each) => targetSchema.safeParse(each).success);
      });
      assert.ok(accepted.length > 100, String(accepted.length));
      // Over SSH each is a connection of its own.
      const tried = where === 'local' ? accepted : accepted.slice(0, 16);
      await sideBySide(tried, async (settings) => {
        const { target, run, session } = lab.open(settings);
        await settled(readInventory(run, target, Date));
        await settled(runTrace(plan, { target, run }));
        const resident = new ResidentTracing(target, session, new LogLines());
        await settled(resident.trace({ ...plan, openFlow: false }, performance.now(), undefined));
        await settled(resident.inventory(undefined));
        resident.dispose();
      });
      lab.assertNothingDone(where);
    });
  }

  it('of the options of ovn-nbctl is options only, since a command there would be run', async () => {
    const withOptions = (options: string) =>
      lab.settings('local', { environment: { ...lab.tools.environment, OVN_NBCTL_OPTIONS: options } });
    const { target, run } = lab.open(withOptions('--no-leader-only --timeout=9'));
    const { switches } = await readInventory(run, target, Date);
    assert.deepEqual(
      switches.map(({ name }) => name),
      ['plains'],
    );
    lab.assertNothingDone('options');

    // What it would do is what the real one does.
    const command = 'lsp-set-port-security plain';
    assert.ok(!targetSchema.safeParse(withOptions(command)).success);
    const env = { ...process.env, ...lab.ovn.environment, OVN_NBCTL_OPTIONS: command };
    assert.equal(spawnSync('ovn-nbctl', ['--dry-run', '--', 'list', 'NB_Global'], { env }).status, 0);
    assert.throws(() => lab.assertNothingDone('a command'), /a database was written/);
  });

  it('of a daemon of ovn-nbctl does not take --dry-run away', async () => {
    const socket = join(lab.ovn.directory, 'nbctl.ctl');
    const pidFile = join(lab.ovn.directory, 'nbctl.pid');
    const quiet = ['-vconsole:off', '-vsyslog:off', '-vfile:off', '--no-chdir'];
    const start = ['--detach', `--pidfile=${pidFile}`, `--unixctl=${socket}`, ...quiet];
    const env = { ...process.env, ...lab.ovn.environment };
    execFileSync('ovn-nbctl', start, { env, stdio: 'ignore' });
    try {
      lab.begin();
      const environment = { ...lab.tools.environment, OVN_NB_DAEMON: socket };
      const { target, run } = lab.open(lab.settings('local', { northbound: undefined, environment }));
      const { switches } = await readInventory(run, target, Date);
      assert.equal(switches.length, 1);
      const added = await run(['ovn-nbctl', '--no-leader-only', '--dry-run', 'ls-add', 'hole']);
      assert.equal(added.exitCode, 0);
      lab.tools.take();
      lab.assertNothingDone('daemon');
    } finally {
      if (existsSync(pidFile)) endProcess(Number(readFileSync(pidFile, 'utf8')));
    }
  });
});
