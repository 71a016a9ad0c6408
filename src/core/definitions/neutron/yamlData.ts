import type { Node } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { DataNode, MapEntry } from './dataNode';
import type { Span } from './definitions';
import { nestsTooDeep } from '../yaml/nesting';
import { readJson } from './jsonData';

/** The documents of a YAML or JSON text, as far as they can be read. */
export function readDocuments(text: string): readonly DataNode[] {
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    const json = readJson(text);
    if (json !== null) return [json];
  }
  if (nestsTooDeep(text)) return [];
  try {
    // Ansible and Heat take the last of two keys that are alike, as long as somebody is still typing.
    const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
    if (!Array.isArray(documents)) return [];
    return documents.flatMap((document) => {
      const anchors = new Map<string, Node>();
      // An alias stands for the last anchor of its name before it; the name is used once in files that people write.
      visit(document, {
        Node: (_key, node) => {
          if (!isAlias(node) && node.anchor !== undefined && !anchors.has(node.anchor)) {
            anchors.set(node.anchor, node);
          }
        },
      });
      const node = new Conversion(text, anchors).convert(document.contents, 0);
      return node === null ? [] : [node];
    });
  } catch {
    return [];
  }
}

/** As deep as anybody nests. */
const deepest = 100;
/** As much as aliases may stand for: some texts are made to stand for millions of nodes. */
const mostAliased = 100_000;

class Conversion {
  private readonly aliased = new Map<string, { readonly node: DataNode; readonly size: number } | null>();
  private size = 0;
  private aliasedSize = 0;

  constructor(
    private readonly text: string,
    private readonly anchors: ReadonlyMap<string, Node>,
  ) {}

  convert(node: unknown, depth: number): DataNode | null {
    this.size++;
    if (depth > deepest) return null;
    if (isAlias(node)) return this.alias(node.source, spanOf(node), depth);
    if (isScalar(node)) {
      const { value } = node;
      const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return { kind: 'scalar', value: isPlain ? value : null, span: this.trimmed(spanOf(node)) };
    }
    if (isSeq(node)) {
      const items = node.items.map(
        (item): DataNode => this.convert(item, depth + 1) ?? emptyAt(spanOf(node).start),
      );
      const flow = node.flow === true;
      return { kind: 'list', items, span: this.collectionSpan(node, flow, items.at(-1)?.span.end), flow };
    }
    if (isMap(node)) {
      const entries = new Map<string, MapEntry>();
      const merged: DataNode[] = [];
      let last: number | undefined;
      for (const pair of node.items) {
        if (!isScalar(pair.key)) continue;
        const key = spanOf(pair.key);
        const value = this.convert(pair.value, depth + 1) ?? emptyAt(key.end);
        const name = String(pair.key.value);
        if (name === '<<') merged.push(value);
        else entries.set(name, { key, value });
        last = Math.max(value.span.end, key.end);
      }
      for (const source of merged.flatMap((each) => (each.kind === 'list' ? each.items : [each]))) {
        if (source.kind !== 'map') continue;
        for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
      }
      const flow = node.flow === true;
      return { kind: 'map', entries, span: this.collectionSpan(node, flow, last), flow };
    }
    return null;
  }

  private alias(name: string, span: Span, depth: number): DataNode {
    let known = this.aliased.get(name);
    if (known === undefined) {
      // While it is being converted it is nothing: an alias within its own anchor.
      this.aliased.set(name, null);
      const before = this.size;
      const node = this.convert(this.anchors.get(name), depth + 1);
      known = node === null ? null : { node, size: this.size - before };
      this.aliased.set(name, known);
    } else if (known !== null) this.size += known.size;
    this.aliasedSize += known?.size ?? 0;
    if (known === null || this.aliasedSize > mostAliased) return emptyAt(span.start);
    return { ...known.node, span };
  }

  /** A block ends with the last letter in it, not with the blanks and comments that follow. */
  private collectionSpan(node: Node, flow: boolean, last: number | undefined): Span {
    const { start, end } = spanOf(node);
    return flow || last === undefined ? this.trimmed({ start, end }) : { start, end: Math.max(last, start) };
  }

  private trimmed({ start, end }: Span): Span {
    let to = end;
    while (to > start && /\s/.test(this.text[to - 1] ?? '')) to--;
    return { start, end: to };
  }
}

function spanOf(node: Node): Span {
  const [start = 0, end = 0] = node.range ?? [];
  return { start, end };
}

function emptyAt(at: number): DataNode {
  return { kind: 'scalar', value: null, span: { start: at, end: at } };
}
