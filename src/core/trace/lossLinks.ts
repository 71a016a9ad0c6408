import type { AclScope } from '../acl/aclScope';
import { isPlatformDefault } from '../acl/ownerOf';
import type { AclStep } from '../acl/step';
import type { DefinitionJoin, DefinitionLink } from '../definitions/definition';
import { uniqueLinks } from '../definitions/uniqueLinks';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { CauseCode } from './explanation';

/**
 * Where the rule that lost the packet is written. A default that no rule of a person's wrote leads to the groups and policies
 * in whose scope the port is: there the missing allow has to stand.
 */
export function linksOfLoss(
  code: CauseCode,
  aclStep: AclStep | null,
  scopes: readonly AclScope[],
  { join, index }: { readonly join: DefinitionJoin; readonly index: InventoryIndex | null },
): readonly DefinitionLink[] {
  const links = (aclStep?.acls ?? []).flatMap(({ acl, entities }) => join.aclLinks(acl, entities, index));
  const isDefault =
    code === 'ACL_DEFAULT_DROP' ||
    aclStep?.acls.some(({ acl, entities }) => isPlatformDefault(acl, entities)) === true;
  if (index === null || !isDefault || links.some(({ definition }) => definition.kind !== 'owner'))
    return links;
  const groups = scopes.filter(({ entity }) => entity.type === 'port-group');
  const ofScopes = groups.flatMap(({ entity }) => join.ownerLinks(entity.name, index));
  return ofScopes.length > 0 ? uniqueLinks(ofScopes) : links;
}
