import * as l10n from '@vscode/l10n';
import type { Acl } from '../ovn/northbound';
import { runThrough, type Steps } from '../slices';
import type {
  AclDefinition,
  Confidence,
  Definition,
  DefinitionJoin,
  DefinitionLink,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
} from './definition';
import { FormIndex, type FormHit, type RuleForm } from './forms';
import { columnsOfAcl, isOpen, isOther } from './identities';
import { Layers, type FileDefinitions } from './layers';
import { listings } from './listings';
import { OwnerIndex } from './owners';
import { StructuralJoin } from './structuralJoin';
import { uniqueLinks } from './uniqueLinks';
import { joinAclTexts } from './verbatimJoin';
import { nameOwner } from './nameOwner';

/**
 * Prepares definitions for joining by the ladder: an id in the row; owner and index of the rule; the text of the ACL; the ACL
 * that the rule becomes. What a higher step is sure of is not asked of a lower one, unless it only found a listing.
 */
export function indexDefinitions(definitions: readonly Definition[]): DefinitionJoin {
  return runThrough(indexFilesSteps([definitions], null)).join;
}

/** The files of a workspace, ready for joining. */
export interface IndexedFiles {
  readonly layers: Layers;
  readonly join: DefinitionJoin;
}

/**
 * The same for the files of a workspace, with tens of thousands of definitions.
 * @param before the files as they were: what is still the same of them costs nothing.
 */
export function* indexFilesSteps(
  files: readonly FileDefinitions[],
  before: IndexedFiles | null,
): Steps<IndexedFiles> {
  const layers = yield* Layers.of(files, before?.layers ?? null);
  return { layers, join: createJoin(layers) };
}

function createJoin(layers: Layers): DefinitionJoin {
  const owners = new OwnerIndex(layers);
  // Another file may tell what port groups the owner has.
  const isAnonymous = ({ owner }: RuleDefinition): boolean => owners.get(owner.key)?.groups.length === 0;
  // Hundreds of groups have rules of the same shape, which each of their ACLs asks for.
  const byShape = new Map<string, readonly RuleForm[]>();
  const anonymousOf = (shape: string): readonly RuleForm[] => {
    const known = byShape.get(shape);
    if (known !== undefined) return known;
    const found = layers.forms(shape).filter(({ rule }) => isAnonymous(rule));
    byShape.set(shape, found);
    return found;
  };
  const forms = new FormIndex(layers.hasForms ? anonymousOf : null);
  const verbatim = joinAclTexts((owner) => layers.texts(owner));
  const structural = new StructuralJoin(forms, owners);

  const aclLinks: DefinitionJoin['aclLinks'] = (acl, entities, live) => {
    const row = columnsOfAcl(acl, entities, live);
    const identified = layers.identified(row);
    const written = verbatim(acl, entities).map((link) =>
      link.definition.identities.some((identity) => isOther(row, identity)) ? asMadeAnew(link) : link,
    );
    const hitOf = (rule: RuleDefinition): FormHit | null => structural.hitOf(rule, acl, entities, live);
    const byId = identified.filter(({ identity }) => identity.by === 'id');
    const known = uniqueLinks(
      byId.map(({ identity, item }) => {
        const compared =
          item.kind === 'rule'
            ? hitOf(item)?.differences
            : written.find(({ definition }) => definition === item)?.differs;
        return linkById(item, identity, acl, compared);
      }),
    );
    if (known.some(({ definition }) => !listings.has(definition.format))) return inOrder(known);
    const needsShape = identified.length > 0 || !written.some(({ confidence }) => confidence === 'exact');
    const shaped = (needsShape ? structural.links(acl, entities, live) : []).filter(
      ({ definition }) => !definition.identities.some((identity) => isOther(row, identity)),
    );
    const derived: readonly Definition[] = shaped
      .filter(({ confidence }) => confidence === 'derived')
      .map(({ definition }) => definition);
    const byPlace = identified
      .filter(({ identity }) => identity.by === 'place')
      .map(({ identity, item }) => {
        if (item.kind !== 'rule') return linkByPlace(item, identity);
        const link = linkOfRule(item, identity, hitOf(item), {
          hasMoved: () => structural.hitsOfOwner(item, acl, entities, live).length > 0,
          hasTwins: () => structural.hasTwins(item, acl, entities, live),
        });
        // Where the file leaves the owner open, the rules may tell that it is another.
        const isOthers = isOpen(identity) && derived.length > 0 && !derived.includes(item);
        return isOthers ? { ...link, confidence: 'candidate' as const } : link;
      });
    const all = demoteRivals(uniqueLinks([...known, ...byPlace, ...written, ...shaped]), acl);
    const sure = all.filter(({ confidence }) => confidence !== 'candidate');
    return inOrder(sure.length > 0 ? sure : all);
  };
  return { aclLinks, ownerLinks: (group, live) => structural.ownerLinks(group, live) };
}

function linkById(
  definition: Definition,
  identity: RowIdentity,
  acl: Acl,
  compared: readonly string[] | undefined,
): DefinitionLink {
  const [column = '', value = ''] = Object.entries(identity.columns)[0] ?? [];
  const differs = compared ?? (tellsMatch(definition) ? [otherMatch()] : []);
  return {
    definition,
    confidence: isOpen(identity) ? 'derived' : 'exact',
    because: [
      column === '_uuid'
        ? l10n.t('the file says that its UUID is {0}', acl.uuid)
        : l10n.t('the file says that its {0} is {1}', nameColumn(column), value),
      ...differs,
    ].join('; '),
    differs,
  };
}

const otherMatch = (): string => l10n.t('its match in the network is another');

function tellsMatch(definition: Definition): boolean {
  if (definition.kind === 'acl') return definition.match !== null && definition.entity !== null;
  return definition.kind === 'rule' && definition.forms.length > 0;
}

function nameColumn(column: string): string {
  return column.startsWith('external_ids:') ? column.slice('external_ids:'.length) : column;
}

/** A dump of the database has the ACL, but as another row: it was made anew since, or there is a second one of its kind. */
function asMadeAnew(link: DefinitionLink): DefinitionLink {
  return {
    ...link,
    confidence: link.confidence === 'exact' ? 'derived' : link.confidence,
    because: l10n.t('{0}; but the file gives it another id', link.because),
  };
}

function linkByPlace(definition: AclDefinition | OwnerDefinition, identity: RowIdentity): DefinitionLink {
  const confidence = isOpen(identity) ? 'derived' : 'exact';
  return { definition, confidence, because: describePlace(definition), differs: [] };
}

interface Doubts {
  /** Another rule of the owner has the match. */
  hasMoved(): boolean;
  /** Others have it, too, so that it tells nothing. */
  hasTwins(): boolean;
}

/** Owner and index hold as long as nobody reorders the file: the match has to agree, or to be beyond telling. */
function linkOfRule(
  rule: RuleDefinition,
  identity: RowIdentity,
  hit: FormHit | null,
  doubts: Doubts,
): DefinitionLink {
  const place = describePlace(rule);
  if (hit !== null) {
    const { differences } = hit;
    const isDoubtful = !('priority' in identity.columns) && doubts.hasTwins();
    return {
      definition: rule,
      confidence: isOpen(identity) || differences.length > 0 || isDoubtful ? 'derived' : 'exact',
      because: [
        l10n.t('{0}, and the match is the one it becomes', place),
        ...(isDoubtful ? [l10n.t('as other rules do')] : []),
        ...differences,
      ].join('; '),
      differs: differences,
    };
  }
  if (rule.forms.length === 0)
    return { definition: rule, confidence: 'derived', because: place, differs: [] };
  const confidence = isOpen(identity) || doubts.hasMoved() ? 'candidate' : 'derived';
  return {
    definition: rule,
    confidence,
    because: l10n.t('{0}, but {1}', place, otherMatch()),
    differs: [otherMatch()],
  };
}

function describePlace(definition: Definition): string {
  switch (definition.kind) {
    case 'rule':
      return l10n.t('the ACL is of {0} of {1}', definition.label, nameOwner(definition.owner));
    case 'owner':
      return l10n.t('the ACL is there because of {0}', nameOwner(definition.owner));
    case 'acl':
      return l10n.t('owner and index are the same');
  }
}

/** Of several places that write the ACL, or its owner, no more than one can have; its name may tell which. */
function demoteRivals(links: readonly DefinitionLink[], acl: Acl): readonly DefinitionLink[] {
  const byWhat = new Map<string, DefinitionLink[]>();
  for (const link of links) {
    const { definition, confidence } = link;
    if (confidence !== 'exact' || listings.has(definition.format)) continue;
    const what = definition.kind === 'owner' ? nameOwner(definition.owner) : 'the ACL';
    const rivals = byWhat.get(what);
    if (rivals === undefined) byWhat.set(what, [link]);
    else rivals.push(link);
  }
  const doubtful = new Map<DefinitionLink, number>();
  for (const rivals of byWhat.values()) {
    const places = new Set(rivals.map(({ definition: { file, range } }) => `${range.start.offset} ${file}`));
    if (places.size < 2) continue;
    const named = rivals.filter(
      ({ definition }) => definition.kind === 'acl' && acl.name !== null && definition.name === acl.name,
    );
    for (const link of rivals) if (named.length !== 1 || link !== named[0]) doubtful.set(link, places.size);
  }
  return links.map((link) => {
    const count = doubtful.get(link);
    if (count === undefined) return link;
    return {
      ...link,
      confidence: 'derived',
      because: l10n.t('{0}; {1} places write it', link.because, count),
    };
  });
}

const ranks: Readonly<Record<Confidence, number>> = { exact: 0, derived: 1, candidate: 2 };

/** Of those that are as sure, what wrote the ACL before what lists it. */
function inOrder(links: readonly DefinitionLink[]): readonly DefinitionLink[] {
  const rankOf = ({ definition, confidence }: DefinitionLink): number =>
    ranks[confidence] * 2 + (listings.has(definition.format) ? 1 : 0);
  return links.toSorted((one, other) => rankOf(one) - rankOf(other));
}
