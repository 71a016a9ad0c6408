import * as l10n from '@vscode/l10n';
import type { DataNode, ListNode, MapNode } from '../neutron/dataNode';
import { entryOf, itemsOf, mapOf, textOf } from '../neutron/dataNode';

/** What a property is: data; a resource of the template; something that Heat alone knows, or may not be there at all. */
export type Resolved =
  | { readonly kind: 'data'; readonly node: DataNode }
  | { readonly kind: 'resource'; readonly name: string }
  | { readonly kind: 'given'; readonly text: string }
  | { readonly kind: 'unknown' };

const unknownValue: Resolved = { kind: 'unknown' };

/** Names of functions, which stand as the only key of a map. */
const isFunction =
  /^(?:get_\w+|str_\w+|list_\w+|map_\w+|repeat|if|yaql|digest|resource_facade|filter|contains|equals|not|and|or|make_url|Ref|Fn::\w+)$/;
const deepest = 30;
/** Functions may multiply each other: more is nobody's by hand. */
const mostSteps = 300_000;
/** Longer than any name or address. */
const longest = 4096;

/** Resolves the functions of a template, with the defaults of its parameters. */
export class Intrinsics {
  private steps = 0;

  constructor(private readonly parameters: MapNode | null) {}

  resolve(node: DataNode | undefined, depth = 0): Resolved {
    if (node === undefined || depth > deepest || ++this.steps > mostSteps) return unknownValue;
    const call = callOf(node);
    if (call === null) return { kind: 'data', node };
    const [name, argument] = call;
    switch (name) {
      case 'get_resource':
        return this.named(argument, (text) => ({ kind: 'resource', name: text }), depth);
      case 'Ref': {
        const text = textOf(argument) ?? '';
        return this.parameters?.entries.has(text)
          ? this.parameter(argument, depth)
          : { kind: 'resource', name: text };
      }
      case 'get_param':
        return this.parameter(argument, depth);
      case 'get_attr':
        return { kind: 'given', text: l10n.t('attribute {0}', itemsOf(argument).map(textOf).join('.')) };
      case 'str_replace':
        return this.replaceTexts(argument, node, depth);
      case 'list_join':
        return this.joinTexts(argument, node, depth);
      case 'repeat':
        return this.repeat(argument, depth);
      default:
        return unknownValue;
    }
  }

  private named(argument: DataNode, make: (text: string) => Resolved, depth: number): Resolved {
    const resolved = this.resolve(argument, depth + 1);
    const text = resolved.kind === 'data' ? textOf(resolved.node) : null;
    return typeof text === 'string' ? make(text) : unknownValue;
  }

  private parameter(argument: DataNode, depth: number): Resolved {
    const [first, ...path] = argument.kind === 'list' ? argument.items : [argument];
    const name = textOf(first);
    if (typeof name !== 'string') return unknownValue;
    const parameter = entryOf(this.parameters ?? undefined, name);
    let node = entryOf(parameter, 'default') ?? entryOf(parameter, 'Default');
    if (node === undefined) return { kind: 'given', text: l10n.t('parameter {0}', name) };
    for (const step of path) {
      const key = textOf(step) ?? '';
      node = node?.kind === 'list' ? node.items[Number(key)] : entryOf(node, key);
    }
    return this.resolve(node, depth + 1);
  }

  /** The members of a list; null when they are not known. A parameter may have them in one text, with commas. */
  items(node: DataNode | undefined, depth = 0): readonly DataNode[] | null {
    const resolved = this.resolve(node, depth + 1);
    if (resolved.kind !== 'data') return null;
    if (resolved.node.kind === 'list') return resolved.node.items;
    const text = textOf(resolved.node);
    if (typeof text !== 'string' || node === resolved.node) return null;
    const { span } = resolved.node;
    return text.split(',').map((part) => ({ kind: 'scalar', value: part.trim(), span }));
  }

  private text(node: DataNode, depth: number): string | null {
    const resolved = this.resolve(node, depth + 1);
    const text = resolved.kind === 'data' ? textOf(resolved.node) : null;
    return text === undefined || text === null ? null : shortened(text);
  }

  private replaceTexts(argument: DataNode, { span }: DataNode, depth: number): Resolved {
    const template = entryOf(argument, 'template');
    let text = template === undefined ? null : this.text(template, depth);
    for (const [from, { value }] of mapOf(entryOf(argument, 'params'))?.entries ?? []) {
      const to = this.text(value, depth);
      text = text === null || to === null || from === '' ? null : shortened(text.replaceAll(from, () => to));
    }
    return text === null ? unknownValue : { kind: 'data', node: { kind: 'scalar', value: text, span } };
  }

  private joinTexts(argument: DataNode, { span }: DataNode, depth: number): Resolved {
    const [separator, ...lists] = itemsOf(argument);
    const parts = lists.flatMap((list) => this.items(list, depth) ?? [list]);
    const texts = parts.map((part) => this.text(part, depth));
    const by = separator === undefined ? null : this.text(separator, depth);
    const value = by === null || texts.includes(null) ? null : shortened(texts.join(by));
    return value === null ? unknownValue : { kind: 'data', node: { kind: 'scalar', value, span } };
  }

  /** A list made of a template, for all members of lists; each is where the member is that it is made of. */
  private repeat(argument: DataNode, depth: number): Resolved {
    const template = entryOf(argument, 'template');
    const lists = [...(mapOf(entryOf(argument, 'for_each'))?.entries ?? [])];
    const permits = textOf(entryOf(argument, 'permutations')) !== 'false';
    if (template === undefined || lists.length === 0 || (lists.length > 1 && !permits)) return unknownValue;
    let rounds: readonly Round[] = [{ values: new Map(), at: null }];
    for (const [name, { value }] of lists) {
      const members = this.items(value, depth);
      if (members === null || rounds.length * members.length > mostRounds) return unknownValue;
      rounds = rounds.flatMap(({ values }) =>
        members.map((member): Round => ({ values: new Map(values).set(name, member), at: member })),
      );
    }
    const items = rounds.map(({ values, at }) => {
      const item = this.substitute(template, values, depth);
      return at === null || item === null ? item : { ...item, span: at.span };
    });
    const known = items.filter((item) => item !== null);
    if (known.length < items.length) return unknownValue;
    const list: ListNode = { kind: 'list', items: known, span: argument.span, flow: true };
    return { kind: 'data', node: list };
  }

  private substitute(node: DataNode, values: ReadonlyMap<string, DataNode>, depth: number): DataNode | null {
    if (depth > deepest) return null;
    if (node.kind === 'list') {
      const items = node.items.map((item) => this.substitute(item, values, depth + 1));
      const known = items.filter((item) => item !== null);
      return known.length < items.length ? null : { ...node, items: known };
    }
    if (node.kind === 'map') {
      const entries = new Map(node.entries);
      for (const [key, entry] of node.entries) {
        const value = this.substitute(entry.value, values, depth + 1);
        if (value === null) return null;
        entries.set(key, { ...entry, value });
      }
      return { ...node, entries };
    }
    if (typeof node.value !== 'string') return node;
    let text = node.value;
    for (const [name, member] of values) {
      if (text === name) return { ...member, span: node.span };
      if (!text.includes(name)) continue;
      const part = this.text(member, depth);
      if (part === null) return null;
      text = text.replaceAll(name, () => part);
    }
    return { ...node, value: text };
  }
}

interface Round {
  readonly values: ReadonlyMap<string, DataNode>;
  readonly at: DataNode | null;
}
const mostRounds = 10_000;

/** Null for what is too long to be of use. */
function shortened(text: string): string | null {
  return text.length > longest ? null : text;
}

function callOf(node: DataNode): readonly [string, DataNode] | null {
  if (node.kind !== 'map' || node.entries.size !== 1) return null;
  const [entry] = node.entries;
  return entry !== undefined && isFunction.test(entry[0]) ? [entry[0], entry[1].value] : null;
}
