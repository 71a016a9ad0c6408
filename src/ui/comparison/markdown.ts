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
    `## Comparison: ${escapeMarkdown(title)}`,
    '',
    ...wayMarkdown(forward, place),
    ...(reply === null ? [] : ['', '### Reply', '', ...wayMarkdown(reply, place)]),
    '',
  ].join('\n');
}

const sides: readonly (readonly [side: ComparedSide, word: string])[] = [
  ['before', 'Before'],
  ['after', 'After'],
];

function wayMarkdown(way: ComparedWay, place: (link: number) => string): readonly string[] {
  const { sentence, limits, asked, steps, acls, changes } = way;
  return [
    `**${escapeMarkdown(sentence)}**`,
    '',
    ...sides.map(([side, word]) => {
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
      stepLine('Before', before, none),
      stepLine('After', after, none),
    ]),
    ...(acls.length === 0 ? [] : ['', 'ACLs:', '', ...acls.map((acl) => aclLine(acl, place))]),
  ];
}

function table(rows: readonly ChangeRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const cell = (lines: readonly string[]): string => lines.map(escapeMarkdown).join('<br>') || '–';
  return [
    '',
    '| | Before | After |',
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
  const rank = priority === null ? '' : `, priority ${priority}`;
  return `- ${side}: ${escapeMarkdown(place)}, ${escapeMarkdown(stage)}${rank}, ${code(match)}${what}`;
}

function aclLine(acl: AclRow, place: (link: number) => string): string {
  const { word } = changeWords[acl.change];
  const fields = acl.fields.map(
    ({ name, before, after }) => `${name}: ${code(before.join(', '))} became ${code(after.join(', '))}`,
  );
  const parts = [
    `${word}: ACL ${code(acl.name)}, ${escapeMarkdown(acl.says)}, ${code(acl.match)}, on ${code(acl.setOn)}`,
    ...fields,
    ...(acl.elsewhere === null ? [] : [escapeMarkdown(acl.elsewhere)]),
    ...acl.links.map((link) => `written in ${place(link)}`),
  ];
  return `- ${parts.join('; ')}`;
}
