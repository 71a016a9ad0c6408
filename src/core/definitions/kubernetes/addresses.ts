import ipaddr from 'ipaddr.js';
import { canonicalIp, familyOf, type IpFamily } from '../../ovn/ip';

/** A network as a policy writes it. */
export interface Network {
  readonly family: IpFamily;
  readonly cidr: string;
}

/** Null for what is no network in CIDR notation. */
export function readNetwork(text: string | null | undefined): Network | null {
  const [address, length, more] = (text ?? '').split('/');
  if (address === undefined || length === undefined || more !== undefined || !/^\d{1,3}$/.test(length))
    return null;
  const ip = canonicalIp(address);
  if (ip === null || Number(length) > (familyOf(ip) === 'ip4' ? 32 : 128)) return null;
  return { family: familyOf(ip), cidr: `${ip}/${length}` };
}

/** Whether two networks have addresses in common. */
export function networksOverlap(one: Network, other: Network): boolean {
  if (one.family !== other.family) return false;
  const [first, second] = [ipaddr.parseCIDR(one.cidr), ipaddr.parseCIDR(other.cidr)];
  return first[0].match(second[0], Math.min(first[1], second[1]));
}

/** Whether all addresses of the second are in the first. */
export function networkCovers(one: Network, other: Network): boolean {
  return networksOverlap(one, other) && lengthOf(one) <= lengthOf(other);
}

function lengthOf({ cidr }: Network): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}
