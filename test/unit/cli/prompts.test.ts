import assert from 'node:assert/strict';
import { wordHostKey, wordSecret } from '../../../src/cli/prompts';

const escapes = 'a\u001b]0;title\u0007\u009b2J\rb\u202e';

describe('A question at the terminal', () => {
  it('holds no escape of the server that makes it be asked', () => {
    const key = wordHostKey({
      host: escapes,
      port: 22,
      keyType: escapes,
      fingerprint: `SHA256:${escapes}`,
      knownHostsFile: 'k',
    });
    const secret = wordSecret({
      kind: 'answer',
      prompt: `${escapes}\nPassword of root:`,
      target: 'lab',
      recipient: 'a@b:22',
    });
    for (const words of [key, secret]) assert.match(words, /^[^\p{Cc}\u202e]*\n?[^\p{Cc}\u202e]*$/u);
    assert.equal(key.split('\n').length, 2);
    assert.match(secret, /^a\[U\+001B\].*Password of root: $/);
  });
});
