import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import { parseRevokedKeys } from '../../../src/target/ssh/revokedKeys';

function keyOf(type: string, rest = 'key'): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type + rest)]).toString('base64');
}

describe('files of revoked host keys', () => {
  it('hold a key on each line, with comments around', () => {
    const text = [
      '# revoked in spring',
      '',
      `ssh-ed25519 ${keyOf('ssh-ed25519')} root@old host`,
      ` \tssh-rsa\t${keyOf('ssh-rsa')}\r`,
      '  # the end',
    ].join('\n');
    const lines = parseRevokedKeys(text, '/revoked');
    assert.deepEqual(
      lines.map(({ marker, hosts, keyType, line }) => [marker, hosts, keyType, line]),
      [
        ['revoked', '*', 'ssh-ed25519', 3],
        ['revoked', '*', 'ssh-rsa', 4],
      ],
    );
    assert.deepEqual(parseRevokedKeys('', '/revoked'), []);
  });

  it('trust nothing when a line is no key', () => {
    for (const line of [
      'nonsense',
      `central ssh-ed25519 ${keyOf('ssh-ed25519')}`,
      `@revoked * ssh-ed25519 ${keyOf('ssh-ed25519')}`,
      `ssh-rsa ${keyOf('ssh-ed25519')}`,
      'ssh-rsa AAAA',
    ]) {
      assert.throws(
        () => parseRevokedKeys(`# first\n${line}\n`, '/revoked'),
        (error) => error instanceof TraceFailure && /^\/revoked:2.* not a public key/.test(error.message),
        line,
      );
    }
  });
});
