import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl, PortGroup } from '../ovn/northbound';
import type { AclEntity, RowIdentity } from './definition';

/** The columns of a row by which identities know it; a column may have several values. */
export type RowColumns = ReadonlyMap<string, readonly string[]>;

export function columnsOfAcl(
  acl: Acl,
  entities: readonly AclEntity[],
  live: InventoryIndex | null,
): RowColumns {
  const carriers = live?.entitiesOf(acl) ?? [];
  const groups = [...entities, ...carriers].filter(({ type }) => type !== 'switch');
  const switches = [...entities, ...carriers].filter(({ type }) => type === 'switch');
  return new Map([
    ['_uuid', [acl.uuid]],
    ['name', acl.name === null ? [] : [acl.name]],
    ['direction', [acl.direction]],
    ['priority', [String(acl.priority)]],
    ['tier', [String(acl.tier)]],
    ['action', [acl.action]],
    ['match', [acl.match]],
    ['port_group', [...new Set(groups.map(({ name }) => name))]],
    ['switch', [...new Set(switches.map(({ name }) => name))]],
    ...externalIdColumns(acl.externalIds),
  ]);
}

export function columnsOfGroup({ uuid, name, externalIds }: PortGroup): RowColumns {
  return new Map([['_uuid', [uuid]], ['name', [name]], ...externalIdColumns(externalIds)]);
}

function externalIdColumns(ids: Readonly<Record<string, string>>): readonly [string, readonly string[]][] {
  return Object.entries(ids).map(([key, value]) => [`external_ids:${key}`, [value]]);
}

/** Whether a row has each of the values. */
export function hasIdentity(row: RowColumns, { columns }: RowIdentity): boolean {
  return Object.entries(columns).every(([column, wanted]) =>
    (row.get(column) ?? []).some((value) => fits(value, wanted)),
  );
}

/** Whether an id says that the row is another one: it has those columns, and other values in them. */
export function isOther(row: RowColumns, identity: RowIdentity): boolean {
  const isThere = (column: string): boolean => (row.get(column) ?? []).length > 0;
  return identity.by === 'id' && Object.keys(identity.columns).every(isThere) && !hasIdentity(row, identity);
}

/** Whether the file leaves part of a value open. */
export function isOpen({ columns }: RowIdentity): boolean {
  return Object.values(columns).some((value) => value.includes('*'));
}

function fits(value: string, wanted: string): boolean {
  const star = wanted.indexOf('*');
  if (star < 0) return value === wanted;
  const [before, after] = [wanted.slice(0, star), wanted.slice(star + 1)];
  return value.length > before.length + after.length && value.startsWith(before) && value.endsWith(after);
}

export interface Identified<Item> {
  readonly identity: RowIdentity;
  readonly item: Item;
}

/** Finds what has the identity of a row, in time that does not grow with the number of identities. */
export class IdentityIndex<Item> {
  private readonly byFirst = new Map<string, Identified<Item>[]>();
  private readonly columns = new Set<string>();

  add(identity: RowIdentity, item: Item): void {
    const [first] = Object.entries(identity.columns);
    if (first === undefined) return;
    const [column, value] = first;
    this.columns.add(column);
    const key = keyOf(column, literalPart(value));
    const entries = this.byFirst.get(key);
    if (entries === undefined) this.byFirst.set(key, [{ identity, item }]);
    else entries.push({ identity, item });
  }

  /** In the order of the row's columns. */
  find(row: RowColumns): readonly Identified<Item>[] {
    return [...row].flatMap(([column, values]) =>
      (this.columns.has(column) ? values : []).flatMap((value) =>
        lookUpParts(value).flatMap((part) =>
          (this.byFirst.get(keyOf(column, part)) ?? []).filter(({ identity }) => hasIdentity(row, identity)),
        ),
      ),
    );
  }
}

function keyOf(column: string, part: string): string {
  return `${column}\0${part}`;
}

/** What is told of a value: all of it, or what stands before or after the `*`: before it, if that ends where names are joined. */
function literalPart(value: string): string {
  const star = value.indexOf('*');
  if (star < 0) return value;
  const before = value.slice(0, star);
  return /[:/._]$/.test(before) ? `${before}*` : `*${value.slice(star + 1)}`;
}

/** The literal parts under which a value can be filed: an open one begins or ends where names are joined. */
function lookUpParts(value: string): readonly string[] {
  const parts = [value];
  for (const { 0: joint, index } of value.matchAll(/[:/._-]/g)) {
    parts.push(`*${value.slice(index)}`);
    if (joint !== '-') parts.push(`${value.slice(0, index + 1)}*`);
  }
  return parts;
}
