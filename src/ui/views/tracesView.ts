import * as vscode from 'vscode';
import { commandId, viewIds } from '../../contributions';
import { toFailure } from '../../core/failure';
import { visibleLine } from '../../protocol/visibleText';
import { logFailure } from '../failures';
import { setContext } from '../register';
import type { History } from '../trace/history';
import type { SavedTraces } from '../trace/savedTraces';
import { canRun } from '../trace/traceEntry';
import type { TraceEntry } from '../trace/traceEntry';
import { lineOf } from './traceLine';

type Element =
  | { readonly kind: 'group'; readonly label: string; readonly entries: readonly TraceEntry[] }
  | { readonly kind: 'problem'; readonly sentence: string }
  | TraceEntry;

/** The Traces view: what was traced in this workspace, newest first, and what was saved. */
export class TracesView implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly registrations: vscode.Disposable;

  constructor(
    private readonly history: History,
    private readonly saved: SavedTraces,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = () => this.changed.fire(undefined);
    this.registrations = vscode.Disposable.from(
      vscode.window.registerTreeDataProvider(viewIds.traces, this),
      history.onDidChange(refresh),
      saved.onDidChange(refresh),
    );
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element !== undefined)
      return 'kind' in element && element.kind === 'group' ? [...element.entries] : [];
    const made = this.history.list();
    setContext('ovnTrace.hasHistory', made.length > 0);
    const saved = await this.savedElement();
    if (saved === null) return [...made];
    return made.length === 0 ? [saved] : [saved, { kind: 'group', label: 'Recent', entries: made }];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (!('kind' in element)) return entryItem(element);
    if (element.kind === 'group') {
      return new vscode.TreeItem(element.label, vscode.TreeItemCollapsibleState.Expanded);
    }
    const item = new vscode.TreeItem(visibleLine(element.sentence));
    item.iconPath = new vscode.ThemeIcon('warning');
    return item;
  }

  dispose(): void {
    this.registrations.dispose();
    this.changed.dispose();
  }

  private async savedElement(): Promise<Element | null> {
    try {
      const entries = await this.saved.list();
      return entries.length === 0 ? null : { kind: 'group', label: 'Saved', entries };
    } catch (error) {
      const failure = toFailure(error);
      logFailure(failure, this.log);
      return { kind: 'problem', sentence: failure.message };
    }
  }
}

function entryItem(entry: TraceEntry): vscode.TreeItem {
  const line = lineOf(entry, Date.now());
  const item = new vscode.TreeItem(visibleLine(line.label));
  item.id = entry.id;
  item.description = visibleLine(line.description);
  item.iconPath = new vscode.ThemeIcon(
    line.icon,
    line.colour === null ? undefined : new vscode.ThemeColor(line.colour),
  );
  item.tooltip = line.tooltip.split('\n').map(visibleLine).join('\n');
  item.accessibilityInformation = { label: visibleLine(line.spoken) };
  item.contextValue = `trace.${entry.saved ? 'saved' : 'made'}${canRun(entry) ? '.runnable' : ''}`;
  item.command = { command: commandId('showTrace'), title: 'Show Trace', arguments: [entry] };
  return item;
}
