import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import type { FailureReason } from '../../../src/core/failure';
import {
  authenticationFailed,
  channelRefusal,
  connectFailure,
  connectionLost,
  connectTimedOut,
  inPlainWords,
  jumpHostFailed,
  proxyCommandFailed,
  runsNoCommands,
  tooManyKeys,
  withOpenSshRemedy,
} from '../../../src/target/ssh/failures';
import type { ConnectPhase } from '../../../src/target/ssh/failures';
import { hostFromSettings } from '../../../src/target/ssh/hostConfig';
import { openSshFailure } from '../../../src/target/ssh/openSshFailure';
import { actionsFor } from '../../../src/ui/failureActions';
import { englishIn, speakPseudoLanguage } from '../../support/pseudoLanguage';

const host = hostFromSettings(
  { host: 'lab', port: 2222, username: 'ops' },
  new Map([['hostname', ['192.0.2.1']]]),
);
const jump = hostFromSettings({ host: 'hop' }, new Map());
const phases: readonly ConnectPhase[] = ['connecting', 'key-exchange', 'authentication'];

describe('Failures to connect', () => {
  const errors: readonly (readonly [code: string, message: string])[] = [
    ...[
      ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
      ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'EACCES', 'EPERM', 'EADDRNOTAVAIL', 'EMFILE'],
    ].map((code) => [code, `connect ${code} 192.0.2.1:2222`] as const),
    ['', 'Connection lost before handshake'],
    ['', 'Keepalive timeout'],
    ['', 'Invalid identification string'],
    ['', 'Max greeting lines exceeded'],
    ['', 'Handshake failed: no matching key exchange algorithm'],
    ['', 'Handshake failed: no matching host key format'],
    ['', 'Too many authentication failures'],
  ];
  for (const phase of phases) {
    it(`are whole sentences with a next step and an action (${phase})`, () => {
      for (const [code, message] of errors) {
        const error = Object.assign(new Error(message), code === '' ? {} : { code });
        const failure = connectFailure(host, phase, error);
        const text = `${failure.message} ${failure.advice}`;
        assert.match(failure.message, /192\.0\.2\.1.*\.$/, text);
        assert.match(failure.advice, /^[A-Z].*\.$/, text);
        assert.doesNotMatch(text, /\bE[A-Z]{3,}\b|Error:|undefined|: \.|\.\./, text);
        assert.equal(failure.detail, message, 'the log has what was said');
        assert.ok(actionsFor(failure).length > 0, text);
      }
    });
  }

  it('say that what answers is no SSH server', () => {
    const failure = connectFailure(host, 'key-exchange', new Error('Invalid identification string'));
    assert.match(failure.message, /does not speak SSH/);
  });

  it('name a loss without the words of the system', () => {
    assert.equal(
      inPlainWords(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
      'the other side reset the connection',
    );
    const lost = connectionLost(host, 'ovn-trace', new Error('read ECONNRESET'));
    assert.doesNotMatch(lost.message, /ECONN/);
    assert.equal(lost.detail, 'read ECONNRESET');
  });

  it('tell a jump host that forbids from one that cannot', () => {
    const closed = Object.assign(new Error('(SSH) Channel open failure: open failed'), { reason: 1 });
    assert.match(
      jumpHostFailed(jump, host, channelRefusal(closed)).message,
      /hop does not allow connections to lab/,
    );
    const refused = Object.assign(new Error('(SSH) Channel open failure: Connection refused'), { reason: 2 });
    assert.equal(
      jumpHostFailed(jump, host, channelRefusal(refused)).message,
      'The jump host hop cannot reach lab (192.0.2.1:2222): Connection refused.',
    );
  });

  describe('in another language', () => {
    speakPseudoLanguage();

    it('say all but what ssh2 said, with the action that they had', () => {
      for (const [code, message] of errors) {
        for (const phase of phases) {
          const error = Object.assign(new Error(message), code === '' ? {} : { code });
          const failure = connectFailure(host, phase, error);
          const own = failure.message.replace(message, '');
          assert.deepEqual([...englishIn(own), ...englishIn(failure.advice)], [], failure.message);
          assert.ok(actionsFor(failure).length > 0, failure.message);
        }
      }
      const refused = new Error('no matching host key format');
      const failure = withOpenSshRemedy(connectFailure(host, 'key-exchange', refused), 'lab');
      assert.ok(failure instanceof TraceFailure);
      assert.deepEqual(failure.remedy, { kind: 'use-openssh', target: 'lab' });
    });

    it('say of logins, jump hosts and accounts what to do', () => {
      const failures = [
        authenticationFailed(host, []),
        authenticationFailed(host, ['x']),
        connectTimedOut(host),
        connectionLost(host, 'ovn-trace', null),
        proxyCommandFailed(host, ''),
        runsNoCommands(host, ''),
        tooManyKeys(host, ''),
        ...[jump, null].flatMap((on) => [
          jumpHostFailed(on, host, 'prohibited'),
          jumpHostFailed(on, host, 'refused'),
          jumpHostFailed(on, host, 'resolve'),
        ]),
      ];
      for (const { message, advice } of failures)
        assert.deepEqual([...englishIn(message), ...englishIn(advice)], [], message);
    });
  });
});

describe('What the user’s own ssh says', () => {
  const cases: readonly (readonly [string, FailureReason, RegExp])[] = [
    ['Connection to 192.0.2.1 port 2222 timed out', 'connection-timeout', /did not answer/],
    [
      'Host key ED25519 SHA256:abc revoked by file /etc/ssh/gone keys\nHost key verification failed.',
      'host-key-revoked',
      /in \/etc\/ssh\/gone keys\.$/,
    ],
    [
      'Error checking host key ED25519 SHA256:abc in revoked keys file /x: No such file or directory\nHost key verification failed.',
      'config-invalid',
      /\/x cannot be read/,
    ],
    [
      'Received disconnect from 192.0.2.1 port 2222:2: Too many authentication failures',
      'authentication',
      /no more keys/,
    ],
    [
      'channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed',
      'jump-host',
      /hop does not allow/,
    ],
    ['stdio forwarding failed\nConnection closed by UNKNOWN port 65535', 'jump-host', /hop cannot reach/],
    [
      'ops@192.0.2.1: Permission denied (publickey).',
      'authentication',
      /did not let ops in: .*denied \(publickey\)\.$/,
    ],
  ];
  for (const [said, reason, message] of cases) {
    it(said.split('\n')[0]!, () => {
      const failure = openSshFailure({ jumps: [jump], target: host, ownKeyFile: null }, said, 255);
      assert.equal(failure.reason, reason, failure.message);
      assert.match(failure.message, message);
      assert.match(failure.advice, /\.$/);
    });
  }

  describe('in another language', () => {
    speakPseudoLanguage();

    it('is told in it, with the words of ssh as they are', () => {
      for (const [said] of cases) {
        const failure = openSshFailure({ jumps: [jump], target: host, ownKeyFile: null }, said, 255);
        const own = said
          .split('\n')
          .reduce((text, line) => text.replace(line.replace(/\.$/, ''), ''), failure.message)
          .replace('gone keys', '');
        assert.deepEqual([...englishIn(own), ...englishIn(failure.advice)], [], failure.message);
      }
    });
  });
});
