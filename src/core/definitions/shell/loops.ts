import type { Node } from 'web-tree-sitter';
import type { Field } from './field';
import { literalField, textOf } from './field';
import type { WordContext } from './words';
import { expandValue, expandWords } from './words';

/** What a loop gives its variables in one round. */
export type Round = ReadonlyMap<string, Field>;

/** The rounds of `for NAME in …`; one of an unknown value where the list is not known. Null: the text is broken. */
export function roundsOfFor(node: Node, context: WordContext): readonly Round[] | null {
  const name = node.childForFieldName('variable')?.text;
  if (name === undefined || !node.childForFieldName('body')) return null;
  const hasList = node.children.some((child) => child.type === 'in') && node.child(0)?.type === 'for';
  const words = node.childrenForFieldName('value').filter((word) => word.isNamed);
  const hasPattern = words.some((word) => word.type === 'word' && /(?<!\\)[*?]/.test(word.text));
  // A pattern stands for the names of files.
  const items = hasList && !hasPattern ? expandWords(words, context) : [literalField(null)];
  return items.map((item) => new Map([[name, item]]));
}

const mostLines = 10_000;

/**
 * The rounds of `while read -r a b; do … done <<EOF`, one for each line of the text. Null for any other loop, and for
 * options that change what `read` reads.
 */
export function roundsOfRead(node: Node, stdin: Field | null, context: WordContext): readonly Round[] | null {
  const [condition, ...others] = node.childrenForFieldName('condition').filter((child) => child.isNamed);
  const text = stdin && textOf(stdin);
  if (node.child(0)?.type !== 'while' || !condition || others.length > 0 || text === null) return null;
  const read = readCommand(condition, context);
  if (!read || (!read.isRaw && text.includes('\\'))) return null;
  const lines = text.split('\n').slice(0, -1);
  if (lines.length > mostLines) return null;
  return lines.map((line) => {
    const values = splitLine(line, read.names.length, read.separators);
    return new Map(read.names.map((name, index) => [name, literalField(values[index] ?? '')]));
  });
}

interface ReadCommand {
  readonly names: readonly string[];
  readonly separators: string;
  readonly isRaw: boolean;
}

function readCommand(node: Node, context: WordContext): ReadCommand | null {
  if (node.type !== 'command' || node.childForFieldName('name')?.text !== 'read') return null;
  const words = node.childrenForFieldName('argument').map(({ text }) => text);
  const isRaw = words[0] === '-r';
  const names = isRaw ? words.slice(1) : words;
  if (names.length === 0 || names.some((name) => !/^[A-Za-z_]\w*$/.test(name))) return null;
  const assignment = node.namedChildren.find((child) => child.type === 'variable_assignment');
  const value = assignment?.childForFieldName('value');
  if (assignment && assignment.childForFieldName('name')?.text !== 'IFS') return null;
  const global = context.scope.get('IFS');
  const field = assignment ? (value ? expandValue(value, context) : literalField('')) : undefined;
  const separators = field ? textOf(field) : global === undefined ? ' \t\n' : null;
  return separators === null ? null : { names, separators, isRaw };
}

/** As `read` does: blanks among the separators count as one and fall away at the ends, others stand for themselves. */
function splitLine(line: string, count: number, separators: string): readonly string[] {
  if (separators === '') return [line];
  const blanks = separators.replace(/[^ \t\n]/g, '');
  const others = separators.replace(/[ \t\n]/g, '');
  const isBlank = (at: number): boolean => at < line.length && blanks.includes(line.charAt(at));
  const isOther = (at: number): boolean => at < line.length && others.includes(line.charAt(at));
  let at = 0;
  let end = line.length;
  while (isBlank(at)) at++;
  while (end > at && isBlank(end - 1)) end--;
  const values: string[] = [];
  while (values.length < count - 1 && at < end) {
    const from = at;
    while (at < end && !isBlank(at) && !isOther(at)) at++;
    values.push(line.slice(from, at));
    while (at < end && isBlank(at)) at++;
    if (at < end && isOther(at)) at++;
    while (at < end && isBlank(at)) at++;
  }
  return [...values, line.slice(at, end)];
}
