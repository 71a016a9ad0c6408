import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { TargetConfig } from '../../core/session/target';
import { abortable } from '../tasks';
import { isSame } from '../targets/targets';
import type { Targets } from '../targets/targets';

interface Known {
  readonly config: TargetConfig;
  readonly index: InventoryIndex;
}

interface Reading {
  readonly config: TargetConfig;
  readonly controller: AbortController;
  readonly begunAt: number;
  readonly index: Promise<InventoryIndex>;
  /** How many want it. */
  waiting: number;
}

/** What the northbound database of each target held when it was last read. */
export class Inventories implements vscode.Disposable {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Reading>();
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the name of the target that was read anew. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly targets: Targets,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The inventory as far as it is known, without waiting; possibly old, so nothing is decided by it. */
  peek(target: TargetConfig): InventoryIndex | undefined {
    const known = this.known.get(target.name);
    return known !== undefined && isSame(known.config, target) ? known.index : undefined;
  }

  /**
   * Reads the inventory. A reading that is under way is shared; it ends when all who wait for it have cancelled.
   * @param since not one that began before, as `performance.now()` says: a change in between would be missing.
   */
  async read(target: TargetConfig, signal?: AbortSignal, since = -Infinity): Promise<InventoryIndex> {
    const underWay = this.reading.get(target.name);
    const reading =
      underWay !== undefined &&
      isSame(underWay.config, target) &&
      !underWay.controller.signal.aborted &&
      underWay.begunAt >= since
        ? underWay
        : this.begin(target);
    reading.waiting++;
    try {
      return await (signal === undefined ? reading.index : abortable(reading.index, signal));
    } finally {
      reading.waiting--;
      if (reading.waiting === 0) reading.controller.abort();
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private begin(target: TargetConfig): Reading {
    const controller = new AbortController();
    const index = this.readNow(target, controller.signal).finally(() => {
      if (this.reading.get(target.name) === reading) this.reading.delete(target.name);
    });
    const reading: Reading = { config: target, controller, begunAt: performance.now(), index, waiting: 0 };
    this.reading.set(target.name, reading);
    return reading;
  }

  private async readNow(target: TargetConfig, signal: AbortSignal): Promise<InventoryIndex> {
    const followed = await this.targets.resident(target)?.inventory(signal);
    if (followed && followed === this.peek(target)) return followed;
    const index = followed ?? (await this.readWhole(target, signal));
    const { inventory } = index;
    this.log.debug(
      `${target.name}: ${inventory.switchPorts.length} ports on ${inventory.switches.length} switches, ` +
        `${inventory.acls.length} ACLs, ${followed ? 'followed' : `read in ${Date.now() - inventory.readAt} ms`}`,
    );
    this.known.set(target.name, { config: target, index });
    this.changed.fire(target.name);
    return index;
  }

  private async readWhole(target: TargetConfig, signal: AbortSignal): Promise<InventoryIndex> {
    const [{ readInventory }, { indexInventory }, { reuseRows }] = await Promise.all([
      import('../../core/ovn/readInventory'),
      import('../../core/ovn/inventoryIndex'),
      import('../../core/ovn/sameInventory'),
    ]);
    const run = this.targets.runner(target);
    const read = await readInventory(run, target, Date, { signal, pause: setImmediate });
    const before = this.peek(target);
    return indexInventory(before === undefined ? read : reuseRows(before.inventory, read));
  }
}
