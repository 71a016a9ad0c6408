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
      return sets?.portGroup(constant.name)?.map((value) => ({ kind: 'string' as const, value })) ?? null;
    case 'address-set': {
      const addresses = sets?.addressSet(constant.name) ?? null;
      const members = addresses === null ? null : readAddresses(addresses);
      return members?.every((member) => constantWidth(member) <= symbol.width) === true ? members : null;
    }
  }
}

/** A set of thousands of addresses is asked for again by every match that names it. */
const knownAddresses = new WeakMap<readonly string[], readonly IntegerConstant[]>();

function readAddresses(addresses: readonly string[]): readonly IntegerConstant[] {
  const known = knownAddresses.get(addresses);
  if (known !== undefined) return known;
  const read = addresses.flatMap(readAddress);
  knownAddresses.set(addresses, read);
  return read;
}

/** OVN reads the first word of an entry and leaves out, with a warning, the ones it cannot read. */
function readAddress(text: string): readonly IntegerConstant[] {
  const [token] = lexMatch(text);
  return token?.kind === 'integer' ? [token.constant] : [];
}
