import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { targetSchema } from '../../../src/core/session/target';
import type { TargetConfig } from '../../../src/core/session/target';
import { WorkspaceConsent } from '../../../src/ui/targets/workspaceConsent';
import { workspaceQuestion } from '../../../src/ui/targets/workspaceQuestion';

const full = {
  name: 'central',
  type: 'ssh',
  host: 'host-of-it',
  port: 2222,
  username: 'admin',
  identityFile: '~/.ssh/key-of-it',
  client: 'openssh',
  commandPrefix: ['sudo', '-n'],
  northbound: 'tcp:10.0.0.5:6641',
  southbound: 'tcp:10.0.0.5:6642',
  openFlow: 'unix:/run/br-int.mgmt',
  tls: { privateKey: '/tls/key', certificate: '/tls/cert', caCertificate: '/tls/ca' },
  environment: { LD_PRELOAD: '/tmp/evil.so' },
  timeoutSeconds: 7,
} as const;
const target = targetSchema.parse(full);

/** Memory of a workspace, of which every window makes its own consent. */
function createMemento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
}

describe('A target that comes with the workspace', () => {
  it('is shown with every value that it has, and where it is defined', () => {
    const { message, detail } = workspaceQuestion(target, 'defines', '/w/.vscode/settings.json');
    assert.match(message, /This workspace defines the target "central"/);
    const values = [
      full.tls,
      full.environment,
      { ...full, tls: '', environment: '', commandPrefix: 'sudo -n' },
    ]
      .flatMap((fields) => Object.entries(fields))
      .flatMap(([key, value]) => (value === '' || key === 'name' || key === 'type' ? [] : [String(value)]));
    for (const value of [...values, 'over SSH', 'LD_PRELOAD=', '/w/.vscode/settings.json']) {
      assert.ok(detail.includes(value), value);
    }
  });

  it('cannot hide lines or turn text around', () => {
    const sly = targetSchema.parse({ ...full, host: 'good\n\n\n\u202eevil', name: 'a\nb' });
    const { message, detail } = workspaceQuestion(sly, 'defines', '/w');
    assert.ok(!message.includes('\n'));
    assert.ok(detail.includes('good↵↵↵[U+202E]evil'));
  });

  it('is asked about once, and again when anything of its definition changes', async () => {
    const asked: TargetConfig[] = [];
    const state = createMemento();
    const ask = (config: TargetConfig) => Promise.resolve(asked.push(config) > 0);
    const use = (config: TargetConfig) => new WorkspaceConsent(state, ask).require(config, 'defines');
    await use(target);
    await use(targetSchema.parse(full));
    assert.equal(asked.length, 1);
    const changes: readonly object[] = [
      { host: 'other' },
      { port: 1 },
      { commandPrefix: ['sudo', '-n', 'sh'] },
      { environment: { LD_PRELOAD: '/tmp/other.so' } },
      { identityFile: 'x' },
      { northbound: 'tcp:1.1.1.1:1' },
    ];
    for (const change of changes) await use(targetSchema.parse({ ...full, ...change }));
    assert.equal(asked.length, 1 + changes.length);
  });

  it("agreed to as the choice among the user's own targets is not agreed to as a definition", async () => {
    const consent = new WorkspaceConsent(createMemento(), () => Promise.resolve(true));
    await consent.require(target, 'chooses');
    assert.deepEqual([consent.has(target, 'chooses'), consent.has(target, 'defines')], [true, false]);
  });

  it('is not used without consent, and asked about again', async () => {
    let questions = 0;
    const consent = new WorkspaceConsent(createMemento(), () => Promise.resolve(++questions > 1));
    await assert.rejects(consent.require(target, 'defines'), { reason: 'cancelled' });
    assert.equal(consent.has(target, 'defines'), false);
    await consent.require(target, 'defines');
    assert.equal(questions, 2);
  });

  it('is asked about once by all who want it at the same time', async () => {
    let questions = 0;
    const consent = new WorkspaceConsent(createMemento(), () => Promise.resolve(++questions > 0));
    await Promise.all([consent.require(target, 'defines'), consent.require(target, 'defines')]);
    assert.equal(questions, 1);
  });

  it('leaves nothing of its values in the memory of the workspace', async () => {
    const state = createMemento();
    await new WorkspaceConsent(state, () => Promise.resolve(true)).require(target, 'defines');
    const kept = JSON.stringify(state.keys().map((key) => state.get(key)));
    assert.ok(!/central|host-of-it|evil/.test(kept), kept);
  });
});
