import type { InventoryIndex } from '../ovn/inventoryIndex';
import { isMulticast } from '../ovn/ip';
import type { LogicalSwitchPort } from '../ovn/northbound';
import { ephemeralPort } from './planTrace';
import type { Connection, Service, TraceRequest } from './request';
import { type PacketEnds, resolveEnds } from './resolveEnds';

/**
 * The question the other way round: ends and ports swapped, a new connection's reply. Null where nothing answers that way: to
 * an address that is no port's (the outside, a load balancer), to a group, for ARP and for ICMP messages that are no echo.
 */
export function reverseRequest(request: TraceRequest, index: InventoryIndex): TraceRequest | null {
  const ends = resolveEnds(request, index);
  if (isMulticast(ends.ipDst)) return null;
  const outport = ends.outport ?? findOwner(ends.ipDst, index);
  const service = reverseService(request.service, ends);
  if (outport === null || service === null) return null;
  return {
    inport: outport.name,
    ipSrc: ends.ipDst,
    destination: { kind: 'port', port: ends.inport.name, ip: ends.ipSrc },
    service,
    connection: reverseConnection(request.connection),
    ...(request.ttl === undefined ? {} : { ttl: request.ttl }),
    ...(request.openFlow === undefined ? {} : { openFlow: request.openFlow }),
  };
}

function reverseConnection(connection: Connection): Connection {
  switch (connection.kind) {
    case 'new':
      return { kind: 'reply' };
    case 'reply':
      return { kind: 'established' };
    case 'established':
      return { kind: 'reply' };
    // Errors about a connection, and packets that fit none, come from either side.
    case 'related':
    case 'invalid':
    case 'states':
      return connection;
  }
}

/** The service of the answer; null where nothing answers. */
export function reverseService(service: Service, { family }: PacketEnds): Service | null {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return {
        protocol: service.protocol,
        srcPort: service.dstPort,
        dstPort: service.srcPort ?? ephemeralPort,
      };
    case 'icmp': {
      if (service.type === undefined) return service;
      const pairs: readonly (readonly [number, number])[] =
        family === 'ip4'
          ? [
              [8, 0],
              [13, 14],
            ]
          : [[128, 129]];
      const pair = pairs.find((types) => types.includes(service.type ?? -1));
      if (pair === undefined) return null;
      return { protocol: 'icmp', type: pair[0] === service.type ? pair[1] : pair[0] };
    }
    case 'other':
      return service;
    case 'arp':
      return null;
  }
}

/** The one port that has the address and can send packets of its own. */
function findOwner(ip: string, index: InventoryIndex): LogicalSwitchPort | null {
  const owners = index.portsWithIp(ip).filter(({ type }) => type !== 'router');
  return owners.length === 1 ? (owners[0] ?? null) : null;
}
