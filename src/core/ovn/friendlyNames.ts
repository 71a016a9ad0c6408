import type { ExternalIds } from './northbound';

/** What people call a port, from what the platforms write into OVN; null when nothing says more than its name. */
export function friendlyPortName(name: string, externalIds: ExternalIds): string | null {
  const neutron = filled(externalIds['neutron:port_name']);
  if (neutron !== null) return neutron;
  const pod = filled(externalIds['pod']);
  // kube-ovn writes pod=<ns>/<pod>; ovn-kubernetes pod=true with the namespace beside it, the name being <ns>_<pod>.
  if (pod?.includes('/') === true) return pod;
  const namespace = filled(externalIds['namespace']);
  if (pod === 'true' && namespace !== null && name.startsWith(`${namespace}_`)) {
    return `${namespace}/${name.slice(namespace.length + 1)}`;
  }
  const instance = /^(?:incus|lxd)-net\d+-instance-([0-9a-f]{8})-[0-9a-f-]{27}-(.+)$/.exec(name);
  if (instance !== null) return `${instance[2] ?? ''} of instance ${instance[1] ?? ''}`;
  return differing(name, externalIds['name']);
}

export function friendlySwitchName(name: string, externalIds: ExternalIds): string | null {
  return filled(externalIds['neutron:network_name']) ?? differing(name, externalIds['name']);
}

export function friendlyRouterName(name: string, externalIds: ExternalIds): string | null {
  return filled(externalIds['neutron:router_name']) ?? differing(name, externalIds['name']);
}

function differing(name: string, other: string | undefined): string | null {
  return other === name ? null : filled(other);
}

function filled(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text;
}
