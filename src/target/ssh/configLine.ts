/** One line of an ssh configuration file that says something. */
export interface ConfigLine {
  /** Lower case. */
  readonly keyword: string;
  /** The value as it stands. */
  readonly rest: string;
}

/** Null for an empty line or a comment. */
export function parseConfigLine(line: string): ConfigLine | null {
  const parts =
    /^[ \t\r\f]*"?(?<keyword>[^\s="#][^\s="]*)"?(?:[ \t]*=[ \t]*|[ \t]+)?(?<rest>.*?)[ \t\r\f]*$/.exec(
      line,
    )?.groups;
  return parts === undefined
    ? null
    : { keyword: (parts['keyword'] ?? '').toLowerCase(), rest: parts['rest'] ?? '' };
}

/**
 * The words of a value as OpenSSH splits them: quotes of both kinds keep blanks together, a backslash keeps a quote,
 * a blank or a backslash, and `#` at the beginning of a word starts a comment. Null when a quote is not closed.
 */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    const next = text.charAt(at + 1);
    if (letter === '\\' && next !== '' && (`'"\\`.includes(next) || (quote === null && next === ' '))) {
      word = (word ?? '') + next;
      at++;
    } else if (quote !== null) {
      if (letter === quote) quote = null;
      else word = (word ?? '') + letter;
    } else if (letter === ' ' || letter === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === '#' && word === null) {
      break;
    } else {
      word ??= '';
      if (letter === '"' || letter === "'") quote = letter;
      else word += letter;
    }
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}

/** The words of a `Match` line, which knows no escapes and takes `=` between a criterion and its value. */
export function splitCriteria(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|([^\s"=]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
