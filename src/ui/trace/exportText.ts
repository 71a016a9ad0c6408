import * as l10n from '@vscode/l10n';
import { nameChoice } from '../../core/session/choiceSentence';
import type { TraceReport } from '../../core/session/report';
import { toResult } from '../../core/session/toResult';
import type { ExportKind } from '../../protocol/panelMessages';
import { visibleJson } from '../../protocol/visibleText';
import { wordConfidence } from '../../protocol/words';
import { code, escapeMarkdown, fenced } from '../markdown';
import { verdictWords } from '../panel/words';
import { titleOf } from './traceEntry';

export interface ExportFormat {
  readonly kind: ExportKind;
  readonly label: string;
  readonly description: string;
  /** Language of the document it opens in. */
  readonly language: string;
}

export const exportFormats = (): readonly ExportFormat[] => [
  {
    kind: 'markdown',
    label: 'Markdown',
    description: l10n.t('to paste into a ticket'),
    language: 'markdown',
  },
  {
    kind: 'json',
    label: 'JSON',
    description: l10n.t('the result as the terminal program prints it'),
    language: 'json',
  },
  {
    kind: 'text',
    label: l10n.t('Raw Text'),
    description: l10n.t('the output of ovn-trace'),
    language: 'plaintext',
  },
];

/** The report as a text of the format. `displayPath` shortens a file to what people call it. */
export function exportReport(
  report: TraceReport,
  kind: ExportKind,
  displayPath: (file: string) => string,
): string {
  switch (kind) {
    case 'markdown':
      return toMarkdown(report, displayPath);
    case 'json':
      return `${visibleJson(toResult(report))}\n`;
    case 'text':
      return report.output;
  }
}

function toMarkdown(report: TraceReport, displayPath: (file: string) => string): string {
  const { outcome, explanation, plan } = report;
  const facts: readonly (readonly [string, string | null])[] = [
    [l10n.t('Target'), report.target],
    ['OVN', report.ovnVersion],
    [l10n.t('Traced'), report.target === null ? null : new Date(report.startedAt).toISOString()],
    [l10n.t('Datapath'), plan?.datapath ?? null],
    [l10n.t('Arrived at'), outcome.arrivals.map(({ port }) => port).join(', ') || null],
  ];
  const lines = [
    `## ${verdictWords(outcome.verdict).word}: ${escapeMarkdown(titleOf(report))}`,
    '',
    escapeMarkdown(explanation.sentence),
    '',
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`- ${name}: ${escapeMarkdown(value)}`])),
  ];
  for (const loss of explanation.losses) {
    lines.push('', `**${loss.cause.code}**: ${escapeMarkdown(loss.cause.sentence)}`, '');
    for (const { acl, entities } of loss.aclStep?.acls ?? []) {
      const on = entities.map(({ name }) => name).join(', ');
      lines.push(
        `- ${l10n.t('ACL {0}, priority {1}, {2}, on {3}: {4}', code(acl.name ?? acl.uuid), acl.priority, escapeMarkdown(acl.action), code(on), code(acl.match))}`,
      );
    }
    for (const { definition, confidence } of loss.definitions) {
      const place = `${displayPath(definition.file)}:${definition.range.start.line + 1}`;
      lines.push(`- ${l10n.t('Written in {0} ({1})', code(place), wordConfidence(confidence))}`);
    }
    for (const advice of loss.cause.advice) lines.push(`- ${escapeMarkdown(advice)}`);
  }
  if (explanation.warnings.length > 0) lines.push('');
  for (const { code: finding, message } of explanation.warnings) {
    lines.push(`- ${finding === undefined ? '' : `**${finding}**: `}${escapeMarkdown(message)}`);
  }
  if (report.replyNote !== undefined) lines.push('', escapeMarkdown(report.replyNote));
  lines.push(...choicesMarkdown(report));
  if (plan !== null) lines.push('', l10n.t('Microflow:'), '', fenced(plan.microflow));
  lines.push(
    '',
    `<details><summary>${l10n.t('Output of ovn-trace')}</summary>`,
    '',
    fenced(report.output),
    '',
    '</details>',
    '',
  );
  return lines.join('\n');
}

/** The traces through each backend, or each member of a `select`. */
function choicesMarkdown({ choices }: TraceReport): readonly string[] {
  if (choices === undefined) return [];
  const rows = choices.traced.map((choice) => {
    const { outcome, explanation } = choice.report;
    const name = code(nameChoice(choices.kind, choice));
    return `- ${name}: **${verdictWords(outcome.verdict).word}**. ${escapeMarkdown(explanation.sentence)}`;
  });
  return [
    '',
    choices.kind === 'backend' ? l10n.t('Each backend:') : l10n.t('Each member of the select:'),
    '',
    ...rows,
  ];
}
