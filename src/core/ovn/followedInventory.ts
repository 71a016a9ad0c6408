import { decodeAcl, decodeInventorySteps, type InventoryTable, inventoryTables } from './decodeInventory';
import { indexInventory, type InventoryIndex } from './inventoryIndex';
import type { Acl, Inventory } from './northbound';
import { rowMaker, type OvsdbRow } from './ovsdbJson';
import { stableColumns } from './readInventory';
import { reuseRows } from './sameInventory';
import { runInSlices, type Steps } from '../slices';

type Cells = Readonly<Record<string, unknown>>;

/** Changes of tables as an OVSDB monitor gives them (RFC 7047, 4.1.6): by table and UUID, `new` holds the whole row. */
export type RowChanges = Readonly<
  Record<string, Readonly<Record<string, { readonly old?: Cells; readonly new?: Cells }>>>
>;

interface FollowedTable {
  /** What to monitor; `_uuid` comes with each row. */
  readonly columns: readonly string[];
  readonly makeRow: (cells: readonly unknown[]) => OvsdbRow;
  readonly rows: Map<string, OvsdbRow>;
}

/** So many rows are decoded in a few milliseconds. */
const rowsOfPart = 1000;

/** The inventory kept up to date by the changes of the northbound database, instead of by reading it again. */
export class FollowedInventory {
  private readonly tables = new Map<InventoryTable, FollowedTable>();
  /** By far the most rows of a large network, and each stands for itself: once decoded, the row itself is not kept. */
  private readonly acls = new Map<string, Acl>();
  private known: InventoryIndex | null = null;
  /** Traces keep what they were explained with: rows that are the same are the same objects. */
  private last: Inventory | null = null;
  private changes = 0;

  /** @param schema the columns of each table that the database has; older ones lack some. */
  constructor(schema: ReadonlyMap<string, readonly string[]>) {
    for (const name of inventoryTables) {
      const has = schema.get(name);
      if (has === undefined) continue;
      const wanted = stableColumns[name]?.split(',') ?? has;
      const columns = has.filter((column) => column !== '_uuid' && wanted.includes(column));
      this.tables.set(name, { columns, makeRow: rowMaker(name, ['_uuid', ...columns]), rows: new Map() });
    }
  }

  /** What to monitor: table and columns. */
  get columns(): ReadonlyMap<InventoryTable, readonly string[]> {
    return new Map([...this.tables].map(([name, { columns }]) => [name, columns]));
  }

  apply(updates: RowChanges): void {
    for (const [name, { columns, makeRow, rows }] of this.tables) {
      for (const [uuid, { new: cells }] of Object.entries(updates[name] ?? {})) {
        this.changes++;
        this.known = null;
        if (name === 'ACL') this.acls.delete(uuid);
        if (cells === undefined) rows.delete(uuid);
        else rows.set(uuid, makeRow([['uuid', uuid], ...columns.map((column) => cells[column])]));
      }
    }
  }

  /**
   * The inventory as it is when this is called; the same object as long as nothing has changed.
   * @param now milliseconds since the epoch.
   * @param pause gives the event loop a turn.
   * @throws TraceFailure `unexpected-output` where a cell is not what its column holds.
   */
  async index(now: number, pause: () => Promise<void>): Promise<InventoryIndex> {
    if (this.known !== null) return this.known;
    const { changes } = this;
    const decoded = await runInSlices(this.decode(now), pause);
    this.last = this.last === null ? decoded : reuseRows(this.last, decoded);
    const index = indexInventory(this.last);
    if (changes === this.changes) this.known = index;
    return index;
  }

  private *decode(now: number): Steps<Inventory> {
    // As they are now: while the decoding pauses, they may change.
    const parts = new Map([...this.tables].map(([name, { rows }]) => [name, inParts([...rows.values()])]));
    const known = [...this.acls.values()];
    const made: Acl[] = [];
    const rows = this.tables.get('ACL')?.rows ?? new Map<string, OvsdbRow>();
    for (const part of inParts([...rows.values()])) {
      for (const row of part) {
        const acl = decodeAcl(row);
        made.push(acl);
        if (rows.get(acl.uuid) !== row) continue;
        rows.delete(acl.uuid);
        this.acls.set(acl.uuid, acl);
      }
      yield;
    }
    return yield* decodeInventorySteps(parts, now, [...known, ...made]);
  }
}

function* inParts(rows: readonly OvsdbRow[]): Generator<readonly OvsdbRow[]> {
  for (let at = 0; at < rows.length; at += rowsOfPart) yield rows.slice(at, at + rowsOfPart);
}
