import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { Span } from '../shell/field';
import { nestsTooDeep } from '../yaml/nesting';

/** Stands in the text for what a template computes. Private use: nobody writes it. */
const templated = '\uE000';

/** A value of the text; an alias stands for the node it names, and has its own place. */
export interface YamlValue {
  readonly node: Node;
  readonly span: Span;
}
/** A key of a mapping with its value. */
export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  /** Null when nothing is written behind the key. */
  readonly value: YamlValue | null;
  /** From the key to the end of the value; null where the entry was merged in from elsewhere. */
  readonly span: Span | null;
}

/** The documents of a text that may be a template, with their places. What is broken is left out, the rest counts. */
export class YamlText {
  readonly roots: readonly Node[];
  /** Whether there are loops or conditions: then what is written once may be there any number of times. */
  readonly hasControls: boolean;
  private readonly anchors = new Map<Node, Node>();

  constructor(private readonly text: string) {
    const masked = maskTemplates(text);
    this.hasControls = masked.hasControls;
    const documents = parseAllDocuments(nestsTooDeep(masked.text) ? '' : masked.text, {
      // Looking for keys given twice takes time by the square of their number.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      strict: false,
    });
    const roots: Node[] = [];
    for (const { contents } of documents) {
      if (!isNode(contents)) continue;
      roots.push(contents);
      this.noteAnchors(contents);
    }
    this.roots = roots;
  }

  /** Asking each alias for its anchor searches the document each time. */
  private noteAnchors(root: Node): void {
    const named = new Map<string, Node>();
    const open: unknown[] = [root];
    while (open.length > 0) {
      const item = open.pop();
      if (isPair(item)) open.push(item.value, item.key);
      else if (isAlias(item)) {
        const target = named.get(item.source);
        if (target !== undefined) this.anchors.set(item, target);
      } else if (isCollection(item) || isScalar(item)) {
        if (item.anchor !== undefined) named.set(item.anchor, item);
        if (isCollection(item)) for (let at = item.items.length - 1; at >= 0; at--) open.push(item.items[at]);
      }
    }
  }

  value(node: unknown): YamlValue | null {
    if (!isNode(node)) return null;
    const span = this.spanOf(node);
    const target = isAlias(node) ? this.anchors.get(node) : node;
    return target === undefined || span === null ? null : { node: target, span };
  }

  /** The entries in their order, with those of `<<` behind; of two with one key, only the one that holds. */
  entries(map: YAMLMap): ReadonlyMap<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>();
    const merged: unknown[] = [];
    for (const { key, value } of map.items) {
      if (!isScalar(key)) continue;
      const name = this.textOf(key);
      const keySpan = this.spanOf(key);
      if (name === null || keySpan === null) continue;
      if (name === '<<') {
        merged.push(value);
        continue;
      }
      const read = this.value(value);
      const isEmpty = read === null || read.span.end <= read.span.start;
      const end = isEmpty ? keySpan.end : read.span.end;
      entries.set(name, {
        key: name,
        keySpan,
        value: isEmpty ? null : read,
        span: { start: keySpan.start, end: Math.max(end, keySpan.end) },
      });
    }
    for (const source of merged) {
      const target = this.value(source)?.node;
      const maps = isSeq(target) ? target.items.map((item) => this.value(item)?.node) : [target];
      for (const each of maps) {
        if (!isMap(each)) continue;
        // One level: who merges what is merged itself is a puzzle, and a way to make a text explode.
        for (const { key, value } of each.items) {
          const name = isScalar(key) ? this.textOf(key) : null;
          if (name === null || !isScalar(key) || name === '<<' || entries.has(name)) continue;
          const keySpan = this.spanOf(key);
          if (keySpan === null) continue;
          entries.set(name, { key: name, keySpan, value: this.value(value), span: null });
        }
      }
    }
    return entries;
  }

  /** The text of a scalar as it is written, `''` for null; null for what is none, and for what a template computes. */
  scalar(value: YamlValue | null | undefined): string | null {
    if (value === null || value === undefined) return '';
    return isScalar(value.node) ? this.textOf(value.node) : null;
  }

  private textOf({ value, source, type }: { value: unknown; source?: string; type?: string }): string | null {
    const isPlain = type === 'PLAIN' || type === undefined;
    // Incus wants strings, and takes `22` and `0x16` as they stand.
    const text = isPlain && value === null ? '' : (source ?? (typeof value === 'string' ? value : ''));
    return text.includes(templated) ? null : text;
  }

  /** Without the blanks, line ends and comments behind it. */
  private spanOf(node: Node): Span | null {
    const [start, end] = node.range ?? [];
    if (start === undefined || end === undefined) return null;
    const last = isCollection(node) && node.flow !== true ? this.endOfLast(node) : null;
    const written = Math.min(this.text.length, last ?? end);
    return { start, end: Math.max(start, start + this.text.slice(start, written).trimEnd().length) };
  }

  private endOfLast(collection: Node): number | null {
    let node: Node = collection;
    for (;;) {
      if (!isCollection(node) || node.flow === true) return node.range?.[1] ?? null;
      const item = node.items.at(-1);
      const inner: unknown = isPair(item) ? (item.value ?? item.key) : item;
      if (!isNode(inner) || inner.range === undefined) return node.range?.[1] ?? null;
      node = inner;
    }
  }
}

/**
 * Templates of Jinja, Go and the like are blanked out character by character, so that places stay: a value becomes a word that no
 * one writes, a line of control becomes blank.
 */
function maskTemplates(text: string): { readonly text: string; readonly hasControls: boolean } {
  if (!text.includes('{{') && !text.includes('{%') && !text.includes('{#'))
    return { text, hasControls: false };
  let hasControls = false;
  const masked = text.replace(
    /\{%[^\n]{0,500}?%\}|\{#[^\n]{0,500}?#\}|\{\{[^\n]{0,500}?\}\}+/g,
    (part: string, offset: number) => {
      const isControl =
        part.startsWith('{%') || /^\{\{-?\s*(?:if|else|end|range|with|define|block)\b/.test(part);
      if (part.startsWith('{#') || isControl) {
        hasControls ||= isControl;
        return ' '.repeat(part.length);
      }
      // JSON in one line: `{"a":{"b":{{…}}}}` closes more than the template opens.
      const closing = /\}+$/.exec(part)?.[0].length ?? 2;
      const extra = isFlow(text, offset) ? closing - 2 : 0;
      return templated.repeat(part.length - extra) + '}'.repeat(extra);
    },
  );
  return { text: masked, hasControls };
}

function isFlow(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 200), offset);
  return /[{[][^\n]*$/.test(before.slice(before.lastIndexOf('\n') + 1));
}
