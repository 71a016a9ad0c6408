import { decodeInventory, type InventoryTable, inventoryTables } from './decodeInventory';
import { indexInventory, type InventoryIndex } from './inventoryIndex';
import { OvsdbRow } from './ovsdbJson';
import { stableColumns } from './readInventory';

type Cells = Readonly<Record<string, unknown>>;

/** Changes of tables as an OVSDB monitor gives them (RFC 7047, 4.1.6): by table and UUID, `new` holds the whole row. */
export type RowChanges = Readonly<
  Record<string, Readonly<Record<string, { readonly old?: Cells; readonly new?: Cells }>>>
>;

interface FollowedTable {
  /** Position of each column in the cells of a row. */
  readonly columns: ReadonlyMap<string, number>;
  readonly rows: Map<string, OvsdbRow>;
}

/** The inventory kept up to date by the changes of the northbound database, instead of by reading it again. */
export class FollowedInventory {
  private readonly tables = new Map<InventoryTable, FollowedTable>();
  private known: InventoryIndex | null = null;

  /** @param schema the columns of each table that the database has; older ones lack some. */
  constructor(schema: ReadonlyMap<string, readonly string[]>) {
    for (const name of inventoryTables) {
      const has = schema.get(name);
      if (has === undefined) continue;
      const wanted = stableColumns[name]?.split(',') ?? has;
      const columns = ['_uuid', ...has.filter((column) => wanted.includes(column))];
      const positions = new Map(columns.map((column, at) => [column, at]));
      this.tables.set(name, { columns: positions, rows: new Map() });
    }
  }

  /** What to monitor: table and columns. */
  get columns(): ReadonlyMap<InventoryTable, readonly string[]> {
    return new Map(
      [...this.tables].map(([name, { columns }]) => [
        name,
        [...columns.keys()].filter((column) => column !== '_uuid'),
      ]),
    );
  }

  apply(changes: RowChanges): void {
    for (const [name, { columns, rows }] of this.tables) {
      for (const [uuid, { new: cells }] of Object.entries(changes[name] ?? {})) {
        this.known = null;
        if (cells === undefined) rows.delete(uuid);
        else rows.set(uuid, new OvsdbRow(name, columns, layCells(uuid, cells, columns)));
      }
    }
  }

  /**
   * The inventory as it is now; the same object as long as nothing has changed.
   * @param now milliseconds since the epoch.
   * @throws TraceFailure `unexpected-output` where a cell is not what its column holds.
   */
  index(now: number): InventoryIndex {
    this.known ??= indexInventory(
      decodeInventory(new Map([...this.tables].map(([name, { rows }]) => [name, [...rows.values()]])), now),
    );
    return this.known;
  }
}

function layCells(uuid: string, cells: Cells, columns: ReadonlyMap<string, number>): readonly unknown[] {
  return [...columns.keys()].map((column) => (column === '_uuid' ? ['uuid', uuid] : cells[column]));
}
