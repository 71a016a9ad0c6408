import type { Service } from './request';

/** What a packet is for, as sentences and the panel call it: `TCP port 5432`, `ICMP`, `IP protocol 47`. */
export function nameService(service: Service): string {
  switch (service.protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return `${service.protocol.toUpperCase()} port ${service.dstPort}`;
    case 'icmp':
      return service.type === undefined ? 'ICMP' : `ICMP type ${service.type}`;
    case 'arp':
      return 'ARP';
    case 'other':
      return `IP protocol ${service.number}`;
  }
}
