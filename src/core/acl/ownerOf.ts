import * as l10n from '@vscode/l10n';
import type { AclEntity } from '../definitions/definition';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl, ExternalIds } from '../ovn/northbound';

/** Who made the ACL, in the words of the platform that did: `security group 5d1e…`, `NetworkPolicy ns/name`; null when nothing says. */
export function ownerOf(acl: Acl, entities: readonly AclEntity[], index: InventoryIndex): string | null {
  const owner = ownerInAcl(acl.externalIds);
  if (owner !== null) return owner;
  for (const { type, name } of entities) {
    if (type !== 'port-group') continue;
    const inGroup = ownerOfGroup(name, index);
    if (inGroup !== null) return inGroup;
  }
  const subnet = acl.externalIds['subnet'];
  if (acl.externalIds['vendor'] === 'kube-ovn' && subnet !== undefined) return `Subnet ${subnet}`;
  return null;
}

function ownerInAcl(ids: ExternalIds): string | null {
  const name = ids['k8s.ovn.org/name'] ?? '';
  const type = ids['k8s.ovn.org/owner-type'];
  if (type === undefined) return null;
  // Names of namespaced owners are NAMESPACE:NAME.
  const readable = name.replace(':', '/');
  return type === 'NetpolNamespace'
    ? l10n.t('default deny of the NetworkPolicies in namespace {0}', name)
    : `${type} ${readable}`.trim();
}

/**
 * Whether a platform made the ACL to drop what none of its groups or policies allows: nobody's rule, and what stops a packet is
 * that an allow is missing.
 */
export function isPlatformDefault(acl: Acl, entities: readonly AclEntity[]): boolean {
  if (acl.action !== 'drop' && acl.action !== 'reject') return false;
  return (
    acl.externalIds['k8s.ovn.org/owner-type'] === 'NetpolNamespace' ||
    entities.some(({ name }) => name === neutronDropGroup || instanceNetworkGroup.test(name))
  );
}

/** Neutron puts every port with port security into it; its only rules drop what no security group allows. */
export const neutronDropGroup = 'neutron_pg_drop';
const instanceNetworkGroup = /^(incus|lxd)_net(\d+)$/;

/** Who made a port group in the platform; null when nothing says. */
export function ownerOfGroup(name: string, index: InventoryIndex): string | null {
  const ids = index.portGroup(name)?.externalIds ?? {};
  const securityGroup = ids['neutron:security_group_id'];
  if (securityGroup !== undefined) return l10n.t('security group {0}', securityGroup);
  if (name === neutronDropGroup) return l10n.t("Neutron's default drop for ports with security groups");
  const policy = ids['np'];
  if (policy !== undefined) return `NetworkPolicy ${policy}`;
  const kubeOvnGroup = ids['sg'];
  if (ids['type'] === 'security_group' && kubeOvnGroup !== undefined) return `SecurityGroup ${kubeOvnGroup}`;
  const instanceAcl = /^(incus|lxd)_acl(\d+)(?:_|$)/.exec(name);
  if (instanceAcl !== null) {
    return l10n.t('{0} network ACL with ID {1}', nameInstances(instanceAcl), instanceAcl[2] ?? '');
  }
  const instanceNetwork = instanceNetworkGroup.exec(name);
  if (instanceNetwork !== null) {
    return l10n.t(
      'defaults of the {0} network with ID {1}',
      nameInstances(instanceNetwork),
      instanceNetwork[2] ?? '',
    );
  }
  return null;
}

function nameInstances(group: RegExpExecArray): string {
  return group[1] === 'incus' ? 'Incus' : 'LXD';
}
