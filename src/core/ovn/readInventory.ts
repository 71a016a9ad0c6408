import type { Clock, CommandResult, RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { listCommand } from './databaseArguments';
import { runInSlices, runThrough } from '../slices';
import { decodeInventorySteps, type InventoryTable, inventoryTables } from './decodeInventory';
import { openTables } from './ovsdbJson';
import { toolFailure } from './toolFailure';
import type { Inventory } from './northbound';

/**
 * Columns to ask for, all of them in every OVN since 20.03: `ovn-nbctl` fails as a whole at a column it does not know. Tables
 * without an entry are listed with whatever columns the tool knows, since theirs have grown (`tier`, `options`, `copp`, …).
 */
export const stableColumns: Partial<Record<InventoryTable, string>> = {
  Logical_Switch_Port:
    '_uuid,name,type,addresses,dynamic_addresses,port_security,up,enabled,options,external_ids',
  NAT: '_uuid,type,external_ip,logical_ip,external_mac',
  Port_Group: '_uuid,name,ports,acls,external_ids',
  Address_Set: '_uuid,name,addresses',
  Load_Balancer: '_uuid,name,vips,protocol,external_ids',
  NB_Global: '_uuid,options',
};

/** Tables that older tools do not know. */
const youngTables: readonly InventoryTable[] = ['Load_Balancer_Group'];

/**
 * Reads what can be picked and joined from the northbound database, in one round trip (two with tools older than the youngest
 * table). All tables come from one snapshot.
 * @param options `pause` gives the event loop a turn, between two parts of what was read.
 * @throws TraceFailure when the tool cannot be run, the database does not answer, or the output is none of its.
 */
export async function readInventory(
  run: RunCommand,
  target: TargetConfig,
  clock: Clock,
  options?: RunOptions & { readonly pause?: () => Promise<void> },
): Promise<Inventory> {
  const readAt = clock.now();
  const old = inventoryTables.filter((table) => !youngTables.includes(table));
  const whole = await list(run, target, inventoryTables, options);
  const isOld = whole.result.exitCode !== 0 && /unknown table/.test(whole.result.stderr);
  const { argv, result, tables } = isOld ? await list(run, target, old, options) : whole;
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  const steps = decodeInventorySteps(openTables(result.stdout, tables), readAt);
  return options?.pause === undefined ? runThrough(steps) : runInSlices(steps, options.pause);
}

async function list(
  run: RunCommand,
  target: TargetConfig,
  tables: readonly InventoryTable[],
  options: RunOptions | undefined,
): Promise<{ argv: readonly string[]; result: CommandResult; tables: readonly InventoryTable[] }> {
  const [program, ...common] = listCommand(target, 'northbound', options);
  const lists = tables.flatMap((table) => {
    const columns = stableColumns[table];
    return ['--', ...(columns === undefined ? [] : [`--columns=${columns}`]), 'list', table];
  });
  const argv = [program, ...common, ...lists] as const;
  return { argv, result: await run(argv, options), tables };
}
