import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { MatchSets } from '../ovn/match/sets';
import type { TraceHop } from '../trace/hop';
import { switchOfHop } from './switchOfHop';

/** The sets of an inventory as match expressions name them. */
export function matchSets(index: InventoryIndex): MatchSets {
  return {
    addressSet: (name) => index.addressSet(name) ?? null,
    portGroup: (name) => index.portGroup(name)?.ports ?? null,
  };
}

/**
 * The sets as the switch of a hop has them: of every port group northd gives a switch the ports that are on it. Where the
 * text leaves it open which of several switches it is, the whole group.
 */
export function setsOfHop(hop: TraceHop, index: InventoryIndex): MatchSets {
  const [logicalSwitch, ...others] = switchOfHop(hop, index);
  if (logicalSwitch === undefined || others.length > 0) return matchSets(index);
  const ports = new Set(logicalSwitch.ports);
  const all = matchSets(index);
  return {
    addressSet: remember((name) => all.addressSet(name)),
    portGroup: remember((name) => all.portGroup(name)?.filter((port) => ports.has(port)) ?? null),
  };
}

/** A set is asked for by every match that names it. */
function remember(
  find: (name: string) => readonly string[] | null,
): (name: string) => readonly string[] | null {
  const found = new Map<string, readonly string[] | null>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const members = find(name);
    found.set(name, members);
    return members;
  };
}
