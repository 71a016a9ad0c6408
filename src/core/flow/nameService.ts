import * as l10n from '@vscode/l10n';
import type { Service } from './request';

/** What a packet is for, as sentences and the panel call it: `TCP port 5432`, `ICMP`, `IP protocol 47`. */
export function nameService(service: Service): string {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return l10n.t('{0} port {1}', service.protocol.toUpperCase(), service.dstPort);
    case 'icmp':
      return service.type === undefined ? 'ICMP' : l10n.t('ICMP type {0}', service.type);
    case 'arp':
      return 'ARP';
    case 'other':
      return l10n.t('IP protocol {0}', service.number);
  }
}
