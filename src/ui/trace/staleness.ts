import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { indexInventory } from '../../core/ovn/inventoryIndex';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { Inventory } from '../../core/ovn/northbound';
import { isSameInventory } from '../../core/ovn/sameInventory';
import type { TraceReport } from '../../core/session/report';
import type { SourceFiles } from '../definitions/sourceFiles';
import { fileOf, uriOf } from '../fileUri';
import type { Inventories } from '../inventory/inventories';
import { namesOfNetwork, type NameMeaning } from '../panel/matchNames';
import type { Targets } from '../targets/targets';
import type { CurrentTrace } from './currentTrace';

interface Parts {
  readonly targets: Targets;
  readonly inventories: Inventories;
  readonly sources: SourceFiles;
  readonly current: CurrentTrace;
}

/**
 * Knows what each trace rests on, and whether that still holds: the northbound database as it was read for the trace, and the
 * files its ACLs are written in. Nothing is connected for it; a database is looked at when it was read for something else.
 */
export class Staleness implements vscode.Disposable {
  private readonly bases = new WeakMap<TraceReport, Inventory>();
  /** The look-ups of a large network take megabytes, and are rarely wanted of an older one. */
  private readonly indexes = new WeakMap<Inventory, WeakRef<InventoryIndex>>();
  private readonly restored = new WeakMap<TraceReport, NameMeaning>();
  private readonly changedAt = new Map<string, number>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when what the shown trace rests on may have changed. */
  readonly onDidChange = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    const { inventories, sources, current } = parts;
    this.listener = vscode.Disposable.from(
      inventories.onDidChange((name) => {
        if (current.report?.target === name) this.changed.fire();
      }),
      sources.onDidChange((uri) => {
        if (uri === null) return;
        const file = fileOf(uri);
        this.changedAt.set(file, Date.now());
        if (current.report !== null && filesOf(current.report).has(file)) this.changed.fire();
      }),
    );
  }

  /** Notes the database that a trace was explained with. */
  noteBasis(report: TraceReport, index: InventoryIndex): void {
    this.indexes.set(index.inventory, new WeakRef(index));
    for (const part of partsOf(report)) this.bases.set(part, index.inventory);
  }

  /** Notes that a trace is from an earlier window: what happened to the network since is not known. */
  noteRestored(report: TraceReport, meaningOf: NameMeaning): void {
    for (const part of partsOf(report)) this.restored.set(part, meaningOf);
  }

  /** What the names in a trace stood for when it was made; null for opened text. */
  namesOf(report: TraceReport): NameMeaning | null {
    const basis = this.bases.get(report);
    return basis === undefined ? (this.restored.get(report) ?? null) : namesOfNetwork(this.indexOf(basis));
  }

  private indexOf(basis: Inventory): InventoryIndex {
    const known = this.indexes.get(basis)?.deref();
    if (known !== undefined) return known;
    const index = indexInventory(basis);
    this.indexes.set(basis, new WeakRef(index));
    return index;
  }

  /** Why the trace may not hold any more, in a sentence; null while it does, and for opened text, which says nothing about now. */
  sentence(report: TraceReport): string | null {
    if (report.target === null) return null;
    if (this.restored.has(report)) {
      return l10n.t(
        'This result is from before the window was reloaded; the network may have changed since. Trace Again to refresh.',
      );
    }
    if (this.isOtherDatabase(report, report.target)) {
      return l10n.t(
        'The northbound database of {0} has changed since the trace. Trace Again to refresh.',
        report.target,
      );
    }
    const file = [...filesOf(report)].find((name) => (this.changedAt.get(name) ?? 0) > report.startedAt);
    if (file === undefined) return null;
    return l10n.t(
      '{0} has changed since the trace. Trace Again to refresh.',
      vscode.workspace.asRelativePath(uriOf(file)),
    );
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  private isOtherDatabase(report: TraceReport, name: string): boolean {
    const { targets, inventories } = this.parts;
    const basis = this.bases.get(report);
    const target = targets.find(name);
    const now = target === undefined ? undefined : inventories.peek(target);
    return basis !== undefined && now !== undefined && !isSameInventory(basis, now.inventory);
  }
}

/** The report with its reply and the traces of each choice. */
export function partsOf(report: TraceReport): readonly TraceReport[] {
  const reply = report.reply === null ? [] : [report.reply];
  return [report, ...reply, ...(report.choices?.traced ?? []).flatMap((choice) => partsOf(choice.report))];
}

/** Files in which ACLs of the trace are written. */
function filesOf(report: TraceReport): ReadonlySet<string> {
  const links = partsOf(report).flatMap(({ explanation }) => [
    ...Object.values(explanation.definitions).flat(),
    ...explanation.losses.flatMap(({ definitions }) => definitions),
  ]);
  return new Set(links.map(({ definition }) => definition.file));
}
