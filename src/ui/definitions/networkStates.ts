import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { NetworkComparison } from '../../core/definitions/compareNetwork';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { TargetConfig } from '../../core/session/target';
import { runInSlices } from '../../core/slices';
import type { Inventories } from '../inventory/inventories';
import type { Targets } from '../targets/targets';
import type { Definitions, KnownDefinitions } from './definitions';
import type { SourceFiles } from './sourceFiles';

/** The files of the workspace against the network of the target in use. */
export interface KnownComparison extends NetworkComparison {
  readonly target: TargetConfig;
  readonly live: InventoryIndex;
  readonly definitions: KnownDefinitions;
}

interface Parts {
  readonly targets: Targets;
  readonly inventories: Inventories;
  readonly definitions: Definitions;
  readonly sources: SourceFiles;
  readonly log: vscode.LogOutputChannel;
}

/** Edits come in bursts. */
const restMs = 400;

/**
 * Keeps the comparison of definitions and network as new as both are. It only looks at an inventory that was read for something
 * else: nothing is connected for it.
 */
export class NetworkStates implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private known: KnownComparison | null = null;
  private comparing: Promise<KnownComparison | null> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly listener: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    const { inventories, targets, sources } = parts;
    this.listener = vscode.Disposable.from(
      inventories.onDidChange(() => this.refreshSoon()),
      targets.onDidChange(() => this.refreshSoon()),
      sources.onDidChange(() => {
        if (this.known !== null) this.refreshSoon();
      }),
      // The text of a document takes the place of its file, and with it its definitions.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.known !== null && uri.scheme !== 'output') this.refreshSoon();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.known !== null && !document.isClosed && document.uri.scheme !== 'output') this.refreshSoon();
      }),
    );
  }

  /** As far as it is known, without waiting. */
  get current(): KnownComparison | null {
    return this.known;
  }

  /** Compares now; null without an inventory of the target in use. */
  async refresh(): Promise<KnownComparison | null> {
    while (this.comparing !== null) await this.comparing;
    const before = this.known;
    this.comparing = this.compare(before);
    try {
      this.known = await this.comparing;
    } finally {
      this.comparing = null;
    }
    if (this.known !== before) this.changed.fire();
    return this.known;
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.listener.dispose();
    this.changed.dispose();
  }

  private refreshSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.refresh().catch((error: unknown) => {
        this.parts.log.warn(`Definitions and network cannot be compared: ${String(error)}`);
      });
    }, restMs);
  }

  private async compare(before: KnownComparison | null): Promise<KnownComparison | null> {
    const { targets, inventories, definitions } = this.parts;
    const target = targets.find(undefined);
    const live = target && inventories.peek(target);
    if (target === undefined || live === undefined) return null;
    const known = await definitions.read();
    // Most edits are of texts that define nothing.
    if (before?.live === live && before.definitions === known) return before;
    const { compareNetworkSteps } = await import('../../core/definitions/compareNetwork');
    const steps = compareNetworkSteps(known.all, known.join, live);
    const comparison = await runInSlices(steps, () => setImmediate());
    return { ...comparison, target, live, definitions: known };
  }
}
