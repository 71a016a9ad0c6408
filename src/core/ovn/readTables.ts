import type { CommandResult, RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { listCommand, type Database } from './databaseArguments';
import { parseTables, type OvsdbRow } from './ovsdbJson';
import { toolFailure } from './toolFailure';

/** One `list` or `find`, without the program, for each name under which its rows are wanted. */
export type TableQueries<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** `list` of a table; without columns all that the tool knows, for it fails as a whole at one that it does not know. */
export function listTable(table: string, columns: string | null = null): readonly string[] {
  return [...(columns === null ? [] : [`--columns=${columns}`]), 'list', table];
}

/**
 * Runs the queries in one command, on one snapshot of the database.
 * @throws TraceFailure when the database cannot be read.
 */
export async function readTables<Name extends string>(
  run: RunCommand,
  target: TargetConfig,
  database: Database,
  options: RunOptions,
  queries: TableQueries<Name>,
): Promise<Readonly<Record<Name, readonly OvsdbRow[]>>> {
  const names = Object.keys(queries) as Name[];
  const [program, ...common] = listCommand(target, database, options);
  const argv = [program, ...common, ...names.flatMap((name) => ['--', ...queries[name]])] as const;
  const result: CommandResult = await run(argv, options);
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  const tables = parseTables(result.stdout, names);
  return Object.fromEntries(names.map((name) => [name, tables.get(name) ?? []])) as Record<
    Name,
    readonly OvsdbRow[]
  >;
}
