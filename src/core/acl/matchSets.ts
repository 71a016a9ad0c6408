import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { MatchSets } from '../ovn/match/sets';

/** The sets of an inventory as match expressions name them. */
export function matchSets(index: InventoryIndex): MatchSets {
  return {
    addressSet: (name) => index.addressSet(name) ?? null,
    portGroup: (name) => index.portGroup(name)?.ports ?? null,
  };
}
