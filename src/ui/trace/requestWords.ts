import * as l10n from '@vscode/l10n';
import type { Connection, Destination, Service, TraceRequest } from '../../core/flow/request';

/** Short texts for what was asked, used by the wizard, the history and the notifications. */

export function describeDestination(destination: Destination): string {
  if (destination.kind === 'address') return destination.ip;
  return destination.ip === undefined ? destination.port : `${destination.port} (${destination.ip})`;
}

export function describeService(service: Service): string {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return `${service.protocol.toUpperCase()} ${service.dstPort}`;
    case 'icmp':
      return service.type === undefined ? 'ICMP' : l10n.t('ICMP type {0}', service.type);
    case 'arp':
      return 'ARP/ND';
    case 'other':
      return l10n.t('IP protocol {0}', service.number);
  }
}

export function describeConnection(connection: Connection): string {
  return connection.kind === 'states' ? connection.states.join(' ') : connection.kind;
}

/** Which backend or `select` member was asked for; empty where the choice was left to OVN. */
export function describeChoice(
  request: Pick<TraceRequest, 'lbDst' | 'everyBackend' | 'selectId' | 'everySelection'>,
): string {
  if (request.everyBackend === true) return l10n.t('each backend');
  if (request.everySelection === true) return l10n.t('each member of the select');
  const parts = [
    request.lbDst === undefined ? null : l10n.t('backend {0}', request.lbDst),
    request.selectId === undefined ? null : l10n.t('member {0} of the select', request.selectId),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** `web1 → db1 TCP 5432`, with the connection when it is not a new one, and the backend when one was asked for. */
export function describeRequest(request: TraceRequest): string {
  const ends = `${request.inport} → ${describeDestination(request.destination)}`;
  const connection =
    request.connection.kind === 'new' || request.service.protocol === 'arp'
      ? ''
      : `, ${describeConnection(request.connection)}`;
  const choice = describeChoice(request);
  return `${ends} ${describeService(request.service)}${connection}${choice === '' ? '' : `, ${choice}`}`;
}
