import type { PacketFields } from '../ovn/match/evaluate';
import { packetFromFlow } from '../ovn/match/packet';
import type { TraceHop } from './hop';
import type { TraceOutcome } from './outcome';

/** Fields that an action can change, by what the action begins with. What was rewritten is unknown from there on. */
const rewrites: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^eth\.src\b|<-> eth\.src;/, ['eth.src']],
  [/^eth\.dst\b|^get_(?:arp|nd)\(|<-> eth\.dst;/, ['eth.dst']],
  [/^ip\.ttl\b/, ['ip.ttl']],
  [/^ct_snat|^ct_commit_nat|^ct_commit_to_zone/, ['ip4.src', 'ip6.src', 'tcp.src', 'udp.src', 'sctp.src']],
  [/^ct_dnat|^ct_lb|^ct_commit_nat/, ['ip4.dst', 'ip6.dst', 'tcp.dst', 'udp.dst', 'sctp.dst']],
  [/^ip[46]\.src\b|<-> ip[46]\.src;/, ['ip4.src', 'ip6.src']],
  [/^ip[46]\.dst\b|<-> ip[46]\.dst;/, ['ip4.dst', 'ip6.dst']],
  [/^(?:tcp|udp|sctp)\.src\b|<-> (?:tcp|udp|sctp)\.src;/, ['tcp.src', 'udp.src', 'sctp.src']],
  [/^(?:tcp|udp|sctp)\.dst\b|<-> (?:tcp|udp|sctp)\.dst;/, ['tcp.dst', 'udp.dst', 'sctp.dst']],
];

/**
 * What is known of the packet when it enters a hop: the fields it began with, less those that were rewritten on its way.
 */
export function packetAt(hop: TraceHop, outcome: TraceOutcome, flow: string | null): PacketFields {
  if (flow === null) return {};
  const fields: Record<string, bigint | string | undefined> = { ...packetFromFlow(flow, {}) };
  const way = branchLine(hop, outcome);
  for (const earlier of outcome.hops) {
    if (earlier.index >= hop.index) break;
    if (!way.has(earlier.branch)) continue;
    for (const action of earlier.actions) {
      for (const [pattern, names] of rewrites) {
        if (pattern.test(action)) for (const name of names) fields[name] = undefined;
      }
    }
  }
  return fields;
}

/** The branch of the hop and those it came out of. */
function branchLine(hop: TraceHop, outcome: TraceOutcome): ReadonlySet<number> {
  const line = new Set<number>();
  for (
    let branch: number | null = hop.branch;
    branch !== null;
    branch = outcome.branches[branch]?.parent ?? null
  ) {
    line.add(branch);
  }
  return line;
}
