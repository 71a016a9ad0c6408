import * as l10n from '@vscode/l10n';
import type { Acl } from '../ovn/northbound';
import type { Agreement, Comparison } from './comparison';
import { compareDefinition } from './comparison';
import type { AclDefinition, AclEntity, DefinitionLink } from './definition';
import { createCanonicalForms, MatchIndex } from './matchIndex';
import { listNames } from '../trace/phrases';

/** The texts of ACLs that may have written a live one, best first; `entities` are those it is set on. */
export type VerbatimJoin = (acl: Acl, entities: readonly AclEntity[]) => readonly DefinitionLink[];

/**
 * Joins by the texts of ACLs: by owner, and there by match.
 * @param textsOf those under a key of {@link keyOfText}, or all.
 */
export function joinAclTexts(
  textsOf: (owner: string | null | undefined) => readonly AclDefinition[],
): VerbatimJoin {
  const canonicalOf = createCanonicalForms();
  const indexes = new Map<string | null | undefined, MatchIndex | null>();
  const indexOf = (owner: string | null | undefined): MatchIndex | null => {
    let index = indexes.get(owner);
    if (index === undefined) {
      const texts = textsOf(owner);
      index = texts.length === 0 ? null : new MatchIndex(texts, canonicalOf);
      indexes.set(owner, index);
    }
    return index;
  };
  return (acl, entities) => {
    const keys = entities.length === 0 ? [undefined] : [...new Set(entities.map(({ name }) => name)), null];
    const ranked = keys
      .flatMap((key) => indexOf(key)?.find(acl.match) ?? [])
      .flatMap(([definition, match]): readonly RankedLink[] => {
        const comparison = compareDefinition(definition, acl, entities, match);
        const link = linkOf(definition, acl, entities, comparison);
        return link ? [{ link, rank: rankOf(link, comparison) }] : [];
      })
      .sort((one, other) => one.rank - other.rank);
    const links = ranked.map(({ link }) => link);
    // Beside the text that wrote the ACL, what only resembles it tells nothing.
    const certain = links.filter(({ confidence }) => confidence !== 'candidate');
    return certain.length > 0 ? certain : links;
  };
}

interface RankedLink {
  readonly link: DefinitionLink;
  readonly rank: number;
}

/** Whose text it is. Null collects the owners that the file does not name: unknown ones, and rows given by UUID. */
export function keyOfText({ entity }: AclDefinition): string | null {
  if (!entity || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(entity.name)) return null;
  return entity.name;
}

const fields = ['entity', 'direction', 'priority', 'match', 'action', 'tier'] as const;
type ComparedField = (typeof fields)[number];

/** What may have been edited since the ACL was made, one at a time: more, and it is another rule. */
const editable = new Set<ComparedField>(['priority', 'action', 'tier']);

function linkOf(
  definition: AclDefinition,
  acl: Acl,
  entities: readonly AclEntity[],
  comparison: Comparison,
): DefinitionLink | null {
  const withAgreement = (agreement: Agreement): readonly ComparedField[] =>
    fields.filter((field) => comparison[field] === agreement);
  const differing = withAgreement('differs');
  const unknown = withAgreement('unknown');
  const noun = ownerNoun(definition, entities);
  const same = fields
    .filter((field) => comparison[field] === 'same' && (field !== 'tier' || acl.tier !== 0))
    .map((field) => nounOf(field, noun));
  const because = (notes: readonly string[]): string =>
    [...(same.length > 0 ? [l10n.t('same {0}', listNames(same))] : []), ...notes].join('; ');
  const meaning =
    comparison.match === 'equal' ? [l10n.t('the match is written differently and means the same')] : [];
  if (differing.length === 0 && unknown.length === 0) {
    const confidence = comparison.match === 'same' ? 'exact' : 'derived';
    return { definition, confidence, because: because(meaning), differs: [] };
  }
  if (!mayBeTheSame(comparison, differing, unknown)) return null;
  const differs = differing.map((field) => differenceIn(field, definition, acl));
  const notes = [
    ...meaning,
    ...differs,
    ...(unknown.length > 0
      ? [
          l10n.t(
            'the file alone does not tell the {0}',
            listNames(unknown.map((field) => nounOf(field, noun))),
          ),
        ]
      : []),
  ];
  return { definition, confidence: 'candidate', because: because(notes), differs };
}

/** Whether enough is left to go by, when something differs or is unknown. */
function mayBeTheSame(
  comparison: Comparison,
  differing: readonly ComparedField[],
  unknown: readonly ComparedField[],
): boolean {
  if (comparison.match === 'unknown') return differing.length === 0 && unknown.length === 1;
  if (comparison.entity === 'unknown') return differing.length === 0;
  return differing.length <= 1 && differing.every((field) => editable.has(field));
}

function rankOf({ confidence }: DefinitionLink, comparison: Comparison): number {
  const count = (agreement: Agreement): number =>
    fields.filter((field) => comparison[field] === agreement).length;
  const base = { exact: 0, derived: 1000, candidate: 2000 }[confidence];
  const loose = comparison.match === 'equal' ? 4 : 0;
  return base + count('unknown') * 20 + count('differs') * 10 + loose - (comparison.sameName ? 1 : 0);
}

function ownerNoun({ entity }: AclDefinition, entities: readonly AclEntity[]): string {
  const live = entities.find(({ name }) => name === entity?.name) ?? entities[0];
  const type = entity?.type ?? live?.type ?? null;
  if (type === null) return l10n.t('port group or switch');
  return type === 'switch' ? l10n.t('switch') : l10n.t('port group');
}

function nounOf(field: ComparedField, owner: string): string {
  switch (field) {
    case 'entity':
      return owner;
    case 'direction':
      return l10n.t('direction');
    case 'priority':
      return l10n.t('priority');
    case 'match':
      return l10n.t('match');
    case 'action':
      return l10n.t('action');
    case 'tier':
      return l10n.t('tier');
  }
}

function differenceIn(field: ComparedField, definition: AclDefinition, acl: Acl): string {
  if (field === 'priority')
    return l10n.t('the file has priority {0}, the network {1}', String(definition.priority), acl.priority);
  if (field === 'tier')
    return l10n.t('the file has tier {0}, the network {1}', String(definition.tier ?? 0), acl.tier);
  return l10n.t('the file has action {0}, the network {1}', String(definition.action), acl.action);
}
