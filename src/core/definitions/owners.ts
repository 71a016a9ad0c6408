import type { PortGroup } from '../ovn/northbound';
import type { OwnerDefinition, RowIdentity, RuleDefinition } from './definition';
import { columnsOfGroup, isOpen } from './identities';
import type { Layers } from './layers';

/** A security group, policy or network ACL with everything the files say of it. */
export interface KnownOwner {
  readonly key: string;
  /** What tells its port groups in OVN, as the first file has it that does; empty where none does. */
  readonly groups: readonly RowIdentity[];
  readonly places: readonly OwnerDefinition[];
  readonly rules: readonly RuleDefinition[];
}

/** The owners of rules, found by their key and by their port groups in OVN. */
export class OwnerIndex {
  private readonly owners = new Map<string, KnownOwner | undefined>();

  constructor(private readonly layers: Layers) {}

  get(key: string): KnownOwner | undefined {
    if (!this.owners.has(key)) this.owners.set(key, gather(key, this.layers.ofOwner(key)));
    return this.owners.get(key);
  }

  /** Those that the files say own a port group, and whether that is certain. */
  ofGroup(group: PortGroup): readonly { readonly owner: KnownOwner; readonly certain: boolean }[] {
    const certainty = new Map<KnownOwner, boolean>();
    for (const { identity, item } of this.layers.ofGroup(columnsOfGroup(group))) {
      const owner = this.get(item.owner.key);
      if (!owner?.groups.includes(identity)) continue;
      certainty.set(owner, certainty.get(owner) === true || !isOpen(identity));
    }
    return [...certainty].map(([owner, certain]) => ({ owner, certain }));
  }
}

function gather(
  key: string,
  definitions: readonly (OwnerDefinition | RuleDefinition)[],
): KnownOwner | undefined {
  if (definitions.length === 0) return undefined;
  return {
    key,
    groups: definitions.find(({ owner }) => owner.groups.length > 0)?.owner.groups ?? [],
    places: definitions.filter((definition) => definition.kind === 'owner'),
    rules: definitions.filter((definition) => definition.kind === 'rule'),
  };
}
