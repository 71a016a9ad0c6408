import type { AclEntity } from '../definitions/definition';
import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import type { LogicalSwitchPort } from '../ovn/northbound';

/** Ports with the same switch and port groups have the same ACLs, and of ten thousand ports most are alike. */
const known = new WeakMap<InventoryIndex, Map<string, readonly ScopedAcl[]>>();

/** ACLs set for the port: on its switch, and on each port group it is in. Each stands once, with those of them that carry it. */
export function aclsOfPort(port: LogicalSwitchPort, index: InventoryIndex): readonly ScopedAcl[] {
  const logicalSwitch = index.switchOf(port.name);
  const groups = index.portGroupsOf(port.name).filter(({ acls }) => acls.length > 0);
  const carriers = [
    ...(logicalSwitch === undefined ? [] : [{ type: 'switch' as const, row: logicalSwitch }]),
    ...groups.map((row) => ({ type: 'port-group' as const, row })),
  ];
  const ofIndex = known.get(index) ?? new Map<string, readonly ScopedAcl[]>();
  known.set(index, ofIndex);
  const key = carriers.map(({ row }) => row.uuid).join(' ');
  const before = ofIndex.get(key);
  if (before !== undefined) return before;
  const entities = new Map<string, AclEntity[]>();
  for (const { type, row } of carriers) {
    for (const uuid of row.acls) {
      const entity = { type, name: row.name };
      const others = entities.get(uuid);
      if (others === undefined) entities.set(uuid, [entity]);
      else others.push(entity);
    }
  }
  const acls = [...entities].flatMap(([uuid, carrying]) =>
    index.acls(uuid).map((acl) => ({ acl, entities: carrying })),
  );
  ofIndex.set(key, acls);
  return acls;
}
