import type { PortGroup } from '../ovn/northbound';
import type { OwnerDefinition, RuleDefinition } from './definition';
import { columnsOfGroup, IdentityIndex, isOpen } from './identities';

/** A security group, policy or network ACL with everything the files say of it. */
export interface KnownOwner {
  readonly key: string;
  /** Whether the files tell which port groups in OVN are its own. */
  readonly hasGroups: boolean;
  readonly places: readonly OwnerDefinition[];
  readonly rules: readonly RuleDefinition[];
}

/** The owners of rules, found by their key and by their port groups in OVN. */
export class OwnerIndex {
  private readonly owners = new Map<string, MutableOwner>();
  private readonly groups = new IdentityIndex<MutableOwner>();

  add(definition: OwnerDefinition | RuleDefinition): void {
    const { key, groups } = definition.owner;
    let owner = this.owners.get(key);
    if (owner === undefined) {
      owner = { key, hasGroups: false, places: [], rules: [] };
      this.owners.set(key, owner);
    }
    if (!owner.hasGroups && groups.length > 0) {
      owner.hasGroups = true;
      for (const identity of groups) this.groups.add(identity, owner);
    }
    if (definition.kind === 'owner') owner.places.push(definition);
    else owner.rules.push(definition);
  }

  all(): Iterable<KnownOwner> {
    return this.owners.values();
  }

  get(key: string): KnownOwner | undefined {
    return this.owners.get(key);
  }

  /** Those that the files say own a port group, and whether that is certain. */
  ofGroup(group: PortGroup): readonly { readonly owner: KnownOwner; readonly certain: boolean }[] {
    const certainty = new Map<KnownOwner, boolean>();
    for (const { identity, item } of this.groups.find(columnsOfGroup(group))) {
      certainty.set(item, certainty.get(item) === true || !isOpen(identity));
    }
    return [...certainty].map(([owner, certain]) => ({ owner, certain }));
  }
}

interface MutableOwner extends KnownOwner {
  hasGroups: boolean;
  readonly places: OwnerDefinition[];
  readonly rules: RuleDefinition[];
}
