import { splitActions } from './build';
import {
  dropSemicolon,
  isComment,
  isDashes,
  isOpenFlow,
  isRefusal,
  matchBanner,
  matchError,
  matchHeader,
  matchLogLine,
  matchOutput,
  matchTable,
  matchTitle,
  matchTornTable,
  type LogText,
  type OutputText,
  type TableLine,
  type TitleLine,
} from './patterns';
import { isAside, isEllipsis, isFence, startsSomethingElse } from './surroundings';
import type { TraceFormat } from './tree';

/** What a line is by itself, whatever stands around it. */
export type LineShape =
  | { readonly kind: 'blank' | 'dashes' | 'fence' | 'aside' | 'gap' | 'elsewhere' | 'refusal' }
  | { readonly kind: 'header'; readonly flow: string }
  | { readonly kind: 'banner'; readonly format: TraceFormat }
  | { readonly kind: 'log'; readonly log: LogText }
  | {
      readonly kind: 'table';
      readonly table: TableLine;
      /** Only its beginning is left. */ readonly torn: boolean;
    }
  | { readonly kind: 'title'; readonly title: TitleLine }
  /** `NAME {` and `};` of the block formats. The title is null for a name that this version does not know. */
  | { readonly kind: 'opener'; readonly title: TitleLine | null; readonly name: string }
  | { readonly kind: 'closer' }
  | { readonly kind: 'output'; readonly output: OutputText }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'openflow' | 'comment' }
  /** Ends in a semicolon: actions, an effect, or (in the block formats) a title without children. */
  | { readonly kind: 'statement'; readonly actions: readonly string[]; readonly title: TitleLine | null }
  | { readonly kind: 'foreign' };

/** Recognises a line that was freed from everything around it. Linear in its length. */
export function shapeOf(text: string): LineShape {
  if (text === '') return { kind: 'blank' };
  if (isDashes(text)) return { kind: 'dashes' };
  return traceLine(text) ?? lineAroundTrace(text) ?? annotated(text) ?? torn(text) ?? { kind: 'foreign' };
}

/** A line that only `ovn-trace` prints, by which a text is known for its output. */
export function isTelling(shape: LineShape): boolean {
  switch (shape.kind) {
    case 'table':
    case 'title':
    case 'header':
    case 'banner':
    case 'output':
      return true;
    case 'opener':
      return shape.title !== null;
    case 'statement':
      return shape.title !== null || (shape.actions[0]?.startsWith('output("') ?? false);
    default:
      return false;
  }
}

/** A line between the header and the end of a trace, readable by itself. */
export function isOfTrace(shape: LineShape | undefined): boolean {
  switch (shape?.kind) {
    case 'table':
    case 'title':
    case 'opener':
    case 'closer':
    case 'output':
    case 'error':
    case 'openflow':
    case 'comment':
    case 'statement':
      return true;
    default:
      return false;
  }
}

function traceLine(text: string): LineShape | null {
  const table = matchTable(text);
  if (table) return { kind: 'table', table, torn: false };
  const output = matchOutput(text);
  if (output) return { kind: 'output', output };
  const error = matchError(text);
  if (error !== null) return { kind: 'error', text: error };
  if (isOpenFlow(text)) return { kind: 'openflow' };
  if (isComment(text)) return { kind: 'comment' };
  if (text === '}' || text === '};') return { kind: 'closer' };
  if (text.endsWith(' {')) {
    const name = text.slice(0, -1).trimEnd();
    return { kind: 'opener', name, title: matchTitle(name) };
  }
  if (isRefusal(text)) return { kind: 'refusal' };
  if (text.endsWith(';')) {
    const title = matchTitle(dropSemicolon(text));
    // Names of ports are printed raw, quotes and all.
    const isRaw = title !== null || /^(?:output|mirror)\(".*"\);$/.test(text);
    const actions = splitActions(text) ?? (isRaw ? [text] : null);
    return actions ? { kind: 'statement', actions, title } : null;
  }
  const title = matchTitle(text);
  if (title) return { kind: 'title', title };
  const joined = text.endsWith('*/') && text.includes(';') ? splitActions(text) : null;
  if (joined?.every((piece) => isComment(piece) || piece.endsWith(';'))) {
    return { kind: 'statement', actions: joined, title: null };
  }
  const flow = matchHeader(text);
  if (flow !== null) return { kind: 'header', flow };
  const format = matchBanner(text);
  return format ? { kind: 'banner', format } : null;
}

/** Marks and remarks that people put behind a line. */
const note = /\s*(?:<[-=]{2,}|<-(?= )|<<+|[\u2190\u21d0]|\s(?:#|\/\/))(?: .*|[^ ]*)$/;

function annotated(text: string): LineShape | null {
  if (text.length > longestAnnotated) return null;
  const at = note.exec(text)?.index;
  return at === undefined || at === 0 ? null : traceLine(text.slice(0, at));
}

const longestAnnotated = 2000;

function torn(text: string): LineShape | null {
  const table = matchTornTable(text);
  return table ? { kind: 'table', table, torn: true } : null;
}

function lineAroundTrace(text: string): LineShape | null {
  const log = matchLogLine(text);
  if (log) return { kind: 'log', log };
  if (isEllipsis(text)) return { kind: 'gap' };
  if (isFence(text)) return { kind: 'fence' };
  if (isAside(text)) return { kind: 'aside' };
  return startsSomethingElse(text) ? { kind: 'elsewhere' } : null;
}
