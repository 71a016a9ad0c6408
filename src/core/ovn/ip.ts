import ipaddr from 'ipaddr.js';

export type IpFamily = 'ip4' | 'ip6';

/** The usual notation of an address (RFC 5952 for IPv6), or null where the text is none. Zones and short IPv4 forms are none. */
export function canonicalIp(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text).toRFC5952String();
}

/** Family of an address that `canonicalIp` accepts. */
export function familyOf(ip: string): IpFamily {
  return ip.includes(':') ? 'ip6' : 'ip4';
}

/** Whether a CIDR such as `10.0.1.1/24` holds the address; false for what is no CIDR. */
export function networkContains(network: string, ip: string): boolean {
  const slash = network.lastIndexOf('/');
  const base = canonicalIp(slash < 0 ? network : network.slice(0, slash));
  if (base === null || familyOf(base) !== familyOf(ip)) return false;
  const width = familyOf(base) === 'ip4' ? 32 : 128;
  const length = slash < 0 ? width : Number(network.slice(slash + 1));
  if (!Number.isInteger(length) || length < 0 || length > width) return false;
  return ipaddr.parse(ip).match(ipaddr.parse(base), length);
}

export function isMulticast(ip: string): boolean {
  return ip === '255.255.255.255' || ipaddr.parse(ip).range() === 'multicast';
}

/** The last address of an IPv4 CIDR; null for IPv6 and for networks too small to have one. */
export function broadcastOf(network: string): string | null {
  const [base, length] = network.split('/');
  if (base === undefined || length === undefined || !ipaddr.IPv4.isValidFourPartDecimal(base)) return null;
  if (Number(length) > 30) return null;
  return ipaddr.IPv4.broadcastAddressFromCIDR(network).toString();
}

export function isLinkLocal(ip: string): boolean {
  return ipaddr.parse(ip).range() === 'linkLocal';
}

/** The Ethernet address to which a multicast or broadcast IP address maps (RFC 1112, RFC 2464). */
export function multicastMac(ip: string): string {
  const bytes = ipaddr.parse(ip).toByteArray();
  if (ip === '255.255.255.255') return 'ff:ff:ff:ff:ff:ff';
  const tail = bytes.slice(-4);
  if (familyOf(ip) === 'ip6') return ['33', '33', ...tail.map(hexByte)].join(':');
  return [
    '01',
    '00',
    '5e',
    hexByte((tail[1] ?? 0) & 0x7f),
    hexByte(tail[2] ?? 0),
    hexByte(tail[3] ?? 0),
  ].join(':');
}

/** The group that a neighbour solicitation for the address goes to (RFC 4291, 2.7.1). */
export function solicitedNode(ip: string): string {
  const [a, b, c] = ipaddr.parse(ip).toByteArray().slice(-3);
  const text = `ff02::1:ff${hexByte(a ?? 0)}:${hexByte(b ?? 0)}${hexByte(c ?? 0)}`;
  return canonicalIp(text) ?? text;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
