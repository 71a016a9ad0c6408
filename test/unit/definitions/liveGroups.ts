import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { Acl, ExternalIds } from '../../../src/core/ovn/northbound';
import { indexNetwork, makeAcl } from '../inventory/network';

export type LiveAcl = Partial<Acl> & Pick<Acl, 'match'>;
/** The ACLs of each port group, by the group's name. */
export type LiveGroups = Readonly<Record<string, readonly LiveAcl[]>>;

/** A network of port groups. */
export function liveGroups(
  groups: LiveGroups,
  externalIds: Readonly<Record<string, ExternalIds>> = {},
): InventoryIndex {
  return indexNetwork({
    portGroups: Object.entries(groups).map(([name, acls]) => ({
      name,
      externalIds: externalIds[name] ?? {},
      acls: acls.map((acl) => makeAcl({ priority: 300, action: 'allow-related', ...acl })),
    })),
  });
}
