import { TraceFailure } from '../failure';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { LogicalSwitchPort } from '../ovn/northbound';
import type { Connection, Service, TraceRequest } from './request';
import { resolveEnds } from './resolveEnds';

/** A request in one line: `web1 10.0.1.11 → db1 10.0.2.11, TCP 5432, new connection`. Never fails: what cannot be resolved stays as given. */
export function describeRequest(request: TraceRequest, index: InventoryIndex): string {
  return `${describeEnds(request, index)}, ${describeService(request.service)}${describeConnection(request)}`;
}

function describeEnds(request: TraceRequest, index: InventoryIndex): string {
  try {
    const { inport, ipSrc, outport, ipDst } = resolveEnds({ ...request, ethSrc: '00:00:00:00:00:00' }, index);
    const destination = outport ?? soleOwner(ipDst, index);
    return `${callPort(inport)} ${ipSrc} → ${destination === null ? ipDst : `${callPort(destination)} ${ipDst}`}`;
  } catch (error) {
    if (!(error instanceof TraceFailure)) throw error;
    const { inport, ipSrc, destination } = request;
    const to = destination.kind === 'port' ? [destination.port, destination.ip] : [destination.ip];
    const join = (words: readonly (string | undefined)[]): string =>
      words.filter((word) => word !== undefined).join(' ');
    return `${join([inport, ipSrc])} → ${join(to)}`;
  }
}

function describeService(service: Service): string {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp': {
      const from = service.srcPort === undefined ? '' : ` from port ${service.srcPort}`;
      return `${service.protocol.toUpperCase()} ${service.dstPort}${from}`;
    }
    case 'icmp':
      return service.type === undefined
        ? 'ICMP echo'
        : `ICMP type ${service.type}${service.code === undefined ? '' : ` code ${service.code}`}`;
    case 'arp':
      return 'address resolution (ARP or ND)';
    case 'other':
      return `IP protocol ${service.number}`;
  }
}

function describeConnection({ connection, service }: TraceRequest): string {
  return service.protocol === 'arp' ? '' : `, ${connectionWords(connection)}`;
}

function connectionWords(connection: Connection): string {
  switch (connection.kind) {
    case 'new':
      return 'new connection';
    case 'established':
      return 'established connection';
    case 'reply':
      return 'reply';
    case 'states':
      return `conntrack ${connection.states.join('; ')}`;
  }
}

function callPort({ name, friendlyName }: LogicalSwitchPort): string {
  return friendlyName ?? name;
}

function soleOwner(ip: string, index: InventoryIndex): LogicalSwitchPort | null {
  const owners = index.portsWithIp(ip);
  return owners.length === 1 ? (owners[0] ?? null) : null;
}
