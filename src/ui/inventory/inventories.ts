import * as vscode from 'vscode';
import { indexInventory } from '../../core/ovn/inventoryIndex';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import { readInventory } from '../../core/ovn/readInventory';
import type { TargetConfig } from '../../core/session/target';
import { isSame } from '../targets/targets';
import type { Targets } from '../targets/targets';

interface Known {
  readonly config: TargetConfig;
  readonly index: InventoryIndex;
}

/** What the northbound database of each target held when it was last read. */
export class Inventories implements vscode.Disposable {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<
    string,
    { readonly config: TargetConfig; readonly index: Promise<InventoryIndex> }
  >();
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

  /** Reads the inventory; a reading that is under way is shared. */
  async read(target: TargetConfig): Promise<InventoryIndex> {
    const underWay = this.reading.get(target.name);
    if (underWay !== undefined && isSame(underWay.config, target)) return underWay.index;
    const index = this.readNow(target);
    this.reading.set(target.name, { config: target, index });
    try {
      return await index;
    } finally {
      if (this.reading.get(target.name)?.index === index) this.reading.delete(target.name);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async readNow(target: TargetConfig): Promise<InventoryIndex> {
    const inventory = await readInventory(this.targets.runner(target), target, Date);
    const index = indexInventory(inventory);
    this.log.debug(
      `${target.name}: ${inventory.switchPorts.length} ports on ${inventory.switches.length} switches, ` +
        `${inventory.acls.length} ACLs, read in ${Date.now() - inventory.readAt} ms`,
    );
    this.known.set(target.name, { config: target, index });
    this.changed.fire(target.name);
    return index;
  }
}
