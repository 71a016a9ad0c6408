import type { JsonArray, JsonNode, JsonObject } from './scanner';
import { stringOf } from './scanner';

/** A reference to a row: its UUID, or the name that the same transaction gives it. */
export interface RowReference {
  readonly kind: 'uuid' | 'named-uuid';
  readonly id: string;
}

/** Reads OVSDB's notation of values (RFC 7047, 5.1). What is of another type reads as nothing. */
export class OvsdbValues {
  constructor(readonly text: string) {}

  member(object: JsonObject, name: string): JsonNode | undefined {
    return object.members.find(({ key }) => stringOf(key, this.text) === name)?.value;
  }

  stringMember(object: JsonObject, name: string): string | null {
    return this.string(this.member(object, name));
  }

  arrayMember(object: JsonObject, name: string): readonly JsonNode[] {
    const value = this.member(object, name);
    return value?.kind === 'array' ? value.items : [];
  }

  /** Also of a set of one. */
  string(node: JsonNode | undefined): string | null {
    return stringOf(this.single(node), this.text);
  }

  integer(node: JsonNode | undefined): number | null {
    const single = this.single(node);
    if (single?.kind !== 'word' && single?.kind !== 'string') return null;
    const text = single.kind === 'word' ? this.textOf(single) : stringOf(single, this.text);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  }

  /** Of a reference, or of a set of them. */
  references(node: JsonNode | undefined): readonly RowReference[] {
    if (node === undefined) return [];
    if (node.kind === 'string') return uuidsIn(stringOf(node, this.text) ?? '');
    if (node.kind !== 'array') return [];
    const one = this.reference(node);
    if (one !== null) return [one];
    const elements = this.tagged(node, 'set');
    return (elements ?? []).flatMap((element) => {
      const reference = element.kind === 'array' ? this.reference(element) : null;
      return reference === null ? [] : [reference];
    });
  }

  /** The inside of `["set", […]]` or `["map", […]]`. */
  tagged(node: JsonNode, tag: 'set' | 'map'): readonly JsonNode[] | null {
    if (node.kind !== 'array') return null;
    const [head, elements] = node.items;
    return stringOf(head, this.text) === tag && elements?.kind === 'array' ? elements.items : null;
  }

  private single(node: JsonNode | undefined): JsonNode | undefined {
    if (node?.kind !== 'array') return node;
    const elements = this.tagged(node, 'set');
    return elements?.length === 1 ? elements[0] : undefined;
  }

  private reference({ items }: JsonArray): RowReference | null {
    const tag = stringOf(items[0], this.text);
    const id = stringOf(items[1], this.text);
    return id !== null && (tag === 'uuid' || tag === 'named-uuid') ? { kind: tag, id } : null;
  }

  private textOf({ start, end }: JsonNode): string {
    return this.text.slice(start, end);
  }
}

const uuid = /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi;

/** `--data=string` prints references bare: `[UUID, UUID]`. */
function uuidsIn(text: string): readonly RowReference[] {
  return [...text.matchAll(uuid)].map(([id]) => ({ kind: 'uuid', id }));
}

export function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);
}
