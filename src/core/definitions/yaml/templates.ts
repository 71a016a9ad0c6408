/** Stands for text that only a template engine knows; as long as what it replaces, so that offsets stay. */
export const unknownText = '\uE000';

/** A text in which templates were replaced, so that it can be read as YAML. */
export interface MaskedText {
  readonly text: string;
  /** Templates in the place of lines, in their order. */
  readonly lines: readonly TemplateLine[];
}

export interface TemplateLine {
  readonly offset: number;
  /** It puts text there; else it says whether, or how often, what follows is there. */
  readonly inserts: boolean;
}

/** Helm and Jinja. Neither JSON nor YAML that people write has two such brackets in a row. */
const brackets: ReadonlyMap<string, string> = new Map([
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
]);
/** What is longer begins with brackets that were no template's. */
const longestTemplate = 4000;

/** Blanks out lines that are all template, and puts unknown text where a value is one. */
export function maskTemplates(text: string): MaskedText {
  const parts: string[] = [];
  const lines: TemplateLine[] = [];
  let copied = 0;
  const ends = new Map<string, number>();
  for (const { 0: open, index } of text.matchAll(/\{[{%#]/g)) {
    if (index < copied) continue;
    const close = brackets.get(open) ?? '';
    const end = nextIndex(text, close, index + 2, ends) + 2;
    if (end - index > longestTemplate) continue;
    const template = text.slice(index, end);
    const standsAlone = isAlone(text, index, end);
    const makesBlock = standsAlone || template.includes('\n') || isContinued(text, index, end);
    parts.push(text.slice(copied, index), makesBlock ? blank(template) : unknown(template));
    if (makesBlock && !isIdle(template)) lines.push({ offset: index, inserts: isInserting(template) });
    copied = end;
  }
  return { text: copied === 0 ? text : parts.join('') + text.slice(copied), lines };
}

/** Looks for each closing bracket once, however many opening ones are before it. */
function nextIndex(text: string, wanted: string, from: number, known: Map<string, number>): number {
  const last = known.get(wanted);
  if (last !== undefined && last >= from) return last;
  const found = text.indexOf(wanted, from);
  const next = found < 0 ? Infinity : found;
  known.set(wanted, next);
  return next;
}

/** Whether it is the value of a key, and the file has more of that value: keys beside those that an included block has. */
function isContinued(text: string, start: number, end: number): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n', start) + 1, start - 200), start);
  const key = /^([ ]*)(?:- +)*[^\s#][^\r\n]*:[ ]+$/.exec(line);
  if (key === null || !/^[ \t]*[\r\n]/.test(text.slice(end, end + 200))) return false;
  const next = /[^\r\n]*(?:\r?\n[ \t]*(?:\{[{%#][^\r\n]*)?(?=\r?\n))*\r?\n([ ]*)[^\s#]/y;
  next.lastIndex = end;
  return (next.exec(text)?.[1] ?? '').length > (key[1] ?? '').length;
}

function isAlone(text: string, start: number, end: number): boolean {
  return (
    /^[ \t]*(?:[\r\n]|$)/.test(text.slice(end, end + 200)) &&
    /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, start - 200), start))
  );
}

/** A comment, or the end of what began before. */
function isIdle(template: string): boolean {
  return /^\{#|^\{\{-?\s*\/\*|^\{[{%]-?\s*end/.test(template);
}

function isInserting(template: string): boolean {
  return (
    /^\{%[-+]?\s*include\b/.test(template) ||
    !/^\{(?:%|\{-?\s*(?:if|else|with|range|define|block|\$\w*\s*:?=)(?![\w.]))/.test(template)
  );
}

function blank(template: string): string {
  return template.replace(/[^\r\n]/g, ' ');
}

function unknown(template: string): string {
  return unknownText.repeat(template.length);
}
