import { shapeOf, type LineShape } from './lineShape';
import { detectPaste, mend, type Paste } from './paste';

/** A line of pasted or captured text, freed from what terminals, mailers and wikis add. Equal lines share one. */
export interface CleanLine {
  /** Columns in front of the text. */
  readonly indent: number;
  /** The rest without blanks on either side; empty for a blank line. */
  readonly text: string;
  readonly shape: LineShape;
}

/** A run of lines, from the first to before the last. */
export interface LineRange {
  readonly lines: readonly CleanLine[];
  readonly from: number;
  readonly to: number;
}

export const blankLine: CleanLine = { indent: 0, text: '', shape: { kind: 'blank' } };

/** A pass over lines that are read already gives the event loop a turn after so many of them. */
export const linesPerTurn = 1 << 16;
/** Reads on for so many characters at a time: some milliseconds. */
const sliceLength = 1 << 18;
/** A flood repeats the same few lines for each port. Only short lines are remembered, and not more than this many. */
const mostRemembered = 1 << 14;
const longestRemembered = 1000;

/**
 * Cuts a text into its lines; the index of a line is its number (in the text that a string literal stands for, when the
 * text is one). Yields after some milliseconds of work.
 */
export function* readLines(text: string): Generator<undefined, CleanLine[]> {
  const lines: CleanLine[] = [];
  const paste = detectPaste(text);
  const reader = new LineReader(paste);
  const breaks = new LineBreaks(text, paste.escaped ? '\\n' : null);
  let sliceEnd = sliceLength;
  for (let start = 0; start <= text.length;) {
    const end = breaks.next(start);
    lines.push(reader.read(text.slice(start, end)));
    start = end + breaks.width;
    if (start > sliceEnd) {
      sliceEnd = start + sliceLength;
      yield;
    }
  }
  return lines;
}

/** Finds the ends of lines: LF, CRLF, a lone CR, and in a string literal its two characters for LF. */
class LineBreaks {
  private readonly marks: { readonly mark: string; at: number }[];
  /** Characters of the break found last. */
  width = 1;

  constructor(
    private readonly text: string,
    escape: string | null,
  ) {
    this.marks = ['\n', '\r', ...(escape === null ? [] : [escape])].map((mark) => ({ mark, at: -1 }));
  }

  /** Where the line that begins at `start` ends. */
  next(start: number): number {
    const { text } = this;
    let end = text.length;
    this.width = 1;
    for (const mark of this.marks) {
      if (mark.at < start) {
        const at = text.indexOf(mark.mark, start);
        mark.at = at < 0 ? Infinity : at;
      }
      if (mark.at < end) {
        end = mark.at;
        this.width = mark.mark.length;
      }
    }
    if (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10) this.width = 2;
    return end;
  }
}

class LineReader {
  private readonly known = new Map<string, CleanLine>();

  constructor(private readonly paste: Paste) {}

  read(raw: string): CleanLine {
    const known = this.known.get(raw);
    if (known) return known;
    if (raw.length > longestRemembered) return this.clean(raw);
    const own = detach(raw);
    const line = this.clean(own);
    if (repeats(line.shape)) {
      if (this.known.size >= mostRemembered) this.known.clear();
      this.known.set(own, line);
    }
    return line;
  }

  private clean(raw: string): CleanLine {
    const line = mend(raw, this.paste.repairs);
    return makeLine(measureIndent(line, this.paste.tabWidth), line.trim());
  }
}

/** Titles and outputs name a port, so each is there once. */
function repeats({ kind }: LineShape): boolean {
  return kind !== 'title' && kind !== 'output';
}

export function makeLine(indent: number, text: string): CleanLine {
  return text === '' ? blankLine : { indent, text, shape: shapeOf(text) };
}

/** A copy: V8 keeps the whole text alive for as long as a part of it that was cut out by `slice`. */
function detach(part: string): string {
  return ` ${part}`.slice(1);
}

function measureIndent(line: string, tabWidth: number): number {
  let width = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 32) width++;
    else if (code === 9) width += tabWidth - (width % tabWidth);
    else break;
  }
  return width;
}
