import type { AclStage } from '../acl/aclStages';
import type { WantedPacket } from '../definitions/format';
import type { PacketFields } from '../ovn/match/evaluate';
import type { MatchSymbol } from '../ovn/match/fields';
import { printConstant } from '../ovn/match/print';

const protocols: Readonly<Record<number, WantedPacket['protocol']>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp',
  132: 'sctp',
};

/** What a rule has to allow for the packet to pass an ACL stage; null when too little of the packet is known. */
export function wantedPacket(packet: PacketFields, direction: AclStage['direction']): WantedPacket | null {
  const number = (field: MatchSymbol['name']): number | null => {
    const value = packet[field];
    return typeof value === 'bigint' ? Number(value) : null;
  };
  const family = packet['eth.type'] === 0x800n ? 4 : packet['eth.type'] === 0x86ddn ? 6 : null;
  const protocolNumber = number('ip.proto');
  if (family === null || protocolNumber === null) return null;
  const peer = packet[`ip${family}.${direction === 'to-lport' ? 'src' : 'dst'}`];
  if (typeof peer !== 'bigint') return null;
  const protocol = protocols[protocolNumber] ?? protocolNumber;
  const hasPorts = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
  const dstPort = hasPorts ? number(`${protocol}.dst`) : null;
  if (hasPorts && dstPort === null) return null;
  const [type, code] = [number(`icmp${family}.type`), number(`icmp${family}.code`)];
  return {
    direction,
    family,
    protocol,
    dstPort,
    icmp: protocol === 'icmp' && type !== null ? { type, code: code ?? 0 } : null,
    peer: printConstant({ kind: 'integer', value: peer, mask: null, format: family === 4 ? 'ipv4' : 'ipv6' }),
  };
}
