import type { TraceHop } from '../trace/hop';
import type { TraceOutcome } from '../trace/outcome';
import { conntrackFlags } from './conntrack';
import type { TracePlan } from './request';

const becomesEchoReply = /^icmp(?:4\.type = 0|6\.type = 129);$/;
const alwaysLooksUp = /^ct_(?:next|lb)(?:_|\b)/;
const looksUpUntracked = /^ct_(?:[ds]nat|commit_nat|commit_to_zone)(?:_|\b)/;

/**
 * The echo reply that a router makes of a ping goes back through the switch as part of the connection that the request
 * opened there; told `new` for every lookup, ovn-trace would ask the ACLs about it as if it opened one. Returns the plan
 * with the states that the real reply meets, or null when there is nothing to correct.
 */
export function planOwnReply(plan: TracePlan, outcome: TraceOutcome): TracePlan | null {
  const turned = outcome.hops.find(({ actions }) => actions.some((action) => becomesEchoReply.test(action)));
  if (!turned) return null;
  const before = outcome.hops.filter(({ index }) => index < turned.index);
  // A switch that did not track the request, for its rule is stateless, does not know the reply either.
  const tracked = new Set(before.filter(looksUp).map(({ datapath }) => datapath));
  const misjudged = outcome.hops.some(
    (hop) => hop.index > turned.index && looksUp(hop) && tracked.has(hop.datapath),
  );
  if (!misjudged) return null;
  const lookups = before.reduce((sum, hop) => sum + lookupsIn(hop), 0);
  return {
    ...plan,
    ct: [...plan.ct.slice(0, lookups), ...conntrackFlags({ kind: 'reply' })],
  };
}

function looksUp({ actions }: TraceHop): boolean {
  return actions.some((action) => alwaysLooksUp.test(action));
}

function lookupsIn({ actions, ctState }: TraceHop): number {
  return actions.filter(
    (action) => alwaysLooksUp.test(action) || (ctState === null && looksUpUntracked.test(action)),
  ).length;
}
