import type { AclDefinition, AclEntity } from '../definition';
import type { Field, Piece } from '../shell/field';
import { textOf } from '../shell/field';
import type { NbctlCommand } from './commands';

/** An ACL that a command line adds, and the words that say where it is written. */
export interface WrittenAcl {
  readonly acl: Omit<AclDefinition, 'format' | 'file' | 'range' | 'matchRange'>;
  readonly command: NbctlCommand;
  readonly matchWord: Field;
  /** The match expression within that word. */
  readonly match: readonly Piece[];
}

const directions = new Set(['from-lport', 'to-lport']);

/** The ACLs that one `ovn-nbctl` line adds: by `acl-add`, or by `create ACL` and a command that refers to it. */
export function readAclCommands(commands: readonly NbctlCommand[]): readonly WrittenAcl[] {
  return commands.flatMap((command): readonly WrittenAcl[] => {
    if (command.name === 'acl-add') return readAclAdd(command);
    if (command.name === 'create') return readCreate(command, commands);
    return [];
  });
}

/** ovn-nbctl takes exactly five arguments; with more (a match without quotes) or fewer it refuses the line. */
function readAclAdd(command: NbctlCommand): readonly WrittenAcl[] {
  const [entity, direction, priority, match, action] = command.args;
  if (!entity || !direction || !priority || !match || !action || command.args.length > 5) return [];
  const { options } = command;
  const type = options.get('type')?.text;
  // Nothing is called nothing: it is a variable that is set elsewhere.
  const entityName = textOf(entity) || null;
  return [
    {
      command,
      matchWord: match,
      match: match.pieces,
      acl: {
        kind: 'acl',
        identities: [],
        entity:
          entityName === null
            ? null
            : { type: type === 'switch' || type === 'port-group' ? type : null, name: entityName },
        // ovn-nbctl looks at the first letter only.
        direction: readDirection(
          textOf(direction)?.replace(/^t.*/s, 'to-lport').replace(/^f.*/s, 'from-lport') ?? null,
        ),
        priority: readInteger(textOf(priority), 32_767),
        match: textOf(match),
        action: textOf(action),
        tier: readInteger(options.get('tier')?.text ?? null, 3),
        name: options.get('name')?.text ?? null,
      },
    },
  ];
}

function readDirection(text: string | null): AclDefinition['direction'] {
  return text !== null && directions.has(text) ? (text as AclDefinition['direction']) : null;
}

function readInteger(text: string | null, largest: number): number | null {
  if (text === null || !/^\s*[+]?\d{1,9}$/.test(text)) return null;
  const value = Number(text);
  return value <= largest ? value : null;
}

/** `create ACL direction=… priority=… match='"…"' action=…`. */
function readCreate(command: NbctlCommand, chain: readonly NbctlCommand[]): readonly WrittenAcl[] {
  const [table, ...settings] = command.args;
  if (!table || textOf(table)?.toLowerCase() !== 'acl') return [];
  const columns = new Map<string, { readonly field: Field; readonly value: string | null }>();
  for (const field of settings) {
    const setting = /^([^=]+)=(.*)$/s.exec(textOf(field) ?? '');
    const [, column = '', value = ''] = setting ?? [];
    // The name of the column may be all that is known of `match="$MATCH"`.
    if (setting) columns.set(column, { field, value: readAtom(value) });
    else columns.set(/^([^=]+)=/.exec(firstText(field))?.[1] ?? '', { field, value: null });
  }
  const match = columns.get('match');
  if (!match) return [];
  const id = command.options.get('id')?.text ?? null;
  return [
    {
      command,
      matchWord: match.field,
      match: piecesAfterEquals(match.field),
      acl: {
        kind: 'acl',
        identities: [],
        entity: id === null ? null : findReferrer(id, chain),
        direction: readDirection(columns.get('direction')?.value ?? null),
        priority: readInteger(columns.get('priority')?.value ?? null, 32_767),
        match: match.value,
        action: columns.get('action')?.value ?? null,
        tier: readInteger(columns.get('tier')?.value ?? null, 3),
        name: columns.get('name')?.value ?? null,
      },
    },
  ];
}

function piecesAfterEquals({ pieces }: Field): readonly Piece[] {
  const [first, ...rest] = pieces;
  const at = first?.text?.indexOf('=') ?? -1;
  if (!first?.text || at < 0) return pieces;
  const text = first.text.slice(at + 1);
  if (text === '') return rest;
  const start = first.verbatim ? first.span.start + at + 1 : first.span.start;
  return [{ ...first, text, span: { start, end: first.span.end } }, ...rest];
}

function firstText(field: Field): string {
  return field.pieces[0]?.text ?? '';
}

/** A string of OVSDB: in double quotes with JSON's escapes, or bare when it has none of the characters of the syntax. */
function readAtom(text: string): string | null {
  if (!text.startsWith('"')) return text === '' || /[:=,[\]{}!<> ]/.test(text) ? null : text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

const ownerTables: Readonly<Record<string, AclEntity['type']>> = {
  port_group: 'port-group',
  logical_switch: 'switch',
};

/** The port group or switch whose `acls` an ACL with the `--id` is put into, by a command of the same line. */
function findReferrer(id: string, chain: readonly NbctlCommand[]): AclEntity | null {
  const refersTo = (text: string): boolean => text.split(/[\s,[\]=]+/).includes(id);
  for (const { name, args } of chain) {
    const [table = '', record = '', ...rest] = args.map((field) => textOf(field) ?? '');
    const key = table.toLowerCase();
    const type = Object.hasOwn(ownerTables, key) ? (ownerTables[key] ?? null) : null;
    if (type === null) continue;
    const isAdded = name === 'add' && rest[0] === 'acls' && rest.slice(1).some(refersTo);
    const isSet = name === 'set' && rest.some((text) => text.startsWith('acls') && refersTo(text));
    if (isAdded || isSet) return record === '' ? null : { type, name: record };
    if (name === 'create') {
      const settings = [record, ...rest];
      const named = settings.find((text) => text.startsWith('name='));
      const owner = named === undefined ? null : readAtom(named.slice('name='.length));
      if (owner !== null && settings.some((text) => text.startsWith('acls') && refersTo(text)))
        return { type, name: owner };
    }
  }
  return null;
}
