import type { CleanLine } from './lines';
import { makeTable, makeTitled, splitActions, type Leaf, type OpenNode } from './build';
import {
  isComment,
  isDashes,
  isOpenFlow,
  matchError,
  matchOutput,
  matchTable,
  matchTitle,
  unknownTitle,
  type TableLine,
  type TitleLine,
} from './patterns';
import type { TraceNode } from './tree';

export interface DetailedSection {
  readonly roots: readonly TraceNode[];
  readonly foreign: readonly CleanLine[];
  /** The columns are gone, so what stands inside a block and what behind it cannot be told apart. */
  readonly flat: boolean;
}

type Item =
  | { readonly kind: 'table'; readonly at: CleanLine; readonly table: TableLine }
  | { readonly kind: 'title'; readonly at: CleanLine; readonly title: TitleLine }
  | { readonly kind: 'leaf'; readonly at: CleanLine; readonly leaves: readonly Leaf[] };

/** A list of nodes that is still open, with its level as `ovntrace_node_print_details()` counts levels. */
interface OpenList {
  readonly level: number;
  readonly list: TraceNode[];
  /** The table whose actions are being read. What is the tail of its actions goes behind it, into the same list. */
  table: (OpenNode & { readonly kind: 'table' }) | null;
}

/**
 * Rebuilds the tree from the columns of `--detailed`. The printer puts the last node of a list at level L at column 4·L,
 * any other (and all without a title) at column 4·(L+1), with children two levels deeper. Levels are therefore even, and
 * the column alone says to which list a line belongs. The tail of a table's actions becomes the table's next sibling,
 * so that the depth of the tree is that of its blocks, not of its stages.
 */
export function parseDetailed(lines: readonly CleanLine[]): DetailedSection {
  const { items, foreign } = classify(lines);
  const { base, unit } = measureColumns(items);
  const flat = unit === 0;
  const roots: TraceNode[] = [];
  const first: OpenList = { level: 0, list: roots, table: null };
  const open: OpenList[] = [];
  const top = () => open[open.length - 1] ?? first;

  for (const item of items) {
    const column = flat
      ? item.kind === 'leaf'
        ? 1
        : 0
      : Math.max(0, Math.round((item.at.indent - base) / unit));
    const isTail = column % 2 === 0 && item.kind !== 'leaf';
    const level = column % 2 === 0 ? (item.kind === 'leaf' ? column - 2 : column) : column - 1;
    while (open.length > 0 && top().level > level) open.pop();
    if (flat && item.kind === 'title') closeSiblingsOf(item.title, open);
    const current = top();
    if (item.kind === 'leaf') {
      (current.table?.children ?? current.list).push(...item.leaves);
    } else if (item.kind === 'table') {
      const table = makeTable(item.at.line, item.table);
      if (isTail || !current.table) {
        current.list.push(table);
        if (isTail) current.table = table;
        else open.push({ level: level + 2, list: current.list, table });
      } else {
        current.table.children.push(table);
        open.push({ level: level + 2, list: table.children, table });
      }
    } else {
      const node = makeTitled(item.at.line, item.title);
      const isLog = node.kind === 'transformation' && node.name === 'log';
      if ((isTail && !isLog) || !current.table) {
        current.list.push(node);
        if (isTail) current.table = null;
      } else {
        current.table.children.push(node);
      }
      if (!isLog) open.push({ level: isTail ? level : level + 2, list: node.children, table: null });
    }
  }
  return { roots, foreign, flat };
}

/** Without columns, the next member of a multicast group is known only by its title: same datapath, same inport. */
function closeSiblingsOf(title: TitleLine, open: OpenList[]): void {
  if (title.kind !== 'pipeline' || title.pipeline !== 'egress') return;
  for (let i = open.length - 1; i > 0; i--) {
    const members = open[i - 1]?.list ?? [];
    const sibling = members[members.length - 1];
    const owner = open[i]?.list;
    if (
      sibling?.kind === 'pipeline' &&
      sibling.children === owner &&
      isMemberList(open, i - 1) &&
      sibling.datapath === title.datapath &&
      sibling.inport === title.inport
    ) {
      open.length = i;
      return;
    }
  }
}

function isMemberList(open: readonly OpenList[], index: number): boolean {
  const list = open[index]?.list;
  const outer = open[index - 1]?.list;
  const owner = outer?.[outer.length - 1];
  return owner?.kind === 'multicast' && owner.children === list;
}

function classify(lines: readonly CleanLine[]): { items: Item[]; foreign: CleanLine[] } {
  const items: Item[] = [];
  const foreign: CleanLine[] = [];
  for (const [index, at] of lines.entries()) {
    const { text, line } = at;
    if (text === '' || isDashes(text)) continue;
    const leaf = matchLeaf(text, line);
    if (leaf) {
      items.push({ kind: 'leaf', at, leaves: leaf });
      continue;
    }
    const table = matchTable(text);
    if (table) {
      items.push({ kind: 'table', at, table });
      continue;
    }
    const next = lines[index + 1];
    const title = matchTitle(text) ?? (next && underlines(next, at) ? unknownTitle(text) : null);
    if (title) items.push({ kind: 'title', at, title });
    else foreign.push(at);
  }
  return { items, foreign };
}

function underlines(dashes: CleanLine, title: CleanLine): boolean {
  return isDashes(dashes.text) && dashes.indent === title.indent && dashes.text.length === title.text.length;
}

function matchLeaf(text: string, line: number): readonly Leaf[] | null {
  const output = matchOutput(text);
  if (output) return [{ kind: 'output', line, ...output }];
  const error = matchError(text);
  if (error) return [{ kind: 'error', line, ...error }];
  if (isOpenFlow(text)) return [{ kind: 'openflow', line, text }];
  if (isComment(text)) return [{ kind: 'action', line, text }];
  if (!text.endsWith(';')) return null;
  return splitActions(text).map((action) => ({ kind: 'action', line, text: action }));
}

/** How far a table of one digit stands to the right of one of two: the number is padded to two. */
const numberPad = (table: number) => (table < 10 ? 1 : 0);

/** The column of the first level and the width of a step; a width of 0 when all indentation is lost. */
function measureColumns(items: readonly Item[]): { base: number; unit: number } {
  let base = Infinity;
  let unit = Infinity;
  let previous: Item | null = null;
  let actionsUnderTables = 0;
  for (const item of items) {
    const { indent } = item.at;
    if (item.kind === 'title') base = Math.min(base, indent);
    else if (item.kind === 'table') base = Math.min(base, Math.max(0, indent - numberPad(item.table.table)));
    else if (previous?.kind === 'table') {
      actionsUnderTables++;
      const step = indent - Math.max(0, previous.at.indent - numberPad(previous.table.table));
      if (step > 1) unit = Math.min(unit, step);
    }
    previous = item;
  }
  if (base === Infinity) {
    base = items.reduce((least, item) => Math.min(least, item.at.indent - 4), Infinity);
  }
  if (unit === Infinity) unit = actionsUnderTables > 0 ? 0 : 4;
  return { base: base === Infinity ? 0 : base, unit: unit > 4 ? 4 : unit };
}
