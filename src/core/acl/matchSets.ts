import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { MatchSets } from '../ovn/match/sets';
import type { LogicalSwitch } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';
import { switchOfHop } from './switchOfHop';

/** A flood asks for the sets of one network, and of one switch in it, again and again. */
const knownSets = new WeakMap<InventoryIndex, MatchSets>();
const knownSetsOnSwitches = new WeakMap<InventoryIndex, Map<string, MatchSets>>();

/** The sets of an inventory as match expressions name them. */
export function matchSets(index: InventoryIndex): MatchSets {
  const sets = knownSets.get(index) ?? {
    addressSet: remember((name) => index.addressSet(name) ?? null),
    portGroup: (name) => index.portGroup(name)?.ports ?? null,
  };
  knownSets.set(index, sets);
  return sets;
}

/**
 * The sets as the switch of a hop has them: of every port group northd gives a switch the ports that are on it. Where the
 * text leaves it open which of several switches it is, the whole group.
 */
export function setsOfHop(hop: TraceHop, index: InventoryIndex): MatchSets {
  const [logicalSwitch, ...others] = switchOfHop(hop, index);
  if (logicalSwitch === undefined || others.length > 0) return matchSets(index);
  const ofSwitches = knownSetsOnSwitches.get(index) ?? new Map<string, MatchSets>();
  knownSetsOnSwitches.set(index, ofSwitches);
  const sets = ofSwitches.get(logicalSwitch.uuid) ?? setsOnSwitch(logicalSwitch, index);
  ofSwitches.set(logicalSwitch.uuid, sets);
  return sets;
}

function setsOnSwitch(logicalSwitch: LogicalSwitch, index: InventoryIndex): MatchSets {
  const ports = new Set(logicalSwitch.ports);
  const all = matchSets(index);
  return {
    addressSet: (name) => all.addressSet(name),
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
