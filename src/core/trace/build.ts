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
import { matchError, matchOutput, type TableLine, type TitleLine } from './patterns';

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

/** One of several texts on a line: mostly an action, and a remark about an output or an error where lines were joined. */
export function makeLeaf(line: number, text: string): Leaf {
  const output = matchOutput(text);
  if (output) return { kind: 'output', line, ...output };
  const error = matchError(text);
  return error === null ? { kind: 'action', line, text } : { kind: 'error', line, text: error };
}

/**
 * Cuts `reg0[1] = 1; next;` into its actions; braces, strings and remarks stay whole. Null when one of them is not closed:
 * then the line was torn.
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
    else if (depth === 0 && text.startsWith('/*', i) && text.slice(start, i).trim() === '') {
      const end = text.indexOf('*/', i);
      if (end < 0) return null;
      i = end + (text[end + 2] === ';' ? 2 : 1);
      actions.push(text.slice(start, i + 1).trim());
      start = i + 1;
    } else if (code === openBrace || code === openParenthesis) depth++;
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
