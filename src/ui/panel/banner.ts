import * as l10n from '@vscode/l10n';
import { isOneWay } from '../../core/session/choiceSentence';
import type { TraceReport } from '../../core/session/report';
import type { Badge, BannerModel } from '../../protocol/panelModel';
import type { LinkTable } from './linkTable';
import { oneWayWords, verdictWords, type VerdictWords } from './words';

/** The verdict with its sentence, its causes, and where and when it was made. */
export function buildBanner(
  report: TraceReport,
  links: LinkTable,
  displayTime: (milliseconds: number) => string,
): BannerModel {
  const { outcome, explanation } = report;
  const oneWay = isOneWay(report);
  const look = lookOfReport(report);
  const losses = [...explanation.losses, ...(oneWay ? (report.reply?.explanation.losses ?? []) : [])];
  const findings = explanation.warnings.flatMap(({ code }) => code ?? []);
  const causes = [...new Set<string>([...findings, ...losses.map(({ cause }) => cause.code)])];
  const definitions = losses.flatMap((loss) => loss.definitions.slice(0, 1));
  return {
    verdict: outcome.verdict,
    word: look.word,
    tone: look.tone,
    icon: look.icon,
    text: explanation.sentence,
    causes: causes.slice(0, 3),
    links: [...new Set(links.add(definitions))].slice(0, 2),
    notes: buildNotes(report),
    facts: buildFacts(report, displayTime),
  };
}

/** The verdict as a word with its look; a packet that only arrives has one of its own. */
export function lookOfReport(report: TraceReport): VerdictWords {
  const { verdict } = report.outcome;
  return isOneWay(report) && verdict === 'allow' ? oneWayWords() : verdictWords(verdict);
}

/** The same for the reply: what ends its trace need not end the reply itself, where a note says so. Null without a reply. */
export function lookOfReply({ reply, replyNote }: TraceReport): VerdictWords | null {
  if (reply === null) return null;
  const { verdict } = reply.outcome;
  return verdictWords(replyNote === undefined || verdict === 'allow' ? verdict : 'unknown');
}

function buildNotes(report: TraceReport): readonly Badge[] {
  const notes: Badge[] = [];
  const { reply, replyNote } = report;
  if (reply !== null && replyNote !== undefined && reply.outcome.verdict !== 'allow') {
    notes.push({ tone: 'unknown', icon: 'unknown', text: replyNote });
  }
  // The sentence of an undecided trace says so itself.
  if (report.parsed.cutAtEnd && report.outcome.verdict !== 'unknown') {
    notes.push({
      tone: 'unknown',
      icon: 'warning',
      text: l10n.t('The output of ovn-trace ends in the middle.'),
    });
  }
  return notes;
}

function buildFacts(
  report: TraceReport,
  displayTime: (milliseconds: number) => string,
): BannerModel['facts'] {
  const ran = report.argv !== null;
  const facts: { name: string; text: string }[] = [];
  if (ran) facts.push({ name: l10n.t('Duration'), text: formatDuration(report.durationMs) });
  facts.push(
    report.target === null
      ? { name: l10n.t('Source'), text: l10n.t('opened text') }
      : { name: l10n.t('Target'), text: report.target },
  );
  if (report.ovnVersion !== null)
    facts.push({ name: l10n.t('Version'), text: report.ovnVersion.replace(/^ovn-trace\b/, 'OVN') });
  facts.push({ name: l10n.t('Time'), text: displayTime(report.startedAt) });
  return facts;
}

/** `27 ms`, `1.6 s`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
