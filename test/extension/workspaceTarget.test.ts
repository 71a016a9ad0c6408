import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiRequest, TraceResult } from '../../src/core/session/result';
import { targetSchema } from '../../src/core/session/target';
import type { Settings } from '../../src/ui/settings/settings';
import { Targets } from '../../src/ui/targets/targets';
import { WorkspaceConsent } from '../../src/ui/targets/workspaceConsent';

interface Api {
  trace(request: ApiRequest): Promise<TraceResult>;
}

const extension = () => vscode.extensions.getExtension<Api>('ovn-packet-trace.ovn-packet-trace')!;
const request: ApiRequest = { in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: 5432 };

/** Targets here write a file as soon as anything is run on them. The dialog is answered by the test. */
describe('a target that the workspace brings along', () => {
  const { showWarningMessage } = vscode.window;
  let folder: string;
  let asked: { readonly message: string; readonly detail: string }[] = [];
  let agrees = false;

  /** What runs on one target may still go on when the trace has failed, so another writes another file. */
  const ran = (mark: string): boolean => existsSync(join(folder, `ran-${mark}`));
  const target = (name: string, mark: string) => ({
    name,
    type: 'local',
    commandPrefix: [join(folder, 'run.sh'), mark],
  });
  const set = (key: string, value: unknown, where = vscode.ConfigurationTarget.Workspace) =>
    vscode.workspace.getConfiguration('ovnTrace').update(key, value, where);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'workspace-target-'));
    const script = `#!/bin/sh\n: > '${folder}'/ran-"$1"\n`;
    writeFileSync(join(folder, 'run.sh'), script, { mode: 0o755 });
    Object.assign(vscode.window, {
      showWarningMessage: (message: string, options: { detail: string }, use: string) => {
        asked.push({ message, detail: options.detail });
        return Promise.resolve(agrees ? use : undefined);
      },
    });
    await extension().activate();
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    Object.assign(vscode.window, { showWarningMessage });
    await set('targets', undefined);
    await set('defaultTarget', undefined);
    await set('targets', undefined, vscode.ConfigurationTarget.Global);
    rmSync(folder, { recursive: true });
  });

  it('is named with its place and definition, and nothing runs without consent', async () => {
    agrees = false;
    await set('targets', [target('theirs', 'first')]);
    const result = await extension().exports.trace(request);
    assert.equal(result.error?.reason, 'cancelled');
    assert.equal(asked.length, 1);
    assert.match(asked[0]!.message, /This workspace defines the target "theirs"/);
    assert.ok(asked[0]!.detail.includes(join('.vscode', 'settings.json')));
    assert.ok(asked[0]!.detail.includes(join(folder, 'run.sh')));
    await vscode.commands.executeCommand('ovnTrace.refreshInventory');
    assert.equal(asked.length, 2);
    assert.equal(ran('first'), false);
  });

  it('is used after consent, which holds for this definition and no other', async () => {
    agrees = true;
    await extension().exports.trace(request);
    assert.deepEqual([asked.length, ran('first')], [1, true]);
    await extension().exports.trace(request);
    assert.equal(asked.length, 1);
    agrees = false;
    await set('targets', [target('theirs', 'changed')]);
    await extension().exports.trace(request);
    assert.deepEqual([asked.length, ran('changed')], [2, false]);
    assert.ok(asked[1]!.detail.includes('run.sh changed'));
  });

  it('is not used any more once its definition is gone, whoever still holds it', async () => {
    const settings = {
      onDidChange: () => new vscode.Disposable(() => undefined),
      targets: () => ({ targets: [targetSchema.parse(target('theirs', 'new'))], problems: [] }),
      isOfWorkspace: () => false,
      get: (_key: string, fallback: unknown) => fallback,
    } as unknown as Settings;
    const memento = { get: () => undefined } as unknown as vscode.Memento;
    const consent = new WorkspaceConsent(memento, () => Promise.resolve(false));
    const nothing = {} as never;
    const targets = new Targets(settings, nothing, nothing, nothing, memento, consent);
    const stale = targetSchema.parse(target('theirs', 'stale'));
    await assert.rejects(targets.runner(stale)(['true']), { reason: 'config-invalid' });
    assert.equal(ran('stale'), false);
    targets.dispose();
  });

  it('asks as well when the workspace chooses among the targets of the user', async () => {
    agrees = false;
    await set('targets', undefined);
    const own = [target('one', 'one'), target('two', 'two')];
    await set('targets', own, vscode.ConfigurationTarget.Global);
    await set('defaultTarget', 'two');
    await extension().exports.trace(request);
    assert.match(asked[0]!.message, /This workspace chooses your target "two"/);
    assert.equal(ran('two'), false);
    await extension().exports.trace({ ...request, target: 'one' });
    assert.deepEqual([asked.length, ran('one')], [1, true]);
  });
});
