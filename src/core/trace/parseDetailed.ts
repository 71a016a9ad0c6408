import { makeLeaf, makeTable, makeTitled, type Leaf, type OpenTable, type OpenTitled } from './build';
import { measureColumns, type Columns } from './columns';
import type { CleanLine, LineRange } from './lines';
import { unknownTitle, type TitleLine } from './patterns';
import type { TraceNode } from './tree';

export interface DetailedSection {
  readonly roots: readonly TraceNode[];
  /** Lines (numbers) that fit nothing. */
  readonly foreign: readonly number[];
  /** Lines (numbers) that stand deeper than anything open: the title they belong to is missing. */
  readonly orphans: readonly number[];
  /** The columns are gone, so what stands inside a block and what behind it cannot be told apart. */
  readonly flat: boolean;
}

/** Some milliseconds of work. */
const linesPerSlice = 10_000;

/**
 * Rebuilds the tree from the columns of `--detailed`. The printer puts the last node of a list at level L at column 4·L,
 * any other (and all without a title) at column 4·(L+1), with children two levels deeper. Levels are therefore even, and
 * the column alone says to which list a line belongs. The tail of a table's actions becomes the table's next sibling,
 * so that the depth of the tree is that of its blocks, not of its stages.
 */
export function* parseDetailed({ lines, from, to }: LineRange): Generator<undefined, DetailedSection> {
  const builder = new DetailedBuilder(lines, yield* measureColumns({ lines, from, to }));
  for (let start = from; start < to; start += linesPerSlice) {
    builder.read(start, Math.min(start + linesPerSlice, to));
    yield;
  }
  return builder.finish();
}

/** The children of a node while they are being read; then the node gets them in an array that is no longer than it must be. */
class Children {
  private readonly nodes: TraceNode[] = [];
  private count = 0;

  constructor(public owner: OpenTitled | OpenTable | null) {}

  push(node: TraceNode): void {
    this.nodes[this.count++] = node;
  }

  seal(): readonly TraceNode[] {
    const children = this.nodes.slice(0, this.count);
    if (this.owner) this.owner.children = children;
    this.count = 0;
    return children;
  }
}

/** A list of nodes that is still open, with its level as `ovntrace_node_print_details()` counts levels. */
interface OpenList {
  readonly level: number;
  readonly children: Children;
  /** The table whose actions are being read. What is the tail of its actions goes behind it, into the same list. */
  table: OpenTable | null;
  readonly actions: Children;
  /** The list goes on in that of an outer one, which will seal it. */
  readonly borrowed: boolean;
}

class DetailedBuilder {
  private readonly foreign: number[] = [];
  private readonly orphans: number[] = [];
  private readonly first: OpenList = openList(0, new Children(null));
  private readonly open: OpenList[] = [];
  private readonly flat: boolean;

  constructor(
    private readonly lines: readonly CleanLine[],
    private readonly columns: Columns,
  ) {
    this.flat = columns.unit === 0;
  }

  read(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const line = this.lines[i];
      if (line) this.readLine(line, i);
    }
  }

  finish(): DetailedSection {
    this.popTo(0);
    closeTable(this.first);
    const { foreign, orphans, flat } = this;
    return { roots: this.first.children.seal(), foreign, orphans, flat };
  }

  private readLine({ shape, indent, text }: CleanLine, line: number): void {
    switch (shape.kind) {
      case 'statement':
        for (const action of shape.actions) this.addLeaf(makeLeaf(line, action), indent);
        return;
      case 'comment':
        return this.addLeaf({ kind: 'action', line, text }, indent);
      case 'table':
        return this.addTable(makeTable(line, shape.table), indent);
      case 'title':
        return this.addTitled(shape.title, line, indent);
      case 'output': {
        const { what, port, portType, text: output } = shape.output;
        return this.addLeaf({ kind: 'output', line, what, port, portType, text: output }, indent);
      }
      case 'error':
        return this.addLeaf({ kind: 'error', line, text: shape.text }, indent);
      case 'openflow':
        return this.addLeaf({ kind: 'openflow', line, text }, indent);
      case 'foreign':
        if (isUnderlined(this.lines, line)) return this.addTitled(unknownTitle(text), line, indent);
        this.foreign.push(line);
        return;
      case 'opener':
      case 'closer':
        this.foreign.push(line);
        return;
      default:
        return;
    }
  }

  private addLeaf(leaf: Leaf, indent: number): void {
    const column = this.columnOf(indent, 1);
    const list = this.listAt(column % 2 === 0 ? column - 2 : column - 1, leaf.line);
    (list.table ? list.actions : list.children).push(leaf);
  }

  private addTable(table: OpenTable, indent: number): void {
    const column = this.columnOf(indent, 0);
    const isTail = column % 2 === 0;
    const level = isTail ? column : column - 1;
    const list = this.listAt(level, table.line);
    if (isTail) {
      closeTable(list);
      list.children.push(table);
      list.table = table;
      list.actions.owner = table;
    } else if (list.table) {
      list.actions.push(table);
      const own = new Children(table);
      this.open.push({ ...openList(level + 2, own), table, actions: own });
    } else {
      list.children.push(table);
      this.open.push({
        ...openList(level + 2, list.children),
        table,
        actions: new Children(table),
        borrowed: true,
      });
    }
  }

  private addTitled(title: TitleLine, line: number, indent: number): void {
    const column = this.columnOf(indent, 0);
    const isTail = column % 2 === 0;
    const level = isTail ? column : column - 1;
    const node = makeTitled(line, title);
    const isLog = node.kind === 'transformation' && node.name === 'log';
    while (this.open.length > 0 && this.top().level > level) this.pop();
    if (this.flat) this.closeSiblingsOf(title);
    const list = this.listAt(level, line);
    const { owner } = list.children;
    // Members that were traced never stand there, only one whose output is omitted.
    if (isTail && !this.flat && owner?.kind === 'multicast' && node.kind === 'pipeline') owner.closed = true;
    if (list.table && !(isTail && !isLog)) list.actions.push(node);
    else {
      if (isTail) closeTable(list);
      list.children.push(node);
    }
    // LOG never has children.
    if (!isLog) this.open.push(openList(isTail ? level : level + 2, new Children(node)));
  }

  private columnOf(indent: number, whenFlat: number): number {
    const { base, unit } = this.columns;
    return this.flat ? whenFlat : Math.max(0, Math.round((indent - base) / unit));
  }

  private listAt(level: number, line: number): OpenList {
    while (this.open.length > 0 && this.top().level > level) this.pop();
    const list = this.top();
    if (list.level < level && !this.flat) this.orphans.push(line);
    return list;
  }

  private top(): OpenList {
    return this.open[this.open.length - 1] ?? this.first;
  }

  private pop(): void {
    const list = this.open.pop();
    if (!list) return;
    closeTable(list);
    if (!list.borrowed) list.children.seal();
  }

  private popTo(length: number): void {
    while (this.open.length > length) this.pop();
  }

  /** Without columns, the next member of a multicast group is known only by its title: same datapath, same inport. */
  private closeSiblingsOf(title: TitleLine): void {
    if (title.kind !== 'pipeline' || title.pipeline !== 'egress') return;
    // Right behind the title of a group stands its own first member.
    if (this.top().children.owner?.kind === 'multicast') return;
    for (let i = this.open.length - 1; i > 0 && i > this.open.length - longestWay; i--) {
      const sibling = this.open[i]?.children.owner;
      if (
        sibling?.kind === 'pipeline' &&
        this.open[i - 1]?.children.owner?.kind === 'multicast' &&
        sibling.datapath === title.datapath &&
        sibling.inport === title.inport
      ) {
        return this.popTo(i);
      }
    }
  }
}

/** More titles than any packet meets on its way. */
const longestWay = 200;

function openList(level: number, children: Children): OpenList {
  return { level, children, table: null, actions: new Children(null), borrowed: false };
}

function closeTable(list: OpenList): void {
  if (list.table && list.actions !== list.children) list.actions.seal();
  list.table = null;
}

/** A title of a construct that this version does not know is recognised by the dashes under it. */
export function isUnderlined(lines: readonly CleanLine[], line: number): boolean {
  const title = lines[line];
  const dashes = lines[line + 1];
  return (
    dashes?.shape.kind === 'dashes' &&
    dashes.indent === title?.indent &&
    dashes.text.length === title.text.length
  );
}
