import { describeStage, pipelineOfStage, type StageDescription } from './stages';
import type { SeenStage } from './tableReference';

/** The name of a stage in a line of text, and what it does. */
export interface StageAt {
  readonly stage: string;
  /** Offset of the name in the line. */
  readonly start: number;
  /** Null for a stage nobody knows yet. */
  readonly description: StageDescription | null;
}

const stageName = /\bl[sr]_(?:in|out)_[a-z0-9_]+/g;

/** The stage whose name stands at an offset of a line; null where there is none. */
export function findStageAt(line: string, offset: number): StageAt | null {
  for (const match of line.matchAll(stageName)) {
    const [stage] = match;
    if (match.index > offset || offset > match.index + stage.length || pipelineOfStage(stage) === null)
      continue;
    return { stage, start: match.index, description: describeStage(stage) };
  }
  return null;
}

/** The stage and the number of its table in a line of `ovn-trace`: ` 8. ls_in_acl (northd.c:6809): …`; null for other lines. */
export function readTableLine(line: string): SeenStage | null {
  const [, table, stage] = /^[\s>]*(\d{1,3})\.\s+(l[sr]_(?:in|out)_[a-z0-9_]+)/.exec(line) ?? [];
  return stage === undefined ? null : { stage, table: Number(table) };
}
