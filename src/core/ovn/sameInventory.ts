import type { Inventory } from './northbound';

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
    (JSON.stringify(a.globalOptions) === JSON.stringify(b.globalOptions) &&
      tables.every((table) => haveSameRows(a[table], b[table])))
  );
}

function haveSameRows(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false;
  const rows = new Set(a.map((row) => JSON.stringify(row)));
  return b.every((row) => rows.has(JSON.stringify(row)));
}
