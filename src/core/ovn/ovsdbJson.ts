import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { TraceFailure } from '../failure';

/**
 * The JSON that `ovn-nbctl --format=json --data=json list …` prints: one document a line and table, its cells in the notation
 * of RFC 7047 section 5.1 (`["uuid",…]`, `["set",[…]]`, `["map",[…]]`; a set of one element is printed as the element).
 */
const headingsSchema = z.array(z.string());
/** Not cell by cell: `OvsdbRow` checks each that is read, and a large table has a million of them. */
const rowsSchema = z.custom<readonly (readonly unknown[])[]>(
  (data) => Array.isArray(data) && data.every((row) => Array.isArray(row)),
);
const tableSchema = z.object({ headings: headingsSchema, data: rowsSchema });

/** What the rows of one reading have in common. */
interface Shared {
  readonly table: string;
  readonly columns: ReadonlyMap<string, number>;
  readonly texts: Texts;
}

/** So many texts are remembered; those that come often come early. */
const mostShared = 1 << 12;

/** Gives equal texts one string: owners, projects and actions come with thousands of rows. */
class Texts {
  readonly #known = new Map<string, string>();

  share(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size < mostShared) this.#known.set(text, text);
    return text;
  }
}

/** One row; columns that the tool does not know are absent. */
export class OvsdbRow {
  readonly #shared: Shared;
  readonly #cells: readonly unknown[];

  constructor(shared: Shared, cells: readonly unknown[]) {
    this.#shared = shared;
    this.#cells = cells;
  }

  /** The row's own `_uuid`. */
  get uuid(): string {
    return toUuid(this.#cell('_uuid')) ?? this.#refuse('_uuid', l10n.t('a UUID'));
  }

  /** Whether the schema has the column. */
  has(column: string): boolean {
    return this.#shared.columns.has(column);
  }

  string(column: string): string {
    return this.optionalString(column) ?? '';
  }

  /** Null where the set is empty or the schema is older than the column. */
  optionalString(column: string): string | null {
    const value = this.#single(column);
    if (value === null || typeof value === 'string') return value;
    return this.#refuse(column, l10n.t('a string'));
  }

  /** `string` of a column that has few values. */
  word(column: string): string {
    return this.#shared.texts.share(this.string(column));
  }

  /** Null where the set is empty or the schema is older than the column. */
  optionalNumber(column: string): number | null {
    const value = this.#single(column);
    if (value === null || typeof value === 'number') return value;
    return this.#refuse(column, l10n.t('a number'));
  }

  /** Null where the set is empty or the schema is older than the column. */
  optionalBoolean(column: string): boolean | null {
    const value = this.#single(column);
    if (value === null || typeof value === 'boolean') return value;
    return this.#refuse(column, l10n.t('a boolean'));
  }

  strings(column: string): readonly string[] {
    return this.#elements(column).map((element) =>
      typeof element === 'string' ? element : this.#refuse(column, l10n.t('a set of strings')),
    );
  }

  /** References to other rows. */
  uuids(column: string): readonly string[] {
    return this.#elements(column).map(
      (element) => toUuid(element) ?? this.#refuse(column, l10n.t('a set of UUIDs')),
    );
  }

  /** A map of strings to strings that inherits no key: its keys come from the database. */
  map(column: string): Readonly<Record<string, string>> {
    const cell = this.#cell(column);
    if (cell === undefined) return noEntries;
    const pairs = taggedList(cell, 'map');
    if (pairs === null) return this.#refuse(column, l10n.t('a map'));
    if (pairs.length === 0) return noEntries;
    const result = Object.create(noKeys) as Record<string, string>;
    for (const pair of pairs) {
      if (!Array.isArray(pair)) return this.#refuse(column, l10n.t('a map'));
      const [key, value] = pair as readonly unknown[];
      if (typeof key !== 'string' || typeof value !== 'string')
        return this.#refuse(column, l10n.t('a map of strings'));
      result[key] = this.#shared.texts.share(value);
    }
    return result;
  }

  #cell(column: string): unknown {
    const position = this.#shared.columns.get(column);
    return position === undefined ? undefined : this.#cells[position];
  }

  #elements(column: string): readonly unknown[] {
    const cell = this.#cell(column);
    if (cell === undefined) return [];
    return taggedList(cell, 'set') ?? [cell];
  }

  #single(column: string): unknown {
    const cell = this.#cell(column);
    if (cell === undefined) return null;
    const elements = taggedList(cell, 'set');
    if (elements === null) return cell;
    if (elements.length > 1) return this.#refuse(column, l10n.t('at most one value'));
    return elements[0] ?? null;
  }

  #refuse(column: string, expected: string): never {
    throw unexpected(
      l10n.t('Column {0} of table {1} does not hold {2}.', column, this.#shared.table, expected),
      JSON.stringify(this.#cell(column) ?? null),
    );
  }
}

/** The prototype of all maps. With none at all, V8 keeps an object as a hash table, which takes several times the memory. */
const noKeys = Object.freeze(Object.create(null) as object);
const noEntries = Object.freeze(Object.create(noKeys) as Readonly<Record<string, string>>);

/**
 * Reads the tables that the `list` commands of one call printed, in their order. Other lines (a greeting of the login shell)
 * are passed over.
 * @throws TraceFailure `unexpected-output` where a table is missing or is none.
 */
export function parseTables<Name extends string>(
  stdout: string,
  names: readonly Name[],
): ReadonlyMap<Name, readonly OvsdbRow[]> {
  return new Map([...openTables(stdout, names)].map(([name, parts]) => [name, [...parts].flat()]));
}

/** Rows of a table in parts of some milliseconds each. They are read while they are gone through, so that none has to be kept. */
export type RowParts = Iterable<readonly OvsdbRow[]>;

/**
 * Like `parseTables`, for tables of many thousand rows.
 * @throws TraceFailure `unexpected-output` where a table is missing; while its rows are gone through, where it is none.
 */
export function openTables<Name extends string>(
  stdout: string,
  names: readonly Name[],
): ReadonlyMap<Name, RowParts> {
  const tables = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => openLongTable(line) ?? parseTable(line))
    .filter((table) => table !== null);
  if (tables.length !== names.length) {
    throw unexpected(
      l10n.t('The database tool printed {0} tables where {1} were asked for.', tables.length, names.length),
      stdout,
    );
  }
  const texts = new Texts();
  return new Map(
    names.map((name, position) => {
      const { headings, parts } = tables[position] ?? noTable;
      return [name, toRows({ table: name, columns: positionsOf(headings), texts }, parts)];
    }),
  );
}

/** Makes rows of cells that came one by one, as from a monitor; `columns` says what they are. */
export function rowMaker(table: string, columns: readonly string[]): (cells: readonly unknown[]) => OvsdbRow {
  const shared = { table, columns: positionsOf(columns), texts: new Texts() };
  return (cells) => new OvsdbRow(shared, cells);
}

function toRows(shared: Shared, parts: Table['parts']): RowParts {
  return {
    *[Symbol.iterator]() {
      for (const rows of parts) yield rows.map((cells) => new OvsdbRow(shared, cells));
    },
  };
}

function positionsOf(headings: readonly string[]): ReadonlyMap<string, number> {
  return new Map(headings.map((heading, position) => [heading, position]));
}

const answerSchema = z.array(z.object({ rows: z.array(z.record(z.string(), z.unknown())) }));

/**
 * Reads what a transaction of `select` operations gave: the rows of each, in their order. Null where it gave something else, as an
 * error for one of them.
 */
export function readSelections(answer: unknown, table: string): readonly (readonly OvsdbRow[])[] | null {
  const selections = answerSchema.safeParse(answer);
  if (!selections.success) return null;
  return selections.data.map(({ rows }) => {
    const headings = Object.keys(rows[0] ?? {});
    const shared = { table, columns: positionsOf(headings), texts: new Texts() };
    return rows.map(
      (row) =>
        new OvsdbRow(
          shared,
          headings.map((heading) => row[heading]),
        ),
    );
  });
}

interface Table {
  readonly headings: readonly string[];
  readonly parts: Iterable<readonly (readonly unknown[])[]>;
}

const noTable: Table = { headings: [], parts: [] };

function parseTable(line: string): Table | null {
  const table = tableSchema.safeParse(parseJson(line));
  return table.success ? { headings: table.data.headings, parts: [table.data.data] } : null;
}

/** Rows are read for so many characters at a time: some milliseconds. */
const sliceLength = 1 << 18;
const dataBegins = '{"data":[';
const dataEnds = '],"headings":[';
/** Between two rows, whose first cell is their UUID. In a string the quotes have backslashes. */
const nextRow = '],[["uuid","';

/** A long table in the form that OVN's tools print; null for any other. */
function openLongTable(line: string): Table | null {
  const end = line.lastIndexOf(dataEnds);
  if (line.length <= sliceLength || !line.startsWith(dataBegins) || end < 0) return null;
  const empty = tableSchema.safeParse(parseJson(`${dataBegins}${line.slice(end)}`));
  if (!empty.success) return null;
  return {
    headings: empty.data.headings,
    parts: {
      *[Symbol.iterator]() {
        for (let start = dataBegins.length; start < end;) {
          const cut = line.indexOf(nextRow, start + sliceLength);
          const stop = cut < 0 || cut > end ? end : cut + 1;
          const rows = rowsSchema.safeParse(parseJson(`[${line.slice(start, stop)}]`));
          if (!rows.success) throw unexpected(l10n.t('The database tool printed rows that are none.'), line);
          yield rows.data;
          start = stop + 1;
        }
      },
    },
  };
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function taggedList(cell: unknown, tag: 'set' | 'map'): readonly unknown[] | null {
  if (!Array.isArray(cell)) return null;
  const [head, elements] = cell as readonly unknown[];
  return head === tag && Array.isArray(elements) ? elements : null;
}

function toUuid(cell: unknown): string | null {
  if (!Array.isArray(cell)) return null;
  const [tag, uuid] = cell as readonly unknown[];
  return tag === 'uuid' && typeof uuid === 'string' ? uuid : null;
}

function unexpected(message: string, output: string): TraceFailure {
  return new TraceFailure('unexpected-output', message, {
    advice: l10n.t(
      'Run the command on the target by hand: a wrapper or a login script there may add text to its output.',
    ),
    detail: output.slice(0, 2000),
  });
}
