import type { Constant, IntegerConstant } from './ast';
import type { MatchSymbol } from './fields';
import { lexMatch } from './lexer';
import { constantWidth } from './numbers';

/** What is known of the sets a match may name; null for one that is not known. */
export interface MatchSets {
  /** Addresses of an address set: IPv4, IPv6 or Ethernet, with or without a mask. */
  addressSet(name: string): readonly string[] | null;
  /** Names of the ports in a port group. */
  portGroup(name: string): readonly string[] | null;
}

export type PlainConstant = IntegerConstant | { readonly kind: 'string'; readonly value: string };

/** The values a constant stands for; null when that is not known, or OVN would refuse them for this field. */
export function resolveConstant(
  constant: Constant,
  symbol: MatchSymbol,
  sets: MatchSets | undefined,
): readonly PlainConstant[] | null {
  switch (constant.kind) {
    case 'integer':
    case 'string':
      return [constant];
    case 'template':
      return null;
    case 'port-group':
      return remembered(knownPorts, sets?.portGroup(constant.name) ?? null, toStrings);
    case 'address-set': {
      const members = remembered(knownAddresses, sets?.addressSet(constant.name) ?? null, readAddresses);
      return members?.every((member) => constantWidth(member) <= symbol.width) === true ? members : null;
    }
  }
}

/** A set of thousands of members is asked for again by every match that names it. */
const knownAddresses = new WeakMap<readonly string[], readonly IntegerConstant[]>();
const knownPorts = new WeakMap<readonly string[], readonly PlainConstant[]>();
const knownMembers = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The ports of a group, to look one up among thousands; null where it is not known or has none. */
export function portsOfGroup(name: string, sets: MatchSets | undefined): ReadonlySet<string> | null {
  const ports = sets?.portGroup(name) ?? null;
  return ports?.length === 0 ? null : remembered(knownMembers, ports, (all) => new Set(all));
}

function remembered<Key extends object, Value>(
  known: WeakMap<Key, Value>,
  key: Key | null,
  make: (key: Key) => Value,
): Value | null {
  if (key === null) return null;
  const found = known.get(key) ?? make(key);
  known.set(key, found);
  return found;
}

function toStrings(names: readonly string[]): readonly PlainConstant[] {
  return names.map((value) => ({ kind: 'string', value }));
}

function readAddresses(addresses: readonly string[]): readonly IntegerConstant[] {
  return addresses.flatMap(readAddress);
}

/** OVN reads the first word of an entry and leaves out, with a warning, the ones it cannot read. */
function readAddress(text: string): readonly IntegerConstant[] {
  const [token] = lexMatch(text);
  return token?.kind === 'integer' ? [token.constant] : [];
}
