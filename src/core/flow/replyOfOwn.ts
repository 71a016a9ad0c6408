import type { TraceOutcome } from '../trace/outcome';
import { conntrackFlags } from './conntrack';
import { looksUp, lookupsIn } from './lookups';
import type { TracePlan } from './request';

const becomesEchoReply = /^icmp(?:4\.type = 0|6\.type = 129);$/;

/**
 * The echo reply that a router makes of a ping goes back through the switch as part of the connection that the request
 * opened there; told the state of the request for every lookup, ovn-trace would ask the ACLs about it as if it opened one.
 * Returns the plan with the states that the real reply meets, or null when it meets no lookup.
 */
export function planOwnReply(plan: TracePlan, outcome: TraceOutcome): TracePlan | null {
  const turned = outcome.hops.find(({ actions }) => actions.some((action) => becomesEchoReply.test(action)));
  if (!turned) return null;
  const before = outcome.hops.filter(({ index }) => index < turned.index);
  const behind = outcome.hops.filter(({ index }) => index >= turned.index);
  if (!behind.some(looksUp)) return null;
  // A switch that did not track the request, for its rule is stateless, does not know the reply either.
  const tracked = new Set(before.filter(looksUp).map(({ datapath }) => datapath));
  const states = behind.flatMap((hop) =>
    Array.from({ length: lookupsIn(hop) }, () =>
      hop.datapathKind === 'switch' && !tracked.has(hop.datapath) ? 'inv' : 'est,rpl',
    ),
  );
  const lookups = before.reduce((sum, hop) => sum + lookupsIn(hop), 0);
  return { ...plan, ct: [...plan.ct.slice(0, lookups), ...states, ...conntrackFlags({ kind: 'reply' })] };
}
