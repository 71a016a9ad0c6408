import * as l10n from '@vscode/l10n';
import type { NetworkComparison, UnwrittenAcl } from '../../core/definitions/compareNetwork';
import { listDrift, type DriftProblem } from '../../core/definitions/describeState';
import { code, escapeMarkdown } from '../markdown';

/** More than anybody reads; what is left out is counted. */
const mostOfOwner = 50;

/** How a line of a file is called, and where a click on it leads. */
export type PlaceOf = (
  file: string,
  line: number,
) => { readonly label: string; readonly link: string | null };

/** The files of the workspace against the network, as a Markdown document. */
export function reportComparison(comparison: NetworkComparison, target: string, placeOf: PlaceOf): string {
  const drift = listDrift(comparison);
  const states = [...comparison.states.values()];
  const count = (kind: (typeof states)[number]['kind']): number =>
    states.filter((state) => state.kind === kind).length;
  return [
    `# ${l10n.t('Definitions and the network of {0}', escapeMarkdown(target))}`,
    '',
    '| | |',
    '|---|---|',
    `| ${l10n.t('Definitions that are in the network as the files have them')} | ${count('live')} |`,
    `| ${l10n.t('In the network otherwise than the files have them')} | ${count('differs')} |`,
    `| ${l10n.t('Not in the network')} | ${count('missing')} |`,
    `| ${l10n.t('Of groups, switches or policies that this network does not have')} | ${count('elsewhere')} |`,
    `| ${l10n.t('Of which the files do not tell enough')} | ${count('unknown')} |`,
    `| ${l10n.t('ACLs of the network that no file of the workspace writes')} | ${comparison.unwritten.length} |`,
    ...section(
      l10n.t('In the network otherwise'),
      drift.filter(({ kind }) => kind === 'differs'),
      placeOf,
    ),
    ...section(
      l10n.t('Not in the network'),
      drift.filter(({ kind }) => kind === 'missing'),
      placeOf,
    ),
    ...unwrittenSection(comparison.unwritten),
    '',
  ].join('\n');
}

function section(title: string, problems: readonly DriftProblem[], placeOf: PlaceOf): readonly string[] {
  if (problems.length === 0) return [];
  const lines = problems.map(({ file, range, message }) => {
    const { label, link } = placeOf(file, range.start.line + 1);
    const place = link === null ? code(label) : `[${escapeMarkdown(label)}](<${link}>)`;
    return `- ${place}: ${escapeMarkdown(message)}`;
  });
  return ['', `## ${title}`, '', ...lines];
}

function unwrittenSection(unwritten: readonly UnwrittenAcl[]): readonly string[] {
  if (unwritten.length === 0) return [];
  const byOwner = new Map<string, UnwrittenAcl[]>();
  for (const each of unwritten) {
    const owner = each.owner ?? each.entities.map(({ name }) => name).join(', ');
    const known = byOwner.get(owner);
    if (known === undefined) byOwner.set(owner, [each]);
    else known.push(each);
  }
  const sections = [...byOwner].flatMap(([owner, acls]) => [
    '',
    `### ${escapeMarkdown(owner)}`,
    '',
    ...acls.slice(0, mostOfOwner).map(({ acl }) => {
      const name = acl.name ?? acl.uuid.slice(0, 8);
      return `- ${code(name)}: ${acl.direction}, ${l10n.t('priority {0}', acl.priority)}, ${escapeMarkdown(acl.action)}, ${code(acl.match)}`;
    }),
    ...(acls.length > mostOfOwner ? [`- ${l10n.t('and {0} more', acls.length - mostOfOwner)}`] : []),
  ]);
  return ['', `## ${l10n.t('Written in no file of the workspace')}`, ...sections];
}
