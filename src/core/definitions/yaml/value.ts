import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { YamlDocument } from './document';
import { unknownText } from './templates';

/** Offsets in the whole text. */
export interface YamlSpan {
  readonly start: number;
  readonly end: number;
}

/** So deep may maps be merged into each other. */
const mostMerges = 8;

/**
 * A value of a document, or the lack of one. Reading gives `undefined` for what the file does not have and `null` for what it
 * has and does not tell: templates, and text where another kind of value belongs.
 */
export class YamlValue {
  /** Aliases resolved. */
  private readonly node: Node | null;

  constructor(
    readonly document: YamlDocument,
    /** As it is written here, be it an alias. */
    private readonly written: Node | null,
    private readonly key: Node | null,
  ) {
    this.node = isAlias(written) ? document.resolve(written) : written;
  }

  get isMissing(): boolean {
    return this.written === null || (isScalar(this.node) && this.node.value === null);
  }
  get isMap(): boolean {
    return isMap(this.node);
  }
  get isList(): boolean {
    return isSeq(this.node);
  }
  get isFlow(): boolean {
    return isCollection(this.node) && this.node.flow === true;
  }
  get isAlias(): boolean {
    return isAlias(this.written);
  }

  /** The value of a key, of this map or one merged into it. */
  get(key: string): YamlValue {
    const pair = this.pair(key, this.node, mostMerges);
    if (pair === null) return new YamlValue(this.document, null, null);
    return new YamlValue(this.document, pair.value, pair.key);
  }

  has(key: string): boolean {
    return this.pair(key, this.node, mostMerges) !== null;
  }

  private pair(key: string, node: Node | null, depth: number): Pair<Node, Node | null> | null {
    if (!isMap(node)) return null;
    let merged: unknown = null;
    for (const pair of node.items) {
      if (!isScalar(pair.key)) continue;
      if (pair.key.value === key) return pair as Pair<Node, Node | null>;
      if (pair.key.value === '<<') merged = pair.value;
    }
    if (merged === null || depth === 0) return null;
    const sources = isSeq(merged) ? merged.items : [merged];
    for (const source of sources) {
      const found = this.pair(
        key,
        isAlias(source) ? this.document.resolve(source) : (source as Node),
        depth - 1,
      );
      if (found !== null) return found;
    }
    return null;
  }

  /** The items of a list; none for what is no list. */
  items(): readonly YamlValue[] {
    if (!isSeq(this.node) || !this.document.takeItems(this.node.items.length)) return [];
    return this.node.items.map((item) => new YamlValue(this.document, item as Node | null, null));
  }

  /** The text of a scalar, as it is written but for quotes. */
  text(): string | null | undefined {
    if (this.isMissing) return undefined;
    if (!isScalar(this.node)) return null;
    const { value, source } = this.node;
    const text = typeof value === 'string' ? value : (source ?? String(value));
    return text.includes(unknownText) || /\$[({]/.test(text) ? null : text;
  }

  integer(): number | null | undefined {
    if (this.isMissing) return undefined;
    return isScalar(this.node) && Number.isSafeInteger(this.node.value) ? (this.node.value as number) : null;
  }

  boolean(): boolean | null | undefined {
    if (this.isMissing) return undefined;
    return isScalar(this.node) && typeof this.node.value === 'boolean' ? this.node.value : null;
  }

  /** Where it is written, without the blanks and comments behind it. */
  get span(): YamlSpan {
    const start = this.document.absolute(this.written?.range?.[0] ?? 0);
    return { start, end: trimmedEnd(this.document, start, endOf(this.written)) };
  }

  /** The same with its key; without one, where it has none. */
  get pairSpan(): YamlSpan {
    if (this.key === null) return this.span;
    const start = this.document.absolute(this.key.range?.[0] ?? 0);
    const end = Math.max(endOf(this.key), endOf(this.written));
    return { start, end: trimmedEnd(this.document, start, end) };
  }

  /** Whether a template says what is in it, or what else. */
  get hasTemplate(): boolean {
    if (!this.document.hasTemplates || (this.key === null && this.written === null)) return false;
    const { start, end } = this.pairSpan;
    return this.document.hasTemplateBetween(start, end) || this.document.hasInsertionBehind(end);
  }

  /** Whether a template may add items to a list, or leave some out, other than at its end. */
  get hasTemplateAmongItems(): boolean {
    if (!this.document.hasTemplates) return false;
    let { start } = this.pairSpan;
    return this.items().some(({ span }) => {
      const found = this.document.hasTemplateBetween(start, span.start);
      start = span.end;
      return found;
    });
  }
}

/** Where the last value in it ends: the parser counts comments and blank lines that follow a block as part of it. */
function endOf(node: Node | null): number {
  let last: Node | null = node;
  let end = 0;
  while (last !== null) {
    if (!isCollection(last) || last.flow === true || last.items.length === 0) {
      return Math.max(end, last.range?.[1] ?? 0);
    }
    const item: unknown = last.items.at(-1);
    if (isPair(item)) {
      end = Math.max(end, (item.key as Node | null)?.range?.[1] ?? 0);
      last = item.value as Node | null;
    } else {
      last = item as Node | null;
    }
  }
  return end;
}

function trimmedEnd(document: YamlDocument, start: number, relativeEnd: number): number {
  let end = document.absolute(relativeEnd);
  while (end > start && /\s/.test(document.text.charAt(end - 1))) end--;
  return Math.max(start, end);
}
