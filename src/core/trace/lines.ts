/** A line of pasted or captured text, freed from what terminals, mailers and wikis add. */
export interface CleanLine {
  /** 0-based line of the original text. */
  readonly line: number;
  /** Leading blanks, tabs counted as up to the next multiple of eight. */
  readonly indent: number;
  /** The rest without blanks on either side; empty for a blank line. */
  readonly text: string;
}

const terminalEscape = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const quotePrefix = /^(?:> ?)+/;
const tabWidth = 8;

/** Splits text into lines and takes off CR, terminal escapes, quote marks (`> `) and no-break blanks. */
export function cleanLines(text: string): CleanLine[] {
  const plain = text.includes('\u001b') ? text.replace(terminalEscape, '') : text;
  const raw = plain.split('\n');
  const quoted = isQuoted(raw);
  const lines: CleanLine[] = [];
  for (let line = 0; line < raw.length; line++) {
    let content = raw[line] ?? '';
    if (quoted) content = content.replace(quotePrefix, '');
    if (content.includes('\u00a0')) content = content.replaceAll('\u00a0', ' ');
    lines.push({ line, indent: measureIndent(content), text: content.trim() });
  }
  return lines;
}

/** True when every line that says something begins with a quote mark. */
function isQuoted(lines: readonly string[]): boolean {
  let some = false;
  for (const line of lines) {
    if (line.startsWith('>')) some = true;
    else if (line.trim() !== '') return false;
  }
  return some;
}

function measureIndent(content: string): number {
  let width = 0;
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i);
    if (code === 32) width++;
    else if (code === 9) width += tabWidth - (width % tabWidth);
    else break;
  }
  return width;
}
