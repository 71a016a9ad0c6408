import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { aclScheme } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { Acl } from '../../core/ovn/northbound';
import type { Inventories } from '../inventory/inventories';
import type { Targets } from '../targets/targets';
import { layoutAcl } from './layoutAcl';

/** The read-only documents of live ACLs: `ovn-acl:/TARGET/NAME?UUID`. */
export class AclDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly opened = new Map<string, vscode.Uri>();
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly targets: Targets,
    private readonly inventories: Inventories,
  ) {
    this.listener = inventories.onDidChange((target) => {
      for (const uri of this.opened.values()) if (targetOf(uri) === target) this.changed.fire(uri);
    });
  }

  async open(target: string, acl: Acl): Promise<void> {
    const uri = aclUri(target, acl);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    this.opened.set(uri.toString(), uri);
    const target = this.targets.find(targetOf(uri));
    if (target === undefined)
      return `# ${l10n.t('The target {0} is not in the settings any more.', targetOf(uri))}\n`;
    try {
      const index = this.inventories.peek(target) ?? (await this.inventories.read(target));
      const acl = index.acls(uri.query)[0];
      if (acl === undefined)
        return `# ${l10n.t('ACL {0} is not in the northbound database of {1} any more.', uri.query, target.name)}\n`;
      const entities = index.entitiesOf(acl);
      return layoutAcl({
        acl,
        entities,
        ports: portsOf(index, entities),
        target: target.name,
        readAt: index.inventory.readAt,
      });
    } catch (error) {
      if (error instanceof TraceFailure) return `# ${error.message}\n# ${error.advice}\n`;
      throw error;
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

function aclUri(target: string, acl: Acl): vscode.Uri {
  const name = (acl.name ?? acl.uuid.slice(0, 8)).replaceAll('/', '_');
  return vscode.Uri.from({
    scheme: aclScheme,
    path: `/${encodeURIComponent(target)}/${name}`,
    query: acl.uuid,
  });
}

function targetOf(uri: vscode.Uri): string {
  return decodeURIComponent(uri.path.split('/')[1] ?? '');
}

function portsOf(
  index: InventoryIndex,
  entities: ReturnType<InventoryIndex['entitiesOf']>,
): readonly string[] {
  const ports = entities.flatMap(({ type, name }) =>
    type === 'switch'
      ? (index.inventory.switches.find((row) => row.name === name)?.ports ?? [])
      : (index.portGroup(name)?.ports ?? []),
  );
  return [...new Set(ports)].sort();
}
