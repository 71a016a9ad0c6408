import type { AclEntity } from '../definition';
import type { Span } from '../shell/field';
import type { JsonNode, JsonObject } from './scanner';
import { stringOf } from './scanner';
import type { RowReference } from './values';
import { isUuid, OvsdbValues } from './values';

/** An ACL of the file with the columns that are given for it. */
export interface AclRow {
  /** Null where the database is to choose it. */
  readonly uuid: string | null;
  readonly span: Span;
  readonly columns: ReadonlyMap<string, JsonNode>;
  readonly entity: AclEntity | null;
}

type Columns = ReadonlyMap<string, JsonNode>;
type OwnerType = 'port-group' | 'switch';
interface Row {
  readonly uuid: string | null;
  readonly key: string | null;
  span: Span;
  readonly columns: Map<string, JsonNode>;
}
/** Who carries an ACL; its name may stand in another row. */
interface Carrier {
  readonly type: OwnerType;
  readonly name: string | null;
  readonly key: string | null;
}

const ownerTables: ReadonlyMap<string, OwnerType> = new Map([
  ['Port_Group', 'port-group'],
  ['Logical_Switch', 'switch'],
]);
/** A dump has megabytes of others. */
const wantedColumns = new Set(['_uuid', 'action', 'direction', 'match', 'name', 'priority', 'tier', 'acls']);
/** How deep lists of lists of tables are followed: the records of a clustered database have three levels. */
const deepestList = 4;

/** Collects the ACLs that a JSON text of the northbound database holds, and who carries them. */
export class OvsdbRows {
  private readonly values: OvsdbValues;
  private readonly acls = new Map<string, Row>();
  private readonly nameless: Row[] = [];
  private readonly carriers = new Map<string, Carrier>();
  private readonly ownerNames = new Map<string, string>();
  private transactions = 0;

  constructor(private readonly text: string) {
    this.values = new OvsdbValues(text);
  }

  /** Takes one value of the text: a table, a transaction, a record of the database file, or a list of these. */
  read(value: JsonNode, depth = 0): void {
    if (value.kind === 'array') {
      if (this.isOperations(value.items)) this.readTransaction(value.items);
      else if (depth < deepestList) for (const item of value.items) this.read(item, depth + 1);
      return;
    }
    if (value.kind !== 'object') return;
    const headings = this.values.member(value, 'headings');
    if (headings?.kind === 'array') return this.readTable(value, headings.items);
    if (this.values.member(value, 'op') !== undefined) return this.readTransaction([value]);
    for (const { key, value: inner } of value.members) {
      const name = stringOf(key, this.text);
      if (name === 'ACL' || (name !== null && ownerTables.has(name))) this.readRows(name, inner);
      else if (name === 'params' || name === 'data' || name === 'prev_data' || name === 'tables') {
        if (inner.kind !== 'word' && depth < deepestList) this.read(inner, depth + 1);
      }
    }
  }

  /** In the order they are written. */
  list(): readonly AclRow[] {
    return [...this.acls.values(), ...this.nameless]
      .filter(({ columns }) => columns.has('match'))
      .map(({ uuid, key, span, columns }) => ({ uuid, span, columns, entity: this.entityOf(key) }))
      .sort((one, other) => one.span.start - other.span.start);
  }

  private entityOf(key: string | null): AclEntity | null {
    const carrier = key === null ? undefined : this.carriers.get(key);
    if (carrier === undefined) return null;
    const byKey = carrier.key === null ? undefined : this.ownerNames.get(carrier.key);
    // ovn-nbctl, too, takes a UUID for a name.
    const name = carrier.name ?? byKey ?? (carrier.key !== null && isUuid(carrier.key) ? carrier.key : null);
    return name === null ? null : { type: carrier.type, name };
  }

  private isOperations(items: readonly JsonNode[]): boolean {
    const [first, second] = items;
    if (first?.kind === 'object') return this.values.member(first, 'op') !== undefined;
    return (
      first?.kind === 'string' && second?.kind === 'object' && this.values.member(second, 'op') !== undefined
    );
  }

  /** What `ovsdb-client dump` and `monitor`, and `ovn-nbctl list` and `find`, print. */
  private readTable(table: JsonObject, headings: readonly JsonNode[]): void {
    const names = headings.map((heading) => stringOf(heading, this.text));
    const isMonitored = names[0] === 'row' && names[1] === 'action';
    const kind = kindOfTable(this.values.stringMember(table, 'caption'), names.slice(isMonitored ? 2 : 0));
    if (kind === null) return;
    // Of a name given twice the last counts: the first `action` of a monitor's table is what happened to the row.
    const wanted = names.flatMap((name, index) =>
      name !== null && wantedColumns.has(name) ? [{ name, index }] : [],
    );
    for (const row of this.values.arrayMember(table, 'data')) {
      if (row.kind !== 'array') continue;
      const columns = new Map<string, JsonNode>();
      for (const { name, index } of wanted) {
        const cell = row.items[index];
        if (cell !== undefined) columns.set(name, cell);
      }
      const change = isMonitored ? this.values.string(row.items[1]) : null;
      if (change === 'delete' || change === 'old') continue;
      const uuid = isMonitored
        ? this.values.string(row.items[0])
        : (this.values.references(columns.get('_uuid'))[0]?.id ?? null);
      this.addRow(kind, uuid, uuid, columns, row);
    }
  }

  /** Rows by their UUIDs: records of the database file, or updates that a client was sent. */
  private readRows(table: string, rows: JsonNode): void {
    if (rows.kind !== 'object') return;
    for (const { key, value } of rows.members) {
      const uuid = stringOf(key, this.text);
      if (uuid === null || !isUuid(uuid)) continue;
      if (value.kind !== 'object') {
        this.acls.delete(uuid);
        continue;
      }
      const update = ['new', 'initial', 'insert', 'modify'].map((name) => this.values.member(value, name));
      const row = update.find((inner) => inner?.kind === 'object') ?? value;
      this.addRow(table, uuid, uuid, this.columnsOf(row), row);
    }
  }

  private readTransaction(operations: readonly JsonNode[]): void {
    const scope = `transaction ${this.transactions++} `;
    for (const operation of operations) {
      if (operation.kind !== 'object') continue;
      const table = this.values.stringMember(operation, 'table');
      if (table !== 'ACL' && (table === null || !ownerTables.has(table))) continue;
      const row = this.values.member(operation, 'row');
      const columns = row?.kind === 'object' ? this.columnsOf(row) : new Map<string, JsonNode>();
      const uuid = this.values.stringMember(operation, 'uuid');
      const name = this.values.stringMember(operation, 'uuid-name');
      switch (this.values.stringMember(operation, 'op')) {
        case 'insert':
          this.addRow(table, uuid, name === null ? uuid : scope + name, columns, row ?? operation, scope);
          break;
        case 'update':
          this.change(table, operation, columns, row ?? operation, scope);
          break;
        case 'mutate':
          this.change(table, operation, this.mutatedColumns(operation), operation, scope);
          break;
        default:
      }
    }
  }

  private change(table: string, operation: JsonObject, columns: Columns, span: Span, scope: string): void {
    for (const condition of this.values.arrayMember(operation, 'where')) {
      if (condition.kind !== 'array' || this.values.string(condition.items[1]) !== '==') continue;
      const [column, , value] = condition.items;
      if (this.values.string(column) === '_uuid') {
        const [reference] = this.values.references(value);
        if (reference === undefined) continue;
        const key = keyOf(reference, scope);
        if (table === 'ACL') {
          this.addRow(table, reference.kind === 'uuid' ? reference.id : null, key, columns, span, scope);
        } else this.carry(table, null, key, columns, scope);
      } else if (this.values.string(column) === 'name' && table !== 'ACL') {
        this.carry(table, this.values.string(value), null, columns, scope);
      }
    }
  }

  /** What a `mutate` puts into sets. */
  private mutatedColumns(operation: JsonObject): Columns {
    const columns = new Map<string, JsonNode>();
    for (const mutation of this.values.arrayMember(operation, 'mutations')) {
      if (mutation.kind !== 'array' || this.values.string(mutation.items[1]) !== 'insert') continue;
      const column = this.values.string(mutation.items[0]);
      const value = mutation.items[2];
      if (column !== null && value !== undefined) columns.set(column, value);
    }
    return columns;
  }

  private addRow(
    table: string,
    uuid: string | null,
    key: string | null,
    columns: Columns,
    { start, end }: Span,
    scope = '',
  ): void {
    if (table !== 'ACL') {
      this.carry(table, this.values.string(columns.get('name')), key, columns, scope);
      return;
    }
    const known = key === null ? undefined : this.acls.get(key);
    if (known !== undefined) {
      // The record that says which packets is the one to show.
      if (columns.has('match')) known.span = { start, end };
      for (const [name, value] of columns) known.columns.set(name, value);
      return;
    }
    const row: Row = { uuid, key, span: { start, end }, columns: new Map(columns) };
    if (key === null) this.nameless.push(row);
    else this.acls.set(key, row);
  }

  private carry(
    table: string,
    name: string | null,
    key: string | null,
    columns: Columns,
    scope: string,
  ): void {
    const type = ownerTables.get(table);
    if (type === undefined) return;
    if (key !== null && name !== null) this.ownerNames.set(key, name);
    for (const reference of this.values.references(columns.get('acls'))) {
      const acl = keyOf(reference, scope);
      if (!this.carriers.has(acl)) this.carriers.set(acl, { type, name, key });
    }
  }

  private columnsOf(row: JsonObject): Columns {
    const columns = new Map<string, JsonNode>();
    for (const { key, value } of row.members) {
      const name = stringOf(key, this.text);
      if (name !== null) columns.set(name, value);
    }
    return columns;
  }
}

function keyOf({ kind, id }: RowReference, scope: string): string {
  return kind === 'uuid' ? id : scope + id;
}

/** `list` and `find` print no caption: then the columns tell. Rules for QoS and router policies have much in common with ACLs. */
function kindOfTable(caption: string | null, headings: readonly (string | null)[]): string | null {
  const named = caption === null ? null : caption.replace(/ table$/, '');
  if (named !== null) return named === 'ACL' || ownerTables.has(named) ? named : null;
  const has = (...names: readonly string[]): boolean => names.every((name) => headings.includes(name));
  if (has('match', 'direction', 'action') && !has('bandwidth')) return 'ACL';
  if (!has('acls', 'name')) return null;
  return has('other_config') || has('qos_rules') || has('load_balancer') ? 'Logical_Switch' : 'Port_Group';
}
