import { isTelling, shapeOf } from './lineShape';

/** Undoes one damage on one line. */
export type Repair = (line: string) => string;

/** How a text was damaged on its way from the terminal to here. */
export interface Paste {
  /** The text is a string as programs write it (JSON, Python): its lines end in `\n` of two characters. */
  readonly escaped: boolean;
  /** In this order they undo the rest. */
  readonly repairs: readonly Repair[];
  /** Columns that a tab stands for. */
  readonly tabWidth: number;
}

/** So much of a text tells how all of it was pasted. */
const sampleLength = 1 << 19;
const mostSampled = 10_000;
const longestSampled = 2000;
const mostKeyLines = 200;
/** Prefixes behind each other, such as a quote mark and a time. */
const mostPrefixes = 5;
const longestPrefix = 150;
const mostTried = 10;

const escapedLineEnd =
  /\\n *(?:\d+\. |(?:in|e)gress\(|multicast\(|output\(|ct_\w+\(|-{8}|\\n)|["']# ?\w+[,=][^"'\s]*\\n/;
/** As Ansible prints `stdout_lines`: each line a string of its own. */
const listedLine =
  /^[ \t]*["'](?:# ?\w+[,=]|(?:in|e)gress\(dp=|multicast\(dp=|ct_\w+[ (;]|output\(|-{8,}["'])/m;
const escapedQuote = /(?:dp=|output\(|output to )\\"/;
const entities = /(?:dp=|output\(|output to )&(?:quot|#34|#x22);| &amp;&amp; /;
const curlyQuotes = /(?:dp=|output\(|output to )[“”„]/;
const markdownEscapes =
  /\b(?:l[sr]|ct|dl|vlan|tcp|sctp|nd)\\_\w|\/\\\* output to |(?:dp=|port=|output\(|output to )"[^"\n]{0,200}\\[_*-]/;

/** Finds out from the beginning of a text what was done to all its lines, so that each can be mended by itself. */
export function detectPaste(text: string): Paste {
  const sample = text.slice(0, sampleLength);
  const escaped = escapedLineEnd.test(sample);
  const repairs: Repair[] = [];
  if (escaped) repairs.push(unescapeString);
  else if (listedLine.test(sample)) repairs.push(takeFromList);
  else if (escapedQuote.test(sample)) repairs.push((line) => line.replaceAll('\\"', '"'));
  if (entities.test(sample)) repairs.push(decodeEntities);
  if (curlyQuotes.test(sample)) repairs.push((line) => line.replace(/[“”„]/g, '"'));
  if (markdownEscapes.test(sample)) repairs.push((line) => line.replace(/\\([^\w\s"\\]|_)/g, '$1'));
  const lines = sample
    .split(escaped ? /\n|\\+n/ : /[\r\n]/, mostSampled)
    .filter((line) => line.length < longestSampled)
    .map((line) => mend(line, repairs));
  const prefix = findPrefix(lines);
  if (prefix) repairs.push((line) => line.replace(prefix, ''));
  return { escaped, repairs, tabWidth: /^\t/m.test(sample) && !/^\t* {4,7}\S/m.test(sample) ? 4 : 8 };
}

export function mend(line: string, repairs: readonly Repair[]): string {
  let mended = mendCharacters(line);
  for (const repair of repairs) mended = repair(mended);
  return mended;
}

/** What terminals write to set colours and titles, and what is left of that where the escape character got lost. */
const terminalEscape =
  /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])|^(?:\[\d{0,2}(?:;\d{1,3})*m)+|\[0?m$/g;
const tag = /<\/?(?:br|p|pre|code|span|div|font|tt|b|li|td)\b[^<>]{0,200}>/gi;

/** Characters that look like a blank, or like nothing. */
function mendCharacters(line: string): string {
  let mended = line;
  if (mended.includes('\u001b') || mended.startsWith('[')) mended = mended.replace(terminalEscape, '');
  if (/[^\t\x20-\x7e]/.test(mended)) {
    mended = mended
      // NULs are left of UTF-16 that was read as UTF-8.
      .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u2060\ufeff]/g, '');
  }
  // Markdown takes the stars of a comment for emphasis.
  if (mended.includes('/ ')) mended = mended.replace(/^([ \t]*)\/ (.* )\/(;?[ \t]*)$/, '$1/* $2*/$3');
  if (mended.includes('<')) mended = mended.replace(tag, '');
  return mended;
}

/**
 * One line of a string literal. A quote without a backslash is where the literal begins or ends: what stands outside is
 * not ours.
 */
function unescapeString(line: string): string {
  const inside = insideLiteral(line);
  return inside
    .replace(/\\+u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\+t/g, '\t')
    .replace(/\\+r$/, '')
    .replace(/\\+(["'/]|$)/g, '$1');
}

function takeFromList(line: string): string {
  const inside = /^\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'),?\s*$/.exec(line);
  return (inside?.[1] ?? inside?.[2])?.replace(/\\(.)/g, '$1') ?? line;
}

function insideLiteral(line: string): string {
  const begins = /^.*?["'`](?=# ?\w+[,=]|(?:in|e)gress\(|multicast\(|output\(|ct_\w+[ (;])/.exec(line);
  if (begins) return line.slice(begins[0].length);
  // Where the quotes of names are escaped, one that is not ends the literal; Python's literals end in their own quote.
  const quoted = /^((?:[^"\\]|\\.)*)"\s*[,}\])]/.exec(line) ?? /^([^']*)'\s*[,}\])]/.exec(line);
  return quoted?.[1] ?? line;
}

const entityNames: Readonly<Record<string, string>> = {
  quot: '"',
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  apos: "'",
};

function decodeEntities(line: string): string {
  return line.replace(/&(?:#(\d{1,5})|#x([0-9a-fA-F]{1,4})|(\w{2,6}));/g, (whole, decimal, hex, name) => {
    if (typeof decimal === 'string') return String.fromCharCode(Number(decimal));
    if (typeof hex === 'string') return String.fromCharCode(parseInt(hex, 16));
    return entityNames[String(name)] ?? whole;
  });
}

/** What mailers, loggers, pagers and wikis put in front of every line, times first: they hold numbers and colons too. */
const prefixes: readonly RegExp[] = [
  /\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z| ?[+-]\d\d:?\d\d)?\]?(?:[ \t]*[|:>-](?=[ \t]|$))?/,
  /\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?(?:[ \t]*[|:>-](?=[ \t]|$))?/,
  /[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[\w.-]+ [\w./-]+(?:\[\d+\])?:)?/,
  /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.-]+:\d+\]/,
  /[ \t]*[>|│┃┆]/,
  /[ \t]*\d+(?:[:|│-]|(?=[ \t]|$))/,
  /[ \t]*(?:#|\/\/|--|;|\*|\+|•|:)/,
  /[\w./@+-]+[:-]\d+[:-]/,
  /[\w./@+-]+[ \t]*[|:=]/,
  /\[[^\]]{1,200}\]/,
];

/** What only `ovn-trace` begins a line with. */
const keyText =
  /(?:\b(?:in|e)gress|\bmulticast)\(dp="|\boutput\("|\/\* output to "|\bct_next\(ct_state=|\b\d+\. +l[sr]_|# ?[\w=|,-]*(?:reg14|dl_src)=/;

interface KeyLine {
  readonly line: string;
  /** What stands before that which `ovn-trace` printed. */
  readonly before: string;
}

function findKeyLines(lines: readonly string[]): readonly KeyLine[] {
  const found: KeyLine[] = [];
  for (const line of lines) {
    const at = keyText.exec(line)?.index;
    if (at !== undefined) found.push({ line, before: line.slice(0, at) });
    if (found.length === mostKeyLines) break;
  }
  return found;
}

/** What to take off the beginning of each line that has it: that without which most lines read as `ovn-trace`'s. */
function findPrefix(lines: readonly string[]): RegExp | null {
  const keyLines = findKeyLines(lines);
  const before = new Set(keyLines.map((line) => line.before).filter((text) => text.trim() !== ''));
  let best: RegExp | null = null;
  let most = countTelling(keyLines, null);
  let widest = 0;
  for (const text of [...before].slice(0, mostTried)) {
    const source = text.length > longestPrefix ? null : explainPrefix(text, mostPrefixes);
    // A blank behind it belongs to it where every line has one, and is indentation where not.
    for (const blank of source === null ? [] : ['(?:[ \\t]|$)', '']) {
      const prefix = new RegExp(`^${source ?? ''}${blank}`);
      const told = countTelling(keyLines, prefix);
      const width = lines.slice(0, mostKeyLines).filter((line) => prefix.test(line)).length;
      if (told < most || (told === most && (best === null || width <= widest))) continue;
      most = told;
      widest = width;
      best = prefix;
    }
  }
  return best;
}

function countTelling(keyLines: readonly KeyLine[], prefix: RegExp | null): number {
  return keyLines.filter(({ line }) => isTelling(shapeOf((prefix ? line.replace(prefix, '') : line).trim())))
    .length;
}

const between = '[ \\t]?';

/** A pattern for all of `text`, made of known prefixes; null when it is not. */
function explainPrefix(text: string, depth: number): string | null {
  if (text.trim() === '') return '';
  if (depth === 0) return null;
  for (const { source } of prefixes) {
    const found = new RegExp(`^${source}`).exec(text)?.[0];
    if (found === undefined || found === '') continue;
    const rest = explainPrefix(text.slice(found.length).replace(/^[ \t]/, ''), depth - 1);
    if (rest !== null) return source + (rest === '' ? '' : between + rest);
  }
  return null;
}
