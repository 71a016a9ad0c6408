import type { AclDefinition, Definition, OwnerDefinition, RuleDefinition } from './definition';
import type { Steps } from '../slices';
import { FormEntries, type RuleForm } from './forms';
import { IdentityIndex, type Identified, type RowColumns } from './identities';
import { push } from './matchIndex';
import { keyOfText } from './verbatimJoin';

/** The definitions of one file: the same array as long as the file says the same. */
export type FileDefinitions = readonly Definition[];

/** Definitions whose preparation takes some milliseconds when it is their first time. */
const definitionsPerSlice = 100;
/** Files that were changed since most of them were indexed; with more of them all are indexed anew. */
const mostChanges = 64;

/** The definitions of some files, by the keys under which they are sought. */
export class Layer {
  readonly identities = new IdentityIndex<Definition>();
  readonly owners = new Map<string, (OwnerDefinition | RuleDefinition)[]>();
  readonly groups = new IdentityIndex<OwnerDefinition | RuleDefinition>();
  readonly texts = new Map<string | null, AclDefinition[]>();
  readonly forms = new FormEntries();

  private constructor(readonly files: ReadonlySet<FileDefinitions>) {}

  static *of(files: readonly FileDefinitions[]): Steps<Layer> {
    const layer = new Layer(new Set(files));
    let count = 0;
    for (const file of layer.files) {
      // All rules of an owner say the same of its port groups.
      const groups = new Set<unknown>();
      for (const definition of file) {
        if (++count % definitionsPerSlice === 0) yield;
        for (const identity of definition.identities) layer.identities.add(identity, definition);
        if (definition.kind === 'acl') {
          push(layer.texts, keyOfText(definition), definition);
          continue;
        }
        const { owner } = definition;
        push(layer.owners, owner.key, definition);
        if (!groups.has(owner.groups)) {
          groups.add(owner.groups);
          for (const identity of owner.groups) layer.groups.add(identity, definition);
        }
        // Those of owners that are told apart in OVN are prepared when an ACL of theirs is asked about.
        if (definition.kind === 'rule' && owner.groups.length === 0) layer.forms.add(definition);
      }
    }
    return layer;
  }
}

/**
 * The definitions of all files in two layers: most of them, as they were indexed once, and those of the files that have changed
 * since, so that an edit costs as much as its file. Nothing of it ever changes: who asks an older one is answered as before.
 */
export class Layers {
  private readonly positions = new Map<Definition, number>();
  /** Whether there are rules that only their shape can tell. */
  readonly hasForms: boolean;

  private constructor(
    readonly files: readonly FileDefinitions[],
    private readonly base: Layer,
    private readonly changed: Layer,
  ) {
    for (const file of files) {
      for (const definition of file) this.positions.set(definition, this.positions.size);
    }
    this.hasForms = base.forms.size + changed.forms.size > 0;
  }

  /** @param before of which most can be taken over. */
  static *of(files: readonly FileDefinitions[], before: Layers | null): Steps<Layers> {
    const base = before?.base ?? (yield* Layer.of(files));
    const changed = files.filter((file) => !base.files.has(file));
    const gone = base.files.size - (files.length - changed.length);
    if (changed.length + gone <= mostChanges) return new Layers(files, base, yield* Layer.of(changed));
    return new Layers(files, yield* Layer.of(files), yield* Layer.of([]));
  }

  /** What both layers know, in the order of the files, without what is gone. */
  private ask<Item>(
    find: (layer: Layer) => readonly Item[],
    definitionOf: (item: Item) => Definition,
  ): readonly Item[] {
    const changed = find(this.changed);
    const found = changed.length === 0 ? find(this.base) : [...find(this.base), ...changed];
    const positions = found.map((item) => this.positions.get(definitionOf(item)));
    if (isAscending(positions)) return found;
    return found
      .flatMap((item, at) => {
        const position = positions[at];
        return position === undefined ? [] : [{ item, position }];
      })
      .sort((one, other) => one.position - other.position)
      .map(({ item }) => item);
  }

  identified(row: RowColumns): readonly Identified<Definition>[] {
    return this.ask(
      (layer) => layer.identities.find(row),
      ({ item }) => item,
    );
  }

  ofOwner(key: string): readonly (OwnerDefinition | RuleDefinition)[] {
    return this.ask((layer) => layer.owners.get(key) ?? [], itself);
  }

  /** What names a port group as its owner's. */
  ofGroup(row: RowColumns): readonly Identified<OwnerDefinition | RuleDefinition>[] {
    return this.ask(
      (layer) => layer.groups.find(row),
      ({ item }) => item,
    );
  }

  forms(shape: string): readonly RuleForm[] {
    return this.ask(
      (layer) => layer.forms.get(shape),
      ({ rule }) => rule,
    );
  }

  /** @param owner see {@link keyOfText}; undefined for the texts of all owners. */
  texts(owner: string | null | undefined): readonly AclDefinition[] {
    if (owner === undefined) return this.files.flat().filter((definition) => definition.kind === 'acl');
    return this.ask((layer) => layer.texts.get(owner) ?? [], itself);
  }
}

function itself<Item>(item: Item): Item {
  return item;
}

function isAscending(positions: readonly (number | undefined)[]): boolean {
  let last = -1;
  for (const position of positions) {
    if (position === undefined || position < last) return false;
    last = position;
  }
  return true;
}
