import * as l10n from '@vscode/l10n';
import { changeWords } from '../../protocol/comparisonModel';
import type {
  AclRow,
  ChangeRow,
  ComparedSide,
  ComparedWay,
  ComparisonModel,
  StepModel,
} from '../../protocol/comparisonModel';
import { code, escapeMarkdown } from '../markdown';

/** The comparison as a text for a ticket: what differs, without the steps that are equal. */
export function comparisonMarkdown({ title, forward, reply, links }: ComparisonModel): string {
  const place = (number: number): string => code(links[number]?.label ?? '');
  return [
    `## ${l10n.t('Comparison: {0}', escapeMarkdown(title))}`,
    '',
    ...wayMarkdown(forward, place),
    ...(reply === null ? [] : ['', `### ${l10n.t('Reply')}`, '', ...wayMarkdown(reply, place)]),
    '',
  ].join('\n');
}

const sides = (): readonly (readonly [side: ComparedSide, word: string])[] => [
  ['before', l10n.t('Before')],
  ['after', l10n.t('After')],
];

function wayMarkdown(way: ComparedWay, place: (link: number) => string): readonly string[] {
  const { sentence, limits, asked, steps, acls, changes } = way;
  return [
    `**${escapeMarkdown(sentence)}**`,
    '',
    ...sides().map(([side, word]) => {
      const { text, sentence: because, facts } = way[side];
      const made = facts.map((fact) => escapeMarkdown(fact.text)).join(', ');
      return `- ${word}: **${text}**. ${escapeMarkdown(because)} (${made})`;
    }),
    ...limits.map((limit) => `- ${escapeMarkdown(limit)}`),
    ...table([...asked, ...changes]),
    ...steps.flatMap(({ heading, before, after, none }) => [
      '',
      `${escapeMarkdown(heading)}:`,
      '',
      stepLine(l10n.t('Before'), before, none),
      stepLine(l10n.t('After'), after, none),
    ]),
    ...(acls.length === 0 ? [] : ['', l10n.t('ACLs:'), '', ...acls.map((acl) => aclLine(acl, place))]),
  ];
}

function table(rows: readonly ChangeRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const cell = (lines: readonly string[]): string => lines.map(escapeMarkdown).join('<br>') || '–';
  return [
    '',
    `| | ${l10n.t('Before')} | ${l10n.t('After')} |`,
    '|---|---|---|',
    ...rows.map(
      ({ name, before, after }) => `| ${escapeMarkdown(name)} | ${cell(before)} | ${cell(after)} |`,
    ),
  ];
}

function stepLine(side: string, step: StepModel | null, none: string): string {
  if (step === null) return `- ${side}: ${none}`;
  const { place, stage, priority, match, actions } = step;
  const what = actions.length === 0 ? '' : `: ${code(actions.join(' '))}`;
  const rank = priority === null ? '' : `, ${l10n.t('priority {0}', priority)}`;
  return `- ${side}: ${escapeMarkdown(place)}, ${escapeMarkdown(stage)}${rank}, ${code(match)}${what}`;
}

function aclLine(acl: AclRow, place: (link: number) => string): string {
  const { word } = changeWords()[acl.change];
  const fields = acl.fields.map(({ name, before, after }) =>
    l10n.t('{0}: {1} became {2}', name, code(before.join(', ')), code(after.join(', '))),
  );
  const parts = [
    l10n.t(
      '{0}: ACL {1}, {2}, {3}, on {4}',
      word,
      code(acl.name),
      escapeMarkdown(acl.says),
      code(acl.match),
      code(acl.setOn),
    ),
    ...fields,
    ...(acl.elsewhere === null ? [] : [escapeMarkdown(acl.elsewhere)]),
    ...acl.links.map((link) => l10n.t('written in {0}', place(link))),
  ];
  return `- ${parts.join('; ')}`;
}
