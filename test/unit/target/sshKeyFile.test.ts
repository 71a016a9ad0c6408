import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../../src/core/failure';
import { KeyFile } from '../../../src/target/ssh/keyFile';

describe('key files', () => {
  it('of FIDO keys are named as such, with the client that can use them', async () => {
    const string = (text: string | Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const key = Buffer.concat([
      string('sk-ssh-ed25519@openssh.com'),
      string(Buffer.alloc(32)),
      string('ssh:'),
    ]);
    const data = Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      ...['none', 'none', ''].map(string),
      Buffer.from([0, 0, 0, 1]),
      string(key),
      string(Buffer.alloc(64)),
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'key-'));
    try {
      const path = join(folder, 'id_ed25519_sk');
      const body = data.toString('base64').replace(/.{70}/g, '$&\n');
      writeFileSync(
        path,
        `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`,
      );
      await assert.rejects(
        KeyFile.open(path, () => Promise.resolve(null)),
        (error) =>
          error instanceof TraceFailure &&
          error.reason === 'key-file' &&
          error.message.includes('FIDO') &&
          error.advice.includes('"client": "openssh"'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
