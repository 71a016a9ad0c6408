import type { CleanLine } from './lines';
import { makeTitled, splitActions } from './build';
import {
  dropSemicolon,
  isComment,
  isOpenFlow,
  matchError,
  matchOutput,
  matchTitle,
  unknownTitle,
} from './patterns';
import type { TraceFormat, TraceNode } from './tree';

export interface BlockSection {
  readonly format: TraceFormat;
  readonly roots: readonly TraceNode[];
  readonly foreign: readonly CleanLine[];
  /** Blocks that were opened and never closed. */
  readonly unclosed: number;
  /** Blocks that were closed and never opened. */
  readonly unopened: number;
}

interface OpenBlock {
  readonly indent: number;
  readonly list: TraceNode[];
}

/** Reads the nested blocks of `--summary` and `--minimal`. Where all closing braces are lost, the columns decide. */
export function parseBlocks(lines: readonly CleanLine[], given: TraceFormat | null): BlockSection {
  const format = given ?? detectFormat(lines);
  const byColumn = !lines.some(({ text }) => isCloser(text));
  const roots: TraceNode[] = [];
  const open: OpenBlock[] = [];
  const foreign: CleanLine[] = [];
  let unopened = 0;
  let opened = 0;
  for (const at of lines) {
    const { text, line, indent } = at;
    if (text === '') continue;
    if (isCloser(text)) {
      if (!open.pop()) unopened++;
      continue;
    }
    if (byColumn) while (open.length > 0 && indent <= (open[open.length - 1]?.indent ?? 0)) open.pop();
    const list = open[open.length - 1]?.list ?? roots;
    if (isOpener(text)) {
      const title = text.slice(0, -1).trimEnd();
      const node = makeTitled(line, matchTitle(title) ?? unknownTitle(title));
      list.push(node);
      opened++;
      open.push({ indent, list: node.children });
      continue;
    }
    const leaves = readLeaf(text, line, format);
    if (leaves) list.push(...leaves);
    else foreign.push(at);
  }
  return { format, roots, foreign, unclosed: byColumn ? opened : open.length, unopened };
}

/** True when every line that is not blank could stand in a block format. */
export function looksLikeBlocks(lines: readonly CleanLine[]): boolean {
  let telling = false;
  for (const { text, line } of lines) {
    if (text === '' || isCloser(text)) continue;
    if (isOpener(text)) {
      if (!matchTitle(text.slice(0, -1).trimEnd())) return false;
      telling = true;
      continue;
    }
    const leaves = readLeaf(text, line, 'minimal');
    if (!leaves) return false;
    if (leaves.some((leaf) => leaf.kind !== 'action' && leaf.kind !== 'modify')) telling = true;
    if (leaves.some((leaf) => leaf.kind === 'modify' && minimalOutput.test(leaf.text))) telling = true;
  }
  return telling;
}

function isOpener(text: string): boolean {
  return text.endsWith(' {');
}

function isCloser(text: string): boolean {
  return text === '};' || text === '}';
}

export const minimalOutput = /^output\("(.*)"\)$/;

function readLeaf(text: string, line: number, format: TraceFormat): readonly TraceNode[] | null {
  const output = matchOutput(text);
  if (output) return [{ kind: 'output', line, ...output }];
  const error = matchError(text);
  if (error) return [{ kind: 'error', line, ...error }];
  if (isOpenFlow(text)) return [{ kind: 'openflow', line, text }];
  if (!text.endsWith(';')) return isComment(text) ? [{ kind: 'action', line, text }] : null;
  const statement = dropSemicolon(text);
  const title = matchTitle(statement);
  // In the summary an action `clone { … };` is one line too, but a title never has braces.
  if (title && !(format === 'summary' && isBareAction(statement))) return [makeTitled(line, title)];
  if (format === 'minimal') return [{ kind: 'modify', line, text: statement }];
  return splitActions(text).map((action) => ({ kind: 'action', line, text: action }));
}

/** `ct_lb_mark;` in the summary is the action; the block that it opens follows it. */
function isBareAction(statement: string): boolean {
  return /^ct_\w+$/.test(statement);
}

function detectFormat(lines: readonly CleanLine[]): TraceFormat {
  const summary = lines.some(
    ({ text }) =>
      text === 'next;' ||
      text === 'output;' ||
      text === 'drop;' ||
      /^(?:ingress|egress|multicast)\(dp="/.test(text),
  );
  return summary ? 'summary' : 'minimal';
}
