import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { historyEntry } from './historyEntry';

const extension = () => vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace')!;
const settings = () => vscode.workspace.getConfiguration('ovnTrace');
const rulesUri = () => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'security', 'acls.sh');

/** Asks again until the answer is there: the editor and the comparison with the network take a moment. */
async function soon<T>(ask: () => Thenable<T>, isThere: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let round = 0; round < 100 && !isThere(answer); round++) {
    await new Promise((settle) => setTimeout(settle, 100));
    answer = await ask();
  }
  return answer;
}

function positionIn(document: vscode.TextDocument, text: string, skip = 0): vscode.Position {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, text);
  return document.positionAt(at + skip);
}

describe('definitions in the editor', () => {
  let ovn: PrivateOvn;
  let document: vscode.TextDocument;

  const lenses = () =>
    vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 100);
  const titlesAt = (found: readonly vscode.CodeLens[], text: string): readonly (string | undefined)[] => {
    const { line } = positionIn(document, text);
    return found.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title);
  };
  const problems = (source: string): readonly vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter((diagnostic) => diagnostic.source === source);

  before(async () => {
    ovn = await startDemoNetwork(join(extension().extensionPath, 'fixtures', 'demo'));
    const target = { name: 'lab', type: 'local', northbound: ovn.northbound, southbound: ovn.southbound };
    await settings().update('targets', [target], vscode.ConfigurationTarget.Global);
    document = await vscode.workspace.openTextDocument(rulesUri());
    await vscode.window.showTextDocument(document);
    await extension().activate();
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await settings().update('targets', undefined, vscode.ConfigurationTarget.Global);
    await ovn.stop();
  });

  it('offer a packet to trace before anything is known of the network', async () => {
    const found = await soon(lenses, (answer) => answer.length > 0);
    assert.deepEqual(titlesAt(found, 'ovn-nbctl --name=web-http'), [
      '$(debug-start) Trace a Packet It Matches',
    ]);
  });

  it('show the live ACL once the inventory was read, and the packet it would be', async () => {
    await vscode.commands.executeCommand('ovnTrace.refreshInventory');
    const isLive = (found: readonly vscode.CodeLens[]): boolean =>
      titlesAt(found, 'ovn-nbctl --name=web-http').some((title) => title?.startsWith('Live') === true);
    const found = await soon(lenses, isLive);
    assert.deepEqual(titlesAt(found, 'ovn-nbctl --name=web-http'), [
      'Live: priority 1030, port group web_tier',
      '$(debug-start) Trace a Packet It Matches',
    ]);
    const { line } = positionIn(document, 'ovn-nbctl --name=web-http');
    const trace = found.find(
      ({ range, command }) => range.start.line === line && command?.command === 'ovnTrace.tracePacket',
    );
    assert.deepEqual(trace?.command?.arguments, [{ toPort: 'web1', protocol: 'tcp', dstPort: 80 }]);
  });

  const hoverAt = async (text: string, skip: number): Promise<string> => {
    const found = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionIn(document, text, skip),
    );
    return found
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replaceAll('&nbsp;', ' ');
  };

  it('say under the pointer what a rule became, and lead to it', async () => {
    const words = await hoverAt('ovn-nbctl --name=web-http', 3);
    assert.match(words, /ACL web-http\. Live: priority 1030, port group web\\_tier/);
    assert.match(words, /Exact: same port group, direction, priority, match and action/);
    assert.match(words, /\[Open Live ACL\]\(command:ovnTrace\.openAcl\?/);
    assert.match(words, /\[Trace a Packet It Matches\]\(command:ovnTrace\.tracePacket\?/);
  });

  it('say nothing on texts that another extension shows of a file', async () => {
    const text = document.getText();
    const provider = vscode.workspace.registerTextDocumentContentProvider('past', {
      provideTextDocumentContent: () => text,
    });
    try {
      const past = await vscode.workspace.openTextDocument(document.uri.with({ scheme: 'past' }));
      assert.equal(past.getText(), text);
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        past.uri,
      );
      assert.deepEqual(found, []);
    } finally {
      provider.dispose();
    }
  });

  it('underline the first line of a rule that has several', async () => {
    const uri = vscode.Uri.joinPath(rulesUri(), '..', 'several-lines.sh');
    const text = `ovn-nbctl acl-add web_tier to-lport 1031 'outport == @web_tier &&\n      udp.dst == 4242' drop\n`;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    try {
      const written = await vscode.workspace.openTextDocument(uri);
      await vscode.commands.executeCommand('ovnTrace.refreshInventory');
      const [drift] = await soon(
        () =>
          Promise.resolve(
            vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'ovn-drift'),
          ),
        ({ length }) => length > 0,
      );
      assert.ok(drift);
      assert.equal(written.getText(drift.range), 'outport == @web_tier &&');
    } finally {
      await vscode.workspace.fs.delete(uri);
    }
  });

  it('count the rules of a policy above it', async () => {
    const policy = `apiVersion: kubeovn.io/v1
kind: SecurityGroup
metadata: {name: web}
spec:
  ingressRules:
  - {ipVersion: ipv4, policy: allow, priority: 3, protocol: tcp, remoteType: address, remoteAddress: 10.9.0.0/16, portRangeMin: 80, portRangeMax: 80}
`;
    const made = await ovn.run(
      ['bash', '-s'],
      `ovn-nbctl pg-add ovn.sg.web web1 -- set Port_Group ovn.sg.web external_ids:type=security_group external_ids:sg=web external_ids:vendor=kube-ovn`,
    );
    assert.equal(made.exitCode, 0, made.stderr);
    const uri = vscode.Uri.joinPath(rulesUri(), '..', 'security-group.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(policy));
    try {
      const written = await vscode.workspace.openTextDocument(uri);
      await vscode.commands.executeCommand('ovnTrace.refreshInventory');
      const titles = await soon(
        async () =>
          (
            await vscode.commands.executeCommand<vscode.CodeLens[]>(
              'vscode.executeCodeLensProvider',
              written.uri,
              100,
            )
          ).map(({ command }) => command?.title),
        (found) => found.some((title) => title?.includes('rule') === true),
      );
      assert.ok(
        titles.includes('0 of 1 rule in the network · port group ovn.sg.web · 1 port'),
        titles.join('\n'),
      );
      assert.ok(titles.includes('Not in the network'), titles.join('\n'));
    } finally {
      await vscode.workspace.fs.delete(uri);
      await ovn.run(['ovn-nbctl', 'pg-del', 'ovn.sg.web']);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('ovnTrace.refreshInventory');
    }
  });

  it('say of fields and groups under the pointer what they are', async () => {
    assert.match(await hoverAt('tcp.dst == {80', 1), /TCP port of the receiver[^]*16 bits; implies tcp/);
    assert.match(await hoverAt('@web_tier && ip4 && tcp', 2), /Port group web\\?_tier: web1, web2/);
    assert.match(await hoverAt('$admins', 2), /Address set admins: 10\.0\.9\.0\/24/);
  });

  it('complete fields, port groups and address sets', async () => {
    const labelsAt = async (text: string, skip: number): Promise<readonly unknown[]> => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        positionIn(document, text, skip),
      );
      return items.map(({ label }) => label);
    };
    const groups = await labelsAt('@web_tier && ip4 && tcp', 3);
    assert.ok(groups.includes('@web_tier') && groups.includes('@db_tier'));
    assert.ok((await labelsAt('$admins', 3)).includes('$admins'));
    assert.ok((await labelsAt('tcp.dst == {80', 4)).includes('tcp.dst'));
  });

  it('mark what OVN cannot read, to the letter, and what is not in the network', async () => {
    const editor = await vscode.window.showTextDocument(document);
    const at = positionIn(document, 'tcp.dst == {80, 443}');
    await editor.edit((edit) => {
      edit.replace(new vscode.Range(at, at.translate(0, 'tcp.dst'.length)), 'tcp.dest');
    });
    const [wrong] = await soon(
      () => Promise.resolve(problems('ovn-match')),
      ({ length }) => length > 0,
    );
    assert.ok(wrong);
    assert.equal(document.getText(wrong.range), 'tcp.dest');
    const [drift] = await soon(
      () => Promise.resolve(problems('ovn-drift')),
      ({ length }) => length > 0,
    );
    assert.match(
      drift?.message ?? '',
      /ACL web-http is not in the network\. Apply the file, or take the ACL out of it\./,
    );
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(
      await soon(
        () => Promise.resolve(problems('ovn-match')),
        ({ length }) => length === 0,
      ),
      [],
    );
    assert.deepEqual(
      await soon(
        () => Promise.resolve(problems('ovn-drift')),
        ({ length }) => length === 0,
      ),
      [],
    );
  });

  it('report what the files and the network do not agree on', async () => {
    await ovn.check([
      'ovn-nbctl',
      'acl-add',
      'web_tier',
      'to-lport',
      '1999',
      'outport == @web_tier && udp',
      'drop',
    ]);
    const match = 'outport == @db_tier && ip4.src == $db_tier_ip4 && tcp.dst == 5432';
    const rule = ['db_tier', 'to-lport', '1030', match];
    await ovn.check(['ovn-nbctl', 'acl-del', ...rule]);
    await vscode.commands.executeCommand('ovnTrace.refreshInventory');
    const isMissing = ({ command }: vscode.CodeLens): boolean => command?.title === 'Not in the network';
    const missing = (await soon(lenses, (found) => found.some(isMissing))).find(isMissing);
    assert.equal(missing?.command?.command, 'ovnTrace.compareDefinitions');
    await vscode.commands.executeCommand(missing.command.command);
    const report = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: 'ovn-definitions', path: '/Definitions and Network.md' }),
    );
    assert.match(report.getText(), /ACLs of the network that no file of the workspace writes \| 1 \|/);
    assert.match(report.getText(), /priority 1999, drop, `outport == @web_tier && udp`/);
    await ovn.check(['ovn-nbctl', '--name=db-replication', 'acl-add', ...rule, 'allow-related']);
    await vscode.commands.executeCommand('ovnTrace.refreshInventory');
  });

  it('show the last trace through a rule, and fixes where it dropped the packet', async () => {
    await vscode.commands.executeCommand('ovnTrace.traceAgain', historyEntry('lab', 5432));
    await vscode.window.showTextDocument(document);
    const [dropped] = await soon(
      () => Promise.resolve(problems('ovn-trace')),
      ({ length }) => length > 0,
    );
    assert.ok(dropped);
    const found = await soon(lenses, (answer) =>
      answer.some(({ command }) => command?.title.includes('Last trace') === true),
    );
    assert.ok(
      found.some(({ command }) =>
        /^\$\(error\) (?:dropped|rejected)\. Last trace: /.test(command?.title ?? ''),
      ),
      found.map(({ command }) => command?.title).join('\n'),
    );
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      dropped.range,
    );
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ['Add Rule That Would Allow This Packet', 'Open Live ACL', 'Trace Again'],
    );
  });

  it('propose the rule that lets the packet through: applied and run, it does', async () => {
    const [dropped] = problems('ovn-trace');
    assert.ok(dropped);
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      dropped.range,
      vscode.CodeActionKind.QuickFix.value,
      10,
    );
    const [change, ...more] = fix?.edit?.get(document.uri) ?? [];
    assert.ok(change && more.length === 0, fix?.title);
    assert.match(
      change.newText,
      /acl-add db_tier to-lport 901[^]*ip4\.src == 10\.0\.1\.11 && tcp\.dst == 5432[^]*allow-related/,
    );
    const text = document.getText();
    const [start, end] = [document.offsetAt(change.range.start), document.offsetAt(change.range.end)];
    const run = await ovn.run(['bash', '-s'], text.slice(0, start) + change.newText + text.slice(end));
    assert.equal(run.exitCode, 0, run.stderr);
    const api = extension().exports as { trace(request: object): Promise<{ verdict: string }> };
    const { verdict } = await api.trace({ in_port: 'web1', to_port: 'db1', protocol: 'tcp', dst_port: 5432 });
    assert.equal(verdict, 'allow');
  });
});
