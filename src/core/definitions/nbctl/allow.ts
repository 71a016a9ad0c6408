import type { Node } from 'web-tree-sitter';
import type { AclDefinition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import type { Field, Span } from '../shell/field';
import { spanContains, textOf } from '../shell/field';
import { createPositionLookup } from '../textPositions';
import { matchOfPacket, portConditionOf } from '../wantedMatch';
import type { NbctlCommand } from './commands';
import { optionsWithValue } from './commands';
import type { RecordedAcl } from './recorder';
import { findStatement, type Statement } from './statement';

interface TextEdit extends Span {
  readonly newText: string;
}

/** The ACL to be written. */
interface WantedAcl {
  readonly entity: string;
  readonly direction: string;
  readonly priority: number;
  readonly match: string;
  readonly tier: number;
}

/** What belongs to the rule that drops: its name and its log. */
const ownOptions = new Set([
  ...['log', 'name', 'severity', 'meter', 'label', 'sample-new', 'sample-est', 'id'],
]);
/** Options of `acl-add`; others before a command are those of ovn-nbctl itself. */
const aclOptions = new Set([...ownOptions, 'type', 'tier', 'apply-after-lb', 'may-exist']);
const largestPriority = 32_767;

/**
 * Adds an ACL that allows the packet, one priority above the one that drops it and in the same style: a command more in its chain, or
 * a line of its own. Null where the new ACL would not be just that: in loops and functions, behind conditions in the same line, in
 * scripts in quotes.
 */
export function allowBeside(
  source: SourceText,
  beside: AclDefinition,
  packet: WantedPacket,
  script: {
    readonly records: readonly RecordedAcl[];
    readonly root: Node;
    readonly read: (source: SourceText) => readonly AclDefinition[];
  },
): RuleEdit | null {
  const { start, end } = beside.range;
  const here = script.records.filter(({ span }) => span.start === start.offset && span.end === end.offset);
  const [record] = here;
  const acl = wantedBeside(beside, packet);
  // Several: the rounds of a loop, or the calls of a function.
  if (record === undefined || here.length > 1 || acl === null) return null;
  const statement = findStatement(script.root, record.span, source.text);
  if (statement === null) return null;
  const edit =
    record.command.name === 'create'
      ? lineBehind(source.text, record, statement, acl)
      : copyOf(source.text, record, statement, acl);
  if (edit === null || !isAsWanted(source, edit, acl, script.read)) return null;
  const positionAt = createPositionLookup(source.text);
  return { range: { start: positionAt(edit.start), end: positionAt(edit.end) }, newText: edit.newText };
}

function wantedBeside(beside: AclDefinition, packet: WantedPacket): WantedAcl | null {
  const { entity, direction, priority, match, action, tier } = beside;
  if (entity === null || direction !== packet.direction || match === null) return null;
  if (priority === null || priority >= largestPriority) return null;
  if (action !== 'drop' && action !== 'reject') return null;
  const ports = portConditionOf(match, entity, direction);
  const rest = matchOfPacket(packet);
  if (ports === null || rest === null) return null;
  return {
    entity: entity.name,
    direction,
    priority: priority + 1,
    match: `${ports} && ${rest}`,
    tier: tier ?? 0,
  };
}

/** The command again with other words: in its chain, or in a line before it. */
function copyOf(
  text: string,
  { command, chain, span }: RecordedAcl,
  statement: Statement,
  acl: WantedAcl,
): TextEdit | null {
  const [, , priority, match, action] = command.args;
  if (priority === undefined || match === undefined || action === undefined) return null;
  const quotedMatch = quoteLike(text.slice(match.span.start, match.span.end), acl.match);
  if (quotedMatch === null) return null;
  const isChain = chain.length > 1;
  const at = chain.indexOf(command);
  const edits: TextEdit[] = [];
  for (const word of droppedWords(command, isChain)) {
    const next = command.words[command.words.indexOf(word) + 1];
    if (next === undefined || !isAlone(word, command)) return null;
    edits.push({ start: word.span.start, end: next.span.start, newText: '' });
  }
  edits.push(
    { ...priority.span, newText: String(acl.priority) },
    { ...match.span, newText: quotedMatch },
    { ...action.span, newText: 'allow-related' },
  );
  const [firstWord] = command.words;
  if (firstWord === undefined) return null;
  if (!isChain) {
    const whole = { start: statement.start, end: span.end };
    const copy = applyEdits(text, whole, edits);
    if (copy === null) return null;
    return { start: whole.start, end: whole.start, newText: copy + statement.lineEnd + statement.indent };
  }
  const part = { start: firstWord.span.start, end: span.end };
  const copy = applyEdits(text, part, edits);
  const neighbour = chain[at === 0 ? 1 : at - 1];
  if (copy === null || neighbour === undefined) return null;
  const separator =
    at === 0
      ? text.slice(span.end, neighbour.first.span.start)
      : text.slice(neighbour.last.span.end, part.start);
  if (!/^(?:\s|\\\r?\n)*--(?:\s|\\\r?\n)*$/.test(separator)) return null;
  return at === 0
    ? { start: part.end, end: part.end, newText: separator + copy }
    : { start: part.start, end: part.start, newText: copy + separator };
}

/** Options of the rule that drops; in a chain also those of ovn-nbctl itself, which stand before its first command. */
function droppedWords(command: NbctlCommand, isChain: boolean): readonly Field[] {
  const dropped: Field[] = [];
  for (let index = 0; index < command.words.length; index++) {
    const word = command.words[index];
    if (word === undefined || command.args.includes(word)) break;
    const text = textOf(word);
    if (text === command.name) break;
    const key = text?.split('=')[0] ?? '';
    const isDropped = isChain ? !isKept(key) : ownOptions.has(key.replace(/^-+/, ''));
    const value =
      text?.includes('=') !== true && optionsWithValue.has(key) ? command.words[++index] : undefined;
    if (isDropped) dropped.push(word, ...(value === undefined ? [] : [value]));
  }
  return dropped;
}

function isKept(option: string): boolean {
  const name = option.replace(/^-+/, '');
  return aclOptions.has(name) && !ownOptions.has(name);
}

/** Several words of one variable have one place: none of them can be left out. */
function isAlone(word: Field, command: NbctlCommand): boolean {
  const { start, end } = word.span;
  return (
    end > start &&
    [command.first, ...command.words].every(
      (other) => other === word || other.span.end <= start || other.span.start >= end,
    )
  );
}

/** A line behind a `create ACL`, which may have made the port group as well. */
function lineBehind(
  text: string,
  { chain, span }: RecordedAcl,
  statement: Statement,
  acl: WantedAcl,
): TextEdit | null {
  const [head] = chain;
  if (head === undefined || statement.lineStop === null || !spanContains(statement, span)) return null;
  const program = text.slice(statement.start, head.first.span.end);
  const globals: string[] = [];
  for (let index = 0; index < head.words.length; index++) {
    const word = head.words[index];
    const written = word === undefined ? null : textOf(word);
    if (word === undefined || written === null) return null;
    if (!written.startsWith('-')) break;
    const [key = ''] = written.split('=');
    const value = !written.includes('=') && optionsWithValue.has(key) ? head.words[++index] : undefined;
    if (aclOptions.has(key.replace(/^-+/, ''))) continue;
    if (!isAlone(word, head) || (value !== undefined && !isAlone(value, head))) continue;
    for (const { span } of value === undefined ? [word] : [word, value]) {
      globals.push(text.slice(span.start, span.end));
    }
  }
  const match = quoteLike("'", acl.match);
  const entity = /^[\w.:@%+-]+$/.test(acl.entity) ? acl.entity : quoteLike("'", acl.entity);
  if (match === null || entity === null) return null;
  const words = [
    program,
    ...globals,
    ...(acl.tier > 0 ? [`--tier=${acl.tier}`] : []),
    ...['acl-add', entity, acl.direction, String(acl.priority), match, 'allow-related'],
  ];
  const at = statement.lineStop;
  return { start: at, end: at, newText: statement.lineEnd + statement.indent + words.join(' ') };
}

/** In the quotes that the word at hand begins with; null where the text cannot stand in them. */
function quoteLike(word: string, text: string): string | null {
  if (word.startsWith('"') && !/["$`\\!]/.test(text)) return `"${text}"`;
  return text.includes("'") ? null : `'${text}'`;
}

/** Null when the edits are not inside, or overlap: words that a variable or a function gave. */
function applyEdits(text: string, { start, end }: Span, edits: readonly TextEdit[]): string | null {
  let result = '';
  let from = start;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    if (edit.start < from || edit.end > end || edit.end <= edit.start) return null;
    result += text.slice(from, edit.start) + edit.newText;
    from = edit.end;
  }
  return result + text.slice(from, end);
}

/** Whether the script, read again, adds this ACL, and otherwise what it added before. */
function isAsWanted(
  { text, file }: SourceText,
  edit: TextEdit,
  acl: WantedAcl,
  read: (source: SourceText) => readonly AclDefinition[],
): boolean {
  const edited = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
  const before = read({ text, file }).map(describe);
  const after = read({ text: edited, file }).map(describe);
  const wanted = describe({ ...acl, entity: { name: acl.entity }, action: 'allow-related', name: null });
  const at = after.indexOf(wanted);
  return at >= 0 && JSON.stringify(after.toSpliced(at, 1)) === JSON.stringify(before);
}

function describe(acl: {
  readonly entity: { readonly name: string } | null;
  readonly direction: string | null;
  readonly priority: number | null;
  readonly match: string | null;
  readonly action: string | null;
  readonly tier: number | null;
  readonly name: string | null;
}): string {
  const { entity, direction, priority, match, action, tier, name } = acl;
  return JSON.stringify([entity?.name ?? null, direction, priority, match, action, tier ?? 0, name]);
}
