import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toFailure, TraceFailure } from '../../core/failure';
import type { TargetConfig } from '../../core/session/target';
import { logFailure } from '../failures';
import type { Inventories } from '../inventory/inventories';
import { isSame } from '../targets/targets';
import type { ReadingState } from './topologyElements';

interface Reading {
  readonly config: TargetConfig;
  readonly controller: AbortController;
  readonly state: ReadingState;
}

const idle: ReadingState = { kind: 'idle' };

/** The readings of inventories that the Topology view began, and how they ended. */
export class Readings implements vscode.Disposable {
  private readonly known = new Map<string, Reading>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly inventories: Inventories,
    private readonly log: vscode.LogOutputChannel,
  ) {
    // Whoever reads it, what failed before is mended.
    this.listener = inventories.onDidChange((target) => {
      if (this.known.get(target)?.state.kind === 'failed') this.known.delete(target);
    });
  }

  stateOf(target: TargetConfig): ReadingState {
    const reading = this.known.get(target.name);
    return reading !== undefined && isSame(reading.config, target) ? reading.state : idle;
  }

  /** Reads the inventory of the target anew, unless that is being done. Never fails: how it ended is the state. */
  async read(target: TargetConfig): Promise<void> {
    if (this.stateOf(target).kind === 'reading') return;
    this.cancel(target.name);
    const controller = new AbortController();
    const reading: Reading = { config: target, controller, state: { kind: 'reading' } };
    this.set(reading);
    try {
      await this.inventories.read(target, controller.signal);
      this.end(reading, idle);
    } catch (error) {
      const failure = controller.signal.aborted
        ? new TraceFailure('cancelled', l10n.t('Reading was cancelled.'))
        : toFailure(error);
      if (failure.reason !== 'cancelled') logFailure(failure, this.log);
      this.end(reading, { kind: 'failed', failure });
    }
  }

  cancel(target: string): void {
    this.known.get(target)?.controller.abort();
  }

  dispose(): void {
    for (const { controller } of this.known.values()) controller.abort();
    this.listener.dispose();
    this.changed.dispose();
  }

  private end(reading: Reading, state: ReadingState): void {
    // Another definition of the target may have been read since.
    if (this.known.get(reading.config.name) === reading) this.set({ ...reading, state });
  }

  private set(reading: Reading): void {
    this.known.set(reading.config.name, reading);
    this.changed.fire();
  }
}
