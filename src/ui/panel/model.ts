import * as l10n from '@vscode/l10n';
import type { DefinitionLink } from '../../core/definitions/definition';
import type { TraceReport } from '../../core/session/report';
import { runThrough, type Steps } from '../../core/slices';
import type {
  Badge,
  BannerModel,
  PanelModel,
  RawSection,
  ReplyModel,
  TraceView,
} from '../../protocol/panelModel';
import { buildBanner, lookOfReport } from './banner';
import { buildChoices } from './choices';
import { buildHopsSteps } from './hops';
import { LinkTable } from './linkTable';
import type { NameMeaning } from './matchNames';
import { buildPacket, findEnds } from './packet';
import { buildPath } from './path';
import { indexReportSteps, type ReportIndex } from './reportIndex';
import { buildWhySteps } from './why';
import { verdictWords } from './words';

/** What the panel needs to know of the editor it is shown in. */
export interface PanelContext {
  /** A file as people know it: relative to the workspace. */
  readonly displayPath: (file: string) => string;
  /** A moment (milliseconds since the epoch) in the user's way of writing. */
  readonly displayTime: (milliseconds: number) => string;
  /** What the names in matches stand for; without it they stay names. */
  readonly meaningOf?: NameMeaning | null;
}

export interface BuiltPanel {
  readonly model: PanelModel;
  /** The definitions behind `model.links`, in the same order. */
  readonly definitions: readonly DefinitionLink[];
}

/** The trace that was made before the shown one, as far as it tells something of it. */
export interface PreviousTrace {
  readonly report: TraceReport;
  /** It is of the same packet on the same target. */
  readonly sameQuestion: boolean;
}

/** Everything the panel shows of a report, as plain data. */
export function buildPanelModel(
  report: TraceReport,
  context: PanelContext,
  previous: PreviousTrace | null = null,
): BuiltPanel {
  return runThrough(buildPanelModelSteps(report, context, previous));
}

/** The same for traces of many megabytes. */
export function* buildPanelModelSteps(
  report: TraceReport,
  context: PanelContext,
  previous: PreviousTrace | null,
): Steps<BuiltPanel> {
  const links = new LinkTable(context.displayPath);
  // The banner tells of all choices together, the rest of the one that is shown.
  const shown = report.choices?.traced[report.choices.shown]?.report ?? report;
  const index = yield* indexReportSteps(shown);
  const replyIndex = shown.reply === null ? null : yield* indexReportSteps(shown.reply);
  const banner = buildBanner(report, links, context.displayTime);
  const forward = yield* buildView(index, links, context.meaningOf ?? null, banner.text);
  const reply =
    replyIndex === null
      ? noReply(shown)
      : yield* buildReply(replyIndex, shown.replyNote ?? null, links, context);
  const traced = report.request !== null;
  return {
    model: {
      reportId: report.id,
      banner,
      was: buildWas(banner, previous),
      packet: buildPacket(report),
      choices: buildChoices(report),
      forward,
      reply,
      raw: yield* buildRaw(index, replyIndex),
      links: links.models(),
      can: {
        again: report.plan !== null,
        reverse: traced,
        edit: report.plan !== null,
        command: report.argv !== null,
        compare: previous !== null,
      },
    },
    definitions: links.definitions(),
  };
}

function buildWas(banner: BannerModel, previous: PreviousTrace | null): Badge | null {
  if (previous === null || !previous.sameQuestion) return null;
  const { word, tone, icon } = lookOfReport(previous.report);
  return word === banner.word ? null : { tone, icon, text: l10n.t('Was: {0}', word) };
}

function* buildView(
  index: ReportIndex,
  links: LinkTable,
  meaningOf: NameMeaning | null,
  said: string,
): Steps<TraceView> {
  return {
    path: buildPath(index, findEnds(index.report)),
    why: yield* buildWhySteps(index, links, said),
    hops: yield* buildHopsSteps(index, links, meaningOf),
  };
}

function* buildReply(
  index: ReportIndex,
  note: string | null,
  links: LinkTable,
  context: PanelContext,
): Steps<ReplyModel> {
  const banner = buildBanner(index.report, links, context.displayTime);
  const view = yield* buildView(index, links, context.meaningOf ?? null, banner.text);
  if (note === null || banner.verdict === 'allow') return { kind: 'traced', banner, view, note };
  // What ended this trace need not end the reply.
  const shown = l10n.t('The trace as ovn-trace could make it: {0}', banner.text);
  return { kind: 'traced', banner: undecide(banner, note), view, note: shown };
}

function noReply(report: TraceReport): ReplyModel {
  const canTrace = report.request !== null;
  const { verdict } = report.outcome;
  if (report.replyNote !== undefined) return { kind: 'none', sentence: report.replyNote, canTrace };
  if (verdict === 'allow') {
    const sentence = canTrace
      ? l10n.t('The reply was not traced.')
      : l10n.t('The reply is not known: only the text of one trace was opened.');
    return { kind: 'none', sentence, canTrace };
  }
  const lost = verdict === 'drop' || verdict === 'reject';
  const sentence = lost
    ? l10n.t('The packet does not arrive, so there is nothing to answer.')
    : l10n.t('A reply is only traced when the packet of a new connection arrives.');
  return { kind: 'none', sentence, canTrace };
}

function undecide(banner: BannerModel, text: string): BannerModel {
  return { ...banner, ...verdictWords('unknown'), verdict: 'unknown', text, causes: [], links: [] };
}

function* buildRaw(index: ReportIndex, reply: ReportIndex | null): Steps<readonly RawSection[]> {
  const { output, stderr } = index.report;
  const sections = [yield* rawSection(l10n.t('Output of ovn-trace'), output, markedLines(index))];
  if (stderr.trim() !== '')
    sections.push(yield* rawSection(l10n.t('Messages of ovn-trace (standard error)'), stderr, []));
  if (reply !== null) {
    const marked = markedLines(reply);
    sections.push(yield* rawSection(l10n.t('Output of the reply'), reply.report.output, marked));
  }
  return sections;
}

function* rawSection(title: string, text: string, marked: readonly number[]): Steps<RawSection> {
  return { title, text, lines: yield* countLines(text), marked };
}

/** Lines that are counted in some milliseconds. */
const linesPerSlice = 100_000;

function* countLines(text: string): Steps<number> {
  let lines = 0;
  for (let end = 0; end < text.length; lines++) {
    if ((lines + 1) % linesPerSlice === 0) yield;
    const next = text.indexOf('\n', end);
    end = next === -1 ? text.length : next + 1;
  }
  return lines;
}

function markedLines(index: ReportIndex): readonly number[] {
  const hops = [...index.decisions.keys(), ...index.losses.keys()];
  const lines = hops.flatMap((hop) => index.report.outcome.hops[hop]?.line ?? []);
  return [...new Set(lines)].sort((a, b) => a - b);
}
