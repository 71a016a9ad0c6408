import type { Context } from './evaluate';
import { Evaluator } from './evaluate';
import type { Attribute, Block, Expression, Syntax } from './syntax';
import { withDefaults } from './typeDefaults';
import type { Place, Value } from './value';
import { addressOf, numberOfValue, plain, textOfValue, unknownAt } from './value';

export interface FolderFile {
  readonly file: string;
  readonly syntax: Syntax;
}

/** A block of the folder, and its file. */
export interface Declaration {
  readonly file: string;
  readonly block: Block;
}

/** One of the things that a block with `count` or `for_each` makes; the only one of a block without. */
export interface Instance {
  /** Null of the only one; undefined when it cannot be told. */
  readonly key: string | number | null | undefined;
  readonly context: Context;
  /** The member of a collection that it is made of; null where there is none, or it is computed. */
  readonly at: Place | null;
}

/** More is nobody's by hand. */
const mostInstances = 10_000;
/** Blocks and values that others make within a resource: they multiply each other. */
const mostNested = 300_000;

/** Terraform takes all files of a folder for one text. */
export class Folder {
  readonly evaluator: Evaluator;
  private readonly variables = new Map<string, Declaration>();
  private readonly locals = new Map<string, { readonly file: string; readonly attribute: Attribute }>();
  private readonly settings = new Map<string, { readonly file: string; readonly value: Expression }>();
  private readonly resources = new Map<string, Declaration>();
  private readonly ids = new Map<string, string>();
  private readonly known = new Map<string, Value>();
  private nestedLeft = mostNested;
  private readonly expanded = new Map<Declaration, readonly Instance[]>();

  constructor(files: readonly FolderFile[]) {
    this.evaluator = new Evaluator({
      variable: (name) => this.remember(`var.${name}`, () => this.readVariable(name)),
      local: (name) => this.remember(`local.${name}`, () => this.readLocal(name)),
      attribute: (root, name) => this.readAttribute(root, name),
    });
    for (const { file, syntax } of files.toSorted(inOrderOfSettings)) {
      if (isSettings(file)) {
        for (const [name, { value }] of syntax.attributes) this.settings.set(name, { file, value });
      } else for (const block of syntax.blocks) this.declare({ file, block });
    }
    for (const { file, syntax } of files) {
      for (const block of syntax.blocks) if (block.type === 'import') this.declareImport({ file, block });
    }
  }

  /** Blocks `resource` or `data`, by their address. */
  declarations(): ReadonlyMap<string, Declaration> {
    return this.resources;
  }

  /** Whether one more of what is made within resources may be looked at. */
  takeNested(): boolean {
    return this.nestedLeft-- > 0;
  }

  /** What a resource is known by outside of Terraform, where an `import` block tells. */
  idOf(root: string, key: string | number | null): string | null {
    return this.ids.get(addressOf(root, key)) ?? null;
  }

  value({ attributes }: Block, name: string, context: Context): Value | null {
    const attribute = attributes.get(name);
    return attribute === undefined ? null : this.evaluator.value(attribute.value, context);
  }

  instances(declaration: Declaration): readonly Instance[] {
    let instances = this.expanded.get(declaration);
    if (instances === undefined) this.expanded.set(declaration, (instances = this.expand(declaration)));
    return instances;
  }

  private expand({ file, block }: Declaration): readonly Instance[] {
    const context: Context = { file, bound: new Map() };
    const count = this.value(block, 'count', context);
    if (count !== null) return countInstances(count, context);
    const forEach = this.value(block, 'for_each', context);
    return forEach === null ? [{ key: null, context, at: null }] : membersOf(forEach, 'each', context);
  }

  private declare(declaration: Declaration): void {
    const { file, block } = declaration;
    const [first, second] = block.labels;
    switch (block.type) {
      case 'variable':
        if (first !== undefined) this.variables.set(first, declaration);
        break;
      case 'locals':
        for (const [name, attribute] of block.attributes) this.locals.set(name, { file, attribute });
        break;
      case 'resource':
      case 'data':
        if (second !== undefined) {
          const address = `${block.type === 'data' ? 'data.' : ''}${first}.${second}`;
          // A copy that still has the name of the first is no more than half written.
          const copy = this.resources.has(address) ? `#${this.resources.size}` : '';
          this.resources.set(address + copy, declaration);
        }
        break;
    }
  }

  private declareImport({ file, block }: Declaration): void {
    const context: Context = { file, bound: new Map() };
    const [to, id] = [this.value(block, 'to', context), this.value(block, 'id', context)];
    const text = id === null ? null : textOfValue(id);
    if (to?.kind === 'reference' && text !== null) this.ids.set(addressOf(to.root, to.key), text);
  }

  /** A name that is asked for while it is being read has no value: it is defined by itself. */
  private remember(name: string, read: () => Value): Value {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, unknownAt(null));
    const value = read();
    this.known.set(name, value);
    return value;
  }

  private readVariable(name: string): Value {
    const declaration = this.variables.get(name);
    const setting = this.settings.get(name);
    const bound = new Map<string, Value>();
    const given =
      setting === undefined
        ? declaration && this.value(declaration.block, 'default', { file: declaration.file, bound })
        : this.evaluator.value(setting.value, { file: setting.file, bound });
    if (given === undefined || given === null) {
      return { kind: 'reference', root: `var.${name}`, key: null, path: [], isSplat: false, at: null };
    }
    const type = declaration?.block.attributes.get('type')?.value;
    if (declaration === undefined || type === undefined) return given;
    return withDefaults(given, type, (part) => this.evaluator.value(part, { file: declaration.file, bound }));
  }

  private readLocal(name: string): Value {
    const local = this.locals.get(name);
    if (local === undefined) return unknownAt(null);
    return this.evaluator.value(local.attribute.value, { file: local.file, bound: new Map() });
  }

  private readAttribute(root: string, name: string): Value | null {
    const declaration = this.resources.get(root);
    if (declaration === undefined || !declaration.block.attributes.has(name)) return null;
    const { file, block } = declaration;
    if (block.attributes.has('count') || block.attributes.has('for_each')) return null;
    return this.remember(`${root}.${name}`, () => {
      return this.value(block, name, { file, bound: new Map() }) ?? unknownAt(null);
    });
  }
}

function isSettings(file: string): boolean {
  return file.endsWith('.tfvars');
}

/** Values of later files win: `terraform.tfvars`, then those that are read by themselves, by name. */
function inOrderOfSettings({ file: one }: FolderFile, { file: other }: FolderFile): number {
  const rank = (file: string): string => `${file.endsWith('.auto.tfvars') ? 1 : 0}${file}`;
  return rank(one) < rank(other) ? -1 : 1;
}

/** The rounds of `for_each`, whose members the body knows as `NAME.key` and `NAME.value`. */
export function membersOf(collection: Value, name: string, context: Context): readonly Instance[] {
  const round = (key: string | undefined, value: Value, at: Place | null): Instance => {
    const keyValue = key === undefined ? unknownAt(null) : plain(key);
    const each: Value = {
      kind: 'object',
      entries: new Map([
        ['key', keyValue],
        ['value', value],
      ]),
      at: null,
    };
    return { key, context: { ...context, bound: new Map(context.bound).set(name, each) }, at };
  };
  if (collection.kind === 'object') {
    const entries = [...collection.entries].slice(0, mostInstances);
    return entries.map(([key, value]) => round(key, value, value.at));
  }
  if (collection.kind === 'list') {
    const items = collection.items.slice(0, mostInstances);
    return items.map((item) => round(textOfValue(item) ?? undefined, item, item.at));
  }
  return [round(undefined, unknownAt(null), null)];
}

function countInstances(count: Value, context: Context): readonly Instance[] {
  const number = numberOfValue(count);
  const instance = (key: number, index: Value): Instance => {
    const entries = new Map([['index', index]]);
    const bound = new Map(context.bound).set('count', { kind: 'object', entries, at: null });
    return { key, context: { ...context, bound }, at: null };
  };
  // Whether there are any is not known; if so, one is the first.
  if (number === null) return [instance(0, unknownAt(null))];
  const length = Math.min(Math.max(0, Math.floor(number)), mostInstances);
  return Array.from({ length }, (_, index) => instance(index, plain(index)));
}
