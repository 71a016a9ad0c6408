import { isAlias, isCollection, isPair, parseDocument, type Alias, type Node } from 'yaml';
import { nestsTooDeep } from './nesting';
import { maskTemplates, type MaskedText } from './templates';
import { YamlValue } from './value';

/** How many items of lists are looked at in one document: aliases may name the same list again and again. */
const mostItems = 300_000;

/** A document of a YAML or JSON text, with offsets of the whole text. */
export class YamlDocument {
  readonly root: YamlValue;
  /** Something in it could not be read, and was left out. */
  readonly isBroken: boolean;
  private itemsLeft = mostItems;
  private anchors: Map<string, Node[]> | null = null;
  private readonly contents: Node | null;

  constructor(
    /** The whole text, templates replaced. */
    private readonly masked: MaskedText,
    /** Offset of this document in the text. */
    private readonly start: number,
    end: number,
  ) {
    const own = masked.text.slice(start, end);
    const { contents, errors } = parseDocument(nestsTooDeep(own) ? '' : own, {
      keepSourceTokens: false,
      logLevel: 'silent',
      prettyErrors: false,
      strict: false,
      // Looking for keys that are given twice takes time by the square of their number.
      uniqueKeys: false,
    });
    this.contents = contents;
    this.isBroken = errors.length > 0;
    this.root = new YamlValue(this, contents, null);
  }

  get text(): string {
    return this.masked.text;
  }

  /** Whether there are lines that are all template. */
  get hasTemplates(): boolean {
    return this.masked.lines.length > 0;
  }

  /** Offset in the text of an offset that the parser gives. */
  absolute(offset: number): number {
    return this.start + offset;
  }

  /** Whether there are lines that are all template between two offsets. */
  hasTemplateBetween(start: number, end: number): boolean {
    const next = this.masked.lines[this.indexOfTemplate(start)];
    return next !== undefined && next.offset < end;
  }

  /** Whether a template puts text behind an offset, before what is written there. */
  hasInsertionBehind(offset: number): boolean {
    const blanks = /(?:[ \t\r\n]|#[^\r\n]*)*/y;
    blanks.lastIndex = offset;
    const end = offset + (blanks.exec(this.text)?.[0].length ?? 0);
    for (let at = this.indexOfTemplate(offset); ; at++) {
      const line = this.masked.lines[at];
      if (line === undefined || line.offset >= end) return false;
      if (line.inserts) return true;
    }
  }

  /** The first template at the offset or behind it. */
  private indexOfTemplate(offset: number): number {
    const { lines } = this.masked;
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle]?.offset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether so many items more may be looked at. */
  takeItems(count: number): boolean {
    this.itemsLeft -= count;
    return this.itemsLeft >= 0;
  }

  /** What an alias stands for: the last node before it with this anchor. */
  resolve(alias: Alias): Node | null {
    this.anchors ??= collectAnchors(this.contents);
    const at = alias.range?.[0] ?? 0;
    return this.anchors.get(alias.source)?.findLast((node) => (node.range?.[0] ?? at) < at) ?? null;
  }
}

function collectAnchors(contents: Node | null): Map<string, Node[]> {
  const anchors = new Map<string, Node[]>();
  const open: unknown[] = [contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isPair(node)) {
      open.push(node.value, node.key);
      continue;
    }
    const anchor =
      node !== null && typeof node === 'object' && !isAlias(node)
        ? (node as Node & { anchor?: string }).anchor
        : undefined;
    if (anchor !== undefined) {
      const known = anchors.get(anchor);
      if (known === undefined) anchors.set(anchor, [node as Node]);
      else known.push(node as Node);
    }
    // Taken from the end, in the order they are written.
    if (isCollection(node)) for (const item of node.items.toReversed()) open.push(item);
  }
  return anchors;
}

/**
 * The documents of a text that have what is wanted in them. They are taken apart before they are read, so that a document with
 * an open quote does not swallow the next one.
 */
export function readYamlDocuments(text: string, wanted: RegExp): readonly YamlDocument[] {
  const masked = maskTemplates(text);
  const starts = [0, ...[...masked.text.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map(({ index }) => index)];
  return starts.flatMap((start, i) => {
    const end = starts[i + 1] ?? masked.text.length;
    if (!wanted.test(masked.text.slice(start, end))) return [];
    try {
      return [new YamlDocument(masked, start, end)];
    } catch {
      // The parser recurses into collections: thousands of brackets exhaust the stack.
      return [];
    }
  });
}
