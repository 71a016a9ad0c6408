import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';
import { aclsOf, keyOfEntity, ownedBy } from './carriers';
import type { AclEntity, DefinitionLink, RuleDefinition } from './definition';
import type { FormHit, FormIndex } from './forms';
import { listings } from './listings';
import type { KnownOwner, OwnerIndex } from './owners';
import { nameOwner } from './nameOwner';
import { highest, ScoreBoard, type Scores } from './scores';

/** A link to a rule that the ACL has the shape of. */
export interface ShapedLink extends DefinitionLink {
  readonly definition: RuleDefinition;
}

interface KnownScores {
  readonly byEntity: Map<string, Scores>;
  readonly byAcls: ScoreBoard;
}

/** As many rules of the same shape, when nothing tells which it is. */
const mostCandidates = 5;

/**
 * Joins by what rules become. Many groups have a rule such as "SSH from anywhere", so a rule's shape alone is a candidate only;
 * it takes a group that is known by its name or id, or one whose rules are those of the live group to the last one.
 */
export class StructuralJoin {
  private readonly scores = new WeakMap<InventoryIndex, KnownScores>();
  private readonly shapes = new WeakMap<InventoryIndex, Map<string, ReadonlyMap<string, number>>>();

  constructor(
    private readonly forms: FormIndex,
    private readonly owners: OwnerIndex,
  ) {}

  links(acl: Acl, entities: readonly AclEntity[], live: InventoryIndex | null): readonly ShapedLink[] {
    const carriers = entities.length > 0 ? entities : (live?.entitiesOf(acl) ?? []);
    return carriers.flatMap((entity) => this.linksOn(acl, entity, live));
  }

  /** How a rule stands to an ACL, whoever else has one like it; null when none of its forms has the match. */
  hitOf(
    rule: RuleDefinition,
    acl: Acl,
    entities: readonly AclEntity[],
    live: InventoryIndex | null,
  ): FormHit | null {
    const hits = this.hitsOfOwner(rule, acl, entities, live).filter((hit) => hit.rule === rule);
    return hits.sort((one, other) => one.differences.length - other.differences.length)[0] ?? null;
  }

  /** The rules of the same owner that have the match. */
  hitsOfOwner(
    { owner: { key } }: RuleDefinition,
    acl: Acl,
    entities: readonly AclEntity[],
    live: InventoryIndex | null,
  ): readonly FormHit[] {
    const owner = this.owners.get(key);
    const carriers = entities.length > 0 ? entities : (live?.entitiesOf(acl) ?? []);
    // Without a port group nothing is the owner's own.
    const owning = carriers.length > 0 ? carriers.map(ownedBy) : [() => false];
    return owner === undefined ? [] : owning.flatMap((owns) => this.forms.among(owner, acl, owns));
  }

  ownerLinks(portGroup: string, live: InventoryIndex): readonly DefinitionLink[] {
    const row = live.portGroup(portGroup);
    const known = row === undefined ? [] : this.owners.ofGroup(row);
    if (known.length > 0) {
      // No group has two owners: of copies in several files one is it.
      const sources = known.filter(({ owner, certain }) => certain && !isListing(owner));
      const isOnly = sources.length === 1 || (sources.length === 0 && known.length === 1);
      return known.flatMap(({ owner, certain }) =>
        linksToOwner(
          owner,
          certain && (isOnly || isListing(owner)) ? 'exact' : 'derived',
          l10n.t('port group {0} is of the same owner', portGroup),
        ),
      );
    }
    const scores = this.scoresOf({ type: 'port-group', name: portGroup }, live);
    const { only } = scores;
    if (only !== null) {
      return linksToOwner(
        only,
        'derived',
        l10n.t('its rules are those of port group {0}, to the last one', portGroup),
      );
    }
    return scores.best
      .slice(0, mostCandidates)
      .flatMap((owner) =>
        linksToOwner(owner, 'candidate', l10n.t('some of its rules are those of port group {0}', portGroup)),
      );
  }

  private linksOn(acl: Acl, entity: AclEntity, live: InventoryIndex | null): readonly ShapedLink[] {
    const owns = ownedBy(entity);
    const row = entity.type === 'switch' ? undefined : live?.portGroup(entity.name);
    const known = row === undefined ? [] : this.owners.ofGroup(row);
    if (known.length > 0) {
      const because = l10n.t(
        'port group {0} is of the same owner, and the match is the one it becomes',
        entity.name,
      );
      const links = known.flatMap(({ owner }) =>
        this.forms.among(owner, acl, owns).map((hit) => linkOf(hit, 'derived', because)),
      );
      // A listing of the network knows every group, and wrote none.
      if (!known.every(({ owner }) => isListing(owner))) return links;
      return [...links, ...this.anonymousLinks(acl, entity, live)];
    }
    return this.anonymousLinks(acl, entity, live);
  }

  private anonymousLinks(acl: Acl, entity: AclEntity, live: InventoryIndex | null): readonly ShapedLink[] {
    const anonymous = this.forms.find(acl, ownedBy(entity));
    if (anonymous.length === 0) return [];
    if (live === null) {
      return anonymous
        .slice(0, mostCandidates)
        .map((hit) => linkOf(hit, 'candidate', l10n.t('it becomes an ACL with this match')));
    }
    const scores = this.scoresOf(entity, live);
    const { only } = scores;
    if (only !== null) {
      return anonymous
        .filter(({ rule }) => rule.owner.key === only.key)
        .map((hit) =>
          linkOf(
            hit,
            'derived',
            l10n.t('{0} has the rules of {1} to the last one', nameOwner(hit.rule.owner), entity.name),
          ),
        );
    }
    return nearest(scores, anonymous);
  }

  /**
   * Whether other rules of the owner with this match, or other ACLs with it, are told apart by nothing but sets whose content
   * nobody tells: then the match says nothing of an order that has changed.
   */
  hasTwins(
    rule: RuleDefinition,
    acl: Acl,
    entities: readonly AclEntity[],
    live: InventoryIndex | null,
  ): boolean {
    const hits = this.hitsOfOwner(rule, acl, entities, live).filter(({ form }) =>
      form.actions.includes(acl.action),
    );
    if (!hits.some(({ form }) => /[$@]peer\b/.test(form.match))) return false;
    if (hits.some((hit) => hit.rule !== rule)) return true;
    if (live === null) return false;
    const carriers = entities.length > 0 ? entities : live.entitiesOf(acl);
    return carriers.some((entity) => {
      const shape = this.forms.shapeOf(acl, ownedBy(entity));
      return (this.shapesOf(entity, live).get(`${acl.action} ${shape ?? ''}`) ?? 0) > 1;
    });
  }

  /** How many ACLs of an entity have a shape and an action. */
  private shapesOf(entity: AclEntity, live: InventoryIndex): ReadonlyMap<string, number> {
    let known = this.shapes.get(live);
    if (known === undefined) this.shapes.set(live, (known = new Map<string, ReadonlyMap<string, number>>()));
    const key = keyOfEntity(entity);
    const counted = known.get(key);
    if (counted !== undefined) return counted;
    const counts = new Map<string, number>();
    for (const uuid of aclsOf(entity, live)) {
      const [acl] = live.acls(uuid);
      const shape = acl === undefined ? null : this.forms.shapeOf(acl, ownedBy(entity));
      if (acl === undefined || shape === null) continue;
      const counter = `${acl.action} ${shape}`;
      counts.set(counter, (counts.get(counter) ?? 0) + 1);
    }
    known.set(key, counts);
    return counts;
  }

  /** How each owner's rules stand to the ACLs of an entity. */
  private scoresOf(entity: AclEntity, live: InventoryIndex): Scores {
    let known = this.scores.get(live);
    if (known === undefined) {
      known = { byEntity: new Map(), byAcls: new ScoreBoard(this.owners) };
      this.scores.set(live, known);
    }
    const family = keyOfEntity(entity);
    let scores = known.byEntity.get(family);
    if (scores === undefined) {
      scores = known.byAcls.scoresOf(...this.hitsOn(entity, live));
      known.byEntity.set(family, scores);
    }
    return scores;
  }

  /** The rules that each ACL of an entity could be, and how many ACLs it has. */
  private hitsOn(
    entity: AclEntity,
    live: InventoryIndex,
  ): readonly [readonly (readonly FormHit[])[], number] {
    const owns = ownedBy(entity);
    const uuids = aclsOf(entity, live);
    const hits: (readonly FormHit[])[] = [];
    for (const uuid of uuids) {
      const [acl] = live.acls(uuid);
      const found = acl === undefined ? [] : this.forms.find(acl, owns);
      if (found.length > 0) hits.push(found);
    }
    return [hits, uuids.size];
  }
}

function isListing({ places, rules }: KnownOwner): boolean {
  return [...places, ...rules].every(({ format }) => listings.has(format));
}

/** Of the rules that become an ACL, those of the owners with most in common with the ACLs around it. */
function nearest({ rates }: Scores, hits: readonly FormHit[]): readonly ShapedLink[] {
  const best = highest(hits.map(({ rule }) => rates.get(rule.owner.key)));
  return hits
    .filter(({ rule }) => rates.get(rule.owner.key) === best)
    .slice(0, mostCandidates)
    .map((hit) =>
      linkOf(hit, 'candidate', l10n.t('it becomes an ACL with this match, as rules of other owners may')),
    );
}

function linkOf(
  { rule, differences }: FormHit,
  confidence: 'derived' | 'candidate',
  because: string,
): ShapedLink {
  return {
    definition: rule,
    confidence: differences.length > 0 ? 'candidate' : confidence,
    because: [because, ...differences].join('; '),
    differs: differences,
  };
}

function linksToOwner(
  { places, rules }: KnownOwner,
  confidence: DefinitionLink['confidence'],
  because: string,
): readonly DefinitionLink[] {
  const definitions = places.length > 0 ? places : rules.slice(0, 1);
  return definitions.map((definition) => ({ definition, confidence, because, differs: [] }));
}
