import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId, viewIds } from '../../contributions';
import { toFailure } from '../../core/failure';
import { visibleLine } from '../../protocol/visibleText';
import { logFailure } from '../failures';
import { setContext } from '../register';
import { lazily } from '../lazily';
import type { Records as OpenRecords } from '../trace/records';
import type { SavedTraces } from '../trace/savedTraces';
import type { TraceEntry } from '../trace/traceEntry';
import { describeFilter, groupTraces } from './traceGroups';
import type { TraceGroup } from './traceGroups';
import { canRun, lineOf } from './traceLine';

type Records = Pick<OpenRecords, 'history' | 'saved'>;

type Element =
  | { readonly kind: 'group'; readonly group: TraceGroup }
  | { readonly kind: 'problem'; readonly sentence: string }
  | TraceEntry;

/** The Traces view: what was traced in this workspace, newest first, and what was saved. */
export class TracesView implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Element>;
  private readonly registrations: vscode.Disposable[];
  private readonly followed: () => Promise<Records>;
  private shownFilter = '';

  constructor(
    records: () => Promise<Records>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = () => this.changed.fire(undefined);
    this.view = vscode.window.createTreeView(viewIds.traces, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.registrations = [
      this.view,
      // Ages, and what is of today, have gone on meanwhile.
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) refresh();
      }),
    ];
    this.followed = lazily(async () => {
      const opened = await records();
      this.registrations.push(opened.history.onDidChange(refresh), opened.saved.onDidChange(refresh));
      return opened;
    });
  }

  get filter(): string {
    return this.shownFilter;
  }

  /** Shows only traces with every word of the text; all of them for an empty one. */
  setFilter(text: string): void {
    this.shownFilter = text.trim();
    setContext('ovnTrace.tracesFiltered', this.shownFilter !== '');
    this.changed.fire(undefined);
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element !== undefined) {
      return 'kind' in element && element.kind === 'group' ? [...element.group.entries] : [];
    }
    const { history, saved } = await this.followed();
    const made = history.list();
    setContext('ovnTrace.hasHistory', made.length > 0);
    const { entries, problem } = await this.readSaved(saved);
    const grouped = groupTraces(made, entries, this.shownFilter, new Date());
    this.view.message = visibleLine(describeFilter(this.shownFilter, grouped));
    return [
      ...(problem === null ? [] : [{ kind: 'problem' as const, sentence: problem }]),
      ...grouped.groups.map((group) => ({ kind: 'group' as const, group })),
    ];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (!('kind' in element)) return this.entryItem(element);
    if (element.kind === 'group') return this.groupItem(element.group);
    const item = new vscode.TreeItem(visibleLine(element.sentence));
    item.iconPath = new vscode.ThemeIcon('warning');
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(...this.registrations).dispose();
    this.changed.dispose();
  }

  private groupItem({ id, label, entries }: TraceGroup): vscode.TreeItem {
    const isFiltered = this.shownFilter !== '';
    // What was made long ago stays folded, unless it is being looked for.
    const item = new vscode.TreeItem(
      label,
      id === 'earlier' && !isFiltered
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.Expanded,
    );
    // The editor remembers by id what was open.
    item.id = `group/${id}${isFiltered ? '/filtered' : ''}`;
    item.description = String(entries.length);
    item.contextValue = 'group';
    item.accessibilityInformation = { label: `${label}, ${entries.length}`, role: 'treeitem' };
    return item;
  }

  private entryItem(entry: TraceEntry): vscode.TreeItem {
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
    item.command = { command: commandId('showTrace'), title: l10n.t('Show Trace'), arguments: [entry] };
    return item;
  }

  private async readSaved(saved: SavedTraces): Promise<{
    readonly entries: readonly TraceEntry[];
    readonly problem: string | null;
  }> {
    try {
      return { entries: await saved.list(), problem: null };
    } catch (error) {
      const failure = toFailure(error);
      logFailure(failure, this.log);
      return { entries: [], problem: failure.message };
    }
  }
}
