import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { SecretQuestion } from '../../../src/target/prompts';
import { StoredHostKeys } from '../../../src/ui/targets/hostKeys';
import { keptId, KeptSecrets } from '../../../src/ui/targets/keptSecrets';

/** Answers late, as the real one does, so that what happens at once meets. */
function createStorage(values = new Map<string, string>()): vscode.SecretStorage {
  const later = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    get: async (key: string) => (await later(), values.get(key)),
    store: async (key: string, value: string) => (await later(), void values.set(key, value)),
    delete: async (key: string) => (await later(), void values.delete(key)),
  } as unknown as vscode.SecretStorage;
}

const password: SecretQuestion = {
  kind: 'password',
  prompt: 'Password',
  target: 'x',
  recipient: 'admin@real:22',
};

describe('Secrets that are kept', () => {
  it('are given for the same target, user, host, port and key file only', async () => {
    const kept = new KeptSecrets(createStorage());
    await kept.store(password, 'sesame');
    assert.equal(await kept.get(keptId(password)!), 'sesame');
    const others: readonly Partial<SecretQuestion>[] = [
      // A workspace that redefines the target.
      { recipient: 'admin@evil:22' },
      { recipient: 'root@real:22' },
      { recipient: 'admin@real:2222' },
      { target: 'y' },
      { kind: 'passphrase', keyFile: '/key' },
    ];
    for (const other of others) {
      assert.equal(await kept.get(keptId({ ...password, ...other })!), undefined, JSON.stringify(other));
    }
  });

  it('cannot be had by names that look like another when they are put together', () => {
    const one = keptId({ ...password, target: 'a:b', recipient: 'c' });
    assert.notEqual(one, keptId({ ...password, target: 'a', recipient: 'b:c' }));
    assert.notEqual(
      keptId({ ...password, target: 'a","b', recipient: 'c' }),
      keptId({ ...password, target: 'a', recipient: 'b","c' }),
    );
  });

  it('are never answers that are good only once', async () => {
    const values = new Map<string, string>();
    const answer = { ...password, kind: 'answer' } as const;
    await new KeptSecrets(createStorage(values)).store(answer, '123456');
    assert.equal(keptId(answer), null);
    assert.equal(values.size, 0);
  });

  it('are listed without the secrets, and forgotten one by one and all', async () => {
    const values = new Map<string, string>();
    const kept = new KeptSecrets(createStorage(values));
    const passphrase = { ...password, kind: 'passphrase', keyFile: '/key' } as const;
    // At the same time: neither may be lost.
    await Promise.all([kept.store(password, 'sesame'), kept.store(passphrase, 'open')]);
    const list = await kept.list();
    assert.deepEqual(
      list.map(({ label }) => label),
      ['Password of admin@real:22', 'Passphrase of /key for admin@real:22'],
    );
    assert.ok(!/sesame|"open"/.test(JSON.stringify(list)));
    await kept.forget([list[0]!.id]);
    assert.equal(await kept.get(list[0]!.id), undefined);
    assert.equal(await kept.get(list[1]!.id), 'open');
    await kept.forget([list[1]!.id]);
    assert.equal(values.size, 0);
  });

  it('are none when the storage holds something else', async () => {
    for (const value of ['', '{', '{}', '[1]', '[{"id":1}]']) {
      const kept = new KeptSecrets(createStorage(new Map([['ovnTrace.keptSecrets', value]])));
      assert.deepEqual(await kept.list(), []);
      await kept.store(password, 'sesame');
      assert.equal(await kept.get(keptId(password)!), 'sesame');
    }
  });
});

describe('Host keys that are kept', () => {
  it('are forgotten by host', async () => {
    const values = new Map<string, unknown>();
    const keys = new StoredHostKeys({
      get: (key: string) => values.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
    } as unknown as vscode.Memento);
    await keys.add('one', 'ssh-ed25519 A');
    await keys.add('[two]:2222', 'ssh-ed25519 B');
    assert.deepEqual(keys.hosts(), ['one', '[two]:2222']);
    await keys.forget(['one']);
    assert.deepEqual([keys.keys('one'), keys.keys('[two]:2222')], [[], ['ssh-ed25519 B']]);
  });
});
