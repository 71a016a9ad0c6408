import { linesPerTurn, type LineRange } from './lines';
import type { TitleLine } from './patterns';

/** The column of the first level and the width of a step; a width of 0 when all indentation is lost. */
export interface Columns {
  readonly base: number;
  readonly unit: number;
}

/** How far a table of one digit stands to the right of one of two: the number is padded to two. */
const numberPad = (table: number) => (table < 10 ? 1 : 0);

/** Finds the columns of a detailed rendering from its stages and the actions under them. Yields now and then. */
export function* measureColumns({ lines, from, to }: LineRange): Generator<undefined, Columns> {
  let first = Infinity;
  let base = Infinity;
  let firstTitle: TitleLine | null = null;
  let titleThenTable = false;
  let leastLeaf = Infinity;
  let unit = Infinity;
  let tableColumn: number | null = null;
  let actionsUnderTables = 0;
  for (let i = from; i < to; i++) {
    if (i % linesPerTurn === linesPerTurn - 1) yield;
    const line = lines[i];
    if (!line) continue;
    const { indent, shape } = line;
    switch (shape.kind) {
      case 'table':
      case 'title':
        tableColumn = shape.kind === 'table' ? Math.max(0, indent - numberPad(shape.table.table)) : null;
        if (first === Infinity) {
          first = tableColumn ?? indent;
          firstTitle = shape.kind === 'title' ? shape.title : null;
        } else {
          if (base === Infinity) titleThenTable = firstTitle?.kind !== 'multicast' && shape.kind === 'table';
          base = Math.min(base, tableColumn ?? indent);
        }
        break;
      case 'statement':
      case 'comment':
      case 'output':
      case 'error':
      case 'openflow':
        leastLeaf = Math.min(leastLeaf, indent);
        if (tableColumn === null) break;
        actionsUnderTables++;
        if (indent - tableColumn > 1) unit = Math.min(unit, indent - tableColumn);
        tableColumn = null;
        break;
      default:
        break;
    }
  }
  // Who copies from the middle of the first line leaves its blanks behind: no stage stands deeper than its only title.
  if (!(firstTitle && titleThenTable)) base = Math.min(base, first);
  if (base === Infinity) base = leastLeaf - 4;
  if (unit === Infinity) unit = actionsUnderTables > 0 ? 0 : 4;
  return { base: Number.isFinite(base) ? base : 0, unit: Math.min(unit, 4) };
}
