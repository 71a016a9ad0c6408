import * as z from 'zod';
import type { Connection, Destination, Service, TraceRequest } from '../../core/flow/request';

/** What was answered so far. A step reads and writes its own field; an earlier answer can clear later ones. */
export interface WizardState {
  /** Name of the target. */
  readonly target?: string | undefined;
  readonly inport?: string | undefined;
  readonly ipSrc?: string | undefined;
  readonly ethSrc?: string | undefined;
  readonly destination?: Destination | undefined;
  readonly protocol?: Service['protocol'] | undefined;
  /** IP protocol number, for `other`. */
  readonly protocolNumber?: number | undefined;
  readonly dstPort?: number | undefined;
  readonly connection?: Connection | undefined;
  readonly backend?: BackendAnswer | undefined;
  readonly ethDst?: string | undefined;
  /** A microflow written by hand; it is run as it is. */
  readonly microflow?: string | undefined;
  /** What the steps do not ask for, kept from an edited trace: TTL, source port, ICMP type, `select` member. */
  readonly kept?: KeptFields | undefined;
}

/** Which backend of a load balancer: as OVN chooses, one after the other, or a certain one (`IP[:PORT]`). */
export type BackendAnswer =
  { readonly kind: 'any' | 'each' } | { readonly kind: 'one'; readonly address: string };

export interface KeptFields {
  readonly srcPort?: number | undefined;
  readonly icmpType?: number | undefined;
  readonly icmpCode?: number | undefined;
  readonly ttl?: number | undefined;
  readonly selectId?: number | undefined;
  readonly everySelection?: boolean | undefined;
}

/** What a command may start the wizard with: answers that stand first in their steps. */
export const wizardSeedSchema = z
  .object({
    target: z.string(),
    inport: z.string(),
    ipSrc: z.string(),
    toPort: z.string(),
    toAddress: z.string(),
    protocol: z.enum(['tcp', 'udp', 'sctp', 'icmp', 'arp', 'other']),
    dstPort: z.number().int().min(1).max(65535),
  })
  .partial();
export type WizardSeed = z.infer<typeof wizardSeedSchema>;

export function stateOfSeed(seed: WizardSeed): WizardState {
  const { toPort, toAddress, ...rest } = seed;
  if (toPort !== undefined) return { ...rest, destination: { kind: 'port', port: toPort } };
  if (toAddress !== undefined) return { ...rest, destination: { kind: 'address', ip: toAddress } };
  return rest;
}

/** The request that the answers make, or null while one is missing. */
export function requestOf(state: WizardState): TraceRequest | null {
  const service = serviceOf(state);
  if (state.inport === undefined || state.destination === undefined || service === null) return null;
  const connection: Connection | undefined = hasConnection(state) ? state.connection : { kind: 'new' };
  if (connection === undefined) return null;
  return {
    inport: state.inport,
    ipSrc: state.ipSrc,
    ethSrc: state.ethSrc,
    destination: state.destination,
    service,
    connection,
    ethDst: state.ethDst,
    ttl: state.kept?.ttl,
    lbDst: state.backend?.kind === 'one' ? state.backend.address : undefined,
    ...(state.backend?.kind === 'each' && connection.kind === 'new' ? { everyBackend: true } : {}),
    ...(state.kept?.selectId === undefined ? {} : { selectId: state.kept.selectId }),
    ...(state.kept?.everySelection === true ? { everySelection: true } : {}),
  };
}

/** The answers that would have made the request: where *Edit and Trace* begins. */
export function stateOfRequest(request: TraceRequest, target: string | undefined): WizardState {
  const { service } = request;
  return {
    target,
    inport: request.inport,
    ipSrc: request.ipSrc,
    ethSrc: request.ethSrc,
    destination: request.destination,
    protocol: service.protocol,
    protocolNumber: service.protocol === 'other' ? service.number : undefined,
    dstPort: 'dstPort' in service ? service.dstPort : undefined,
    connection: request.connection,
    backend: backendOf(request),
    ethDst: request.ethDst,
    kept: {
      srcPort: 'srcPort' in service ? service.srcPort : undefined,
      icmpType: service.protocol === 'icmp' ? service.type : undefined,
      icmpCode: service.protocol === 'icmp' ? service.code : undefined,
      ttl: request.ttl,
      selectId: request.selectId,
      everySelection: request.everySelection,
    },
  };
}

function backendOf({ everyBackend, lbDst }: TraceRequest): BackendAnswer {
  if (everyBackend === true) return { kind: 'each' };
  return lbDst === undefined ? { kind: 'any' } : { kind: 'one', address: lbDst };
}

export function hasPorts(protocol: Service['protocol'] | undefined): protocol is 'tcp' | 'udp' | 'sctp' {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}

/** ARP and neighbour discovery never meet conntrack. */
export function hasConnection(state: WizardState): boolean {
  return state.protocol !== 'arp';
}

function serviceOf(state: WizardState): Service | null {
  const { protocol, kept } = state;
  if (hasPorts(protocol)) {
    return state.dstPort === undefined ? null : { protocol, dstPort: state.dstPort, srcPort: kept?.srcPort };
  }
  switch (protocol) {
    case 'icmp':
      return { protocol, type: kept?.icmpType, code: kept?.icmpCode };
    case 'arp':
      return { protocol };
    case 'other':
      return state.protocolNumber === undefined ? null : { protocol, number: state.protocolNumber };
    case undefined:
      return null;
  }
}
