const pairs: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
const tokens = /[{[(\]}),"\n]|\$\{|#|\/\/|\/\*|<<-?([A-Za-z_]\w*)[ \t]*\r?\n/g;
const string = /(?:[^"\\\r\n$%]|\\.|[$%])*"/y;

/** How a text that breaks off is made whole: by leaving its last words out, and adding what is open. */
export interface Ending {
  /** Where the last words begin. */
  readonly cut: number;
  readonly missing: string;
}

/** Null where nothing is open, or the text is broken otherwise. */
export function endingOf(text: string): Ending | null {
  const open: string[] = [];
  let cut = 0;
  tokens.lastIndex = 0;
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const { 0: token, 1: word } = found;
    if (word !== undefined || token === '/*' || token === '#' || token === '//') {
      const end =
        word !== undefined ? new RegExp(`\\n?[ \\t]*${word}\\b`, 'g') : token === '/*' ? /\*\//g : /$/gm;
      end.lastIndex = tokens.lastIndex;
      if (!end.test(text)) break;
      tokens.lastIndex = end.lastIndex;
    } else if (token === '"') {
      string.lastIndex = tokens.lastIndex;
      if (!string.test(text)) break;
      tokens.lastIndex = string.lastIndex;
    } else if (token in pairs || token === '${') open.push(pairs[token.at(-1) ?? ''] ?? '');
    else if (/[)\]}]/.test(token) && open.pop() !== token) return null;
    cut = tokens.lastIndex;
  }
  return open.length === 0 ? null : { cut, missing: `\n${open.reverse().join('\n')}\n` };
}

/** A value that is not there yet, or a text without an end: at the end of a line, or of what it is in. */
const halfWritten = /[ \t]=(?=\r?$|[,}])|=[ \t]+(?=\r?$|[,}\])])|=[ \t]*"[^"\r\n]*(?=\r?$)/gm;

/** The text with a name that nobody knows for each value that is half written; offsets stay what they are. */
export function nameHalfWritten(text: string): string {
  return text.replace(halfWritten, (written, at: number) => {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
    // With another quote before it, the quote is the end of a text.
    const isInText = line.split('"').length % 2 === 0;
    return isInText ? written : '=x'.padEnd(written.length);
  });
}
