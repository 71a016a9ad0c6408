import { makeLeaf, makeTitled, type Leaf, type OpenTitled } from './build';
import type { CleanLine, LineRange } from './lines';
import type { LineShape } from './lineShape';
import { dropSemicolon, matchTitle, unknownTitle } from './patterns';
import type { TraceFormat, TraceNode } from './tree';

export type BlockFormat = Exclude<TraceFormat, 'detailed'>;

export interface BlockSection {
  readonly roots: readonly TraceNode[];
  /** Lines (numbers) that fit nothing. */
  readonly foreign: readonly number[];
  /** Blocks that were opened and never closed. */
  readonly unclosed: number;
  /** Lines (numbers) that close a block that was never opened. */
  readonly unopened: readonly number[];
  /** Lines (numbers) that close a block in which nothing stands: ovn-trace prints no such, so its contents were taken out. */
  readonly hollow: readonly number[];
}

interface OpenBlock {
  readonly indent: number;
  readonly owner: OpenTitled | null;
  readonly nodes: TraceNode[];
}

const linesPerSlice = 10_000;

/** Reads the nested blocks of `--summary` and `--minimal`. Where all closing braces are lost, the columns decide. */
export function* parseBlocks(range: LineRange, format: BlockFormat): Generator<undefined, BlockSection> {
  const { lines, from, to } = range;
  const byColumn = !some(range, ({ shape }) => shape.kind === 'closer');
  const roots: OpenBlock = { indent: -1, owner: null, nodes: [] };
  const open: OpenBlock[] = [];
  const foreign: number[] = [];
  const unopened: number[] = [];
  const hollow: number[] = [];
  let opened = 0;
  for (let i = from; i < to; i++) {
    if ((i - from) % linesPerSlice === linesPerSlice - 1) yield;
    const line = lines[i];
    if (!line || saysNothing(line.shape)) continue;
    const { shape, indent } = line;
    if (shape.kind === 'closer') {
      if (open[open.length - 1]?.nodes.length === 0) hollow.push(i);
      if (!close(open)) unopened.push(i);
      continue;
    }
    if (byColumn) while (indent <= (open[open.length - 1]?.indent ?? -1)) close(open);
    const { nodes } = open[open.length - 1] ?? roots;
    if (shape.kind === 'opener') {
      const node = makeTitled(i, shape.title ?? unknownTitle(shape.name));
      nodes.push(node);
      opened++;
      open.push({ indent, owner: node, nodes: [] });
      continue;
    }
    const leaves = readLeaves(line, i, format);
    if (leaves) nodes.push(...leaves);
    else foreign.push(i);
  }
  const unclosed = byColumn ? opened : open.length;
  while (close(open));
  return { roots: roots.nodes, foreign, unclosed, unopened, hollow };
}

function close(open: OpenBlock[]): boolean {
  const block = open.pop();
  if (block?.owner && block.nodes.length > 0) block.owner.children = block.nodes.slice();
  return block !== undefined;
}

/** True when a line of the range is one that only the block formats have, beside a header. */
export function hasBlockLines(range: LineRange): boolean {
  return some(range, ({ shape, text }) => {
    switch (shape.kind) {
      case 'opener':
        return shape.title !== null;
      case 'output':
        return text.endsWith(';');
      case 'statement':
        // `clone;` alone could be anything.
        return minimalOutput.test(dropSemicolon(text)) || (shape.title !== null && /[(: ]/.test(text));
      default:
        return false;
    }
  });
}

function some({ lines, from, to }: LineRange, test: (line: CleanLine) => boolean): boolean {
  for (let i = from; i < to; i++) {
    const line = lines[i];
    if (line && test(line)) return true;
  }
  return false;
}

function saysNothing({ kind }: LineShape): boolean {
  switch (kind) {
    case 'blank':
    case 'dashes':
    case 'fence':
    case 'aside':
    case 'gap':
    case 'elsewhere':
    case 'refusal':
    case 'header':
    case 'banner':
    case 'log':
      return true;
    default:
      return false;
  }
}

export const minimalOutput = /^output\("(.*)"\)$/;

function readLeaves(
  { shape, text }: CleanLine,
  line: number,
  format: BlockFormat,
): readonly (Leaf | OpenTitled)[] | null {
  switch (shape.kind) {
    case 'output':
      return [{ kind: 'output', line, ...shape.output }];
    case 'error':
      return [{ kind: 'error', line, text: shape.text }];
    case 'openflow':
      return [{ kind: 'openflow', line, text }];
    case 'comment':
      return [{ kind: 'action', line, text }];
    case 'statement': {
      const statement = dropSemicolon(text);
      // `ct_lb_mark;` in the summary is the action; the block that it opens follows it.
      const isAction = format === 'summary' && /^ct_\w+$/.test(statement);
      if (shape.title && !isAction) return [makeTitled(line, shape.title)];
      if (format === 'minimal') return readEffects(line, shape.actions);
      if (/^\W*output to\b/.test(text)) return null;
      return shape.actions.map((action) => makeLeaf(line, action));
    }
    default:
      return null;
  }
}

const unreadableOutput = /^\W*output\b/;

/** Null where one of the effects cannot be read: it may be the output. */
function readEffects(line: number, actions: readonly string[]): readonly (Leaf | OpenTitled)[] | null {
  const effects = actions.map(dropSemicolon);
  const isReadable = (effect: string): boolean =>
    minimalOutput.test(effect) || !(unreadableOutput.test(effect) || /[{}]/.test(effect));
  if (!effects.every(isReadable)) return null;
  return effects.map((text) => {
    const title = matchTitle(text);
    return title ? makeTitled(line, title) : { kind: 'modify', line, text };
  });
}

/** Only the summary has pipelines, actions and outputs with a type. */
export function detectFormat(range: LineRange): BlockFormat {
  const isSummary = some(range, ({ shape, text }) => {
    if (shape.kind === 'opener' || shape.kind === 'statement') {
      return (
        shape.title?.kind === 'pipeline' ||
        shape.title?.kind === 'multicast' ||
        text === 'next;' ||
        text === 'output;' ||
        text === 'drop;'
      );
    }
    return shape.kind === 'output';
  });
  return isSummary ? 'summary' : 'minimal';
}
