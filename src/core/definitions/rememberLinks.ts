import type { DefinitionJoin, DefinitionLink } from './definition';

/** The same join, which looks each ACL and each group up once: a flood asks for the same ones at each of its ports. */
export function rememberLinks(join: DefinitionJoin): DefinitionJoin {
  const ofAcls = new Map<string, readonly DefinitionLink[]>();
  const ofGroups = new Map<string, readonly DefinitionLink[]>();
  return {
    aclLinks: (acl, entities, live) =>
      remembered(ofAcls, JSON.stringify([acl.uuid, entities]), () => join.aclLinks(acl, entities, live)),
    ownerLinks: (group, live) => remembered(ofGroups, group, () => join.ownerLinks(group, live)),
  };
}

function remembered<Value>(known: Map<string, Value>, key: string, find: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  known.set(key, found);
  return found;
}
