import type {
  ActionNode,
  ErrorNode,
  ModifyNode,
  MulticastNode,
  OpenFlowNode,
  OutputNode,
  PipelineNode,
  TableNode,
  TraceNode,
  TransformationNode,
} from './tree';
import type { TableLine, TitleLine } from './patterns';

/** A node whose children are filled in when all of them are read. */
type Open<Node> = Omit<Node, 'children'> & { children: readonly TraceNode[] };
export type OpenTable = Open<TableNode>;
export type OpenMulticast = Open<MulticastNode> & { closed: boolean };
export type OpenTitled = Open<PipelineNode> | OpenMulticast | Open<TransformationNode>;

const noChildren: readonly TraceNode[] = [];

export function makeTable(line: number, found: TableLine): OpenTable {
  const { table, stage, source, match, priority, uuid, implicitDrop } = found;
  return {
    kind: 'table',
    line,
    table,
    stage,
    source,
    match,
    priority,
    uuid,
    implicitDrop,
    children: noChildren,
  };
}

export function makeTitled(line: number, title: TitleLine): OpenTitled {
  const { kind } = title;
  if (kind === 'pipeline') {
    const { pipeline, datapath, inport, outport } = title;
    return { kind, line, pipeline, datapath, inport, outport, children: noChildren };
  }
  if (kind === 'multicast') {
    return { kind, line, datapath: title.datapath, group: title.group, closed: false, children: noChildren };
  }
  const { name, title: text, ctState, assumed } = title;
  return { kind, line, name, title: text, ctState, assumed, children: noChildren };
}

export type Leaf = ActionNode | OutputNode | ErrorNode | ModifyNode | OpenFlowNode;

/**
 * Cuts `reg0[1] = 1; next;` into its actions; braces and strings stay whole. Null when one of them is not closed: then
 * the line was torn.
 */
export function splitActions(text: string): readonly string[] | null {
  const actions: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === backslash) i++;
      else if (code === quote) quoted = false;
    } else if (code === quote) quoted = true;
    else if (code === openBrace || code === openParenthesis) depth++;
    else if (code === closeBrace || code === closeParenthesis) depth--;
    else if (code === semicolon && depth <= 0) {
      actions.push(text.slice(start, i + 1).trim());
      start = i + 1;
    }
  }
  if (quoted || depth > 0) return null;
  const rest = text.slice(start).trim();
  if (rest !== '') actions.push(rest);
  return actions;
}

const quote = 0x22;
const openParenthesis = 0x28;
const closeParenthesis = 0x29;
const semicolon = 0x3b;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
