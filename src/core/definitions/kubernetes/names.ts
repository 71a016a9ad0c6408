import type { RowIdentity } from '../definition';

/** ACL names are cut by kube-ovn to so many characters, and are then no longer one rule's. */
const longestAclName = 63;

export function place(columns: Readonly<Record<string, string>>): RowIdentity {
  return { by: 'place', columns };
}

/** A name in OVN of parts that the file may leave open; null when it leaves open more than one, or all. */
export function joinName(...parts: readonly (string | null)[]): string | null {
  const open = parts.filter((part) => part === null || part.includes('*')).length;
  if (open > 1 || parts.every((part) => part === null)) return null;
  return parts.map((part) => part ?? '*').join('');
}

/** What kube-ovn calls an object in OVN: names there begin with a letter. */
export function letterFirst(name: string, prefix: string): string {
  return /^\p{L}/u.test(name) ? name : prefix + name;
}

/**
 * An ACL by the name that kube-ovn gives it. Releases of 2026 keep the whole name in an external id, too; the name itself
 * only tells as long as it was not cut.
 */
export function kubeOvnAclName(name: string | null): readonly RowIdentity[] {
  if (name === null) return [];
  const whole = place({ 'external_ids:kube-ovn.io/network-policy-acl-name': name });
  return name.length > longestAclName ? [whole] : [place({ name }), whole];
}

/** ovn-kubernetes' name of an object, and what else its row says. */
export function ovnKubernetesIds(
  name: string | null,
  others: Readonly<Record<string, string>>,
): readonly RowIdentity[] {
  return name === null ? [] : [place({ 'external_ids:k8s.ovn.org/name': name, ...others })];
}
