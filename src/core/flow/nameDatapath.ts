import { type InventoryIndex, shorten } from '../ovn/inventoryIndex';
import type { LogicalSwitch } from '../ovn/northbound';

/**
 * How to name a switch to ovn-trace: by name where that means one datapath, else by northbound UUID. ovn-trace compares the
 * argument with names and friendly names, and with the first digits of UUIDs (four and more), and refuses when several fit. A
 * name with control characters could not be typed at a terminal.
 */
export function nameDatapath(logicalSwitch: LogicalSwitch, index: InventoryIndex): string {
  const { name, uuid } = logicalSwitch;
  const isUnique = index.datapaths(name).length === 1;
  const looksLikeUuid = /^[0-9a-f]{4}[0-9a-f-]*$/i.test(name);
  return isUnique && !looksLikeUuid && name !== '' && !/\p{Cc}/u.test(name) ? name : uuid;
}

const knownExactness = new WeakMap<InventoryIndex, boolean>();

/**
 * Whether friendly names would hide which port or datapath a trace speaks of. ovn-trace prints `external_ids:name` and cuts UUIDs
 * in names to six digits: in a Neutron network two ports called `web` look the same, and no ACL's match can be compared to the letter.
 */
export function needsExactNames(index: InventoryIndex): boolean {
  const known = knownExactness.get(index);
  if (known !== undefined) return known;
  const { switches, routers, switchPorts, routerPorts } = index.inventory;
  const datapaths = [...switches, ...routers];
  const isNeeded =
    [...datapaths, ...switchPorts, ...routerPorts].some(isRenamed) ||
    new Set(datapaths.map(({ name }) => name)).size < datapaths.length;
  knownExactness.set(index, isNeeded);
  return isNeeded;
}

/** Whether ovn-trace has a friendly name for a row. */
export function isRenamed(row: {
  readonly name: string;
  readonly externalIds: Readonly<Record<string, string>>;
}): boolean {
  return (
    shorten(row.name) !== row.name ||
    ['name', 'neutron:port_name', 'neutron:network_name', 'neutron:router_name'].some(
      (key) => (row.externalIds[key] ?? '') !== '' && row.externalIds[key] !== row.name,
    )
  );
}
