import * as l10n from '@vscode/l10n';
import { shortestCut } from '../acl/askedAcls';
import type { AclStep, AppliedAcl } from '../acl/step';
import type { TraceReport } from '../session/report';
import type { AskedAcl } from '../trace/explanation';
import { nameEntity } from '../trace/phrases';
import type { AclChange, AclPart, TextChange } from './comparison';

/** The ACLs that took part in either trace: the same, changed, or in one of them only. */
export function compareAcls(before: TraceReport, after: TraceReport): readonly AclChange[] {
  const pairs = pairParts(listParts(before), listParts(after));
  return pairs.map(({ before: one, after: other }): AclChange => {
    if (one === null)
      return { state: 'after', before: null, after: other, ...tellElsewhere(other, before, 'Before') };
    if (other === null)
      return { state: 'before', before: one, after: null, ...tellElsewhere(one, after, 'After') };
    const fields = compareParts(one, other);
    const state = fields.length === 0 ? 'same' : 'changed';
    return { state, before: one, after: other, fields, elsewhere: null };
  });
}

/** Each ACL once for each datapath, in the order in which they were met. */
function listParts({ outcome, explanation }: TraceReport): readonly AclPart[] {
  const parts = new Map<string, AclPart>();
  for (const { hop, acls, verdict } of explanation.aclSteps) {
    const [first, ...others] = acls;
    const datapath = outcome.hops[hop]?.datapath ?? '';
    if (first === undefined) continue;
    const key = JSON.stringify([datapath, verdict, ...uuidsOf(acls)]);
    if (!parts.has(key)) parts.set(key, { acls: [first, ...others], verdict, datapath, hop });
  }
  return [...parts.values()];
}

function uuidsOf(acls: AclStep['acls']): readonly string[] {
  return acls.map(({ acl }) => acl.uuid).sort();
}

type PartSides =
  | { readonly before: AclPart; readonly after: AclPart | null }
  | { readonly before: null; readonly after: AclPart };

/** What makes two parts one ACL, the surest first: the row, its content where it was made anew, its name. */
const identities: readonly ((part: AclPart) => string | null)[] = [
  ({ acls, datapath }) => JSON.stringify([datapath, acls[0].acl.direction, ...uuidsOf(acls)]),
  ({ acls, datapath }) => JSON.stringify([datapath, ...contentOf(acls[0]).map(([, text]) => text)]),
  ({ acls: [{ acl }], datapath }) => JSON.stringify([datapath, acl.direction, acl.uuid]),
  ({ acls: [{ acl }], datapath }) =>
    acl.name === null ? null : JSON.stringify([datapath, acl.direction, acl.name]),
];

function pairParts(before: readonly AclPart[], after: readonly AclPart[]): readonly PartSides[] {
  const partner = new Map<AclPart, AclPart>();
  const taken = new Set<AclPart>();
  for (const identity of identities) {
    const free = new Map<string, AclPart[]>();
    for (const part of after) {
      const key = taken.has(part) ? null : identity(part);
      if (key !== null) free.set(key, [...(free.get(key) ?? []), part]);
    }
    for (const part of before) {
      const key = partner.has(part) ? null : identity(part);
      const match = key === null ? undefined : free.get(key)?.shift();
      if (match === undefined) continue;
      partner.set(part, match);
      taken.add(match);
    }
  }
  return [
    ...before.map((part): PartSides => ({ before: part, after: partner.get(part) ?? null })),
    ...after.filter((part) => !taken.has(part)).map((part): PartSides => ({ before: null, after: part })),
  ];
}

/** What an ACL says, apart from its row's UUID: external_ids are for the platform that made it. */
function contentOf({ acl, entities }: AppliedAcl): readonly (readonly [name: string, text: string])[] {
  const options = Object.entries(acl.options).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    [l10n.t('Name'), acl.name ?? ''],
    [l10n.t('Direction'), acl.direction],
    [l10n.t('Action'), acl.action],
    [l10n.t('Priority'), String(acl.priority)],
    [l10n.t('Tier'), String(acl.tier)],
    [l10n.t('Match'), acl.match],
    [l10n.t('Set on'), setOn(entities)],
    [l10n.t('Logging'), logging(acl)],
    [l10n.t('Label'), String(acl.label)],
    [l10n.t('Options'), options.map(([name, value]) => `${name}=${value}`).join(', ')],
  ];
}

function logging({ log, severity }: AppliedAcl['acl']): string {
  if (!log) return l10n.t('off');
  return severity === null ? l10n.t('on') : l10n.t('on, {0}', severity);
}

function setOn(entities: AppliedAcl['entities']): string {
  return entities.map(nameEntity).sort().join(', ');
}

function compareParts(before: AclPart, after: AclPart): readonly TextChange[] {
  return [
    ...compareContent(before.acls[0], after.acls[0]),
    ...changeOf(l10n.t('Equal rows'), String(before.acls.length), String(after.acls.length)),
    ...changeOf(l10n.t('Result'), before.verdict, after.verdict),
  ];
}

function compareContent(before: AppliedAcl, after: AppliedAcl): readonly TextChange[] {
  const other = contentOf(after);
  return contentOf(before).flatMap(([name, text], at) => changeOf(name, text, other[at]?.[1] ?? ''));
}

function changeOf(name: string, before: string, after: string): readonly TextChange[] {
  return before === after ? [] : [{ name, before: before || null, after: after || null }];
}

type When = 'Before' | 'After';
type Elsewhere = Pick<AclChange, 'elsewhere' | 'fields'>;

/** What the other trace says of an ACL that took no part in it: known where OVN went through its rules in vain. */
function tellElsewhere({ acls: [applied], datapath }: AclPart, other: TraceReport, when: When): Elsewhere {
  for (const { loss, aclStep, askedAcls } of other.explanation.losses) {
    const lost = other.outcome.losses[loss];
    const hop = other.outcome.hops[aclStep?.hop ?? lost?.decidedBy ?? lost?.hop ?? -1];
    if (hop?.datapath !== datapath || askedAcls[0]?.acl.direction !== applied.acl.direction) continue;
    const asked = findRule(askedAcls, applied);
    if (asked !== undefined) {
      const fields = when === 'Before' ? compareContent(asked, applied) : compareContent(applied, asked);
      return { elsewhere: tellAsked(asked, when), fields };
    }
    if (askedAcls.length >= shortestCut) continue;
    const none =
      when === 'Before'
        ? l10n.t('Before: no such ACL applied to this port.')
        : l10n.t('After: no such ACL applies to this port any more.');
    return { elsewhere: none, fields: [] };
  }
  return { elsewhere: null, fields: [] };
}

/** The row itself, else one of the same content or name that was made anew. */
function findRule(asked: readonly AskedAcl[], applied: AppliedAcl): AskedAcl | undefined {
  const { uuid, name } = applied.acl;
  return (
    asked.find(({ acl }) => acl.uuid === uuid) ??
    asked.find((other) => compareContent(other, applied).length === 0) ??
    asked.find(({ acl }) => name !== null && acl.name === name)
  );
}

function tellAsked({ asked, failing }: AskedAcl, when: When): string | null {
  const isBefore = when === 'Before';
  switch (asked) {
    case 'no':
      if (failing === null)
        return isBefore ? l10n.t('Before: does not match.') : l10n.t('After: does not match.');
      return isBefore
        ? l10n.t('Before: does not match, it needs {0}.', failing)
        : l10n.t('After: does not match, it needs {0}.', failing);
    case 'later':
      return isBefore
        ? l10n.t('Before: not asked, for another ACL decides first.')
        : l10n.t('After: not asked, for another ACL decides first.');
    case 'passed':
      return isBefore
        ? l10n.t('Before: matches, and passes on to the next tier.')
        : l10n.t('After: matches, and passes on to the next tier.');
    case 'decides':
    case 'unknown':
      return null;
  }
}
