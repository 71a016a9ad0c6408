import { setImmediate } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId, viewIds } from '../../contributions';
import type { TraceReport } from '../../core/session/report';
import { runInSlices } from '../../core/slices';
import { visibleLine } from '../../protocol/visibleText';
import type { CurrentTrace } from '../trace/currentTrace';
import type { HopElement } from './hopNodes';

/** The Hops view: the current trace as a tree. */
export class HopsView implements vscode.TreeDataProvider<HopElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<HopElement>;
  private readonly listener: vscode.Disposable;
  private roots: readonly HopElement[] = [];
  /** Ends when the lines of the current trace are there. */
  private shown: Promise<void> = Promise.resolve();

  constructor(private readonly current: CurrentTrace) {
    this.view = vscode.window.createTreeView(viewIds.hops, { treeDataProvider: this, showCollapseAll: true });
    this.listener = vscode.Disposable.from(
      current.onDidChange((report) => {
        this.shown = this.show(report);
      }),
      current.onDidFail(() => {
        // Without a trace before, the welcome text is there.
        if (current.report !== null)
          this.view.message = l10n.t(
            'The last trace failed; these are the hops of the one before. The panel says why.',
          );
      }),
    );
  }

  async getChildren(element?: HopElement): Promise<HopElement[]> {
    await this.shown;
    return [...(element?.children ?? this.roots)];
  }

  getParent(element: HopElement): HopElement | undefined {
    const around = (other: HopElement): boolean => element.id.startsWith(`${other.id}/`);
    let parent: HopElement | undefined;
    for (let next = this.roots.find(around); next !== undefined; next = next.children.find(around))
      parent = next;
    return parent;
  }

  getTreeItem(element: HopElement): vscode.TreeItem {
    const item = new vscode.TreeItem(visibleLine(element.label), collapsibleState(element));
    item.id = element.id;
    item.description = visibleLine(element.description);
    item.iconPath = new vscode.ThemeIcon(
      element.icon,
      element.colour === null ? undefined : new vscode.ThemeColor(element.colour),
    );
    item.accessibilityInformation = { label: visibleLine(element.spoken), role: 'treeitem' };
    item.contextValue = element.kind;
    if (element.kind === 'hop') {
      item.tooltip = tooltipOf(element);
      item.command = { command: commandId('revealHop'), title: l10n.t('Reveal Hop'), arguments: [element] };
    }
    return item;
  }

  /** Selects a hop of the current trace in the tree. */
  async reveal(report: TraceReport, hop: number): Promise<void> {
    await this.shown;
    const element = this.find(
      this.roots,
      (other) => other.kind === 'hop' && other.report === report && other.hop === hop,
    );
    if (element !== undefined) await this.view.reveal(element, { select: true, focus: false });
  }

  dispose(): void {
    this.listener.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private async show(report: TraceReport | null): Promise<void> {
    this.view.message = '';
    const roots = report === null ? [] : await buildRoots(report);
    // Another trace may be shown by now.
    if (this.current.report !== report) return;
    this.roots = roots;
    this.view.description = report === null ? '' : visibleLine(report.target ?? l10n.t('opened text'));
    // Without it a text that is no trace leaves an empty view: the welcome is only for when nothing was traced.
    if (report !== null && roots.length === 0) {
      this.view.message = l10n.t('There are no hops: what was printed is no trace. The panel says why.');
    }
    this.changed.fire(undefined);
  }

  private find(
    elements: readonly HopElement[],
    fits: (element: HopElement) => boolean,
  ): HopElement | undefined {
    for (const element of elements) {
      const found = fits(element) ? element : this.find(element.children, fits);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

async function buildRoots(report: TraceReport): Promise<readonly HopElement[]> {
  const { buildHopElementsSteps } = await import('./hopNodes');
  return runInSlices(buildHopElementsSteps(report), setImmediate);
}

function collapsibleState(element: HopElement): vscode.TreeItemCollapsibleState {
  if (element.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  // Pipelines open only where something was decided, so that the decisive stages are in sight.
  const open =
    element.kind !== 'pipeline' || element.children.some((child) => child.kind !== 'hop' || child.decisive);
  return open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

function tooltipOf(element: Extract<HopElement, { kind: 'hop' }>): string {
  const { row } = element;
  const lines = [
    row.stage ?? l10n.t('table {0}', row.table),
    row.about,
    row.match === '' ? null : l10n.t('match: {0}', row.match),
    row.priority === null ? null : l10n.t('priority: {0}', row.priority),
    ...row.actions.slice(0, 12),
    row.result === null ? null : `→ ${row.result.text}`,
  ];
  return lines
    .filter((line) => line !== null)
    .map(visibleLine)
    .join('\n');
}
