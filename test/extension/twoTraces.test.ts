import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiRequest, TraceResult } from '../../src/core/session/result';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { eventually } from '../support/processes';
import { historyEntry } from './historyEntry';

interface Api {
  trace(request: ApiRequest): Promise<TraceResult>;
}

const extension = () => vscode.extensions.getExtension<Api>('ovn-packet-trace.ovn-packet-trace')!;

/** A line of the Traces view about that port, which *Trace Again* runs and shows in the panel. */
const entry = (dstPort: number) => historyEntry('lab', dstPort);
const request = (port: number): ApiRequest => ({
  in_port: 'web1',
  to_port: 'db1',
  protocol: 'tcp',
  dst_port: port,
});

/**
 * On the target here ovn-trace of port 7777 does not end, and of port 8888 takes a while; so each trace has to start one, and none may
 * stay.
 */
describe('two traces at once', () => {
  let ovn: PrivateOvn;
  let folder: string;
  const set = (key: string, value: unknown) =>
    vscode.workspace.getConfiguration('ovnTrace').update(key, value, vscode.ConfigurationTarget.Global);
  const pidFile = (): string => join(folder, 'pid');
  const isRunning = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  before(async () => {
    ovn = await startDemoNetwork(join(extension().extensionPath, 'fixtures', 'demo'));
    folder = mkdtempSync(join(tmpdir(), 'two-'));
    const script = [
      '#!/bin/sh',
      'case "$*" in',
      `*"ovn-trace "*7777*) echo $$ > '${join(folder, 'pid')}'; exec sleep 300;;`,
      '*"ovn-trace "*8888*) sleep 1;;',
      'esac',
      'exec "$@"',
      '',
    ].join('\n');
    writeFileSync(join(folder, 'run.sh'), script, { mode: 0o755 });
    const { northbound, southbound } = ovn;
    const commandPrefix = [join(folder, 'run.sh')];
    await set('residentTracing', false);
    await set('targets', [{ name: 'lab', type: 'local', northbound, southbound, commandPrefix }]);
    await extension().activate();
  });
  beforeEach(() => rmSync(pidFile(), { force: true }));
  after(async () => {
    await set('targets', undefined);
    await set('residentTracing', undefined);
    await ovn.stop();
    rmSync(folder, { recursive: true });
  });

  const shownCommand = async (): Promise<string> => {
    await vscode.commands.executeCommand('ovnTrace.copyCommandLine');
    return vscode.env.clipboard.readText();
  };

  it('of the panel: the newer cancels the older, whose processes end, and is what is shown', async () => {
    const older = vscode.commands.executeCommand('ovnTrace.traceAgain', entry(7777));
    await eventually('the older runs', () => existsSync(pidFile()) && readFileSync(pidFile(), 'utf8') !== '');
    const pid = Number(readFileSync(pidFile(), 'utf8'));
    assert.equal(isRunning(pid), true);
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry(5432));
    await older;
    await eventually('the older has ended', () => !isRunning(pid));
    assert.match(await shownCommand(), /5432/);
  });

  it('of the panel, begun one right after the other: the newer is shown', async () => {
    const older = vscode.commands.executeCommand('ovnTrace.traceAgain', entry(8888));
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry(5432));
    await older;
    assert.match(await shownCommand(), /5432/);
  });

  it('of other programs: neither disturbs the other, nor the panel', async () => {
    const [slow, panel, quick] = await Promise.all([
      extension().exports.trace(request(8888)),
      vscode.commands.executeCommand('ovnTrace.traceAgain', entry(5432)).then(shownCommand),
      extension().exports.trace(request(5433)),
    ]);
    assert.deepEqual([slow.error, quick.error], [null, null]);
    assert.match(slow.microflow ?? '', /8888/);
    assert.match(quick.microflow ?? '', /5433/);
    assert.match(panel, /5432/);
  });
});
