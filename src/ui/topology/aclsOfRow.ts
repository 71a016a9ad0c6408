import { aclsOfPort } from '../../core/acl/portAcls';
import type { InventoryIndex, ScopedAcl } from '../../core/ovn/inventoryIndex';
import type { RowArgument } from './topologyArgument';

/** ACLs that a line of the Topology view counts or is, in the order in which OVN asks them; empty when the row is gone. */
export function aclsOfRow({ kind, name }: RowArgument, index: InventoryIndex): readonly ScopedAcl[] {
  return [...listAcls(kind, name, index)].sort(
    (a, b) =>
      a.acl.direction.localeCompare(b.acl.direction) ||
      a.acl.tier - b.acl.tier ||
      b.acl.priority - a.acl.priority,
  );
}

function listAcls(kind: RowArgument['kind'], name: string, index: InventoryIndex): readonly ScopedAcl[] {
  const ofCarrier = (type: 'switch' | 'port-group', uuids: readonly string[] = []): readonly ScopedAcl[] =>
    uuids.flatMap((uuid) => index.acls(uuid).map((acl) => ({ acl, entities: [{ type, name }] })));
  switch (kind) {
    case 'port': {
      const port = index.port(name);
      return port === undefined ? [] : aclsOfPort(port, index);
    }
    case 'switch':
      return ofCarrier('switch', index.inventory.switches.find((row) => row.name === name)?.acls);
    case 'portGroup':
      return ofCarrier('port-group', index.portGroup(name)?.acls);
    case 'acl':
      return index.acls(name).map((acl) => ({ acl, entities: index.entitiesOf(acl) }));
    case 'router':
    case 'routerPort':
      return [];
  }
}
