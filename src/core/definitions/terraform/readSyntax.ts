import type { ParseWithGrammar } from '../grammar';
import { readPlainBlock } from './plainBlock';
import { readExpression } from './readExpression';
import { endingOf, nameHalfWritten } from './repair';
import type { Attribute, Block, Expression, Span, Syntax } from './syntax';
import type { TreeNode } from './tree';
import { copyTree } from './tree';

/** Longer texts are read in parts, so that none comes near the time after which the grammar gives up. */
const longestWhole = 100_000;

/** Reads a file; what the grammar cannot read is left out. Null when already the first of it took too long. */
export function readSyntax(text: string, parse: ParseWithGrammar): Syntax | null {
  if (text.includes('\0')) return null;
  if (text.length > longestWhole) return readInParts(text, 0, text.length, parse);
  const whole = readPart(text, 0, text.length, parse);
  // After an error the grammar takes what follows for part of it: each block is read for itself.
  return whole?.hasError === true ? readBlockByBlock(text, 0, text.length, parse) : (whole?.syntax ?? null);
}

/** Plain blocks one by one, the others together. Ends where one takes too long: the next ones would, too. */
function readInParts(text: string, start: number, end: number, parse: ParseWithGrammar): Syntax | null {
  const read: Syntax[] = [];
  /** Where what is left to the grammar begins. */
  let waiting = start;
  const readWaiting = (until: number): boolean => {
    if (waiting === until) return true;
    const part = readPart(text, waiting, until, parse);
    if (part === null) return false;
    read.push(part.hasError ? readBlockByBlock(text, waiting, until, parse) : part.syntax);
    return true;
  };
  const starts = startsOfBlocks(text, start, end);
  for (const [index, at] of starts.entries()) {
    const next = starts[index + 1] ?? end;
    const block = readPlainBlock(text, at, next);
    if (block === null && next - waiting < longestPart) continue;
    if (!readWaiting(block === null ? next : at)) return read.length === 0 ? null : join(read);
    if (block !== null) read.push({ attributes: new Map(), blocks: [block] });
    waiting = next;
  }
  return readWaiting(end) || read.length > 0 ? join(read) : null;
}

const longestPart = 50_000;

function readBlockByBlock(text: string, start: number, end: number, parse: ParseWithGrammar): Syntax {
  const starts = [start, ...startsOfBlocks(text, start, end)];
  let repairs = mostRepairs;
  return join(
    starts.flatMap((at, index) => {
      const next = starts[index + 1] ?? end;
      const part = readPart(text, at, next, parse);
      if (part?.hasError === true && repairs-- > 0) return readBroken(text, at, next, parse) ?? part.syntax;
      return part?.syntax ?? [];
    }),
  );
}

/** As many places as are being edited at once, and more. */
const mostRepairs = 50;

/** A block in which something is half written, or that breaks off; null where that is not all that is wrong with it. */
function readBroken(text: string, start: number, end: number, parse: ParseWithGrammar): Syntax | null {
  const own = nameHalfWritten(text.slice(start, end));
  const whole = text.slice(0, start) + own;
  const named = readPart(whole, start, end, parse);
  if (named?.hasError === false) return named.syntax;
  const ending = endingOf(own);
  const ended = ending === null ? null : readPart(whole, start, start + ending.cut, parse, ending.missing);
  return (ended?.hasError === false ? ended : named)?.syntax ?? null;
}

function join(read: readonly Syntax[]): Syntax {
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
  missing = '',
): { readonly syntax: Syntax; readonly hasError: boolean } | null {
  const tree = parse(text.slice(start, end) + missing);
  if (tree === null) return null;
  try {
    const { attributes, blocks } = readBody(copyTree(tree, text, start, end), text);
    return { syntax: { attributes, blocks: blocks.flatMap(hoist) }, hasError: tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}

/** The value of an expression that stands somewhere else; null when it cannot be read. */
export function readExpressionOf(
  text: string,
  { start, end }: Span,
  parse: ParseWithGrammar,
): Expression | null {
  const name = 'x=';
  const tree = parse(name + text.slice(start, end));
  if (tree === null) return null;
  try {
    if (tree.rootNode.hasError) return null;
    const find = (node: TreeNode): TreeNode | undefined =>
      node.type === 'attribute' ? node : node.children.map(find).find((each) => each !== undefined);
    const value = find(copyTree(tree, text, start - name.length, end))?.children[1];
    return value === undefined ? null : readExpression(value, text);
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

/** Formatters put the blocks of a file at the beginning of lines, and nothing else; a text in the file may look like it. */
const topLevelLine =
  /^(?:resource|data|variable|locals|module|output|provider|terraform|import)\b|<<-?([A-Za-z_]\w*)[ \t]*\r?$/gm;

function startsOfBlocks(text: string, start: number, end: number): readonly number[] {
  const starts: number[] = [];
  const endless = new Set<string>();
  topLevelLine.lastIndex = start;
  for (let found = topLevelLine.exec(text); found !== null; found = topLevelLine.exec(text)) {
    const { 1: word, index } = found;
    if (index >= end) break;
    if (word === undefined) {
      starts.push(index);
      continue;
    }
    if (endless.has(word)) continue;
    const closing = new RegExp(`^[ \\t]*${word}\\b`, 'gm');
    closing.lastIndex = index + found[0].length;
    if (closing.test(text)) topLevelLine.lastIndex = closing.lastIndex;
    else endless.add(word);
  }
  return starts;
}

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
