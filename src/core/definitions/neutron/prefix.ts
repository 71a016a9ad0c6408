import ipaddr from 'ipaddr.js';
import { canonicalIp, familyOf } from '../../ovn/ip';

/**
 * The network that Neutron makes of `remote_ip_prefix`: without host bits, of one address when no length is given. Null for
 * what it refuses, which is also a prefix of the other family.
 */
export function normalPrefix(text: string, family: 4 | 6): string | null {
  const [address = '', mask, ...more] = text.trim().split('/');
  const base = canonicalIp(address);
  if (base === null || more.length > 0 || familyOf(base) !== `ip${family}`) return null;
  const width = family === 4 ? 32 : 128;
  const length = mask === undefined ? width : lengthOf(mask);
  if (length === null || length > width) return null;
  if (length === width) return base;
  const network =
    family === 4
      ? ipaddr.IPv4.networkAddressFromCIDR(`${base}/${length}`).toString()
      : ipaddr.IPv6.networkAddressFromCIDR(`${base}/${length}`).toRFC5952String();
  return `${network}/${length}`;
}

/** A length, or an IPv4 mask such as 255.255.255.0. */
function lengthOf(mask: string): number | null {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  return ipaddr.IPv4.isValidFourPartDecimal(mask)
    ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask()
    : null;
}

/** The family of an address or prefix, by its notation. */
export function familyOfPrefix(text: string): 4 | 6 {
  return text.includes(':') ? 6 : 4;
}
