import type { PacketFields } from '../ovn/match/evaluate';
import { packetFromFlow } from '../ovn/match/packet';
import type { TraceHop } from './hop';
import type { TraceOutcome } from './outcome';

const source = ['ip4.src', 'ip6.src', 'tcp.src', 'udp.src', 'sctp.src'];
const destination = ['ip4.dst', 'ip6.dst', 'tcp.dst', 'udp.dst', 'sctp.dst'];

/**
 * Fields that an action can change, by what the action begins with. Without arguments the conntrack actions look for an
 * entry that undoes an earlier change, of which ovn-trace has none ("assuming no un-dnat entry, so no change").
 */
const rewrites: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^eth\.src\b|<-> eth\.src;/, ['eth.src']],
  [/^eth\.dst\b|^get_(?:arp|nd)\(|<-> eth\.dst;/, ['eth.dst']],
  [/^ip\.ttl\b/, ['ip.ttl']],
  [/^ct_snat(?:_in_czone)?\(/, source],
  [/^ct_dnat(?:_in_czone)?\(|^ct_lb(?:_mark)?(?:_local)?\(/, destination],
  [/^ip[46]\.src\b|<-> ip[46]\.src;/, ['ip4.src', 'ip6.src']],
  [/^ip[46]\.dst\b|<-> ip[46]\.dst;/, ['ip4.dst', 'ip6.dst']],
  [/^(?:tcp|udp|sctp)\.src\b|<-> (?:tcp|udp|sctp)\.src;/, ['tcp.src', 'udp.src', 'sctp.src']],
  [/^(?:tcp|udp|sctp)\.dst\b|<-> (?:tcp|udp|sctp)\.dst;/, ['tcp.dst', 'udp.dst', 'sctp.dst']],
];

/** With `--lb-dst` a load-balancing action without backends takes that address. */
const chosenBackend = /^ct_lb(?:_mark)?(?:_local)?;$/;

/**
 * What is known of the packet when it enters a hop: the fields it began with, less those that were rewritten on its way.
 */
export function packetAt(
  hop: TraceHop,
  outcome: TraceOutcome,
  flow: string | null,
  lbDst: string | null,
): PacketFields {
  if (flow === null) return {};
  const fields: Record<string, bigint | string | undefined> = { ...packetFromFlow(flow, {}) };
  const way = branchLine(hop, outcome);
  for (const earlier of outcome.hops) {
    if (earlier.index >= hop.index) break;
    if (!way.has(earlier.branch)) continue;
    for (const action of earlier.actions) {
      if (lbDst !== null && chosenBackend.test(action))
        for (const name of destination) fields[name] = undefined;
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
