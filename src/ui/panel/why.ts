import * as l10n from '@vscode/l10n';
import type { AclStep } from '../../core/acl/step';
import type { DefinitionLink } from '../../core/definitions/definition';
import { roleOfLink } from '../../core/definitions/linkWords';
import type { Steps } from '../../core/slices';
import type { AskedAcl, ExplainedLoss } from '../../core/trace/explanation';
import type { Verdict } from '../../core/trace/outcome';
import type { AskedAclRow, FactRow, NoticeModel, Tone, WhyItem, WhyModel } from '../../protocol/panelModel';
import type { LinkTable } from './linkTable';
import type { ReportIndex } from './reportIndex';
import { describeAclStep, nameAcl, nameAnswer, nameEntity, verdictWords } from './words';

/** Losses whose items take some milliseconds. */
const lossesPerSlice = 1000;

/**
 * Why the packet fared as it did, what to do about it, and what the result rests on. What the banner has `said` is not said again
 * where there is more to show.
 */
export function* buildWhySteps(index: ReportIndex, links: LinkTable, said: string): Steps<WhyModel> {
  const { outcome, explanation } = index.report;
  const losses: WhyItem[] = [];
  for (const loss of explanation.losses) {
    const item = buildLoss(loss, index, links);
    losses.push(item.sentence === said && item.asked.length > 0 ? { ...item, sentence: '' } : item);
    if (losses.length % lossesPerSlice === 0) yield;
  }
  return {
    heading: headings()[outcome.verdict],
    items: [
      ...losses,
      ...(losses.length === 0 ? buildAllowing(index, links) : []),
      ...buildAnswers(index),
      ...buildUndecided(index),
    ],
    warnings: explanation.warnings.map(({ code, message, acl }) => ({
      code: code ?? null,
      tone: 'mixed',
      icon: 'warning',
      text: message,
      acl,
    })),
    assumptions: explanation.assumptions.map(({ message, severity }): NoticeModel =>
      severity === 'warning'
        ? { code: null, tone: 'mixed', icon: 'warning', text: message, acl: null }
        : { code: null, tone: 'info', icon: 'info', text: message, acl: null },
    ),
  };
}

const headings = (): Readonly<Record<Verdict, string>> => ({
  allow: l10n.t('Why it is allowed'),
  drop: l10n.t('Why it is dropped'),
  reject: l10n.t('Why it is rejected'),
  answer: l10n.t('Why OVN answers'),
  mixed: l10n.t('Why the branches differ'),
  unknown: l10n.t('Why there is no verdict'),
  error: l10n.t('What happened'),
});

function buildLoss(explained: ExplainedLoss, index: ReportIndex, links: LinkTable): WhyItem {
  const loss = index.report.outcome.losses[explained.loss];
  const { cause, aclStep, askedAcls, definitions } = explained;
  const tone = loss?.kind === 'rejected' ? 'reject' : 'drop';
  return {
    code: cause.code,
    tone,
    sentence: cause.sentence,
    hop: loss?.decidedBy ?? loss?.hop ?? null,
    asked: askedAcls.map((asked) => buildAsked(asked, links)),
    askedCaption: captionAsked(askedAcls),
    showTier: new Set(askedAcls.map(({ acl }) => acl.tier)).size > 1,
    facts: aclStep === null ? [] : aclFacts(aclStep, definitions, links),
    advice: cause.advice,
    command: cause.command,
  };
}

function captionAsked(asked: readonly AskedAcl[]): string {
  const direction = asked[0]?.acl.direction;
  if (direction === undefined) return '';
  return direction === 'to-lport'
    ? l10n.t('ACLs toward the port (to-lport), in the order OVN asks them')
    : l10n.t('ACLs from the port (from-lport), in the order OVN asks them');
}

function buildAsked(asked: AskedAcl, links: LinkTable): AskedAclRow {
  const { acl } = asked;
  const decides = asked.asked === 'decides';
  return {
    uuid: acl.uuid,
    name: nameAcl(acl),
    priority: acl.priority,
    tier: acl.tier,
    action: acl.action,
    match: acl.match,
    badge: decides ? lookOf(acl.action) : null,
    decides,
    ...answerOf(asked),
    links: links.add(asked.definitions),
  };
}

function lookOf(action: string): AskedAclRow['badge'] {
  const verdict = action === 'drop' || action === 'reject' ? action : 'allow';
  const { tone, icon } = verdictWords(verdict);
  return { tone, icon };
}

function answerOf(asked: AskedAcl): Pick<AskedAclRow, 'answer' | 'term'> {
  switch (asked.asked) {
    case 'decides':
      return { answer: l10n.t('Decides:'), term: asked.acl.match };
    case 'no':
      return asked.failing === null
        ? { answer: l10n.t('Does not match'), term: null }
        : { answer: l10n.t('No match, needs'), term: asked.failing };
    case 'passed':
      return { answer: l10n.t('Matches, and passes on to the next tier'), term: null };
    case 'later':
      return { answer: l10n.t('Not asked any more'), term: null };
    case 'unknown':
      return { answer: l10n.t('Cannot be told from here:'), term: asked.acl.match };
  }
}

/** The rows below the table: where the ACL is written, on what it is set, whose it is. */
function aclFacts(
  step: AclStep,
  definitions: readonly DefinitionLink[],
  links: LinkTable,
): readonly FactRow[] {
  const facts: FactRow[] = [];
  const plain = { code: false, links: [], acl: null } as const;
  for (const role of ['defined in', 'allow in'] as const) {
    const ofRole = definitions.filter(({ definition }) => roleOfLink(definition) === role);
    if (ofRole.length > 0)
      facts.push({
        ...plain,
        name: role === 'defined in' ? l10n.t('Defined in') : l10n.t('Allow in'),
        text: '',
        links: links.add(ofRole),
      });
  }
  for (const { acl, entities, owner } of step.acls) {
    if (entities.length > 0)
      facts.push({ ...plain, name: l10n.t('Set on'), text: entities.map(nameEntity).join(', ') });
    if (owner !== null) facts.push({ ...plain, name: l10n.t('Owner'), text: owner });
    const more = [l10n.t('tier {0}', acl.tier), acl.log ? l10n.t('logged') : null]
      .filter((part) => part !== null)
      .join(', ');
    facts.push({
      name: l10n.t('Northbound row'),
      text: `${acl.uuid}, ${more}`,
      code: true,
      links: [],
      acl: acl.uuid,
    });
  }
  return facts;
}

/** For a packet that was not lost: the ACL steps it passed, one item for each that an ACL decided. */
function buildAllowing(index: ReportIndex, links: LinkTable): readonly WhyItem[] {
  const { hops } = index.report.outcome;
  const { aclSteps, definitions } = index.report.explanation;
  const named = aclSteps.filter((step) => step.acls.length > 0 && isPacket(step, index));
  return named.map((step) => {
    const hop = hops[step.hop];
    const what = describeAclStep(step);
    const sentence =
      hop === undefined
        ? `${what}.`
        : l10n.t('{0} in the {1} pipeline of {2}.', what, hop.pipeline, hop.datapath);
    const tone: Tone = step.verdict === 'pass' ? 'neutral' : step.verdict;
    return {
      ...plainItem(tone, sentence, step.hop),
      facts: aclFacts(
        step,
        step.acls.flatMap(({ acl }) => definitions[acl.uuid] ?? []),
        links,
      ),
    };
  });
}

/** Who answered, where that was all that became of the packet. */
function buildAnswers(index: ReportIndex): readonly WhyItem[] {
  if (index.report.outcome.verdict !== 'answer') return [];
  return [...index.answers].flatMap(([hop, answers]) => {
    const datapath = index.report.outcome.hops[hop]?.datapath ?? '';
    return answers.map(({ kind, ports }) => {
      const sentence =
        ports.length === 0
          ? l10n.t('{0} answers by itself: {1}.', datapath, nameAnswer(kind))
          : l10n.t('{0} answers by itself: {1} to {2}.', datapath, nameAnswer(kind), ports.join(', '));
      return plainItem('answer', sentence, hop);
    });
  });
}

function isPacket(step: AclStep, index: ReportIndex): boolean {
  const branch = index.report.outcome.hops[step.hop]?.branch;
  return branch !== undefined && index.report.outcome.branches[branch]?.origin !== 'generated';
}

/** Why there is no verdict, where there is none. */
function buildUndecided(index: ReportIndex): readonly WhyItem[] {
  const { undecided, refusal, verdict } = index.report.outcome;
  if (undecided !== null) return [plainItem('unknown', undecided.message, undecided.hop)];
  if (verdict !== 'error') return [];
  const said =
    refusal === null
      ? l10n.t('The text is none that ovn-trace prints.')
      : l10n.t('ovn-trace said: {0}', refusal.trim());
  return [plainItem('drop', said, null)];
}

function plainItem(tone: Tone, sentence: string, hop: number | null): WhyItem {
  return {
    code: null,
    tone,
    sentence,
    hop,
    asked: [],
    askedCaption: '',
    showTier: false,
    facts: [],
    advice: [],
    command: null,
  };
}
