import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiRequest, TraceResult } from '../../src/core/session/result';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { eventually } from '../support/processes';

interface Api {
  trace(request: ApiRequest): Promise<TraceResult>;
}

const extension = () => vscode.extensions.getExtension<Api>('ovn-packet-trace.ovn-packet-trace')!;

describe('ovnTrace.residentTracing', () => {
  let ovn: PrivateOvn;
  let folder: string;
  const set = (key: string, value: unknown) =>
    vscode.workspace.getConfiguration('ovnTrace').update(key, value, vscode.ConfigurationTarget.Global);
  /** Pid files of what stays on the target, by the states that it was started for. */
  const daemons = (): readonly string[] =>
    readdirSync(folder).flatMap((name) =>
      readdirSync(join(folder, name)).filter((file) => file.endsWith('.pid')),
    );
  const trace = (port: number) =>
    extension().exports.trace({ in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: port });

  before(async () => {
    ovn = await startDemoNetwork(join(extension().extensionPath, 'fixtures', 'demo'));
    folder = mkdtempSync(join(tmpdir(), 'stays-'));
    const { northbound, southbound } = ovn;
    const environment = { TMPDIR: folder };
    await set('targets', [{ name: 'lab', type: 'local', northbound, southbound, environment }]);
    await extension().activate();
  });
  after(async () => {
    await set('targets', undefined);
    await set('residentTracing', undefined);
    await eventually('nothing is left', () => readdirSync(folder).length === 0);
    rmSync(folder, { recursive: true });
    await ovn.stop();
  });

  it('keeps one for the packet and one for its reply, which know of a change at once', async () => {
    const [first, second] = [await trace(5432), await trace(3306)];
    assert.deepEqual([first.error, second.error], [null, null]);
    assert.equal(first.acl?.name, 'db-default-deny');
    await eventually('both are there', () => daemons().length === 2);
    await ovn.check(['ovn-nbctl', '--wait=sb', 'acl-add', 'db', 'to-lport', '3000', 'tcp', 'reject']);
    const after = await trace(5432);
    assert.equal(after.verdict, 'reject');
    assert.equal(after.acl?.priority, 3000);
    await ovn.check(['ovn-nbctl', '--wait=sb', 'acl-del', 'db', 'to-lport', '3000', 'tcp']);
    const again = await trace(5432);
    assert.deepEqual([again.acl?.name, again.output], ['db-default-deny', first.output]);
  });

  it('is ended when it is switched off, and then none is kept', async () => {
    await trace(5432);
    await eventually('both are there', () => daemons().length === 2);
    await set('residentTracing', false);
    await eventually('they are gone', () => readdirSync(folder).length === 0);
    assert.equal((await trace(5432)).acl?.name, 'db-default-deny');
    assert.deepEqual(readdirSync(folder), []);
  });
});
