import type { TraceHop } from './hop';
import type { TraceOutcome } from './outcome';
import { wayTo } from './ways';

/** Where a packet was going when it came to a hop, as far as the actions before it say. */
export interface Heading {
  /** Its destination by then: behind NAT and load balancers, or the sender once OVN made an answer of it. Null when not known. */
  readonly destination: string | null;
  /** The gateway that the route names; null when the destination itself is the next hop. */
  readonly gateway: string | null;
}

const address = '(\\d+\\.\\d+\\.\\d+\\.\\d+|[\\da-f]*:[\\da-f:.]+)';
const routesTo = new RegExp(`^(?:xx)?reg0 = ${address};$`);
const routesDirectly = /^(?:xx)?reg0 = ip[46]\.dst;$/;
const translatesTo = new RegExp(`^ct_dnat(?:_in_czone)?\\((?:ip[46]\\.dst=)?${address}[,)]`);
const balances = /^ct_lb(?:_mark)?(?:_local)?\(/;
const swapsEnds = /^ip[46]\.dst <-> ip[46]\.src;$|^ip[46]\.src <-> ip[46]\.dst;$/;

/** Follows destination and next hop from the first stage to this one; registers are the router's own and end with it. */
export function headingAt(
  hop: TraceHop,
  outcome: TraceOutcome,
  ends: { readonly ipSrc: string | null; readonly ipDst: string | null },
): Heading {
  let source = ends.ipSrc;
  let destination = ends.ipDst;
  let gateway: string | null = null;
  for (const earlier of wayTo(hop, outcome)) {
    for (const action of earlier.actions) {
      const route = routesTo.exec(action)?.[1];
      if (route !== undefined && earlier.datapath === hop.datapath) gateway = route;
      else if (routesDirectly.test(action)) gateway = null;
      else if (swapsEnds.test(action)) [source, destination] = [destination, source];
      else if (balances.test(action)) destination = null;
      else destination = translatesTo.exec(action)?.[1] ?? destination;
    }
  }
  return { destination, gateway: gateway === destination ? null : gateway };
}
