import * as l10n from '@vscode/l10n';
import type { Service } from '../../core/flow/request';

type PortProtocol = Extract<Service, { dstPort: number }>['protocol'];

interface KnownPort {
  readonly port: number;
  /** A function where it has words in it. */
  readonly name: string | (() => string);
  readonly protocols: readonly PortProtocol[];
}

const tcp: readonly PortProtocol[] = ['tcp'];
const udp: readonly PortProtocol[] = ['udp'];
const both: readonly PortProtocol[] = ['tcp', 'udp'];
const sctp: readonly PortProtocol[] = ['sctp'];

/** Ports that people ask for by name, the most asked first. Names are IANA's or the product's. */
const knownPorts: readonly KnownPort[] = [
  { port: 22, name: 'SSH', protocols: tcp },
  { port: 80, name: 'HTTP', protocols: tcp },
  { port: 443, name: 'HTTPS', protocols: both },
  { port: 53, name: 'DNS', protocols: both },
  { port: 3306, name: 'MySQL', protocols: tcp },
  { port: 5432, name: 'PostgreSQL', protocols: tcp },
  { port: 6379, name: 'Redis', protocols: tcp },
  { port: 8080, name: () => l10n.t('HTTP, alternative'), protocols: tcp },
  { port: 8443, name: () => l10n.t('HTTPS, alternative'), protocols: tcp },
  { port: 6443, name: 'Kubernetes API', protocols: tcp },
  { port: 10250, name: 'Kubelet', protocols: tcp },
  { port: 2379, name: 'etcd', protocols: tcp },
  { port: 3389, name: 'RDP', protocols: both },
  { port: 25, name: 'SMTP', protocols: tcp },
  { port: 389, name: 'LDAP', protocols: both },
  { port: 636, name: 'LDAPS', protocols: tcp },
  { port: 445, name: 'SMB', protocols: tcp },
  { port: 2049, name: 'NFS', protocols: both },
  { port: 5672, name: 'AMQP', protocols: tcp },
  { port: 9092, name: 'Kafka', protocols: tcp },
  { port: 9200, name: 'Elasticsearch', protocols: tcp },
  { port: 9090, name: 'Prometheus', protocols: tcp },
  { port: 179, name: 'BGP', protocols: tcp },
  { port: 123, name: 'NTP', protocols: udp },
  { port: 67, name: () => l10n.t('DHCP server'), protocols: udp },
  { port: 161, name: 'SNMP', protocols: udp },
  { port: 514, name: 'Syslog', protocols: udp },
  { port: 500, name: 'IKE', protocols: udp },
  { port: 4500, name: () => l10n.t('IPsec NAT traversal'), protocols: udp },
  { port: 4789, name: 'VXLAN', protocols: udp },
  { port: 6081, name: 'Geneve', protocols: udp },
  { port: 51820, name: 'WireGuard', protocols: udp },
  { port: 38412, name: 'NGAP', protocols: sctp },
  { port: 36412, name: 'S1AP', protocols: sctp },
  { port: 2905, name: 'M3UA', protocols: sctp },
  { port: 3868, name: 'Diameter', protocols: sctp },
];

export interface NumberName {
  readonly number: number;
  readonly name: string;
}

export function portsOf(protocol: PortProtocol): readonly NumberName[] {
  return knownPorts
    .filter((known) => known.protocols.includes(protocol))
    .map((known) => ({
      number: known.port,
      name: typeof known.name === 'string' ? known.name : known.name(),
    }));
}

/** IP protocols without a step of their own. */
export const otherProtocols: readonly NumberName[] = [
  { number: 47, name: 'GRE' },
  { number: 50, name: 'ESP' },
  { number: 51, name: 'AH' },
  { number: 4, name: 'IPv4 in IP' },
  { number: 41, name: 'IPv6 in IP' },
  { number: 89, name: 'OSPF' },
  { number: 112, name: 'VRRP' },
  { number: 103, name: 'PIM' },
  { number: 2, name: 'IGMP' },
];
