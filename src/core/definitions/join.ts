import type { Acl } from '../ovn/northbound';
import { runThrough, type Steps } from '../slices';
import type {
  AclDefinition,
  Confidence,
  Definition,
  DefinitionFormatId,
  DefinitionJoin,
  DefinitionLink,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
} from './definition';
import { FormIndex } from './forms';
import { columnsOfAcl, IdentityIndex, isOpen, isOther } from './identities';
import { OwnerIndex } from './owners';
import { StructuralJoin, type ShapedLink } from './structuralJoin';
import { indexAclTexts } from './verbatimJoin';

/**
 * Prepares definitions for joining by the ladder: an id in the row; owner and index of the rule; the text of the ACL; the ACL
 * that the rule becomes. What a higher step is sure of is not asked of a lower one, unless it only found a listing.
 */
export function indexDefinitions(definitions: readonly Definition[]): DefinitionJoin {
  return runThrough(indexDefinitionsSteps(definitions));
}

/** Definitions whose preparation takes some milliseconds when it is their first time. */
const definitionsPerSlice = 200;

/** The same for tens of thousands of definitions. */
export function* indexDefinitionsSteps(definitions: readonly Definition[]): Steps<DefinitionJoin> {
  const texts: AclDefinition[] = [];
  const identities = new IdentityIndex<Definition>();
  const forms = new FormIndex();
  const owners = new OwnerIndex();
  let count = 0;
  for (const definition of definitions) {
    if (++count % definitionsPerSlice === 0) yield;
    for (const identity of definition.identities) identities.add(identity, definition);
    if (definition.kind === 'acl') texts.push(definition);
    else owners.add(definition);
    if (definition.kind === 'rule') forms.add(definition);
  }
  yield;
  const verbatim = indexAclTexts(texts);
  const structural = new StructuralJoin(forms, owners);

  const aclLinks: DefinitionJoin['aclLinks'] = (acl, entities, live) => {
    const row = columnsOfAcl(acl, entities, live);
    const identified = identities.find(row);
    const shaped = structural
      .links(acl, entities, live)
      .filter(({ definition }) => !definition.identities.some((identity) => isOther(row, identity)));
    const written = verbatim(acl, entities).map((link) =>
      link.definition.identities.some((identity) => isOther(row, identity)) ? asMadeAnew(link) : link,
    );
    const byId = identified.filter(({ identity }) => identity.by === 'id');
    const alike = new Map([...shaped, ...written].map((link) => [link.definition, link]));
    const known = uniqueLinks(
      byId.map(({ identity, item }) => linkById(item, identity, acl, alike.get(item))),
    );
    if (known.some(({ definition }) => !listings.has(definition.format))) return inOrder(known);
    const byPlace = linksByPlace(identified, shaped);
    const all = demoteRivals(uniqueLinks([...known, ...byPlace, ...written, ...shaped]), acl);
    const sure = all.filter(({ confidence }) => confidence !== 'candidate');
    return inOrder(sure.length > 0 ? sure : all);
  };
  return { aclLinks, ownerLinks: (group, live) => structural.ownerLinks(group, live) };
}

/** They show what is in the network, and not who wrote it. */
const listings: ReadonlySet<DefinitionFormatId> = new Set(['ovn-json', 'neutron-json']);

type Identified = readonly { readonly identity: RowIdentity; readonly item: Definition }[];

function linkById(
  definition: Definition,
  identity: RowIdentity,
  acl: Acl,
  alike: DefinitionLink | undefined,
): DefinitionLink {
  const [column = '', value = ''] = Object.entries(identity.columns)[0] ?? [];
  const what = column === '_uuid' ? `its UUID is ${acl.uuid}` : `${nameColumn(column)} is ${value}`;
  const differs = alike?.differs ?? (tellsMatch(definition) ? [otherMatch] : []);
  return {
    definition,
    confidence: isOpen(identity) ? 'derived' : 'exact',
    because: [`the file says that ${what}`, ...differs].join('; '),
    differs,
  };
}

const otherMatch = 'its match in the network is another';

function tellsMatch(definition: Definition): boolean {
  if (definition.kind === 'acl') return definition.match !== null && definition.entity !== null;
  return definition.kind === 'rule' && definition.forms.length > 0;
}

function nameColumn(column: string): string {
  return column.startsWith('external_ids:') ? `its ${column.slice('external_ids:'.length)}` : `its ${column}`;
}

/** A dump of the database has the ACL, but as another row: it was made anew since, or there is a second one of its kind. */
function asMadeAnew(link: DefinitionLink): DefinitionLink {
  return {
    ...link,
    confidence: link.confidence === 'exact' ? 'derived' : link.confidence,
    because: `${link.because}; but the file gives it another id`,
  };
}

/** Owner and index hold as long as nobody reorders the file: the match has to agree, or to be beyond telling. */
function linksByPlace(identified: Identified, shaped: readonly ShapedLink[]): readonly DefinitionLink[] {
  const fitting = new Map<Definition, ShapedLink>(shaped.map((link) => [link.definition, link]));
  const places = identified.filter(({ identity }) => identity.by === 'place');
  return places.map(({ identity, item }): DefinitionLink => {
    const place = describePlace(item);
    const shape = fitting.get(item);
    const best = isOpen(identity) ? 'derived' : 'exact';
    if (item.kind !== 'rule') return { definition: item, confidence: best, because: place, differs: [] };
    if (shape !== undefined) {
      // The match says nothing of an order that has changed where others have it, too.
      const isDoubtful = shape.hasTwin && !('priority' in identity.columns);
      const confidence = shape.differs.length > 0 || isDoubtful ? 'derived' : best;
      const because = [
        `${place}, and the match is the one it becomes`,
        ...(isDoubtful ? ['as other rules do'] : []),
        ...shape.differs,
      ].join('; ');
      return { definition: item, confidence, because, differs: shape.differs };
    }
    if (item.forms.length === 0) {
      return { definition: item, confidence: 'derived', because: place, differs: [] };
    }
    const moved = shaped.some(({ definition }) => definition.owner.key === item.owner.key);
    const confidence = moved || isOpen(identity) ? 'candidate' : 'derived';
    return { definition: item, confidence, because: `${place}, but ${otherMatch}`, differs: [otherMatch] };
  });
}

function describePlace(definition: Definition): string {
  switch (definition.kind) {
    case 'rule':
      return `the ACL is of ${definition.label} of ${nameOwner(definition)}`;
    case 'owner':
      return `the ACL is there because of ${nameOwner(definition)}`;
    case 'acl':
      return 'owner and index are the same';
  }
}

function nameOwner({ owner }: RuleDefinition | OwnerDefinition): string {
  return `${owner.kind} ${owner.name}`;
}

/** Of several places that write the ACL, or its owner, no more than one can have; its name may tell which. */
function demoteRivals(links: readonly DefinitionLink[], acl: Acl): readonly DefinitionLink[] {
  const byWhat = new Map<string, DefinitionLink[]>();
  for (const link of links) {
    const { definition, confidence } = link;
    if (confidence !== 'exact' || listings.has(definition.format)) continue;
    const what = definition.kind === 'owner' ? nameOwner(definition) : 'the ACL';
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
    return { ...link, confidence: 'derived', because: `${link.because}; ${count} places write it` };
  });
}

/** The first link of each definition: that of the highest step. */
function uniqueLinks(links: readonly DefinitionLink[]): readonly DefinitionLink[] {
  const unique = new Map<Definition, DefinitionLink>();
  for (const link of links) if (!unique.has(link.definition)) unique.set(link.definition, link);
  return [...unique.values()];
}

const ranks: Readonly<Record<Confidence, number>> = { exact: 0, derived: 1, candidate: 2 };

/** Of those that are as sure, what wrote the ACL before what lists it. */
function inOrder(links: readonly DefinitionLink[]): readonly DefinitionLink[] {
  const rankOf = ({ definition, confidence }: DefinitionLink): number =>
    ranks[confidence] * 2 + (listings.has(definition.format) ? 1 : 0);
  return links.toSorted((one, other) => rankOf(one) - rankOf(other));
}
