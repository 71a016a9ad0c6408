import type { DataNode, ListNode, MapNode } from '../neutron/dataNode';
import { entryOf, itemsOf, mapOf, textOf } from '../neutron/dataNode';
import type { Span } from '../neutron/definitions';
import { readFreeForm } from './freeForm';
import type { Scope } from './jinja';
import { dictToItems, emptyScope, hiding, innerScope, resolve } from './jinja';

/** A task that makes a security group or a rule: as often as it does so. */
export interface Task {
  readonly module: 'group' | 'rule';
  /** As the file calls the module. */
  readonly moduleName: string;
  readonly args: MapNode;
  readonly task: MapNode;
  /** The list that the task is in. */
  readonly list: ListNode;
  readonly rounds: readonly Round[];
  /** The name of the variable that has the result. */
  readonly register: string | null;
}

export interface Round {
  readonly scope: Scope;
  /** The member of the loop's list; null where there is no loop, or its list is not known. */
  readonly at: Span | null;
}

const modules = /^(?:openstack\.cloud\.)?(?:os_)?security_group(_rule)?$/;
/** As deep as anybody nests blocks. */
const deepest = 20;

/** All tasks about security groups in a playbook, or a file of tasks. */
export function collectTasks(document: DataNode): readonly Task[] {
  const tasks: Task[] = [];
  if (document.kind === 'list') walkTasks(document, emptyScope(), tasks, 0);
  return tasks;
}

function walkTasks(list: ListNode, outer: Scope, tasks: Task[], depth: number): void {
  if (depth > deepest) return;
  let scope = outer;
  for (const item of list.items) {
    if (item.kind !== 'map') continue;
    const inner = innerScope(scope, variablesOf(entryOf(item, 'vars')));
    for (const part of ['pre_tasks', 'tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']) {
      const nested = entryOf(item, part);
      if (nested?.kind === 'list') walkTasks(nested, inner, tasks, depth + 1);
    }
    const facts = entryOf(item, 'set_fact') ?? entryOf(item, 'ansible.builtin.set_fact');
    if (facts !== undefined) scope = innerScope(scope, variablesOf(facts));
    const task = readTask(item, list, inner);
    if (task !== null) tasks.push(task);
  }
}

function variablesOf(node: DataNode | undefined): ReadonlyMap<string, DataNode> {
  return new Map([...(mapOf(node)?.entries ?? [])].map(([name, { value }]) => [name, value]));
}

function readTask(item: MapNode, list: ListNode, scope: Scope): Task | null {
  for (const [name, { value }] of item.entries) {
    const found = modules.exec(name);
    if (found === null) continue;
    const args = value.kind === 'scalar' ? readFreeForm(value) : mapOf(value);
    if (args === null) return null;
    return {
      module: found[1] === undefined ? 'group' : 'rule',
      moduleName: name,
      args,
      task: item,
      list,
      rounds: roundsOf(item, scope),
      register: textOf(entryOf(item, 'register')) ?? null,
    };
  }
  return null;
}

/** More is nobody's by hand. */
const mostRounds = 10_000;

function roundsOf(task: MapNode, scope: Scope): readonly Round[] {
  const name = textOf(entryOf(entryOf(task, 'loop_control'), 'loop_var')) ?? 'item';
  const keyword = [...task.entries.keys()].find((key) => key === 'loop' || key.startsWith('with_'));
  if (keyword === undefined) return [{ scope, at: null }];
  const members = membersOf(keyword, entryOf(task, keyword), scope);
  // What is not known hides what an outer loop calls the same.
  if (members === null) return [{ scope: hiding(scope, name), at: null }];
  return members.slice(0, mostRounds).map((member) => {
    const found = resolve(member, scope);
    const known = new Map(typeof found === 'string' ? [] : [[name, found]]);
    return { scope: innerScope(hiding(scope, name), known), at: member.span };
  });
}

function membersOf(keyword: string, node: DataNode | undefined, scope: Scope): readonly DataNode[] | null {
  const found = resolve(node, scope);
  if (typeof found === 'string') return null;
  switch (keyword) {
    case 'loop':
    case 'with_list':
      return found.kind === 'list' ? found.items : null;
    case 'with_items':
      return withItems(found, scope);
    case 'with_dict': {
      const items = dictToItems(found);
      return typeof items === 'string' ? null : itemsOf(items);
    }
    default:
      return null;
  }
}

/** Lists within the list are taken apart, one level of them. */
function withItems(found: DataNode, scope: Scope): readonly DataNode[] | null {
  if (found.kind !== 'list') return [found];
  const items: DataNode[] = [];
  for (const item of found.items) {
    const inner = resolve(item, scope);
    if (typeof inner === 'string') return null;
    if (inner.kind === 'list') items.push(...inner.items);
    // A template stands for a value that is written elsewhere.
    else items.push(inner);
  }
  return items;
}
