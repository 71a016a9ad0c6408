import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import type { Connection, Destination, Service, TraceRequest } from '../flow/request';
import type { ApiRequest } from './result';

/**
 * The request of another program as the core has it.
 * @throws TraceFailure `bad-request` when the protocol needs a port and none is given.
 */
export function toTraceRequest(request: ApiRequest): TraceRequest {
  return {
    inport: request.in_port,
    ipSrc: request.ip_src,
    ethSrc: request.eth_src,
    ethDst: request.eth_dst,
    destination: toDestination(request),
    service: toService(request),
    connection: toConnection(request.connection),
    ttl: request.ttl,
    lbDst: request.lb_dst,
    everyBackend: request.every_backend,
    selectId: request.select_id,
    everySelection: request.every_selection,
    openFlow: request.open_flow,
  };
}

/** The request as other programs and the saved traces have it; the fields that were not asked for are left out. */
export function fromTraceRequest(request: TraceRequest): ApiRequest {
  const { service, destination, connection } = request;
  const fields: ApiRequest = {
    in_port: request.inport,
    ip_src: request.ipSrc,
    ip_dst: destination.ip,
    to_port: destination.kind === 'port' ? destination.port : undefined,
    eth_src: request.ethSrc,
    eth_dst: request.ethDst,
    protocol: service.protocol === 'other' ? service.number : service.protocol,
    src_port: 'srcPort' in service ? service.srcPort : undefined,
    dst_port: 'dstPort' in service ? service.dstPort : undefined,
    connection: fromConnection(connection),
    ttl: request.ttl,
    lb_dst: request.lbDst,
    every_backend: request.everyBackend,
    select_id: request.selectId,
    every_selection: request.everySelection,
    open_flow: request.openFlow,
  };
  return JSON.parse(JSON.stringify(fields)) as ApiRequest;
}

function toDestination(request: ApiRequest): Destination {
  if (request.to_port !== undefined) return { kind: 'port', port: request.to_port, ip: request.ip_dst };
  return { kind: 'address', ip: request.ip_dst ?? '' };
}

/** IP protocol numbers that have fields of their own in a microflow. */
const numbered: Readonly<Record<number, 'icmp' | 'tcp' | 'udp' | 'sctp'>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp',
  132: 'sctp',
};

function toService(request: ApiRequest): Service {
  const protocol =
    typeof request.protocol === 'number'
      ? (numbered[request.protocol] ?? request.protocol)
      : request.protocol;
  if (typeof protocol === 'number') return { protocol: 'other', number: protocol };
  switch (protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      if (request.dst_port === undefined) {
        throw new TraceFailure('bad-request', l10n.t('A {0} packet needs a destination port.', protocol), {
          advice: l10n.t('Give dst_port, from 1 to 65535.'),
        });
      }
      return { protocol, dstPort: request.dst_port, srcPort: request.src_port };
    case 'icmp':
    case 'icmp4':
    case 'icmp6':
      return { protocol: 'icmp' };
    case 'arp':
    case 'nd':
      return { protocol: 'arp' };
  }
}

function toConnection(connection: ApiRequest['connection']): Connection {
  if (connection === undefined) return { kind: 'new' };
  if (Array.isArray(connection)) return { kind: 'states', states: connection };
  return { kind: connection === 'est' ? 'established' : connection };
}

function fromConnection(connection: Connection): ApiRequest['connection'] {
  switch (connection.kind) {
    case 'states':
      return [...connection.states];
    case 'established':
      return 'est';
    case 'new':
    case 'reply':
    case 'related':
    case 'invalid':
      return connection.kind;
  }
}
