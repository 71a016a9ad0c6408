import * as vscode from 'vscode';
import type { TraceReport } from '../../core/session/report';
import { entryOf, traceEntrySchema } from './traceEntry';
import type { TraceEntry } from './traceEntry';

const storageKey = 'ovnTrace.history';
/** A year of somebody who traces every day. */
const longest = 1000;
/** Reports can be megabytes, so only the last ones are kept, and only while the window lives. */
const keptReports = 20;

/** The traces made in this workspace, newest first. What was asked survives the window, what came back does not. */
export class History implements vscode.Disposable {
  private readonly reports = new Map<string, TraceReport>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private entries: readonly TraceEntry[] | null = null;

  constructor(private readonly state: vscode.Memento) {}

  list(): readonly TraceEntry[] {
    this.entries ??= readEntries(this.state.get(storageKey));
    return this.entries;
  }

  /** The report of an entry, while it is still there. */
  report(entry: TraceEntry): TraceReport | undefined {
    return this.reports.get(entry.id);
  }

  /** The reports that are still there, the newest first. */
  kept(): readonly TraceReport[] {
    return [...this.reports.values()].toReversed();
  }

  /** Has the report at hand for its entry, while there is room. */
  hold(report: TraceReport): void {
    this.reports.set(report.id, report);
    const oldest = [...this.reports.keys()].slice(0, Math.max(0, this.reports.size - keptReports));
    for (const id of oldest) this.reports.delete(id);
  }

  async add(report: TraceReport): Promise<void> {
    this.hold(report);
    await this.store([entryOf(report), ...this.list().filter((entry) => entry.id !== report.id)]);
  }

  async remove(entries: readonly TraceEntry[]): Promise<void> {
    const ids = new Set(entries.map(({ id }) => id));
    for (const id of ids) this.reports.delete(id);
    await this.store(this.list().filter(({ id }) => !ids.has(id)));
  }

  async clear(): Promise<void> {
    this.reports.clear();
    await this.store([]);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async store(entries: readonly TraceEntry[]): Promise<void> {
    this.entries = entries.slice(0, longest);
    this.changed.fire();
    // Opened text cannot be made again, so its line would lead nowhere in the next window.
    await this.state.update(
      storageKey,
      this.entries.filter((entry) => entry.target !== null),
    );
  }
}

function readEntries(stored: unknown): readonly TraceEntry[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry: unknown) => {
    const parsed = traceEntrySchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}
