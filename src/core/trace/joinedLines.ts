import { linesPerTurn, makeLine, type CleanLine } from './lines';
import { matchTitle } from './patterns';

/** Longer lines are left as they are: nobody joins so many by hand. */
const longest = 8000;

/**
 * Takes lines of the block formats apart again into which somebody put several: `ct_next(ct_state=new|trk) { output("vm2"); };`.
 * Only where every piece reads as a line of its own. Yields now and then.
 */
export function* splitJoinedLines(lines: CleanLine[]): Generator<undefined, CleanLine[]> {
  const split = new Map<number, readonly CleanLine[]>();
  for (let i = 0; i < lines.length; i++) {
    if (i % linesPerTurn === linesPerTurn - 1) yield;
    const pieces = splitLine(lines[i]);
    if (pieces) split.set(i, pieces);
  }
  return split.size === 0 ? lines : lines.flatMap((line, i) => split.get(i) ?? line);
}

function splitLine(line: CleanLine | undefined): readonly CleanLine[] | null {
  if (line?.shape.kind !== 'statement' && line?.shape.kind !== 'foreign') return null;
  const { text, indent } = line;
  if (text.length > longest || !/[{}]/.test(text)) return null;
  const pieces = new BlockSplitter(text).split();
  const parts = pieces?.map(({ text: piece, depth }) => makeLine(Math.max(0, indent + 4 * depth), piece));
  return parts?.every(({ shape }) => shape.kind !== 'foreign') ? parts : null;
}

interface Piece {
  readonly text: string;
  /** Blocks of the same line around it. */
  readonly depth: number;
}

class BlockSplitter {
  private readonly pieces: Piece[] = [];
  private at = 0;
  private start = 0;
  private depth = 0;
  private hasBlocks = false;

  constructor(private readonly text: string) {}

  /** Null where the line is no more than one of ovn-trace's, or something is left that belongs to no piece. */
  split(): readonly Piece[] | null {
    const { text } = this;
    while (this.at < text.length) {
      const char = text[this.at];
      if (char === '{' && this.opensBlock()) {
        this.take(this.at + 1);
        this.depth++;
        this.hasBlocks = true;
      } else if (char === '}') {
        if (this.pending !== '') return null;
        this.depth--;
        this.take(text[this.at + 1] === ';' ? this.at + 2 : this.at + 1);
        this.hasBlocks = true;
      } else if (char === ';') this.take(this.at + 1);
      else this.at = this.skip(this.at);
    }
    if (this.pending !== '') this.take(text.length);
    return this.hasBlocks && this.pieces.length > 1 ? this.pieces : null;
  }

  private get pending(): string {
    return this.text.slice(this.start, this.at).trim();
  }

  private take(end: number): void {
    this.pieces.push({ text: this.text.slice(this.start, end).trim(), depth: this.depth });
    this.start = end;
    this.at = end;
  }

  /** Actions such as `arp { … };` have braces too. A block of that name in the minimal format outputs to a named port. */
  private opensBlock(): boolean {
    const title = matchTitle(this.pending);
    if (title === null) return false;
    if (title.kind !== 'transformation' || title.name.startsWith('ct_')) return true;
    return this.text.slice(this.at, this.skip(this.at)).includes('output("');
  }

  /** Behind the character, or behind the string, parenthesis, braces or remark that it begins. */
  private skip(from: number): number {
    const { text } = this;
    if (text.startsWith('/*', from)) {
      const end = text.indexOf('*/', from);
      return end < 0 ? text.length : end + 2;
    }
    if (text[from] === '"') {
      let end = from + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      return end + 1;
    }
    const close = closing[text[from] ?? ''];
    if (close === undefined) return from + 1;
    let level = 1;
    let end = from + 1;
    while (end < text.length && level > 0) {
      if (text[end] === '"') {
        end = this.skip(end);
        continue;
      }
      if (text[end] === text[from]) level++;
      else if (text[end] === close) level--;
      end++;
    }
    return end;
  }
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}' };
