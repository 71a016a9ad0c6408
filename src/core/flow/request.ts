/** What a person asks about: who talks to whom, how. Turned into a microflow by `planTrace`. */

export type Service =
  | {
      readonly protocol: 'tcp' | 'udp' | 'sctp';
      readonly dstPort: number;
      readonly srcPort?: number | undefined;
    }
  /** Echo request of the address family in use unless type and code say otherwise. */
  | { readonly protocol: 'icmp'; readonly type?: number | undefined; readonly code?: number | undefined }
  /** ARP request for the destination (IPv4), neighbour solicitation (IPv6). */
  | { readonly protocol: 'arp' }
  /** Any other IP protocol by number, 0 to 255. */
  | { readonly protocol: 'other'; readonly number: number };

/**
 * What conntrack says at every lookup. `related` is an ICMP error that belongs to a connection, `invalid` a packet that fits
 * none.
 */
export const connectionKinds = ['new', 'established', 'reply', 'related', 'invalid'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** `states` are ovn-trace's `--ct` lists, one for each lookup in order; after the last it assumes `est`. */
export type Connection =
  { readonly kind: ConnectionKind } | { readonly kind: 'states'; readonly states: readonly string[] };

export type Destination =
  /** A port of the inventory; `ip` picks one of several addresses. */
  | { readonly kind: 'port'; readonly port: string; readonly ip?: string | undefined }
  | { readonly kind: 'address'; readonly ip: string };

export interface TraceRequest {
  /** Name of the logical switch port the packet comes from. */
  readonly inport: string;
  /** Source address; the port's first one of the destination's family when left out. */
  readonly ipSrc?: string | undefined;
  readonly destination: Destination;
  readonly service: Service;
  readonly connection: Connection;
  /** Destination MAC given by hand, where it cannot be decided. */
  readonly ethDst?: string | undefined;
  /** Source MAC given by hand: for ports without addresses. */
  readonly ethSrc?: string | undefined;
  /** IP TTL, 64 when left out. */
  readonly ttl?: number | undefined;
  /** Backend a load balancer shall choose: `IP[:PORT]` (`--lb-dst`). */
  readonly lbDst?: string | undefined;
  /** Trace once for each backend of the first load balancer on the way. */
  readonly everyBackend?: boolean | undefined;
  /** Member that a `select` action (ECMP routes and policies) shall choose, from 1 on (`--select-id`). */
  readonly selectId?: number | undefined;
  /** Trace once for each member of the first `select` on the way. */
  readonly everySelection?: boolean | undefined;
  /** Run `ovn-trace --ovs`. */
  readonly openFlow?: boolean | undefined;
}

/** What is run: all that `ovn-trace` needs. */
export interface TracePlan {
  readonly datapath: string;
  readonly microflow: string;
  /** One `--ct` option each. */
  readonly ct: readonly string[];
  /** The last list holds for all lookups after it: when the trace runs out of lists, it is run again with more. */
  readonly repeatsCt?: boolean | undefined;
  readonly lbDst: string | null;
  /** `--select-id`. */
  readonly selectId?: number | undefined;
  readonly openFlow: boolean;
  /**
   * Run with `--no-friendly-names`: set where ovn-trace's friendly names would not lead back to one port or datapath. The
   * trace then names datapaths by their northbound UUID.
   */
  readonly exactNames?: boolean | undefined;
}
