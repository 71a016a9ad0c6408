import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiRequest, TraceResult } from '../../src/core/session/result';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { historyEntry } from './historyEntry';

interface Api {
  trace(request: ApiRequest): Promise<TraceResult>;
  parse(text: string): Promise<TraceResult>;
}

const extension = () => vscode.extensions.getExtension<Api>('ovn-packet-trace.ovn-packet-trace')!;
const settings = () => vscode.workspace.getConfiguration('ovnTrace');
const rulesUri = () => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'security', 'acls.sh');

const toDatabase = { in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: 5432 } as const;

/** The same question as a line of the Traces view, which *Trace Again* runs and shows. */
const entry = historyEntry('lab', 5432);

/** Line of the rule that refuses what no other allowed, 0-based. */
function lineOfDeny(text: string): number {
  const at = text.indexOf('--name=db-default-deny');
  return text.slice(0, at).split('\n').length - 1;
}

/** The editor passes diagnostics on a moment after they were set. */
async function diagnosticsOf(uri: vscode.Uri, count: number): Promise<readonly vscode.Diagnostic[]> {
  for (let round = 0; round < 100; round++) {
    const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'ovn-trace');
    if (found.length === count) return found;
    await new Promise((settle) => setTimeout(settle, 50));
  }
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'ovn-trace');
}

describe('a trace in the extension host', () => {
  let ovn: PrivateOvn;
  let api: Api;

  before(async () => {
    ovn = await startDemoNetwork(join(extension().extensionPath, 'fixtures', 'demo'));
    const target = { name: 'lab', type: 'local', northbound: ovn.northbound, southbound: ovn.southbound };
    await settings().update(
      'targets',
      [target, { name: 'broken', type: 'ssh' }],
      vscode.ConfigurationTarget.Global,
    );
    api = await extension().activate();
  });

  after(async () => {
    await settings().update('targets', undefined, vscode.ConfigurationTarget.Global);
    await ovn.stop();
  });

  it('gives verdict, cause, ACL and the line of the workspace through the API', async () => {
    const result = await api.trace(toDatabase);
    assert.equal(result.error, null);
    assert.equal(result.verdict, 'drop');
    assert.equal(result.cause, 'ACL_DROP');
    assert.equal(result.acl?.name, 'db-default-deny');
    assert.equal(result.definition?.file, rulesUri().fsPath);
    assert.equal(result.definition.line, lineOfDeny(readFileSync(rulesUri().fsPath, 'utf8')) + 1);
  });

  it('arrives where it may, and traces the reply', async () => {
    const result = await api.trace({ in_port: 'web1', to_port: 'db1', protocol: 'icmp' });
    assert.equal(result.verdict, 'allow');
    assert.deepEqual(
      result.outputs.map(({ port }) => port),
      ['db1'],
    );
    assert.equal(result.reply?.verdict, 'allow');
  });

  it('answers a wrong request, an unknown port and an unknown target with a sentence', async () => {
    const wrong = await api.trace({ protocol: 'tcp' } as unknown as ApiRequest);
    assert.equal(wrong.error?.reason, 'bad-request');
    const unknown = await api.trace({ ...toDatabase, in_port: 'wbe1' });
    assert.equal(unknown.error?.reason, 'unknown-port');
    const elsewhere = await api.trace({ ...toDatabase, target: 'nowhere' });
    assert.deepEqual([elsewhere.verdict, elsewhere.error?.reason], ['error', 'no-target']);
  });

  it('reads text that was made elsewhere', async () => {
    const { output } = await api.trace(toDatabase);
    assert.equal((await api.parse(output)).verdict, 'drop');
    assert.equal((await api.parse('no trace at all')).verdict, 'error');
  });

  it('counts text that is not saved', async () => {
    const document = await vscode.workspace.openTextDocument(rulesUri());
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), '#\n#\n');
    await vscode.workspace.applyEdit(edit);
    const result = await api.trace(toDatabase);
    assert.equal(result.definition?.line, lineOfDeny(document.getText()) + 1);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('puts a drop on the line of the rule, and takes it back when the packet passes', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    const [diagnostic] = await diagnosticsOf(rulesUri(), 1);
    const text = readFileSync(rulesUri().fsPath, 'utf8').split('\n');
    const match = `${text[diagnostic!.range.start.line]}`.slice(diagnostic!.range.start.character);
    assert.ok(
      match.startsWith("'outport == @db_tier && ip'") || match.startsWith('outport == @db_tier && ip'),
      match,
    );
    assert.equal((diagnostic!.code as { value: string }).value, 'ACL_DROP');
    assert.ok(diagnostic!.relatedInformation!.length > 0);

    await ovn.check(['ovn-nbctl', 'acl-del', 'db_tier', 'to-lport', '900', 'outport == @db_tier && ip']);
    await ovn.sync();
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    assert.deepEqual(await diagnosticsOf(rulesUri(), 0), []);
    await ovn.check([
      ...(['ovn-nbctl', '--log', '--severity=info', '--name=db-default-deny', 'acl-add', 'db_tier'] as const),
      ...['to-lport', '900', 'outport == @db_tier && ip', 'drop'],
    ]);
    await ovn.sync();
  });

  it('moves the diagnostic with its text, and ends it when the text is edited', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    const document = await vscode.workspace.openTextDocument(rulesUri());
    const [before] = await diagnosticsOf(rulesUri(), 1);
    const above = new vscode.WorkspaceEdit();
    above.insert(document.uri, new vscode.Position(1, 0), '#\n');
    await vscode.workspace.applyEdit(above);
    const [moved] = await diagnosticsOf(rulesUri(), 1);
    assert.equal(moved!.range.start.line, before!.range.start.line + 1);
    const within = new vscode.WorkspaceEdit();
    within.insert(document.uri, moved!.range.start.translate(0, 12), 'x');
    await vscode.workspace.applyEdit(within);
    assert.deepEqual(await diagnosticsOf(rulesUri(), 0), []);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('clears diagnostics on request', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    await diagnosticsOf(rulesUri(), 1);
    await vscode.commands.executeCommand('ovnTrace.clearDiagnostics');
    assert.deepEqual(await diagnosticsOf(rulesUri(), 0), []);
  });

  it('opens a live ACL as a read-only document', async () => {
    const { acl } = await api.trace(toDatabase);
    await vscode.commands.executeCommand('ovnTrace.openAcl', acl!.uuid);
    const document = vscode.window.activeTextEditor!.document;
    assert.equal(document.uri.scheme, 'ovn-acl');
    assert.match(document.getText(), /^match\s+: outport == @db_tier && ip$/m);
    assert.match(document.getText(), /^port group db_tier$/m);
  });

  it('copies a command line that a shell runs to the same output', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', entry);
    await vscode.commands.executeCommand('ovnTrace.copyCommandLine');
    const line = await vscode.env.clipboard.readText();
    assert.match(await ovn.check(['sh', '-c', line]), /ls_out_acl/);
  });

  it('starts the demo network as a target of the window, and stops it', async () => {
    await vscode.commands.executeCommand('ovnTrace.startDemoNetwork');
    assert.equal((await api.trace({ ...toDatabase, target: 'Demo Network' })).verdict, 'drop');
    await vscode.commands.executeCommand('ovnTrace.stopDemoNetwork');
    assert.equal((await api.trace({ ...toDatabase, target: 'Demo Network' })).error?.reason, 'no-target');
  });

  it('takes arguments that mean nothing without failing', async () => {
    for (const value of [null, 7, 'x', {}, [], { kind: 'hop' }]) {
      await vscode.commands.executeCommand('ovnTrace.revealHop', value);
      await vscode.commands.executeCommand('ovnTrace.deleteTrace', value);
      await vscode.commands.executeCommand('ovnTrace.showTrace', value);
    }
  });
});
