import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fingerprintOf,
  hostKeyOf,
  judgeHostKey,
  knownHostsName,
  linesAbout,
  parseKnownHosts,
} from '../../../src/target/ssh/knownHosts';

const keyA = { type: 'ssh-ed25519', base64: 'QUFB' };
const keyB = { type: 'ssh-ed25519', base64: 'QkJC' };
const rsaKey = { type: 'ssh-rsa', base64: 'UlJS' };
const line = (hosts: string, key = keyA, marker = ''): string =>
  `${marker}${hosts} ${key.type} ${key.base64}\n`;

function judge(text: string, key = keyA, host = 'central', port = 22): string {
  const lines = parseKnownHosts(text, 'kh');
  const bare = port === 22 ? [] : linesAbout(lines, host);
  const judgement = judgeHostKey(key, linesAbout(lines, knownHostsName(host, port)), bare);
  return 'recorded' in judgement ? `${judgement.kind} ${judgement.recorded.line}` : judgement.kind;
}

describe('known_hosts', () => {
  it('finds a host by name, list, wildcard and port', () => {
    assert.equal(judge(line('central')), 'known');
    assert.equal(judge(line('CENTRAL,10.0.0.1')), 'known');
    assert.equal(judge(line('cent*,other')), 'known');
    assert.equal(judge(line('c?ntral')), 'known');
    assert.equal(judge(line('[central]:2222'), keyA, 'central', 2222), 'known');
    assert.equal(judge(line('[central]:2222')), 'unknown');
    assert.equal(judge(line('centra')), 'unknown');
    assert.equal(judge(line('[fd00::1]:2222'), keyA, 'fd00::1', 2222), 'known');
  });

  it('honours negation before wildcards', () => {
    assert.equal(judge(line('*,!central')), 'unknown');
    assert.equal(judge(line('!other,*')), 'known');
  });

  it('lets the bare name vouch for another port, and only vouch', () => {
    assert.equal(judge(line('central'), keyA, 'central', 2222), 'known');
    assert.equal(judge(line('central'), keyB, 'central', 2222), 'unknown');
  });

  it('takes another key, of the same or of another type, for changed and names the line', () => {
    assert.equal(judge(`# comment\n\n${line('central')}`, keyB), 'changed 3');
    assert.equal(judge(line('central') + line('central', keyB), keyB), 'known');
    assert.equal(judge(line('central', rsaKey) + line('central', keyA), keyB), 'changed 2');
    assert.equal(judge(line('central', rsaKey), keyA), 'changed 1');
  });

  it('refuses a revoked key even when another line knows it', () => {
    assert.equal(judge(line('central') + line('*', keyA, '@revoked ')), 'revoked 2');
    assert.equal(judge(line('*', keyB, '@revoked ') + line('central')), 'known');
  });

  it('counts no authority whose key is revoked, and still the others', () => {
    const fallen = line('*', keyB, '@cert-authority ') + line('*', keyB, '@revoked ');
    assert.equal(judge(fallen), 'authority-revoked');
    assert.equal(judge(fallen + line('central')), 'known');
    assert.equal(judge(fallen + line('*', rsaKey, '@cert-authority ')), 'unknown');
    assert.equal(judge(line('*', keyB, '@revoked ')), 'unknown');
  });

  it('does not take a certificate authority or an unknown marker for a host key', () => {
    assert.equal(judge(line('central', keyA, '@cert-authority ')), 'unknown');
    assert.equal(judge(line('central', keyA, '@other ')), 'unknown');
  });

  it('finds what ssh-keygen hashed, and prints fingerprints as ssh-keygen does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kh-'));
    try {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'k')]);
      const printed = execFileSync('ssh-keygen', ['-lf', join(folder, 'k.pub')], { encoding: 'utf8' });
      const publicKey = execFileSync('ssh-keygen', ['-yf', join(folder, 'k')], { encoding: 'utf8' });
      const [type = '', base64 = ''] = publicKey.split(' ');
      const file = join(folder, 'known_hosts');
      writeFileSync(file, `central ${type} ${base64}\n[central]:2222 ${type} ${base64}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      const text = execFileSync('cat', [file], { encoding: 'utf8' });
      assert.ok(!text.includes('central'));
      const key = { type, base64: base64.trim() };
      assert.equal(judge(text, key), 'known');
      assert.equal(judge(text, key, 'central', 2222), 'known');
      assert.equal(judge(text, key, 'elsewhere'), 'unknown');
      assert.equal(printed.split(' ')[1], fingerprintOf(key.base64));
      assert.deepEqual(hostKeyOf(Buffer.from(key.base64, 'base64')), key);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
