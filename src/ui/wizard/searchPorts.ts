import type { Inventory, LogicalSwitchPort } from '../../core/ovn/northbound';
import { searchable, searchTexts } from '../searchTexts';
import type { Searchable } from '../searchTexts';

/** How many ports a list shows at once; typing narrows the rest. Keeps each key stroke instant at 10,000 ports. */
export const shownPorts = 100;

export interface FoundPorts {
  readonly ports: readonly LogicalSwitchPort[];
  /** How many more fit than are shown. */
  readonly more: number;
}

const entriesOf = new WeakMap<Inventory, readonly Searchable<LogicalSwitchPort>[]>();

/**
 * Ports that fit every word of the query by name, friendly name, IP, MAC or switch; those whose name begins with the
 * query first. Guests stand before the wires of the provider and the like; ports to routers are left out, because no packet
 * starts there.
 */
export function searchPorts(inventory: Inventory, query: string, limit = shownPorts): FoundPorts {
  const { found, more } = searchTexts(entries(inventory), query, limit);
  return { ports: found, more };
}

/** The port with everything it can be found by. */
export function searchablePort<Item>(
  item: Item,
  port: LogicalSwitchPort,
  friendlySwitch: string | null | undefined,
): Searchable<Item> {
  return searchable(item, port.name, [
    port.friendlyName,
    port.switchName,
    friendlySwitch,
    ...port.addresses.flatMap((address) => [address.mac, ...address.ips]),
  ]);
}

function entries(inventory: Inventory): readonly Searchable<LogicalSwitchPort>[] {
  const known = entriesOf.get(inventory);
  if (known !== undefined) return known;
  const friendlySwitches = new Map(inventory.switches.map((row) => [row.name, row.friendlyName]));
  const guests = inventory.switchPorts.filter((port) => port.type === '');
  const others = inventory.switchPorts.filter((port) => port.type !== '' && port.type !== 'router');
  const made = [...guests, ...others].map((port) =>
    searchablePort(port, port, friendlySwitches.get(port.switchName)),
  );
  entriesOf.set(inventory, made);
  return made;
}
