import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { isMulticast } from '../ovn/ip';
import type { TraceHop } from '../trace/hop';
import type { Arrival, TraceOutcome } from '../trace/outcome';
import { splitBackend } from './choices';
import { followPacket, type Endpoints, type Followed, type Passed } from './followPacket';
import { commitsConnection, looksUp, lookupsIn } from './lookups';
import { ephemeralPort } from './planTrace';
import type { TracePlan, TraceRequest } from './request';
import { resolveEnds } from './resolveEnds';
import { reverseService } from './reverseRequest';

/** The way of a packet that arrived, and the question about the way back of its reply. */
export interface WayBack {
  readonly request: TraceRequest;
  /** The port that the reply shall come back to, by the name it has in the database. */
  readonly sender: string;
  readonly forward: Followed;
  /** What the reply has for addresses when it sets out. */
  readonly start: Endpoints;
  /** NAT or a load balancer changed the packet. */
  readonly rewritten: boolean;
}

/** Why there is no way back to trace; null when nobody expects one. */
export interface NoWayBack {
  readonly because: string | null;
}

const toBroadcast = /\beth\.dst == ff:ff:ff:ff:ff:ff\b/;

/**
 * The reply of a packet that arrived, from the port and the address it reached: the one asked about, or the backend that a load
 * balancer chose. It is addressed to where the packet came from, because ovn-trace undoes no NAT.
 */
export function findWayBack(
  request: TraceRequest,
  plan: TracePlan,
  outcome: TraceOutcome,
  index: InventoryIndex,
): WayBack | NoWayBack {
  const ends = resolveEnds(request, index);
  const service = reverseService(request.service, ends);
  const isToGroup = isMulticast(ends.ipDst) || toBroadcast.test(plan.microflow);
  if (service === null || isToGroup || outcome.arrivals.length === 0) return { because: null };
  const start: Endpoints = {
    ipSrc: ends.ipSrc,
    srcPort: 'dstPort' in request.service ? (request.service.srcPort ?? ephemeralPort) : null,
    ipDst: ends.ipDst,
    dstPort: 'dstPort' in request.service ? request.service.dstPort : null,
  };
  for (const arrival of outcome.arrivals) {
    const forward = followPacket(outcome, arrival.branch, start, {
      lbDst: plan.lbDst,
      backendAmong: (backends) => backendAt(arrival, backends, plan.lbDst, index),
    });
    const { ipDst, dstPort } = forward.end;
    if (ipDst === null || !answersAt(arrival, ipDst, ends.outport?.name ?? null, ends.ipDst, index)) continue;
    const rewritten = ipDst !== start.ipDst || dstPort !== start.dstPort || forward.end.ipSrc !== start.ipSrc;
    // A source NAT hides where the reply is routed to: the router that did it gets it back.
    const ethDst = forward.end.ipSrc === start.ipSrc ? null : forward.ethSrc;
    return {
      request: {
        inport: arrival.port,
        ipSrc: ipDst,
        destination: { kind: 'port', port: ends.inport.name, ip: ends.ipSrc },
        service: 'dstPort' in service ? { ...service, srcPort: dstPort ?? undefined } : service,
        connection: { kind: 'reply' },
        ...(ethDst === null ? {} : { ethDst }),
        ...(request.ttl === undefined ? {} : { ttl: request.ttl }),
        ...(request.openFlow === undefined ? {} : { openFlow: request.openFlow }),
      },
      sender: ends.inport.name,
      forward,
      start: { ipSrc: ipDst, srcPort: dstPort, ipDst: start.ipSrc, dstPort: start.srcPort },
      rewritten,
    };
  }
  return { because: whyNobodyAnswers(outcome.arrivals) };
}

/**
 * The lists of the reply with the first lookup mended that the packet never told conntrack about on its way out (a stateless
 * rule, another way through the network): there the reply belongs to no connection. Null when each lookup is as it should be.
 */
export function mendReplyLookups(
  { forward, request }: WayBack,
  plan: TracePlan,
  outcome: TraceOutcome,
): TracePlan | null {
  const state = request.service.protocol === 'udp' || request.service.protocol === 'other' ? 'new' : 'inv';
  let before = 0;
  for (const hop of outcome.hops) {
    const lookups = lookupsIn(hop);
    if (hop.datapathKind === 'switch' && looksUp(hop) && !knows(forward, hop)) {
      const given = plan.ct.slice(before, before + lookups);
      if (given.some((list) => list !== state)) {
        const ct = plan.ct.map((list, position) =>
          position >= before && position < before + lookups ? state : list,
        );
        return { ...plan, ct };
      }
    }
    before += lookups;
  }
  return null;
}

/** Whether the packet made its connection known where the reply is looked up: each port of a switch has a zone of its own. */
function knows({ passed }: Followed, reply: TraceHop): boolean {
  return passed.some(
    ({ hop }, at) => isMirrored(hop, reply) && commitsConnection(hop) && wasLookedUp(passed.slice(0, at + 1)),
  );
}

/**
 * Whether the packet was looked up since it came to the last datapath. From one to the next the real OVN forgets the state
 * (`ct_clear`) and ovn-trace does not, so that a packet let through statelessly still looks new and seems to be committed (26.03).
 */
function wasLookedUp(passed: readonly Passed[]): boolean {
  const here = passed.at(-1)?.hop.datapath;
  const before = passed.findLastIndex(({ hop }) => hop.datapath !== here);
  return passed.slice(before + 1).some(({ hop }) => looksUp(hop));
}

/**
 * Whether the reply has the addresses here that it really has: those of the packet at this place on its way out, the other way
 * round. Behind NAT or a load balancer it has not.
 */
export function isTrueTo(
  { forward, rewritten, start }: WayBack,
  reply: TraceHop,
  outcome: TraceOutcome,
): boolean {
  const here = followPacket(outcome, reply.branch, start, { lbDst: null, backendAmong: () => null });
  const packet = here.passed.find(({ hop }) => hop.index === reply.index)?.packet ?? start;
  const passed = forward.passed.filter(({ hop }) => isMirrored(hop, reply));
  if (passed.length === 0) return !rewritten;
  return passed.every(
    ({ packet: there }) =>
      there.ipSrc === packet.ipDst &&
      there.srcPort === packet.dstPort &&
      there.ipDst === packet.ipSrc &&
      there.dstPort === packet.srcPort,
  );
}

/** What goes in through a port comes back out of it. */
function isMirrored(forward: TraceHop, reply: TraceHop): boolean {
  return forward.datapath === reply.datapath && forward.pipeline !== reply.pipeline;
}

/** Of several backends, the one whose address the port has that the packet arrived at; null when ports alone tell them apart. */
function backendAt(
  arrival: Arrival,
  backends: readonly string[],
  lbDst: string | null,
  index: InventoryIndex,
): string | null {
  const here = backends.filter((backend) => hasAddress(arrival.port, splitBackend(backend).ip, index));
  if (here.length <= 1) return here[0] ?? null;
  // With --lb-dst ovn-trace takes the first backend of that address, whatever its port.
  return lbDst === null
    ? null
    : (here.find((backend) => splitBackend(backend).ip === splitBackend(lbDst).ip) ?? null);
}

function answersAt(
  arrival: Arrival,
  ip: string,
  asked: string | null,
  askedIp: string,
  index: InventoryIndex,
): boolean {
  if (!isHost(arrival)) return false;
  return (arrival.port === asked && ip === askedIp) || hasAddress(arrival.port, ip, index);
}

/** Whether something with an address of its own is behind the port: an instance, or what each chassis has of a localport. */
function isHost({ type }: Arrival): boolean {
  return type === '' || type === null || type === 'localport';
}

function hasAddress(port: string, ip: string, index: InventoryIndex): boolean {
  return index.portsWithIp(ip).some(({ name }) => name === port);
}

function whyNobodyAnswers(arrivals: readonly Arrival[]): string {
  const [first] = arrivals;
  if (first !== undefined && !isHost(first)) {
    return l10n.t(
      'The reply comes from outside this network, through {0}; what it looks like there is not known.',
      first.port,
    );
  }
  return l10n.t(
    'None of the ports that the packet arrives at is known to have its destination address, so which of them answers is not known.',
  );
}
