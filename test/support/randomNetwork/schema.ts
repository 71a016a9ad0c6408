import type { PrivateOvn } from '../../../src/target/privateOvn';

/** What this version's northbound database can hold, so that a network uses just what there is. */
export interface NorthboundSchema {
  /** There is such a table, and such a column in it. */
  has(table: string, column?: string): boolean;
  /** The column takes that word: `pass` as the action of an ACL came with tiers. */
  takes(table: string, column: string, word: string): boolean;
}

interface SchemaText {
  readonly tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, unknown>> }>>;
}

/** Asks the database itself, which says more reliably than a version number what a distribution's build has. */
export async function readNorthboundSchema(ovn: PrivateOvn): Promise<NorthboundSchema> {
  const text = await ovn.check(['ovsdb-client', 'get-schema', ovn.northbound, 'OVN_Northbound']);
  const { tables } = JSON.parse(text) as SchemaText;
  return {
    has: (table, column) => {
      const columns = tables[table]?.columns;
      return columns !== undefined && (column === undefined || column in columns);
    },
    takes: (table, column, word) =>
      JSON.stringify(tables[table]?.columns[column] ?? null).includes(`"${word}"`),
  };
}
