import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId, viewIds } from '../../contributions';
import type { TargetConfig } from '../../core/session/target';
import { visibleLine } from '../../protocol/visibleText';
import { commandOfAction } from '../failureActions';
import type { Inventories } from '../inventory/inventories';
import type { Targets } from '../targets/targets';
import { Readings } from './readings';
import { childrenOf, elementOf, targetElement } from './topologyElements';
import type { TargetElement, TopologyElement, TopologyRow } from './topologyElements';
import { lineOf } from './topologyLine';

/**
 * The Topology view: targets, what is in their networks. A target is only read when the user opens it; what others have read is
 * shown as it comes.
 */
export class TopologyView implements vscode.TreeDataProvider<TopologyElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TopologyElement | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly readings: Readings;
  private readonly view: vscode.TreeView<TopologyElement>;
  private readonly registrations: vscode.Disposable;
  private roots: readonly TargetElement[] | null = null;

  constructor(
    private readonly targets: Targets,
    private readonly inventories: Inventories,
    log: vscode.LogOutputChannel,
  ) {
    this.readings = new Readings(inventories, log);
    this.view = vscode.window.createTreeView(viewIds.topology, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    const refresh = () => this.refresh();
    this.registrations = vscode.Disposable.from(
      this.view,
      this.readings,
      this.readings.onDidChange(refresh),
      inventories.onDidChange(refresh),
      targets.onDidChange(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      this.view.onDidExpandElement(({ element }) => {
        if (element.kind === 'target') void this.read(element.target);
      }),
    );
  }

  getChildren(element?: TopologyElement): TopologyElement[] {
    return [...(element === undefined ? this.listRoots() : childrenOf(element))];
  }

  getParent(element: TopologyElement): TopologyElement | undefined {
    return element.parent ?? undefined;
  }

  getTreeItem(element: TopologyElement): vscode.TreeItem {
    const line = lineOf(element);
    const item = new vscode.TreeItem(visibleLine(line.label), collapsibleStates[line.opens]);
    item.id = element.id;
    item.description = visibleLine(line.description);
    item.iconPath = new vscode.ThemeIcon(
      line.icon,
      line.colour === null ? undefined : new vscode.ThemeColor(line.colour),
    );
    item.accessibilityInformation = { label: visibleLine(line.spoken), role: 'treeitem' };
    item.contextValue = line.context;
    item.tooltip = line.tooltip.map(visibleLine).join('\n');
    const command = commandOf(element);
    if (command !== undefined) item.command = command;
    return item;
  }

  /** The targets. Nothing in Restricted Mode: a welcome text stands there then. */
  listRoots(): readonly TargetElement[] {
    if (!vscode.workspace.isTrusted) return [];
    this.roots ??= this.targets.list().map((target) => this.rootOf(target));
    return this.roots;
  }

  /** Reads the inventory of a target; what goes wrong is said in the tree. */
  async read(name: string): Promise<void> {
    const target = this.targets.find(name);
    if (target !== undefined) await this.readings.read(target);
  }

  cancel(name: string): void {
    this.readings.cancel(name);
  }

  /** Opens the tree down to the row, and selects it. */
  async reveal(target: string, row: TopologyRow): Promise<void> {
    const root = this.listRoots().find((candidate) => candidate.target === target);
    const element = root === undefined ? undefined : elementOf(root, row);
    if (element !== undefined) await this.view.reveal(element, { select: true, focus: true });
  }

  dispose(): void {
    this.registrations.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    this.roots = null;
    this.changed.fire(undefined);
  }

  private rootOf(target: TargetConfig): TargetElement {
    const isOneOfMany = this.targets.list().length > 1;
    return targetElement({
      target: target.name,
      where: this.targets.describe(target),
      inUse: isOneOfMany && this.targets.find(undefined)?.name === target.name,
      state: this.readings.stateOf(target),
      index: this.inventories.peek(target) ?? null,
    });
  }
}

const collapsibleStates = {
  never: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
} as const;

function commandOf(element: TopologyElement): vscode.Command | undefined {
  if (element.kind === 'acl') {
    return { command: commandId('showAcls'), title: l10n.t('Show ACL'), arguments: [element] };
  }
  if (element.kind !== 'action') return undefined;
  const [command, ...args] =
    element.action === 'read'
      ? [commandId('refreshInventory'), element]
      : element.action === 'cancel'
        ? [commandId('cancelReading'), element]
        : commandOfAction(element.action, element.target);
  return { command, title: lineOf(element).label, arguments: args };
}
