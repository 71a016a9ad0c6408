import * as l10n from '@vscode/l10n';
import { compareTraces } from '../../core/compare/compareTraces';
import type {
  AclChange,
  HopSides,
  ListChange,
  Sides,
  TextChange,
  TraceComparison,
} from '../../core/compare/comparison';
import type { DefinitionLink } from '../../core/definitions/definition';
import type { TraceReport } from '../../core/session/report';
import type {
  AclRow,
  ChangeRow,
  ComparedWay,
  ComparisonModel,
  FateModel,
  StepPair,
} from '../../protocol/comparisonModel';
import { buildBanner } from '../panel/banner';
import { LinkTable } from '../panel/linkTable';
import type { PanelContext } from '../panel/model';
import { indexReport } from '../panel/reportIndex';
import { nameAcl, nameEntity } from '../panel/words';
import { titleOf } from '../trace/traceEntry';
import { buildStep, buildSteps } from './steps';

export interface BuiltComparison {
  readonly model: ComparisonModel;
  /** The definitions behind `model.links`, in the same order. */
  readonly definitions: readonly DefinitionLink[];
}

type Reports = Sides<TraceReport>;

/** Everything the page of a comparison shows, as plain data. */
export function buildComparison(reports: Reports, context: PanelContext): BuiltComparison {
  const { before, after } = reports;
  const links = new LinkTable(context.displayPath);
  const comparison = compareTraces(before, after);
  const { reply } = comparison;
  const replies = before.reply && after.reply ? { before: before.reply, after: after.reply } : null;
  const titles = { before: titleOf(before), after: titleOf(after) };
  return {
    model: {
      id: `${before.id} ${after.id}`,
      title:
        titles.before === titles.after ? titles.before : l10n.t('{0} and {1}', titles.before, titles.after),
      forward: buildWay(comparison, reports, links, context),
      reply:
        reply.kind === 'both' && replies !== null
          ? buildWay(reply.comparison, replies, links, context)
          : null,
      links: links.models(),
    },
    definitions: links.definitions(),
  };
}

function buildWay(
  comparison: TraceComparison,
  reports: Reports,
  links: LinkTable,
  context: PanelContext,
): ComparedWay {
  const { sentence, same, limits, asked, firstDifference, decided } = comparison;
  const indexes = { before: indexReport(reports.before), after: indexReport(reports.after) };
  const { runs, notes } = buildSteps(comparison.branches, indexes);
  const pair = (heading: string, none: string, sides: HopSides | null): readonly StepPair[] =>
    sides === null
      ? []
      : [
          {
            heading,
            none,
            fields: fieldsOf(sides, comparison),
            before: buildStep(indexes.before, sides.before),
            after: buildStep(indexes.after, sides.after),
          },
        ];
  return {
    before: buildFate(reports.before, links, context),
    after: buildFate(reports.after, links, context),
    sentence,
    same,
    limits,
    asked: asked.map(rowOf),
    steps: [
      ...pair(l10n.t('First step that differs'), l10n.t('No such step.'), firstDifference),
      ...pair(l10n.t('What decided'), l10n.t('No single step decided.'), decided),
    ],
    acls: comparison.acls.flatMap((change) => buildAcl(change, reports, links)),
    changes: [
      ...comparison.results.map(listRow),
      ...comparison.choices.map(rowOf),
      ...replyRows(comparison),
      ...comparison.remarks.map(listRow),
    ],
    runs,
    stepNotes: notes,
  };
}

function buildFate(report: TraceReport, links: LinkTable, { displayTime }: PanelContext): FateModel {
  const { tone, icon, word, text, causes, facts } = buildBanner(report, links, displayTime);
  return { tone, icon, text: word, sentence: text, causes, facts };
}

function fieldsOf({ before, after }: HopSides, { branches }: TraceComparison): readonly string[] {
  const run = branches
    .flatMap(({ runs }) => runs)
    .find((one) => one.kind === 'differs' && one.before === before && one.after === after);
  return run?.kind === 'differs' ? run.fields : [];
}

function rowOf({ name, before, after }: TextChange): ChangeRow {
  return { name, before: before === null ? [] : [before], after: after === null ? [] : [after] };
}

/** Longer lists are cut: a flood may lose or reach thousands. */
const mostLines = 12;

function listRow({ name, before, after }: ListChange): ChangeRow {
  return { name, before: cut(before), after: cut(after) };
}

function cut(lines: readonly string[]): readonly string[] {
  return lines.length <= mostLines + 1
    ? lines
    : [...lines.slice(0, mostLines), l10n.t('and {0} more', lines.length - mostLines)];
}

function replyRows({ reply }: TraceComparison): readonly ChangeRow[] {
  if (reply.kind === 'none') return [];
  const sides = reply.kind === 'both' ? reply.notes : reply;
  return sides === null ? [] : [rowOf({ name: l10n.t('Reply'), before: sides.before, after: sides.after })];
}

function buildAcl(change: AclChange, { before, after }: Reports, links: LinkTable): readonly AclRow[] {
  const part = change.after ?? change.before;
  if (part === null) return [];
  const [{ acl, entities }] = part.acls;
  const { definitions } = (change.after === null ? before : after).explanation;
  return [
    {
      change: change.state,
      uuid: acl.uuid,
      name: nameAcl(acl),
      says: [
        acl.action,
        acl.direction,
        l10n.t('priority {0}', acl.priority),
        ...(acl.tier > 0 ? [l10n.t('tier {0}', acl.tier)] : []),
      ].join(', '),
      match: acl.match,
      setOn: entities.map(nameEntity).join(', '),
      fields: change.fields.map(rowOf),
      elsewhere: change.elsewhere,
      links: links.add(definitions[acl.uuid] ?? []),
    },
  ];
}
