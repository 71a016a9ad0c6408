import assert from 'node:assert/strict';
import { configuredAlgorithms, offeredAlgorithms } from '../../../src/target/ssh/hostKeyAlgorithms';

describe('host key algorithms', () => {
  const usual = configuredAlgorithms(null);

  it('are offered with those of recorded keys first', () => {
    assert.deepEqual(offeredAlgorithms(usual, ['ssh-rsa']).slice(0, 3), [
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ]);
    assert.equal(offeredAlgorithms(usual, ['ecdsa-sha2-nistp521'])[0], 'ecdsa-sha2-nistp521');
    assert.deepEqual(offeredAlgorithms(usual, []), usual);
    assert.equal(offeredAlgorithms(usual, ['ssh-rsa']).length, usual.length);
  });

  it('keep an order of the user’s own', () => {
    const own = configuredAlgorithms('rsa-sha2-256,ssh-ed25519');
    assert.deepEqual(offeredAlgorithms(own, ['ssh-ed25519']), ['rsa-sha2-256', 'ssh-ed25519']);
    const appended = configuredAlgorithms('+ssh-rsa');
    assert.equal(offeredAlgorithms(appended, ['ecdsa-sha2-nistp256'])[0], 'ecdsa-sha2-nistp256');
  });

  it('never hold SHA-1 or DSA unless the user names them, nor what ssh2 cannot check', () => {
    assert.ok(!usual.some((algorithm) => algorithm === 'ssh-rsa' || algorithm === 'ssh-dss'));
    assert.deepEqual(configuredAlgorithms('+ssh-rsa').at(-1), 'ssh-rsa');
    assert.deepEqual(configuredAlgorithms('ssh-ed25519-cert-v01@openssh.com'), []);
    assert.ok(!configuredAlgorithms('-ssh-ed25519').includes('ssh-ed25519'));
  });
});
