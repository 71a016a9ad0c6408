import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { TraceFailure } from '../../../src/core/failure';
import { targetSchema } from '../../../src/core/session/target';
import { containerPrefix, describeCommand, killPrefix, targetArgv } from '../../../src/target/commandLine';
import { hostileStrings, hostileWord } from '../../support/hostileStrings';

const local = targetSchema.parse({ type: 'local', name: 'here' });

describe('targetArgv', () => {
  it('puts the environment behind the prefix, where sudo and containers keep it', () => {
    const target = { ...local, commandPrefix: ['sudo', '-n'], environment: { OVN_RUNDIR: '/run/o v n' } };
    assert.deepEqual(targetArgv(target, ['ovn-trace', 'sw0']), [
      'sudo',
      '-n',
      'env',
      'OVN_RUNDIR=/run/o v n',
      'ovn-trace',
      'sw0',
    ]);
  });

  it('refuses a program whose name would be taken for an option or a variable', () => {
    assert.throws(() => targetArgv(local, ['']), /not the name of a program/);
    assert.throws(() => targetArgv(local, ['-x']), /not the name of a program/);
    assert.throws(
      () => targetArgv({ ...local, environment: { A: 'b' } }, ['x=y']),
      /not the name of a program/,
    );
  });
});

describe('describeCommand', () => {
  it('is what a person would type', () => {
    const target = targetSchema.parse({
      type: 'ssh',
      name: 'lab',
      host: 'central',
      port: 2222,
      username: 'ops',
      commandPrefix: ['sudo', '-n'],
    });
    assert.equal(
      describeCommand(target, ['ovn-trace', 'sw0', 'inport == "p 1"']),
      `ssh -p 2222 ops@central 'sudo -n ovn-trace sw0 '\\''inport == "p 1"'\\'`,
    );
    assert.equal(describeCommand(local, ['ovn-trace', '--ct=new', 'a b']), "ovn-trace --ct=new 'a b'");
  });
});

describe('describeCommand in a shell', () => {
  /** What `sh` runs when the line is pasted; `ssh` stands in for a host whose shell is another `sh`. */
  function pasted(line: string): readonly string[] {
    const programs = `
      ssh() { shift "$(($# - 1))"; eval "$1"; }
      show() { printf '%s\\0' "$@"; }
      env() { while case "$1" in *=*) ;; *) false ;; esac; do printf '%s\\0' "$1"; shift; done; "$@"; }
    `;
    const { stdout, stderr } = spawnSync('sh', ['-s'], { input: `${programs}\n${line}\n`, encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout.split('\0').slice(0, -1);
  }
  const canBeTyped = (words: readonly string[]): boolean => !/\p{Cc}/u.test(words.join(''));

  for (const [where, config] of [
    ['here', { type: 'local' }],
    ['on a host', { type: 'ssh', host: 'central', username: 'ops', identityFile: "~/it's $(id)", port: 22 }],
  ] as const) {
    it(`runs ${where} what was run, word for word`, () => {
      const words = hostileStrings.filter((word) => canBeTyped([word]));
      for (const environment of [{}, { OVN_RUNDIR: "/run/o'v $(id)" }]) {
        const target = targetSchema.parse({ name: 'lab', environment, ...config });
        const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
        assert.deepEqual(pasted(describeCommand(target, ['show', ...words])), [...set, ...words]);
      }
      const target = targetSchema.parse({ name: 'lab', ...config });
      fc.assert(
        fc.property(fc.array(hostileWord.filter((word) => canBeTyped([word]))), (some) => {
          assert.deepEqual(pasted(describeCommand(target, ['show', '.', ...some])), ['.', ...some]);
        }),
        { numRuns: 20 },
      );
    });

    it(`gives no line ${where} that a terminal would take for keys`, () => {
      const target = targetSchema.parse({ name: 'lab', ...config });
      for (const key of ['\n', '\r', '\t', '\u0003', '\u0004', '\u001b[201~', '\u007f', '\u009b']) {
        assert.throws(
          () => describeCommand(target, ['ovn-trace', '--', `sw${key}touch x`]),
          (error) => error instanceof TraceFailure && error.reason === 'bad-request' && error.advice !== '',
        );
      }
    });
  }

  it('never makes an option of the host, whatever the setting says by now', () => {
    for (const more of [
      { host: '-oProxyCommand=touch' },
      { host: 'x@-oProxyCommand=touch' },
      { host: 'h', username: '-oProxyCommand=touch' },
    ]) {
      const target = targetSchema.parse({ type: 'ssh', name: 'lab', ...more });
      assert.throws(() => describeCommand(target, ['ovn-trace', 'sw0', 'ip4']), TraceFailure);
    }
  });
});

describe('killPrefix', () => {
  const of = (...commandPrefix: string[]) => killPrefix({ ...local, commandPrefix });
  it('signals with sudo what runs under sudo', () => {
    assert.deepEqual(of('sudo', '-n'), ['sudo', '-n', 'kill']);
    assert.deepEqual(of('/usr/bin/sudo', '-nu', 'ovn'), ['/usr/bin/sudo', '-nu', 'ovn', 'kill']);
    assert.deepEqual(of('doas'), ['doas', 'kill']);
  });

  it('never signals by process id in a container', () => {
    assert.equal(of(), null);
    assert.equal(of('podman', 'exec', 'ovn_northd'), null);
    assert.equal(of('sudo', '-n', 'podman', 'exec', 'ovn_northd'), null);
    assert.equal(of('sudo', '-n', '-u', 'ovn', 'docker', 'exec', 'x'), null);
  });
});

describe('containerPrefix', () => {
  const of = (line: string) => containerPrefix(line.split(' '))?.join(' ') ?? null;
  it('connects standard input where the engine has to be asked', () => {
    assert.equal(of('podman exec ovn_northd'), 'podman exec -i ovn_northd');
    assert.equal(
      of('/usr/bin/docker --context x exec -u 0 ovn'),
      '/usr/bin/docker --context x exec -i -u 0 ovn',
    );
    assert.equal(of('sudo -n -u ovn podman exec a'), 'sudo -n -u ovn podman exec -i a');
    assert.equal(of('kubectl -n ovn exec deploy/x -c nb --'), 'kubectl -n ovn exec -i deploy/x -c nb --');
    assert.equal(of('microk8s kubectl exec pod --'), 'microk8s kubectl exec -i pod --');
    assert.equal(of('incus exec ovn --'), 'incus exec ovn --');
    assert.equal(of('docker compose exec -T ovn'), 'docker compose exec -T ovn');
  });

  it('leaves every other prefix alone', () => {
    for (const other of [
      'sudo -n',
      'ip netns exec ns1',
      'chroot /srv/ovn',
      'nsenter -t 1 -n',
      'ssh other docker exec ovn',
      'docker run ovn',
      'env docker exec',
    ]) {
      assert.equal(of(other), null, other);
    }
    assert.equal(containerPrefix([]), null);
  });
});
