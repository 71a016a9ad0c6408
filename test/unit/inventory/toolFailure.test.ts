import assert from 'node:assert/strict';
import type { CommandResult } from '../../../src/core/command';
import type { FailureReason } from '../../../src/core/failure';
import { toolFailure } from '../../../src/core/ovn/toolFailure';
import { targetSchema } from '../../../src/core/session/target';
import { englishIn, speakPseudoLanguage } from '../../support/pseudoLanguage';

const plain = targetSchema.parse({ type: 'local', name: 'lab' });
const podman = targetSchema.parse({ type: 'local', name: 'lab', commandPrefix: ['podman', 'exec', 'ovn'] });

const result = (exitCode: number | null, stderr: string, signal: string | null = null): CommandResult => ({
  stdout: '',
  stderr,
  exitCode,
  signal,
});

describe('toolFailure', () => {
  const cases: readonly [string, CommandResult, FailureReason, RegExp][] = [
    [
      'no such program',
      result(127, 'bash: line 1: ovn-nbctl: command not found\n'),
      'tool-missing',
      /ovn-nbctl/,
    ],
    ['no such program (dash)', result(127, 'sh: 1: ovn-nbctl: not found\n'), 'tool-missing', /ovn-nbctl/],
    [
      'no such program, said by env',
      result(127, 'env: ‘ovn-nbctl’: No such file or directory\n'),
      'tool-missing',
      /ovn-nbctl/,
    ],
    [
      'no such program (sudo)',
      result(1, 'sudo: ovn-nbctl: command not found\n'),
      'tool-missing',
      /ovn-nbctl/,
    ],
    ['sudo wants a password', result(1, 'sudo: a password is required\n'), 'permission', /sudo .* password/],
    ['not in sudoers', result(1, 'bob is not in the sudoers file.\n'), 'permission', /sudo/],
    [
      'socket of another user',
      result(1, 'ovn-nbctl: unix:/run/nb.sock: database connection failed (Permission denied)\n'),
      'permission',
      /unix:\/run\/nb\.sock/,
    ],
    [
      'no socket',
      result(1, 'ovn-nbctl: unix:/run/nb.sock: database connection failed (No such file or directory)\n'),
      'database',
      /unix:\/run\/nb\.sock.*no such socket/,
    ],
    [
      'nobody listens',
      result(1, 'ovn-nbctl: tcp:192.0.2.1:6641: database connection failed (Connection refused)\n'),
      'database',
      /tcp:192\.0\.2\.1:6641.*nothing listens/,
    ],
    [
      'the other database',
      result(1, 'ovn-nbctl: unix:/run/sb.sock: database connection failed ()\n'),
      'database',
      /has no OVN northbound database/,
    ],
    [
      'no certificates',
      result(
        1,
        '…|stream_ssl|ERR|Private key must be configured to use SSL\novn-nbctl: ssl:192.0.2.1:6641: database connection failed (Protocol not available)\n',
      ),
      'database',
      /private key/,
    ],
    [
      'no connection method',
      result(
        1,
        'ovn-nbctl: nowhere: database connection failed (Address family not supported by protocol)\n',
      ),
      'database',
      /nowhere.*not a connection method/,
    ],
    [
      'follower of a cluster',
      result(
        null,
        '…|ovsdb_cs|INFO|ssl:192.0.2.1:6641: clustered database server is not cluster leader; trying another server\n',
        'SIGALRM',
      ),
      'not-leader',
      /not the leader/,
    ],
    ['its own alarm', result(142, 'Alarm clock\n'), 'timeout', /northbound/],
    [
      'anything else',
      result(1, '2026-01-01T00:00:00Z|00001|x|WARN|noise\novn-nbctl: x: no row "y"\n'),
      'tool-failed',
      /no row "y"/,
    ],
    ['a signal and no word', result(null, '', 'SIGABRT'), 'tool-failed', /SIGABRT/],
  ];
  for (const [what, output, reason, message] of cases) {
    it(what, () => {
      const failure = toolFailure(output, ['ovn-nbctl', 'list', 'ACL'], plain);
      assert.equal(failure.reason, reason);
      assert.match(failure.message, message);
      assert.match(failure.message, /lab/);
      assert.match(failure.advice, /\.$/);
    });
  }

  it('tells a missing prefix from a missing tool', () => {
    const noPrefix = toolFailure(result(127, 'sh: 1: podman: not found\n'), ['ovn-trace'], podman);
    assert.deepEqual([noPrefix.reason, /podman/.test(noPrefix.message)], ['prefix-failed', true]);
    const noTool = toolFailure(
      result(127, 'Error: crun: executable file `ovn-trace` not found in $PATH: No such file or directory\n'),
      ['ovn-trace'],
      podman,
    );
    assert.equal(noTool.reason, 'tool-missing');
  });

  const throughSudo = targetSchema.parse({ type: 'local', name: 'lab', commandPrefix: ['sudo', '-n'] });
  const prefixed: readonly [string, FailureReason, RegExp][] = [
    [
      'Error: no container with name or ID "ovn" found: no such container',
      'prefix-failed',
      /container or pod runs/,
    ],
    [
      'Error: can only create exec sessions on running containers: container state improper',
      'prefix-failed',
      /runs/,
    ],
    ['Error response from daemon: container 0abc is not running', 'prefix-failed', /container or pod runs/],
    [
      'Cannot connect to the Docker daemon at unix:///run/docker.sock. Is it running?',
      'prefix-failed',
      /runs/,
    ],
    [
      'Error from server (NotFound): pods "ovn-central-0" not found',
      'prefix-failed',
      /container or pod runs/,
    ],
    ['The connection to the server localhost:8080 was refused', 'prefix-failed', /can be reached/],
    ['error: You must be logged in to the server (Unauthorized)', 'prefix-failed', /mend commandPrefix/],
    ['Error: Instance not found', 'prefix-failed', /mend commandPrefix/],
    ['Error from server (Forbidden): pods "x" is forbidden: User "bob" cannot', 'permission', /pods\/exec/],
    ['permission denied while trying to connect to the Docker daemon socket', 'permission', /"sudo","-n"/],
  ];
  for (const [said, reason, advice] of prefixed) {
    it(`lays to the prefix: ${said}`, () => {
      const failure = toolFailure(result(1, `${said}\n`), ['ovn-trace', '--version'], podman);
      assert.equal(failure.reason, reason, failure.message);
      assert.ok(failure.message.includes('(podman exec ovn)'), failure.message);
      assert.ok(failure.message.includes(said), failure.message);
      assert.match(failure.advice, advice);
    });
  }

  it('lays to the program what it says itself, with a prefix too', () => {
    const failure = toolFailure(result(1, 'ovn-nbctl: no row "y"\n'), ['ovn-nbctl'], podman);
    assert.equal(failure.reason, 'tool-failed');
  });

  it('knows sudo and doas that want a password, and what sudo does not find', () => {
    for (const said of [
      'sudo: a terminal is required to read the password',
      'sudo: sorry, you must have a tty to run sudo',
      'sudo: interactive authentication is required',
      'doas: a tty is required',
      'doas: Authentication required',
    ]) {
      const failure = toolFailure(result(1, said), ['ovn-trace'], throughSudo);
      assert.equal(failure.reason, 'permission', said);
      assert.match(failure.message, /^(sudo|doas) on target lab asks for a password\.$/);
    }
    const missing = toolFailure(result(1, 'sudo: ovn-trace: command not found'), ['ovn-trace'], throughSudo);
    assert.deepEqual([missing.reason, /secure_path/.test(missing.advice)], ['tool-missing', true]);
    const flag = 'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.';
    const refused = toolFailure(result(1, flag), ['ovn-trace'], throughSudo);
    assert.deepEqual([refused.reason, refused.message.includes(flag)], ['prefix-failed', true]);
    assert.match(refused.advice, /what sudo allows/);
  });

  it('names the library that a program lacks', () => {
    const said =
      'ovn-trace: error while loading shared libraries: libovn.so.1: cannot open shared object file: No such file or directory';
    const failure = toolFailure(result(127, said), ['ovn-trace'], plain);
    assert.deepEqual(
      [failure.reason, /libovn\.so\.1 was not found/.test(failure.message)],
      ['tool-missing', true],
    );
  });

  describe('in another language', () => {
    speakPseudoLanguage();

    it('says all but what the programs said', () => {
      const failures = [
        ...cases.flatMap(([, output]) =>
          ['ovn-nbctl', 'ovn-trace'].map((program) => ({
            output,
            failure: toolFailure(output, [program], plain),
          })),
        ),
        ...prefixed.map(([said]) => {
          const output = result(1, `${said}\n`);
          return { output, failure: toolFailure(output, ['ovn-trace'], podman) };
        }),
      ];
      for (const { output, failure } of failures) {
        const said = output.stderr.split('\n').filter((line) => line !== '');
        const own = said.reduce(
          (text, line) => text.replace(line, ''),
          failure.message.replace('(podman exec ovn)', ''),
        );
        assert.deepEqual([...englishIn(own), ...englishIn(failure.advice)], [], failure.message);
      }
    });
  });
});
