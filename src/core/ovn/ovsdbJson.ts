import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { TraceFailure } from '../failure';

/**
 * The JSON that `ovn-nbctl --format=json --data=json list …` prints: one document a line and table, its cells in the notation
 * of RFC 7047 section 5.1 (`["uuid",…]`, `["set",[…]]`, `["map",[…]]`; a set of one element is printed as the element).
 */
const tableSchema = z.object({ headings: z.array(z.string()), data: z.array(z.array(z.unknown())) });

/** One row; columns that the tool does not know are absent. */
export class OvsdbRow {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly unknown[];
  readonly #table: string;

  constructor(table: string, columns: ReadonlyMap<string, number>, cells: readonly unknown[]) {
    this.#table = table;
    this.#columns = columns;
    this.#cells = cells;
  }

  /** The row's own `_uuid`. */
  get uuid(): string {
    const uuid = this.uuids('_uuid')[0];
    return uuid ?? this.#refuse('_uuid', 'a UUID');
  }

  /** Whether the schema has the column. */
  has(column: string): boolean {
    return this.#columns.has(column);
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

  /** A map of strings to strings, without a prototype: its keys come from the database. */
  map(column: string): Readonly<Record<string, string>> {
    const cell = this.#cell(column);
    const result = Object.create(null) as Record<string, string>;
    if (cell === undefined) return result;
    const pairs = taggedList(cell, 'map');
    if (pairs === null) return this.#refuse(column, l10n.t('a map'));
    for (const pair of pairs) {
      if (!Array.isArray(pair)) return this.#refuse(column, l10n.t('a map'));
      const [key, value] = pair as readonly unknown[];
      if (typeof key !== 'string' || typeof value !== 'string')
        return this.#refuse(column, l10n.t('a map of strings'));
      result[key] = value;
    }
    return result;
  }

  #cell(column: string): unknown {
    const position = this.#columns.get(column);
    return position === undefined ? undefined : this.#cells[position];
  }

  #elements(column: string): readonly unknown[] {
    const cell = this.#cell(column);
    if (cell === undefined) return [];
    return taggedList(cell, 'set') ?? [cell];
  }

  #single(column: string): unknown {
    const elements = this.#elements(column);
    if (elements.length > 1) return this.#refuse(column, l10n.t('at most one value'));
    return elements[0] ?? null;
  }

  #refuse(column: string, expected: string): never {
    throw unexpected(
      l10n.t('Column {0} of table {1} does not hold {2}.', column, this.#table, expected),
      JSON.stringify(this.#cell(column) ?? null),
    );
  }
}

/**
 * Reads the tables that the `list` commands of one call printed, in their order. Other lines (a greeting of the login shell)
 * are passed over.
 * @throws TraceFailure `unexpected-output` where a table is missing or is none.
 */
export function parseTables<Name extends string>(
  stdout: string,
  names: readonly Name[],
): ReadonlyMap<Name, readonly OvsdbRow[]> {
  const documents = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(parseTable)
    .filter((table) => table !== null);
  if (documents.length !== names.length) {
    throw unexpected(
      l10n.t(
        'The database tool printed {0} tables where {1} were asked for.',
        documents.length,
        names.length,
      ),
      stdout,
    );
  }
  return new Map(names.map((name, position) => [name, toRows(name, documents[position])]));
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
    const columns = new Map(headings.map((heading, position) => [heading, position]));
    return rows.map(
      (row) =>
        new OvsdbRow(
          table,
          columns,
          headings.map((heading) => row[heading]),
        ),
    );
  });
}

function parseTable(line: string): z.infer<typeof tableSchema> | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const table = tableSchema.safeParse(value);
  return table.success ? table.data : null;
}

function toRows(name: string, table: z.infer<typeof tableSchema> | undefined): readonly OvsdbRow[] {
  if (table === undefined) return [];
  const columns = new Map(table.headings.map((heading, position) => [heading, position]));
  return table.data.map((cells) => new OvsdbRow(name, columns, cells));
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
