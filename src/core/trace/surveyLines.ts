import { isOfTrace } from './lineShape';
import { linesPerTurn, type CleanLine, type LineRange } from './lines';
import { findTornEnd } from './tornLines';
import type { LogLine, TraceFormat } from './tree';

/** The lines of one rendering. The format is null where no banner tells it. */
export interface TracePart extends LineRange {
  readonly format: TraceFormat | null;
}

/** What a text consists of, before any tree is made of it. */
export interface LineSurvey {
  readonly parts: readonly TracePart[];
  readonly flow: string | null;
  readonly logLines: readonly LogLine[];
  readonly refusal: string | null;
  readonly cut: { readonly atStart: boolean; readonly inside: readonly number[]; readonly atEnd: boolean };
  readonly furtherTraces: number;
}

/** Finds the first trace in the text, and what stands in front of it, in it and behind it. Yields now and then. */
export function* surveyLines(lines: readonly CleanLine[]): Generator<undefined, LineSurvey> {
  const logLines: LogLine[] = [];
  let parts: { format: TraceFormat | null; from: number; to: number }[] = [];
  const begin = (format: TraceFormat | null, from: number) => parts.push({ format, from, to: lines.length });
  const endAt = (line: number) => {
    const last = parts[parts.length - 1];
    if (last && last.to > line) last.to = line;
  };
  begin(null, 0);
  let gaps: number[] = [];
  let flow: string | null = null;
  let refusal: string | null = null;
  let cutAtStart = false;
  /** Something of the trace was read. */
  let told = false;
  /** An ellipsis behind which nothing came yet. */
  let openGap: number | null = null;
  /** Behind the trace, or between two renderings of it. */
  let elsewhere = false;
  let furtherTraces = 0;
  for (let i = 0; i < lines.length; i++) {
    if (i % linesPerTurn === linesPerTurn - 1) yield;
    const { shape, text } = lines[i] ?? {};
    if (shape?.kind === 'header') {
      if (!told) {
        // What stands before it is a prompt, a command, a remark. Some pastes have it twice.
        parts = [];
        flow ??= shape.flow;
        gaps = [];
        openGap = null;
        cutAtStart = false;
      } else {
        endAt(i);
        if (shape.flow !== flow) {
          furtherTraces++;
          break;
        }
      }
      begin(null, i + 1);
      elsewhere = false;
      continue;
    }
    if (elsewhere) continue;
    switch (shape?.kind) {
      case 'banner':
        endAt(i);
        begin(shape.format, i + 1);
        told = true;
        break;
      case 'log':
        logLines.push({ line: i, ...shape.log });
        break;
      case 'refusal':
        refusal ??= text ?? null;
        break;
      case 'gap':
        if (told || flow !== null) openGap = i;
        else cutAtStart = true;
        break;
      case 'elsewhere':
        if (told || flow !== null) {
          elsewhere = true;
          endAt(i);
        }
        break;
      default:
        if (!isOfTrace(shape)) break;
        told = true;
        if (openGap !== null) gaps.push(openGap);
        openGap = null;
    }
  }
  const end = parts[parts.length - 1]?.to ?? 0;
  const torn = findTornEnd(lines, end);
  if (torn !== null) endAt(torn);
  return {
    parts: parts.map((part) => ({ lines, ...part })),
    flow,
    logLines,
    refusal,
    cut: { atStart: cutAtStart, inside: gaps, atEnd: openGap !== null || torn !== null },
    furtherTraces,
  };
}
