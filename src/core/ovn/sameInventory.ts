import type { Inventory } from './northbound';

interface Row {
  readonly uuid: string;
}

const tables = [
  'switches',
  'switchPorts',
  'routers',
  'routerPorts',
  'portGroups',
  'acls',
  'addressSets',
  'loadBalancers',
] as const satisfies readonly (keyof Inventory)[];

/** Whether two readings found the same rows, in whatever order the database gave them. */
export function isSameInventory(a: Inventory, b: Inventory): boolean {
  return (
    a === b ||
    (isSame(a.globalOptions, b.globalOptions) && tables.every((table) => haveSameRows(a[table], b[table])))
  );
}

/**
 * The later of two readings, with the rows of the earlier one wherever they are still the same: traces keep the database they were
 * explained with, and a large one changes little between two of them.
 */
export function reuseRows(before: Inventory, now: Inventory): Inventory {
  return {
    ...now,
    switches: reuse(before.switches, now.switches),
    switchPorts: reuse(before.switchPorts, now.switchPorts),
    routers: reuse(before.routers, now.routers),
    routerPorts: reuse(before.routerPorts, now.routerPorts),
    portGroups: reuse(before.portGroups, now.portGroups),
    acls: reuse(before.acls, now.acls),
    addressSets: reuse(before.addressSets, now.addressSets),
    loadBalancers: reuse(before.loadBalancers, now.loadBalancers),
  };
}

function reuse<Item extends Row>(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  const known = new Map(before.map((row) => [row.uuid, row]));
  const rows = now.map((row) => {
    const earlier = known.get(row.uuid);
    return earlier !== undefined && isSame(earlier, row) ? earlier : row;
  });
  const isUnchanged = rows.length === before.length && rows.every((row, at) => row === before[at]);
  return isUnchanged ? before : rows;
}

function haveSameRows(a: readonly Row[], b: readonly Row[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  if (a.every((row, at) => row.uuid === b[at]?.uuid)) return a.every((row, at) => isSame(row, b[at]));
  const rows = new Map(b.map((row) => [row.uuid, row]));
  return a.every((row) => isSame(row, rows.get(row.uuid)));
}

/** Whether two values of an inventory hold the same, as their JSON would say, without making it. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => isSame(a[key], b[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
