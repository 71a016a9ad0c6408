import type { Acl } from '../../ovn/northbound';

/** One side of a policy. */
export interface Gress {
  /** The key of its rules, and how kube-ovn calls it. */
  readonly key: 'ingress' | 'egress';
  /** How ovn-kubernetes and the API call it. */
  readonly title: 'Ingress' | 'Egress';
  readonly direction: Acl['direction'];
  /** What is compared with the port group. */
  readonly port: 'outport' | 'inport';
  /** Which address is the peer's. */
  readonly side: 'src' | 'dst';
  /** The key of a rule's peers. */
  readonly peers: 'from' | 'to';
}

export const gresses: readonly Gress[] = [
  { key: 'ingress', title: 'Ingress', direction: 'to-lport', port: 'outport', side: 'src', peers: 'from' },
  { key: 'egress', title: 'Egress', direction: 'from-lport', port: 'inport', side: 'dst', peers: 'to' },
];

/** Matches that all have to hold; empty ones hold. */
export function all(...matches: readonly string[]): string {
  return matches.filter((match) => match !== '').join(' && ');
}

/** In either family, and in both at once, as ovn-kubernetes writes it where a cluster has both. */
export function byFamily(match: (family: 'ip4' | 'ip6') => string): readonly string[] {
  const [four, six] = [match('ip4'), match('ip6')];
  return [four, six, `(${four} || ${six})`];
}
