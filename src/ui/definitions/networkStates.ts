import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { compareNetworkSteps, type NetworkComparison } from '../../core/definitions/compareNetwork';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { TargetConfig } from '../../core/session/target';
import { runInSlices } from '../../core/slices';
import type { Inventories } from '../inventory/inventories';
import type { Targets } from '../targets/targets';
import type { Definitions } from './definitions';

/** The files of the workspace against the network of the target in use. */
export interface KnownComparison extends NetworkComparison {
  readonly target: TargetConfig;
  readonly live: InventoryIndex;
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

  constructor(
    private readonly targets: Targets,
    private readonly inventories: Inventories,
    private readonly definitions: Definitions,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = vscode.Disposable.from(
      inventories.onDidChange(() => this.refreshSoon()),
      targets.onDidChange(() => this.refreshSoon()),
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
    this.comparing = this.compare();
    try {
      this.known = await this.comparing;
    } finally {
      this.comparing = null;
    }
    this.changed.fire();
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
        this.log.warn(`Definitions and network cannot be compared: ${String(error)}`);
      });
    }, restMs);
  }

  private async compare(): Promise<KnownComparison | null> {
    const target = this.targets.find(undefined);
    const live = target && this.inventories.peek(target);
    if (target === undefined || live === undefined) return null;
    const { all, join } = await this.definitions.read();
    const comparison = await runInSlices(compareNetworkSteps(all, join, live), () => setImmediate());
    return { ...comparison, target, live };
  }
}
