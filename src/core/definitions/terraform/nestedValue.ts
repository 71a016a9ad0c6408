import type { ManifestValue } from '../kubernetes/manifestValue';
import type { Context } from './evaluate';
import type { Folder } from './folder';
import { membersOf } from './folder';
import type { Block, Span } from './syntax';
import type { Plain, Reference, Value } from './value';

type Node = { readonly span: Span } & (
  | { readonly kind: 'plain'; readonly value: Plain }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, NestedValue> }
  /** Open when there may be more items, or less: only Terraform knows what makes them. */
  | { readonly kind: 'list'; readonly items: readonly NestedValue[]; readonly isOpen: boolean }
  | { readonly kind: 'unknown' }
);

/**
 * What a block has in it, or an argument: Terraform's providers take the same objects as blocks, attributes and maps. Keys are
 * found by the name that Kubernetes has for them, too.
 */
export class NestedValue implements ManifestValue {
  constructor(
    private readonly node: Node | null,
    /** The same with its name. */
    readonly pairSpan: Span,
  ) {}

  get isMissing(): boolean {
    return this.node === null;
  }
  get isMap(): boolean {
    return this.node?.kind === 'map';
  }
  get isList(): boolean {
    return this.node?.kind === 'list';
  }
  get isOpen(): boolean {
    return this.node?.kind === 'unknown' || (this.node?.kind === 'list' && this.node.isOpen);
  }
  get span(): Span {
    return this.node?.span ?? this.pairSpan;
  }

  get(key: string): NestedValue {
    return this.entry(key) ?? new NestedValue(null, this.pairSpan);
  }
  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }
  entries(): readonly (readonly [string, NestedValue])[] {
    return this.node?.kind === 'map' ? [...this.node.entries] : [];
  }
  items(): readonly NestedValue[] {
    return this.node?.kind === 'list' ? this.node.items : [];
  }

  text(): string | null | undefined {
    if (this.node === null) return undefined;
    return this.node.kind === 'plain' ? String(this.node.value) : null;
  }
  integer(): number | null | undefined {
    if (this.node === null) return undefined;
    const value = this.node.kind === 'plain' ? this.node.value : null;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
  }

  /** The same, as what stands elsewhere. */
  placedAt(span: Span): NestedValue {
    return new NestedValue(this.node === null ? null : { ...this.node, span }, span);
  }

  get hasTemplate(): boolean {
    return this.isOpen || this.hasOpenList;
  }
  get hasTemplateAmongItems(): boolean {
    return this.isOpen;
  }

  private get hasOpenList(): boolean {
    if (this.node?.kind === 'list')
      return this.node.isOpen || this.node.items.some((item) => item.hasOpenList);
    return this.node?.kind === 'map' && [...this.node.entries.values()].some((entry) => entry.hasOpenList);
  }

  private entry(key: string): NestedValue | undefined {
    if (this.node?.kind !== 'map') return undefined;
    const { entries } = this.node;
    return entries.get(key) ?? entries.get(key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  }
}

/** How the blocks and arguments of a resource are read. */
export interface NestedReading {
  readonly folder: Folder;
  readonly file: string;
  /** Blocks that may stand there several times; of others there is but one. */
  readonly lists: ReadonlySet<string>;
  /** An argument as its provider takes it; null for what it takes for nothing. */
  settle(value: Value, name: string): Value | null;
  /** What only other resources of the folder tell; null when they do not. */
  resolve(reference: Reference): Value | null;
}

/** @param span of the whole, where that is not the block. */
export function nestedOfBlock(
  reading: NestedReading,
  block: Block,
  context: Context,
  span: Span = block,
): NestedValue {
  const entries = new Map<string, NestedValue>();
  for (const [name, attribute] of block.attributes) {
    const value = reading.settle(reading.folder.evaluator.value(attribute.value, context), name);
    if (value === null) continue;
    const node = nodeOf(value, attribute.value, reading);
    if (node === null) continue;
    // A plain value is told best by where it is used.
    const { start, end } = attribute.value;
    entries.set(
      name,
      new NestedValue(node.kind === 'plain' ? { ...node, span: { start, end } } : node, attribute),
    );
  }
  for (const [type, { items, isOpen, start, end }] of groupsOf(reading, block, context)) {
    const group: Span = { start, end };
    const [first] = items;
    if (reading.lists.has(type)) {
      if (items.length > 0)
        entries.set(type, new NestedValue({ kind: 'list', items, isOpen, span: group }, group));
    } else if (isOpen) entries.set(type, new NestedValue({ kind: 'unknown', span: group }, group));
    else if (first !== undefined) entries.set(type, first);
  }
  return new NestedValue({ kind: 'map', entries, span: { start: span.start, end: span.end } }, span);
}

interface Group {
  readonly items: NestedValue[];
  isOpen: boolean;
  /** From the first to the last of the blocks. */
  readonly start: number;
  end: number;
}

/** The blocks in a block by their type, those that `dynamic` makes among them. */
function groupsOf(reading: NestedReading, block: Block, context: Context): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const groupOf = (type: string, { start, end }: Span): Group => {
    let group = groups.get(type);
    if (group === undefined) groups.set(type, (group = { items: [], isOpen: false, start, end }));
    group.end = end;
    return group;
  };
  for (const inner of block.blocks) {
    const [label] = inner.labels;
    if (inner.type !== 'dynamic' || label === undefined) {
      groupOf(inner.type, inner).items.push(nestedOfBlock(reading, inner, context));
      continue;
    }
    const content = inner.blocks.find(({ type }) => type === 'content');
    const forEach = reading.folder.value(inner, 'for_each', context);
    if (content === undefined || forEach === null) continue;
    const iterator = inner.attributes.get('iterator')?.value;
    const name = iterator?.kind === 'variable' ? iterator.name : label;
    const group = groupOf(label, inner);
    if (forEach.kind !== 'list' && forEach.kind !== 'object') group.isOpen = true;
    for (const { context: round, at } of membersOf(forEach, name, context)) {
      if (!reading.folder.takeNested()) {
        group.isOpen = true;
        break;
      }
      const span = at?.file === reading.file ? at : content;
      group.items.push(nestedOfBlock(reading, content, round, span));
    }
  }
  return groups;
}

/** An argument of its own. @param use where it is used: there is what another file writes. */
export function nestedOfValue(value: Value, use: Span, reading: NestedReading): NestedValue {
  const node = nodeOf(value, use, reading);
  return new NestedValue(node, node?.span ?? use);
}

/** Null for what is null. */
function nodeOf(value: Value, use: Span, reading: NestedReading): Node | null {
  const { file } = reading;
  const { start, end } = value.at?.file === file ? value.at : use;
  const span: Span = { start, end };
  // Values are made of each other, and may be far longer written out.
  if (!reading.folder.takeNested()) return { kind: 'unknown', span };
  switch (value.kind) {
    case 'plain':
      return value.value === null ? null : { kind: 'plain', value: value.value, span };
    case 'list': {
      const items = value.items.map((item) => {
        const node = nodeOf(item, span, reading) ?? { kind: 'unknown', span };
        return new NestedValue(node, node.span);
      });
      return { kind: 'list', items, isOpen: false, span };
    }
    case 'object': {
      const entries = new Map<string, NestedValue>();
      for (const [name, entry] of value.entries) {
        const place = value.places?.get(name);
        const pair: Span | null = place?.file === file ? { start: place.start, end: place.end } : null;
        const node = nodeOf(entry, pair ?? span, reading);
        if (node !== null) entries.set(name, new NestedValue(node, pair ?? node.span));
      }
      return { kind: 'map', entries, span };
    }
    case 'reference': {
      const resolved = reading.resolve(value);
      return resolved === null || resolved.kind === 'reference'
        ? { kind: 'unknown', span }
        : nodeOf(resolved, span, reading);
    }
    case 'unknown':
      return { kind: 'unknown', span };
  }
}
