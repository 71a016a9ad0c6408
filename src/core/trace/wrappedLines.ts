import { blankLine, linesPerTurn, makeLine, type CleanLine } from './lines';
import type { LineShape } from './lineShape';

/** No terminal or mailer breaks lines that are shorter. */
const narrowest = 50;
const mostPieces = 40;
const longestJoined = 8000;
/** After so many beginnings without an end the text is something else. */
const mostVain = 100;

/**
 * Puts lines together again that a terminal or a mailer broke at its width. Only where the whole reads as a line of
 * ovn-trace and its beginning does not; the places of the other pieces stay as blank lines. Yields now and then.
 */
export function* joinWrappedLines(lines: CleanLine[]): Generator<undefined, void> {
  let width = 0;
  let vain = 0;
  for (let i = 0; i < lines.length && vain < mostVain; i++) {
    if (i % linesPerTurn === linesPerTurn - 1) yield;
    const line = lines[i];
    if (!line || !(mayBeWrapped(line) || isBrokenAtBrace(lines, i))) continue;
    width ||= measureWidth(lines);
    const joined = joinAt(lines, i, width);
    if (!joined) {
      if (line.shape.kind !== 'header') vain++;
      continue;
    }
    lines[i] = joined.line;
    lines.fill(blankLine, i + 1, joined.end);
    i = joined.end - 1;
  }
}

const beginning =
  /^(?:\d+\.\s+\S|(?:in|e)gress\(dp="|multicast\(dp="|\/\* |LOG: ACL name=|ct_\w+ \/\*|[a-z][\w.[\]]*(?: =| <->| \{|\())/;

/** How a line of ovn-trace ends. */
const pieceEnd = /[\da-f);{/p"]$/;

function mayBeWrapped({ indent, text, shape }: CleanLine): boolean {
  if (indent + text.length < narrowest) return false;
  if (shape.kind === 'table') return shape.torn;
  if (shape.kind === 'openflow') return !text.includes('actions=');
  return shape.kind === 'header' || (shape.kind === 'foreign' && beginning.test(text));
}

/** A title of which the brace stands on the next line; an action `NAME { … };` that was broken behind the brace. */
function isBrokenAtBrace(lines: readonly CleanLine[], at: number): boolean {
  const line = lines[at];
  const next = lines[at + 1];
  if (line?.shape.kind === 'title') return next?.text === '{';
  return line?.shape.kind === 'opener' && next?.shape.kind === 'statement' && next.indent < line.indent;
}

function measureWidth(lines: readonly CleanLine[]): number {
  let width = 0;
  for (const { indent, text } of lines) width = Math.max(width, indent + text.length);
  return width;
}

function joinAt(
  lines: readonly CleanLine[],
  start: number,
  width: number,
): { line: CleanLine; end: number } | null {
  const first = lines[start];
  if (!first) return null;
  if (first.shape.kind === 'header') return joinHeader(lines, start, first);
  let { text } = first;
  let lastWidth = first.indent + text.length;
  for (let end = start + 1; end < lines.length && end - start < mostPieces; end++) {
    const piece = lines[end];
    if (!piece || stands(piece.shape) || text.length > longestJoined) return null;
    const glue = lastWidth >= width ? [' '.repeat(Math.min(piece.indent, 1)), ' '] : [' ', ''];
    for (const between of pieceEnd.test(piece.text) ? glue : []) {
      const line = makeLine(first.indent, text + between + piece.text);
      if (isWhole(line)) return { line, end: end + 1 };
    }
    text += (glue[0] ?? '') + piece.text;
    lastWidth = piece.indent + piece.text.length;
  }
  return null;
}

/** The header reads as one without its end; what is nothing but more fields belongs to it. */
function joinHeader(
  lines: readonly CleanLine[],
  start: number,
  first: CleanLine,
): { line: CleanLine; end: number } | null {
  let { text } = first;
  let end = start + 1;
  for (; end < lines.length && end - start < mostPieces; end++) {
    const piece = lines[end];
    if (piece?.shape.kind !== 'foreign' || !/^[\w|.:/,+()-]*(?:=[\w|.:/+()-]*(?:,|$)|,)/.test(piece.text))
      break;
    text += piece.text;
  }
  return end === start + 1 ? null : { line: makeLine(first.indent, text), end };
}

/** A line that is whole by itself, so that no other ends in it. */
function stands({ kind }: LineShape): boolean {
  return kind !== 'foreign' && kind !== 'statement' && kind !== 'closer' && kind !== 'opener';
}

function isWhole({ shape, text }: CleanLine): boolean {
  const { kind } = shape;
  if (kind === 'table') return !shape.torn;
  if (kind === 'openflow') return text.includes('actions=');
  return (
    kind === 'title' || kind === 'opener' || kind === 'output' || kind === 'comment' || kind === 'statement'
  );
}
