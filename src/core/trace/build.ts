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

/** A node while its children are still being read. */
type Open<Node> = Omit<Node, 'children'> & { readonly children: TraceNode[] };
export type OpenNode = Open<PipelineNode> | Open<MulticastNode> | Open<TableNode> | Open<TransformationNode>;

export function makeTable(line: number, found: TableLine): Open<TableNode> {
  return { kind: 'table', line, ...found, children: [] };
}

export function makeTitled(
  line: number,
  title: TitleLine,
): Open<PipelineNode> | Open<MulticastNode> | Open<TransformationNode> {
  return { ...title, line, children: [] };
}

export type Leaf = ActionNode | OutputNode | ErrorNode | ModifyNode | OpenFlowNode;

/** Cuts `reg0[1] = 1; next;` into its actions; braces and strings stay whole. */
export function splitActions(text: string): string[] {
  if (text.indexOf(';') === text.length - 1) return [text];
  const actions: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '(') depth++;
    else if (char === '}' || char === ')') depth--;
    else if (char === ';' && depth <= 0) {
      actions.push(text.slice(start, i + 1).trim());
      start = i + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (rest !== '') actions.push(rest);
  return actions;
}
