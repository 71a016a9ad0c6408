import type { Span } from '../shell/field';

/** JSON with its places in the text; `end` is exclusive. A part that is broken off ends where the text does. */
export type JsonNode = JsonString | JsonWord | JsonArray | JsonObject;
export interface JsonString extends Span {
  readonly kind: 'string';
}
/** A number, `true`, `false`, `null`, or what stands in their place. */
export interface JsonWord extends Span {
  readonly kind: 'word';
}
export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}
export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}
export interface JsonMember {
  readonly key: JsonString;
  readonly value: JsonNode;
}

/** OVSDB nests a handful of levels; deeper ones are text made to hurt. */
const deepest = 100;
const [quote, backslash, lineFeed, carriageReturn] = [34, 92, 10, 13];
const [openBracket, closeBracket, openBrace, closeBrace, colon] = [91, 93, 123, 125, 58];

/**
 * The JSON values of a text one after another, as the database tools print them, with whatever stands between passed over. A dump
 * has megabytes: this is a fraction of what a parser of YAML takes. What is broken costs its own part only: a string ends with its
 * line, a bracket of the other kind closes what is open, if that is inside of what it does
 * close.
 */
export function scanJson(text: string): readonly JsonNode[] {
  return new JsonScanner(text).run();
}

/** What a string says; null for a broken one. */
export function stringOf(node: JsonNode | undefined, text: string): string | null {
  if (node?.kind !== 'string') return null;
  const raw = text.slice(node.start, node.end);
  if (raw.length < 2 || !raw.endsWith('"')) return null;
  const inside = raw.slice(1, -1);
  if (!inside.includes('\\')) return inside;
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

class JsonScanner {
  private at = 0;
  private openArrays = 0;
  private openObjects = 0;

  constructor(private readonly text: string) {}

  run(): readonly JsonNode[] {
    const values: JsonNode[] = [];
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code === openBrace || code === openBracket) values.push(this.readNested(code, 0));
      else this.at++;
    }
    return values;
  }

  private readNested(code: number, depth: number): JsonNode {
    return code === openBrace ? this.readObject(depth) : this.readArray(depth);
  }

  private readArray(depth: number): JsonArray {
    const start = this.at++;
    this.openArrays++;
    const items: JsonNode[] = [];
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code === closeBracket) {
        this.at++;
        break;
      }
      if (code === closeBrace) {
        if (this.openObjects > 0) break;
        this.at++;
        continue;
      }
      const value = this.readValue(code, depth);
      if (value !== null) items.push(value);
    }
    this.openArrays--;
    return { kind: 'array', start, end: this.at, items };
  }

  private readObject(depth: number): JsonObject {
    const start = this.at++;
    this.openObjects++;
    const members: JsonMember[] = [];
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code === closeBrace) {
        this.at++;
        break;
      }
      if (code === closeBracket) {
        if (this.openArrays > 0) break;
        this.at++;
        continue;
      }
      const key = this.readValue(code, depth);
      if (key?.kind !== 'string') continue;
      this.skipBlanks();
      if (this.text.charCodeAt(this.at) !== colon) continue;
      this.at++;
      this.skipBlanks();
      const value = this.readValue(this.text.charCodeAt(this.at), depth);
      if (value !== null) members.push({ key, value });
    }
    this.openObjects--;
    return { kind: 'object', start, end: this.at, members };
  }

  /** Null where no value begins: one character is passed over then, unless it closes something. */
  private readValue(code: number, depth: number): JsonNode | null {
    if (code === quote) return this.readString();
    if ((code === openBrace || code === openBracket) && depth < deepest)
      return this.readNested(code, depth + 1);
    if (isWordCode(code)) return this.readWord();
    if (code !== closeBrace && code !== closeBracket) this.at++;
    return null;
  }

  private readString(): JsonString {
    const { text } = this;
    const start = this.at;
    let at = start + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        at++;
        break;
      }
      if (code === lineFeed || code === carriageReturn) break;
      if (code === backslash) at++;
    }
    this.at = Math.min(at, text.length);
    return { kind: 'string', start, end: this.at };
  }

  private readWord(): JsonWord {
    const start = this.at;
    let at = start;
    while (isWordCode(this.text.charCodeAt(at))) at++;
    this.at = at;
    return { kind: 'word', start, end: at };
  }

  private skipBlanks(): void {
    while (this.text.charCodeAt(this.at) <= 32) this.at++;
  }
}

/** Letters, digits, and the signs of numbers; not at the end of the text, where the code is NaN. */
function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 45 ||
    code === 43 ||
    code === 46
  );
}
