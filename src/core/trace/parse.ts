import { cleanLines, type CleanLine } from './lines';
import { looksLikeBlocks, parseBlocks } from './parseBlocks';
import { parseDetailed } from './parseDetailed';
import {
  isDashes,
  isEllipsis,
  isRefusal,
  matchBanner,
  matchHeader,
  matchLogLine,
  matchTable,
  matchTitle,
} from './patterns';
import type { LogLine, ParsedTrace, TraceFormat, TraceSection } from './tree';

const mostForeignLines = 20;

interface Part {
  readonly format: TraceFormat | null;
  readonly lines: CleanLine[];
}

/**
 * Reads whatever `ovn-trace` printed, of any version and format, pasted, quoted, or cut off at either end.
 * Never throws; a text that is no trace has no sections. Takes time and memory linear in the text.
 */
export function parseTrace(text: string): ParsedTrace {
  const logLines: LogLine[] = [];
  const parts: Part[] = [{ format: null, lines: [] }];
  let flow: string | null = null;
  let refusal: string | null = null;
  let ellipsisFirst = false;
  let ellipsisLast = false;
  let furtherTraces = 0;
  const lines = cleanLines(text);
  for (const at of lines) {
    const part = parts[parts.length - 1];
    if (!part) break;
    if (at.text === '') {
      part.lines.push(at);
      continue;
    }
    const header = matchHeader(at.text);
    if (header !== null) {
      if (hasTraceLines(parts)) {
        furtherTraces++;
        break;
      }
      // What stands before it is a prompt, a command, a remark.
      if (flow === null) part.lines.length = 0;
      flow = header;
      continue;
    }
    const format = matchBanner(at.text);
    if (format) {
      parts.push({ format, lines: [] });
      continue;
    }
    const log = matchLogLine(at.text);
    if (log) {
      logLines.push({ line: at.line, ...log });
      continue;
    }
    if (isRefusal(at.text)) {
      refusal ??= at.text;
      continue;
    }
    if (isEllipsis(at.text)) {
      if (hasContent(parts)) ellipsisLast = true;
      else ellipsisFirst = true;
      continue;
    }
    ellipsisLast = false;
    part.lines.push(at);
  }

  const foreign: CleanLine[] = [];
  const sections: TraceSection[] = [];
  let flat = false;
  let unclosed = false;
  let unopened = false;
  for (const part of parts) {
    const kind = kindOf(part, flow !== null);
    if (kind === 'none') {
      foreign.push(...part.lines.filter((at) => at.text !== ''));
    } else if (kind === 'detailed') {
      const section = parseDetailed(part.lines);
      foreign.push(...section.foreign);
      flat ||= section.flat;
      sections.push({ format: 'detailed', roots: section.roots });
    } else {
      const section = parseBlocks(part.lines, part.format);
      foreign.push(...section.foreign);
      unclosed ||= section.unclosed > 0;
      unopened ||= section.unopened > 0;
      sections.push({ format: section.format, roots: section.roots });
    }
  }
  return {
    flow,
    sections,
    logLines,
    refusal,
    foreignLines: foreign.slice(0, mostForeignLines).map((at) => at.line),
    cutAtStart:
      sections.length > 0 && flow === null && (ellipsisFirst || unopened || !startsWithPipeline(sections)),
    cutAtEnd: sections.length > 0 && (ellipsisLast || unclosed || endsInTornLine(lines, foreign)),
    flat,
    furtherTraces,
  };
}

function hasContent(parts: readonly Part[]): boolean {
  return (
    parts.length > 1 || parts.some((part) => part.lines.some((at) => at.text !== '' && !isDashes(at.text)))
  );
}

/** A second header begins another trace, unless nothing of a trace stands between: some pastes have it twice. */
function hasTraceLines(parts: readonly Part[]): boolean {
  return parts.some(
    ({ format, lines }) =>
      format !== null || lines.some(({ text }) => matchTable(text) !== null || /[;{]$/.test(text)),
  );
}

function kindOf(part: Part, hasHeader: boolean): 'detailed' | 'blocks' | 'none' {
  if (part.format) return part.format === 'detailed' ? 'detailed' : 'blocks';
  let dashes = false;
  let title = false;
  let content = false;
  for (const { text } of part.lines) {
    if (text === '') continue;
    content = true;
    if (matchTable(text)) return 'detailed';
    if (isDashes(text)) dashes = true;
    else if (matchTitle(text)) title = true;
  }
  if (title && dashes) return 'detailed';
  if (hasHeader && !content) return 'blocks';
  if (looksLikeBlocks(part.lines)) return 'blocks';
  if (title && hasHeader) return 'detailed';
  if (hasHeader && part.lines.some(({ text }) => /^(?:output\(".*"\);|.* \{)$/.test(text))) return 'blocks';
  return 'none';
}

function startsWithPipeline(sections: readonly TraceSection[]): boolean {
  const [section] = sections;
  if (!section || section.format === 'minimal') return true;
  return section.roots[0]?.kind === 'pipeline';
}

/** The last line that says something fits nothing and either looks like a torn trace line or ends the text without a newline. */
function endsInTornLine(lines: readonly CleanLine[], foreign: readonly CleanLine[]): boolean {
  const torn = foreign[foreign.length - 1];
  if (!torn) return false;
  for (let i = torn.line + 1; i < lines.length; i++) if (lines[i]?.text !== '') return false;
  return (
    torn.line === lines.length - 1 ||
    /^\d+\. |^(?:ingress|egress|multicast)\(|^(?:reg|ct_|eth\.|ip\d?\.|outport|inport|next|output|log\()/.test(
      torn.text,
    )
  );
}
