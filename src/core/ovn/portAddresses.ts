import type { OvsdbRow } from './ovsdbJson';
import { canonicalIp } from './ip';
import type { LogicalRouterPort, PortAddress } from './northbound';

const macPattern = /^(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i;

/** Lower case with two digits a byte, or null where the text is no Ethernet address. */
export function canonicalMac(text: string): string | null {
  if (!macPattern.test(text)) return null;
  return text
    .split(':')
    .map((byte) => byte.padStart(2, '0').toLowerCase())
    .join(':');
}

/**
 * The addresses of a switch port: `dynamic` stands for `dynamic_addresses`, `router` for those of the router port behind
 * it, `unknown` for any other address.
 */
export function readPortAddresses(
  row: OvsdbRow,
  routerPort: LogicalRouterPort | undefined,
): { readonly addresses: readonly PortAddress[]; readonly unknown: boolean } {
  const addresses: PortAddress[] = [];
  let unknown = false;
  for (const text of row.strings('addresses')) {
    const word = text.trim().split(/\s+/)[0] ?? '';
    if (word === 'unknown') {
      unknown = true;
    } else if (word === 'router') {
      if (routerPort !== undefined) addresses.push(routerPortAddress(routerPort));
    } else {
      // `dynamic`, `dynamic IP` and `MAC dynamic`: what was handed out stands in a column of its own.
      const isDynamic = /(?:^|\s)dynamic(?:\s|$)/.test(text);
      const address = parsePortAddress(isDynamic ? (row.optionalString('dynamic_addresses') ?? '') : text);
      if (address !== null) addresses.push(address);
    }
  }
  return { addresses, unknown };
}

/** `MAC [IP…]`, as in `addresses` and `port_security`; prefix lengths are left out. Null when it begins with no MAC. */
export function parsePortAddress(text: string): PortAddress | null {
  const [first, ...others] = text.trim().split(/\s+/);
  const mac = canonicalMac(first ?? '');
  if (mac === null) return null;
  return {
    mac,
    ips: others.map((other) => canonicalIp(other.replace(/\/.*$/, ''))).filter((ip) => ip !== null),
  };
}

function routerPortAddress(port: LogicalRouterPort): PortAddress {
  return {
    mac: canonicalMac(port.mac) ?? port.mac,
    ips: port.networks
      .map((network) => canonicalIp(network.replace(/\/.*$/, '')))
      .filter((ip) => ip !== null),
  };
}
