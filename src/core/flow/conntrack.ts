import { TraceFailure } from '../failure';
import type { Connection } from './request';

/**
 * A trace uses up one `--ct` at each `ct_next` and `ct_lb`, seen to take two to six of them on the way through routers and load
 * balancers. What is not used costs nothing; running out would make ovn-trace assume an established connection.
 */
const usualLookups = 32;

const flagNames = new Set(['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'dnat', 'snat']);

/** The `--ct` lists for a connection, one for each lookup; lists given by hand stay as they are. */
export function conntrackFlags(connection: Connection, lookups = usualLookups): readonly string[] {
  switch (connection.kind) {
    case 'new':
      return repeat('new', lookups);
    case 'established':
      return repeat('est', lookups);
    case 'reply':
      return repeat('est,rpl', lookups);
    case 'states':
      connection.states.forEach(checkFlags);
      return connection.states;
  }
}

/** How many lookups a packet to a multicast group can cost: each member of the group has its own. */
export function floodLookups(ports: number): number {
  return usualLookups + 2 * Math.min(ports, 4000);
}

function checkFlags(list: string): void {
  const unknown = list.split(/[\s,]+/).find((flag) => !flagNames.has(flag));
  if (unknown === undefined) return;
  throw new TraceFailure('bad-request', `“${unknown}” is not a connection tracking state (in “${list}”).`, {
    advice: `Use one or more of ${[...flagNames].join(', ')}, separated by commas.`,
  });
}

function repeat(flags: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => flags);
}
