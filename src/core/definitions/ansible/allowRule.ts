import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import type { Fields, TextChange } from '../neutron/appendItem';
import { appendItem, lineBefore, scalar } from '../neutron/appendItem';
import { entryOf, textOf } from '../neutron/dataNode';
import type { WantedRule } from '../neutron/wanted';
import { endOfLine, lineEndOf, wantedRule } from '../neutron/wanted';
import { createPositionLookup } from '../textPositions';
import { PlaybookGroups } from './groups';
import type { Task } from './tasks';

/** Adds a rule to the rules of a group's task, or a task behind those of the group. */
export function allowInPlaybook(
  { file, text }: SourceText,
  tasks: readonly Task[],
  beside: Definition,
  packet: WantedPacket,
): RuleEdit | null {
  const rule = wantedRule(packet);
  if (rule === null || beside.kind !== 'owner') return null;
  const groups = new PlaybookGroups(file, tasks);
  const { key, name } = beside.owner;
  const task = tasks.find(
    (each) => each.module === 'group' && each.rounds.some((round) => groups.ofGroup(each, round).key === key),
  );
  // A name that is a template may be another one in another task.
  if (task === undefined || name.includes('{{') || key !== `ansible:${file.replace(/[^/\\]*$/, '')}:${name}`)
    return null;
  const listed = entryOf(task.args, 'security_group_rules');
  const fields = fieldsOf(rule);
  let change: TextChange | null = null;
  if (listed === undefined) {
    const isOfGroup = (each: Task): boolean =>
      each.module === 'rule' && each.rounds.some((round) => groups.ofRule(each, round).key === key);
    const last = tasks.findLast((each) => each.list === task.list && isOfGroup(each)) ?? task;
    change = addTask(text, last, task, name, fields);
  } else if (listed.kind === 'list' && task.rounds.length === 1) change = appendItem(text, listed, fields);
  if (change === null) return null;
  const positionAt = createPositionLookup(text);
  return { range: { start: positionAt(change.start), end: positionAt(change.end) }, newText: change.newText };
}

function fieldsOf(rule: WantedRule): Fields {
  return [
    ...(rule.direction === 'egress' ? [['direction', 'egress'] as const] : []),
    ...(rule.ethertype === 'IPv6' ? [['ether_type', 'IPv6'] as const] : []),
    ['protocol', rule.protocol],
    ...(rule.min === null ? [] : [['port_range_min', rule.min] as const]),
    ...(rule.max === null ? [] : [['port_range_max', rule.max] as const]),
    ['remote_ip_prefix', rule.prefix],
  ];
}

/** Arguments that say which cloud and project it is about. */
const shared = ['cloud', 'region_name', 'project', 'auth', 'auth_type', 'interface', 'validate_certs'];

function addTask(text: string, last: Task, group: Task, name: string, fields: Fields): TextChange | null {
  const dash = /^([ ]*)-[ ]+$/.exec(lineBefore(text, last.task.span.start));
  const common = shared.flatMap((argument): readonly string[] => {
    const node = entryOf(group.args, argument);
    return node === undefined ? [] : [`${argument}: ${text.slice(node.span.start, node.span.end)}`];
  });
  const isPlain = shared.every((argument) => {
    const node = entryOf(group.args, argument);
    return node === undefined || (node.kind === 'scalar' && !/\bitem\b/.test(textOf(node) ?? ''));
  });
  if (dash === null || !isPlain || group.task.flow || last.task.flow || group.args.span === group.task.span)
    return null;
  const [indent = '', eol] = [dash[1], lineEndOf(text)];
  const module = group.moduleName.replace(/security_group$/, 'security_group_rule');
  const title = `Allow ${fields
    .filter(([key]) => ['protocol', 'port_range_min'].includes(key))
    .map(([, value]) => value)
    .join(' ')} to ${name}`;
  const lines = [
    `${indent}- name: ${JSON.stringify(title)}`,
    `${indent}  ${module}:`,
    ...[
      ...common,
      `security_group: ${scalar(name)}`,
      ...fields.map(([key, value]) => `${key}: ${scalar(value)}`),
    ].map((line) => `${indent}    ${line}`),
  ];
  const at = endOfLine(text, last.task.span.end);
  const gap = isSpaced(text, last) ? [''] : [];
  return { start: at, end: at, newText: eol + [...gap, ...lines].join(eol) };
}

/** Whether empty lines stand between the tasks of the list. */
function isSpaced(text: string, { list, task }: Task): boolean {
  const index = list.items.indexOf(task);
  const [before, after] = [
    list.items[index - 1] ?? task,
    list.items[index - 1] === undefined ? list.items[index + 1] : task,
  ];
  return after === undefined || /\n[ \t]*\r?\n/.test(text.slice(before.span.end, after.span.start));
}
