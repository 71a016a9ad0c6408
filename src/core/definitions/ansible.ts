import * as l10n from '@vscode/l10n';
import { allowInPlaybook } from './ansible/allowRule';
import { PlaybookGroups } from './ansible/groups';
import { resolve, resolveText } from './ansible/jinja';
import { readRule } from './ansible/rules';
import type { Round, Task } from './ansible/tasks';
import { collectTasks } from './ansible/tasks';
import type { Definition, RuleDefinition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import type { MapNode } from './neutron/dataNode';
import { entryOf, itemsOf, mapOf, textOf } from './neutron/dataNode';
import type { Span } from './neutron/definitions';
import { DefinitionWriter } from './neutron/definitions';
import { matchPlaceOf } from './neutron/places';
import { formsOfRule } from './neutron/rule';
import { readDocuments } from './neutron/yamlData';

/** The format of Ansible's playbooks and tasks that make security groups. */
export const ansibleFormat: DefinitionFormat = {
  id: 'ansible',
  matches: (file, text) => /\.(?:ya?ml)$/i.test(file) && mayHoldTasks(text),
  parse: (source) => (mayHoldTasks(source.text) ? readPlaybook(source) : []),
  allow: (source, beside, packet) => allowInPlaybook(source, tasksOf(source.text), beside, packet),
};

/** The names of the modules, of which one is also that of an argument. */
function mayHoldTasks(text: string): boolean {
  return (
    /^[ \t]*(?:-[ \t]+)*["']?(?:openstack\.cloud\.)?(?:os_)?security_group(?:_rule)?["']?[ \t]*:/m.test(
      text,
    ) && !/^["']?(?:heat_template_version|apiVersion)/m.test(text)
  );
}

function tasksOf(text: string): readonly Task[] {
  return readDocuments(text).flatMap(collectTasks);
}

function readPlaybook({ file, text }: SourceText): readonly Definition[] {
  const writer = new DefinitionWriter('ansible', file, text);
  const tasks = tasksOf(text);
  const groups = new PlaybookGroups(file, tasks);
  return tasks.flatMap((task) =>
    task.rounds.flatMap((round, index): readonly Definition[] => {
      // What is to be gone makes nothing; what may be there is.
      if (resolveText(entryOf(task.args, 'state'), round.scope) === 'absent') return [];
      return task.module === 'rule'
        ? [readRuleTask(task, round, index, groups, writer)]
        : readGroupTask(task, round, groups, writer);
    }),
  );
}

function readRuleTask(
  task: Task,
  round: Round,
  index: number,
  groups: PlaybookGroups,
  writer: DefinitionWriter,
): RuleDefinition {
  const group = groups.ofRule(task, round);
  return writer.rule({
    group,
    label: labelOf(task, index),
    forms: formsOfRule(readRule(task.args, round.scope, group.stateful)),
    ...placesOf(task.task, task.args, round),
  });
}

/** By the task's name, as people know it, and which round of its loop it is. */
function labelOf({ task, rounds }: Task, index: number): string {
  const name = textOf(entryOf(task, 'name'));
  const label = typeof name === 'string' ? l10n.t('rule "{0}"', name) : l10n.t('rule without name');
  return rounds.length > 1 ? `${label} [${index}]` : label;
}

/** Of many that a loop makes, each is where its member of the list is. */
function placesOf(
  whole: MapNode,
  telling: MapNode,
  { at }: Round,
): { readonly place: Span; readonly matchPlace: Span } {
  if (at !== null) return { place: at, matchPlace: at };
  return { place: whole.span, matchPlace: matchPlaceOf(telling) };
}

function readGroupTask(
  task: Task,
  round: Round,
  groups: PlaybookGroups,
  writer: DefinitionWriter,
): readonly Definition[] {
  const group = groups.ofGroup(task, round);
  const place = round.at ?? task.task.span;
  const nameAt = round.at ?? entryOf(task.args, 'name')?.span ?? place;
  const owner = writer.group(group, place, nameAt);
  const listed = entryOf(task.args, 'security_group_rules');
  // The listed rules are all there are; without a list the module leaves Neutron's own.
  if (listed === undefined) return [owner, ...writer.defaultRules(group, group.stateful, place, nameAt)];
  const found = resolve(listed, round.scope);
  if (typeof found === 'string' || found.kind !== 'list') {
    return [
      owner,
      writer.rule({ group, label: l10n.t('rules'), forms: [], place: listed.span, matchPlace: listed.span }),
    ];
  }
  const rules = itemsOf(found).map((item, index) => {
    const rule = resolve(item, round.scope);
    const map = typeof rule === 'string' ? null : mapOf(rule);
    return writer.rule({
      group,
      label: l10n.t('rule {0}', index),
      forms: map === null ? [] : formsOfRule(readRule(map, round.scope, group.stateful)),
      place: item.span,
      matchPlace: map === null || map !== item ? item.span : matchPlaceOf(map),
    });
  });
  return [owner, ...rules];
}
