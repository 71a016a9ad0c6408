import type { ParseWithGrammar } from '../grammar';
import { scanJson, stringOf, type JsonMember, type JsonNode } from '../ovnJson/scanner';
import { readExpressionOf } from './readSyntax';
import type { Attribute, Block, Expression, Span, Syntax } from './syntax';

/** How many names stand before the body of a block. */
const labels: ReadonlyMap<string, number> = new Map([
  ['resource', 2],
  ['data', 2],
  ['variable', 1],
  ['locals', 0],
  ['import', 0],
]);
/** What the resources that are read have as blocks; anything else is an argument. */
const nested: ReadonlySet<string> = new Set([
  ...['metadata', 'spec', 'pod_selector', 'namespace_selector', 'ip_block'],
  ...['ingress', 'egress', 'ports', 'from', 'to', 'rule', 'content'],
]);

/** Reads a file in Terraform's JSON syntax, in which texts are templates. */
export function readJson(text: string, parse: ParseWithGrammar): Syntax {
  const reader = new JsonReader(text, parse);
  return { attributes: new Map(), blocks: scanJson(text).flatMap((root) => reader.file(root)) };
}

class JsonReader {
  constructor(
    private readonly text: string,
    private readonly parse: ParseWithGrammar,
  ) {}

  file(root: JsonNode): readonly Block[] {
    return membersOf(root).flatMap((member) => {
      const type = this.nameOf(member);
      const depth = labels.get(type);
      return depth === undefined ? [] : this.blocks(type, member, depth, []);
    });
  }

  /** Bodies are under as many names as the block has, and may be lists. */
  private blocks(
    type: string,
    member: JsonMember,
    depth: number,
    names: readonly string[],
  ): readonly Block[] {
    if (depth > 0) {
      return membersOf(member.value).flatMap((each) =>
        this.blocks(type, each, depth - 1, [...names, this.nameOf(each)]),
      );
    }
    const { key, value } = member;
    const bodies = value.kind === 'array' ? value.items : [value];
    return bodies.flatMap((body): Block[] => {
      if (body.kind !== 'object') return [];
      const start = value.kind === 'array' ? body.start : key.start;
      return [
        {
          type,
          labels: names,
          nameSpan: spanOf(key),
          ...this.body(type, body),
          closing: null,
          start,
          end: body.end,
        },
      ];
    });
  }

  private body(type: string, body: JsonNode): Pick<Block, 'attributes' | 'blocks'> {
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    for (const member of membersOf(body)) {
      const name = this.nameOf(member);
      const { key, value } = member;
      if (name === 'dynamic') blocks.push(...this.blocks('dynamic', member, 1, []));
      else if (type !== 'locals' && type !== 'import' && nested.has(name) && value.kind !== 'string')
        blocks.push(...this.blocks(name, member, 0, []));
      else if (name !== '//')
        attributes.set(name, { name, value: this.argument(name, value), start: key.start, end: value.end });
    }
    return { attributes, blocks };
  }

  private argument(name: string, value: JsonNode): Expression {
    const word = name === 'iterator' ? stringOf(value, this.text) : null;
    return word === null ? this.expression(value) : { kind: 'variable', name: word, ...spanOf(value) };
  }

  private expression(node: JsonNode): Expression {
    const at = spanOf(node);
    switch (node.kind) {
      case 'string':
        return this.template(node);
      case 'word':
        return wordOf(this.text.slice(node.start, node.end), at);
      case 'array':
        return { kind: 'list', items: node.items.map((item) => this.expression(item)), ...at };
      case 'object':
        return {
          kind: 'object',
          entries: node.members.map(({ key, value }) => ({
            key: this.template(key),
            value: this.expression(value),
          })),
          ...at,
        };
    }
  }

  private template(node: JsonNode): Expression {
    const at = spanOf(node);
    const value = stringOf(node, this.text);
    if (value === null) return { kind: 'unreadable', ...at };
    if (!/[$%]\{/.test(value)) return { kind: 'literal', value, ...at };
    // A template with quotes in it is another text in JSON than in Terraform's own language.
    if (this.text.slice(at.start, at.end).includes('\\')) return { kind: 'unreadable', ...at };
    return readExpressionOf(this.text, at, this.parse) ?? { kind: 'unreadable', ...at };
  }

  private nameOf({ key }: JsonMember): string {
    return stringOf(key, this.text) ?? '';
  }
}

function membersOf(node: JsonNode): readonly JsonMember[] {
  if (node.kind === 'array') return node.items.flatMap(membersOf);
  return node.kind === 'object' ? node.members : [];
}

function spanOf({ start, end }: JsonNode): Span {
  return { start, end };
}

function wordOf(word: string, at: Span): Expression {
  if (word === 'null') return { kind: 'literal', value: null, ...at };
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', ...at };
  return /^-?\d+(?:\.\d+)?$/.test(word)
    ? { kind: 'literal', value: Number(word), ...at }
    : { kind: 'unreadable', ...at };
}
