import * as l10n from '@vscode/l10n';
import { entryOf, textOf } from '../neutron/dataNode';
import type { SecurityGroup } from '../neutron/definitions';
import { groupOfId, isUuid } from '../neutron/definitions';
import type { Told } from '../neutron/told';
import { unknown } from '../neutron/told';
import type { Scope } from './jinja';
import { isTrue, resolveText } from './jinja';
import type { Round, Task } from './tasks';

export interface NamedGroup extends SecurityGroup {
  readonly stateful: Told<boolean>;
}

/** Security groups, which Ansible knows by their names: the same in all files of a folder. */
export class PlaybookGroups {
  private readonly stateful = new Map<string, Told<boolean>>();
  private readonly registered = new Map<string, NamedGroup>();

  constructor(
    private readonly file: string,
    tasks: readonly Task[],
  ) {
    for (const task of tasks) {
      if (task.module !== 'group') continue;
      for (const round of task.rounds) {
        const group = this.named(task, round, 'name');
        const text = resolveText(entryOf(task.args, 'stateful'), round.scope);
        this.stateful.set(group.key, text === undefined ? unknown : text === null || isTrue(text));
        if (task.register !== null && task.rounds.length === 1) this.registered.set(task.register, group);
      }
    }
  }

  ofGroup(task: Task, round: Round): NamedGroup {
    return this.withState(this.named(task, round, 'name'));
  }

  ofRule(task: Task, round: Round): NamedGroup {
    const written = textOf(entryOf(task.args, 'security_group')) ?? '';
    // The result of the task that made the group: `{{ web.security_group.id }}`.
    const root = /^\s*\{\{\s*(\w+)(?:\.\w+)*\.(?:id|name)\s*\}\}\s*$/.exec(written)?.[1];
    const registered = root === undefined ? undefined : this.registered.get(root);
    return this.withState(registered ?? this.named(task, round, 'security_group'));
  }

  private withState(group: SecurityGroup): NamedGroup {
    return { ...group, stateful: this.stateful.get(group.key) ?? unknown };
  }

  private named(task: Task, { scope, at }: Round, argument: string): NamedGroup {
    const node = entryOf(task.args, argument);
    const name = resolveText(node, scope);
    const folder = this.file.replace(/[^/\\]*$/, '');
    if (typeof name === 'string' && isUuid(name)) return { ...groupOfId(name), stateful: unknown };
    if (typeof name === 'string')
      return { key: `ansible:${folder}:${name}`, name, id: null, stateful: unknown };
    const written = textOf(node) ?? '';
    // Two loops may call different groups the same.
    const isOfLoop = at !== null || task.rounds.length !== 1 || usesLoop(written, task, scope);
    const place = isOfLoop ? `${this.file}:${task.task.span.start}:${at?.start ?? ''}` : folder;
    return {
      key: `ansible:${place}:${written}`,
      name: written === '' ? l10n.t('of unknown group') : written,
      id: null,
      stateful: unknown,
    };
  }
}

function usesLoop(written: string, { task }: Task, scope: Scope): boolean {
  const name = textOf(entryOf(entryOf(task, 'loop_control'), 'loop_var')) ?? 'item';
  return new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(written) && scope.lookUp(name) === undefined;
}
