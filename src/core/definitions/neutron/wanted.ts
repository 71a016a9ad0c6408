import { canonicalIp, familyOf } from '../../ovn/ip';
import type { WantedPacket } from '../format';

/** The narrowest rule that lets a packet through, as Neutron's API takes it. */
export interface WantedRule {
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly prefix: string;
}

/** Null where Neutron has no such rule. */
export function wantedRule(packet: WantedPacket): WantedRule | null {
  const { direction, family, protocol, dstPort, icmp } = packet;
  const peer = canonicalIp(packet.peer);
  if (peer === null || familyOf(peer) !== `ip${family}`) return null;
  const base = {
    direction: direction === 'to-lport' ? ('ingress' as const) : ('egress' as const),
    ethertype: family === 4 ? ('IPv4' as const) : ('IPv6' as const),
    prefix: `${peer}/${family === 4 ? 32 : 128}`,
  };
  if (typeof protocol === 'number') {
    // 0 is any protocol to some releases.
    return protocol === 0 ? null : { ...base, protocol: String(protocol), min: null, max: null };
  }
  if (protocol === 'icmp') {
    const name = family === 4 ? 'icmp' : 'ipv6-icmp';
    return icmp === null ? null : { ...base, protocol: name, min: icmp.type, max: icmp.code };
  }
  return dstPort === null || dstPort === 0 ? null : { ...base, protocol, min: dstPort, max: dstPort };
}

/** Words for it, of letters, digits and `_`. */
export function nameOfWanted({ protocol, min, prefix }: WantedRule): string {
  const peer = prefix.replace(/\/\d+$/, '').replace(/[^\da-z]+/gi, '_');
  return ['allow', protocol.replace(/\W/g, '_'), ...(min === null ? [] : [min]), 'from', peer]
    .join('_')
    .replace(/_+$/, '');
}

/** How the lines of a text end. */
export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Where the line ends that an offset is in. */
export function endOfLine(text: string, offset: number): number {
  const end = text.slice(offset).search(/\r?\n|$/);
  return offset + Math.max(0, end);
}
