import * as l10n from '@vscode/l10n';
import type { ReferencePipeline, ReferenceRow, TableReference } from '../../core/ovn/tableReference';
import { capitalise } from '../panel/words';

/**
 * The table reference as a Markdown text. Each stage is a heading of its own name: links, *Go to Symbol* and the preview's
 * own search find it by that.
 */
export function layoutReference({ release, pipelines }: TableReference): string {
  const titles = pipelines.map(titleOf);
  const lines = [
    `# ${l10n.t('OVN Table Reference')}`,
    '',
    l10n.t(
      'The tables of **OVN {0}** in the order of their numbers. A packet passes the ingress pipeline of a datapath, then its egress pipeline. Numbers change from release to release; the names of the stages stay.',
      release,
    ),
    '',
    titles.map((title) => `[${title}](#${anchorOf(title)})`).join(' · '),
  ];
  for (const pipeline of pipelines) {
    lines.push('', `## ${titleOf(pipeline)}`, ...pipeline.rows.flatMap((row) => layoutRow(row, release)));
    if (pipeline.otherReleases.length === 0) continue;
    lines.push('', `### ${l10n.t('{0}: stages of other releases', titleOf(pipeline))}`);
    lines.push(...pipeline.otherReleases.flatMap((row) => layoutRow(row, release)));
  }
  return `${lines.join('\n')}\n`;
}

function titleOf({ kind }: ReferencePipeline): string {
  return `${kind.datapathKind === 'switch' ? l10n.t('Logical switch') : l10n.t('Logical router')}, ${kind.pipeline}`;
}

/** As VS Code's preview makes it of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(',', '').replaceAll(' ', '-');
}

function layoutRow(
  { stage, table, description, releases }: ReferenceRow,
  release: string,
): readonly string[] {
  const number = table === null ? [] : [l10n.t('Table {0}.', table)];
  const about =
    description === null
      ? `**${number.join('')}** ${l10n.t('This stage is in the trace that was shown, and is not described yet.')}`
      : `**${[...number, `${description.title}.`].join(' ')}** ${description.about}`;
  const elsewhere = new Map<number, string[]>();
  for (const other of releases) {
    if (other.release === release) continue;
    elsewhere.set(other.table, [...(elsewhere.get(other.table) ?? []), other.release]);
  }
  const numbers = [...elsewhere].map(([other, names]) => l10n.t('table {0} in {1}', other, names.join(', ')));
  return [
    '',
    `#### ${stage}`,
    '',
    about,
    ...(numbers.length === 0 ? [] : ['', `*${capitalise(numbers.join('; '))}.*`]),
  ];
}
