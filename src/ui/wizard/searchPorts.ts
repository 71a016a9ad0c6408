import type { Inventory, LogicalSwitchPort } from '../../core/ovn/northbound';

/** How many ports a list shows at once; typing narrows the rest. Keeps each key stroke instant at 10,000 ports. */
export const shownPorts = 100;

export interface FoundPorts {
  readonly ports: readonly LogicalSwitchPort[];
  /** How many more fit than are shown. */
  readonly more: number;
}

interface Entry {
  readonly port: LogicalSwitchPort;
  readonly name: string;
  /** Name, friendly name, switch and addresses in lower case. */
  readonly text: string;
}

const entriesOf = new WeakMap<Inventory, readonly Entry[]>();

/**
 * Ports that fit every word of the query by name, friendly name, IP, MAC or switch; those whose name begins with the
 * query first. Guests stand before the wires of the provider and the like; ports to routers are left out, because no packet
 * starts there.
 */
export function searchPorts(inventory: Inventory, query: string, limit = shownPorts): FoundPorts {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = entries(inventory).filter((entry) => words.every((word) => entry.text.includes(word)));
  const wanted = words.join(' ');
  const ranked = wanted === '' ? found : rank(found, wanted);
  return {
    ports: ranked.slice(0, limit).map((entry) => entry.port),
    more: Math.max(0, ranked.length - limit),
  };
}

function rank(found: readonly Entry[], wanted: string): readonly Entry[] {
  const exact = found.filter((entry) => entry.name === wanted);
  const prefix = found.filter((entry) => entry.name !== wanted && entry.name.startsWith(wanted));
  const rest = found.filter((entry) => !entry.name.startsWith(wanted));
  return [...exact, ...prefix, ...rest];
}

function entries(inventory: Inventory): readonly Entry[] {
  const known = entriesOf.get(inventory);
  if (known !== undefined) return known;
  const friendlySwitches = new Map(inventory.switches.map((row) => [row.name, row.friendlyName]));
  const guests = inventory.switchPorts.filter((port) => port.type === '');
  const others = inventory.switchPorts.filter((port) => port.type !== '' && port.type !== 'router');
  const made = [...guests, ...others].map((port) => ({
    port,
    name: port.name.toLowerCase(),
    text: [
      port.name,
      port.friendlyName,
      port.switchName,
      friendlySwitches.get(port.switchName),
      ...port.addresses.flatMap((address) => [address.mac, ...address.ips]),
    ]
      .filter((part) => part !== null && part !== undefined)
      .join('\n')
      .toLowerCase(),
  }));
  entriesOf.set(inventory, made);
  return made;
}
