import type { InventoryIndex } from '../ovn/inventoryIndex';
import { conjunctsOf } from '../ovn/match/conjuncts';
import { evaluateMatch } from '../ovn/match/evaluate';
import { parseMatch } from '../ovn/match/parser';
import type { MatchSets } from '../ovn/match/sets';
import type { TraceHop } from '../trace/hop';
import { portNamed } from './aclScope';
import { matchSets } from './matchSets';

/** The ports a packet has at a hop; undefined where the text does not name one port of the switch. */
export interface PacketPorts {
  readonly inport: string | undefined;
  readonly outport: string | undefined;
}

export function portsAt(hop: TraceHop, index: InventoryIndex): PacketPorts {
  return {
    inport: portNamed(hop.inport, hop, index)?.name,
    outport: portNamed(hop.outport, hop, index)?.name,
  };
}

/** A condition on one port, alone or in parentheses. */
const onPort = String.raw`(inport|outport) == (?:@([\w.]+)|"([^"\\]*)")`;
const portCondition = new RegExp(String.raw`^(?:${onPort}|\(${onPort}\))$`);

/**
 * A test for matches that cannot fit a packet with these ports, whatever else it is. The many that begin with another port are told
 * without parsing them: there are switches with tens of thousands of ACLs, few of which concern one port.
 */
export function excludesPorts(ports: PacketPorts, index: InventoryIndex): (match: string) => boolean {
  const sets = matchSets(index);
  const groups = { inport: groupsOf(ports.inport, index), outport: groupsOf(ports.outport, index) };
  const isOther = (first: string): boolean => {
    const found = portCondition.exec(first);
    const side = found?.[1] ?? found?.[4];
    if (side !== 'inport' && side !== 'outport') return false;
    const group = found?.[2] ?? found?.[5];
    const port = found?.[3] ?? found?.[6];
    if (group !== undefined && index.portGroup(group) !== undefined)
      return groups[side]?.has(group) === false;
    return port !== undefined && ports[side] !== undefined && ports[side] !== port;
  };
  const known = new Map<string, boolean>();
  const startsElsewhere = (match: string): boolean => {
    const end = match.indexOf(' && ');
    const first = end < 0 ? match : match.slice(0, end);
    const answer = known.get(first) ?? isOther(first);
    known.set(first, answer);
    return answer;
  };
  // A group without ports excludes every port, as a group of others does; by itself OVN would make it a constant.
  const someone: MatchSets = {
    ...sets,
    portGroup: (name) => {
      const members = sets.portGroup(name);
      return members?.length === 0 ? [''] : members;
    },
  };
  return (match) => {
    if (startsElsewhere(match)) return true;
    if (!/inport|outport/.test(match)) return false;
    const parsed = parseMatch(match);
    const conditions = parsed.ok ? [parsed.expr] : conjunctsOf(match).map(({ expr }) => expr);
    return conditions.some(
      (expr) =>
        expr !== null &&
        evaluateMatch(expr, { ...ports }, someone).result === 'false' &&
        evaluateMatch(expr, {}, someone).result !== 'false',
    );
  };
}

function groupsOf(port: string | undefined, index: InventoryIndex): ReadonlySet<string> | null {
  return port === undefined ? null : new Set(index.portGroupsOf(port).map(({ name }) => name));
}
