import type { ParseWithGrammar } from '../grammar';
import { readExpression } from './readExpression';
import type { Attribute, Block, Span, Syntax } from './syntax';
import type { TreeNode } from './tree';
import { copyTree } from './tree';

/** Reads a file; what the grammar cannot read is left out. Null when it took too long. */
export function readSyntax(text: string, parse: ParseWithGrammar): Syntax | null {
  const whole = text.includes('\0') ? null : readPart(text, 0, text.length, parse);
  if (whole === null) return null;
  if (!whole.hasError) return whole.syntax;
  // After an error the grammar takes what follows for part of it: each block is read for itself.
  const starts = [...text.matchAll(topLevelLine)].map(({ index }) => index);
  const parts = [0, ...starts].map((start, index) =>
    readPart(text, start, starts[index] ?? text.length, parse),
  );
  const read = parts.flatMap((part) => (part === null ? [] : [part.syntax]));
  return {
    attributes: new Map(read.flatMap(({ attributes }) => [...attributes])),
    blocks: read.flatMap(({ blocks }) => blocks),
  };
}

function readPart(
  text: string,
  start: number,
  end: number,
  parse: ParseWithGrammar,
): { readonly syntax: Syntax; readonly hasError: boolean } | null {
  const tree = parse(text.slice(start, end));
  if (tree === null) return null;
  try {
    const { attributes, blocks } = readBody(copyTree(tree, text, start), text);
    return { syntax: { attributes, blocks: blocks.flatMap(hoist) }, hasError: tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}

interface Body {
  readonly attributes: Map<string, Attribute>;
  readonly blocks: Block[];
}

function readBody(node: TreeNode, text: string): Body {
  const body: Body = { attributes: new Map(), blocks: [] };
  const collect = (parent: TreeNode): void => {
    for (const child of parent.children) {
      if (child.type === 'attribute') {
        const attribute = readAttribute(child, text);
        if (attribute !== null) body.attributes.set(attribute.name, attribute);
      } else if (child.type === 'block') body.blocks.push(readBlock(child, text));
      // What is half written hides in errors, together with what is whole around it.
      else if (child.type === 'body' || child.type === 'ERROR' || child.type === 'config_file')
        collect(child);
    }
  };
  collect(node);
  return body;
}

function readAttribute(node: TreeNode, text: string): Attribute | null {
  if (node.attribute !== undefined) return node.attribute;
  const [name, value] = node.children;
  if (name === undefined || value === undefined || name.type !== 'identifier') return null;
  const { start, end } = node;
  return { name: text.slice(name.start, name.end), value: readExpression(value, text), start, end };
}

function readBlock(node: TreeNode, text: string): Block {
  const [type, ...rest] = node.children;
  const labels = rest.filter((child) => child.type === 'string_lit' || child.type === 'identifier');
  const body = readBody({ ...node, children: rest.filter((child) => !labels.includes(child)) }, text);
  const typeSpan: Span = type ?? node;
  const closing = node.children.findLast((child) => child.type === 'block_end');
  const nameSpan = labels.at(-1) ?? typeSpan;
  return {
    type: text.slice(typeSpan.start, typeSpan.end),
    labels: labels.map(({ start, end }) => text.slice(start, end).replace(/^"|"$/g, '')),
    nameSpan: { start: nameSpan.start, end: nameSpan.end },
    attributes: body.attributes,
    blocks: body.blocks,
    closing: closing !== undefined && closing.end > closing.start ? closing.start : null,
    start: node.start,
    end: node.end,
  };
}

/** Formatters put the blocks of a file at the beginning of lines, and nothing else. */
const topLevelLine = /^(?:resource|data|variable|locals|module|output|provider|terraform|import)\b/gm;
const topLevel = new Set([
  'resource',
  'data',
  'variable',
  'locals',
  'module',
  'output',
  'provider',
  'terraform',
  'import',
]);

/** A block whose brace is missing takes in all that follow it: those that cannot be within are not. */
function hoist(block: Block): readonly Block[] {
  const isStray = ({ type, labels }: Block): boolean =>
    topLevel.has(type) && (labels.length > 0 || type === 'locals' || type === 'import');
  const strays = block.type === 'terraform' ? [] : block.blocks.filter(isStray);
  if (strays.length === 0) return [block];
  const first = strays[0]?.start ?? block.end;
  const own = {
    ...block,
    blocks: block.blocks.filter((each) => !strays.includes(each)),
    end: first,
    closing: null,
  };
  return [own, ...strays.flatMap(hoist)];
}
