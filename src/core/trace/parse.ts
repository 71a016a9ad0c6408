import { runThrough, type Steps } from '../slices';
import { splitJoinedLines } from './joinedLines';
import { isOfTrace } from './lineShape';
import { readLines, type LineRange } from './lines';
import { detectFormat, hasBlockLines, parseBlocks } from './parseBlocks';
import { parseDetailed } from './parseDetailed';
import { surveyLines, type TracePart } from './surveyLines';
import { beginsLikeTrace } from './tornLines';
import type { ParsedTrace, TraceSection } from './tree';
import { joinWrappedLines } from './wrappedLines';

const mostListed = 20;

/**
 * Reads whatever `ovn-trace` printed, of any version and format, pasted, quoted, or cut off at either end.
 * Never throws; a text that is no trace has no sections. Takes time and memory linear in the text.
 */
export function parseTrace(text: string): ParsedTrace {
  return runThrough(parseSteps(text));
}

/** The same for texts of many megabytes. */
export function* parseSteps(text: string): Steps<ParsedTrace> {
  const read = yield* readLines(text);
  yield* joinWrappedLines(read);
  const lines = yield* splitJoinedLines(read);
  const { parts, flow, logLines, refusal, cut, furtherTraces } = yield* surveyLines(lines);
  const unread: (readonly number[])[] = [];
  const gaps: (readonly number[])[] = [cut.inside];
  const sections: TraceSection[] = [];
  let flat = false;
  let unclosed = false;
  let unopened = false;
  let again = 0;
  for (const part of parts) {
    yield;
    const kind = formatOf(part, flow !== null, parts.length > 1);
    if (kind === null) continue;
    const format = kind === 'detailed' ? kind : (part.format ?? detectFormat(part));
    // The same packet traced anew; the other formats of one command are renderings of one trace.
    if (sections.some((section) => section.format === format)) {
      again++;
      break;
    }
    if (format === 'detailed') {
      const section = yield* parseDetailed(part);
      sections.push({ format, roots: section.roots });
      unread.push(section.foreign);
      gaps.push(section.orphans, insideGaps(part, section.foreign));
      flat ||= section.flat;
    } else {
      const section = yield* parseBlocks(part, format);
      sections.push({ format, roots: section.roots });
      unread.push(section.foreign);
      gaps.push(insideGaps(part, section.foreign));
      unclosed ||= section.unclosed > 0;
      unopened ||= section.unopened.length > 0;
      gaps.push(section.unopened, section.hollow);
    }
  }
  const isTrace = sections.length > 0;
  return {
    flow,
    sections,
    logLines,
    refusal,
    foreignLines: listFirst(unread),
    cutAtStart: isTrace && flow === null && (cut.atStart || unopened || !startsWithPipeline(sections)),
    cutAtEnd: isTrace && (cut.atEnd || unclosed),
    gaps: listFirst(gaps),
    flat,
    furtherTraces: furtherTraces + again,
  };
}

function listFirst(lists: readonly (readonly number[])[]): readonly number[] {
  return lists
    .flatMap((list) => list.slice(0, mostListed))
    .sort((a, b) => a - b)
    .slice(0, mostListed);
}

/** Lines that were lines of the trace and cannot be read any more; people's own words between the others are none. */
function insideGaps({ lines, to }: LineRange, foreign: readonly number[]): readonly number[] {
  let last = to - 1;
  while (last >= 0 && !isOfTrace(lines[last]?.shape)) last--;
  return foreign.filter((line) => line < last && beginsLikeTrace(lines[line]?.text ?? ''));
}

/** What a part without a banner is rendered as, by the lines that only one format has; null when it is no trace. */
function formatOf(part: TracePart, hasHeader: boolean, hasBanners: boolean): 'detailed' | 'blocks' | null {
  if (part.format) return part.format === 'detailed' ? 'detailed' : 'blocks';
  const { lines, from, to } = part;
  let dashes = false;
  let title = false;
  let content = false;
  for (let i = from; i < to; i++) {
    const shape = lines[i]?.shape;
    if (shape?.kind === 'table') return 'detailed';
    if (shape?.kind === 'dashes') dashes = true;
    else if (shape?.kind === 'title') title = true;
    content ||= isOfTrace(shape);
  }
  if (hasBlockLines(part)) return 'blocks';
  if (title && (dashes || hasHeader)) return 'detailed';
  // The minimal format of a packet that nothing happens to is the header alone.
  return hasHeader && (content || !hasBanners) ? 'blocks' : null;
}

function startsWithPipeline(sections: readonly TraceSection[]): boolean {
  const [section] = sections;
  if (!section || section.format === 'minimal') return true;
  return section.roots[0]?.kind === 'pipeline';
}
