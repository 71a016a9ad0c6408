import type { CommandResult, RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { listCommand, type Database } from './databaseArguments';
import { parseTables, type OvsdbRow } from './ovsdbJson';
import { toolFailure } from './toolFailure';

/**
 * What the northbound database asks for and the southbound one does not have, as a clause about ovn-northd; null when nothing
 * shows that it is behind. `nb_cfg` alone tells nothing of a northd that died: only `--wait` raises it, which is a change of the
 * network and never made here. So the switches and their ports are compared too.
 * @throws TraceFailure when a database cannot be read.
 */
export async function findNorthdLag(
  run: RunCommand,
  target: TargetConfig,
  options: RunOptions,
): Promise<string | null> {
  const northbound = await readTables(run, target, 'northbound', options, {
    NB_Global: 'nb_cfg,sb_cfg',
    Logical_Switch: '_uuid,name',
    Logical_Switch_Port: 'name',
  });
  // Every column of Datapath_Binding: where the switch is named differs between releases.
  const southbound = await readTables(run, target, 'southbound', options, {
    SB_Global: 'nb_cfg',
    Datapath_Binding: null,
    Port_Binding: 'logical_port',
  });
  return (
    lagOfCounters(northbound.NB_Global[0], southbound.SB_Global[0]) ??
    lagOfSwitches(northbound.Logical_Switch, southbound.Datapath_Binding) ??
    lagOfPorts(northbound.Logical_Switch_Port, southbound.Port_Binding)
  );
}

function lagOfCounters(nb: OvsdbRow | undefined, sb: OvsdbRow | undefined): string | null {
  const asked = nb?.optionalNumber('nb_cfg') ?? 0;
  const done = Math.min(nb?.optionalNumber('sb_cfg') ?? 0, sb?.optionalNumber('nb_cfg') ?? 0);
  return asked > done ? `it has done ${done} of ${asked} changes that were waited for` : null;
}

function lagOfSwitches(switches: readonly OvsdbRow[], datapaths: readonly OvsdbRow[]): string | null {
  const made = new Set(datapaths.map(switchOf).filter((uuid) => uuid !== null));
  // A release that names the switch in yet another place must not be taken for one whose northd is dead.
  if (made.size === 0 && datapaths.length > 0) return null;
  const missing = switches.filter((row) => !made.has(row.uuid));
  const [first] = missing;
  return first === undefined
    ? null
    : `the switch ${first.string('name') || first.uuid}${andMore(missing)} of the northbound database is not in the southbound one`;
}

/** The northbound UUID of the switch that a datapath stands for; null for a router. */
function switchOf(datapath: OvsdbRow): string | null {
  return datapath.map('external_ids')['logical-switch'] ?? datapath.uuids('nb_uuid')[0] ?? null;
}

function lagOfPorts(ports: readonly OvsdbRow[], bindings: readonly OvsdbRow[]): string | null {
  const made = new Set(bindings.map((row) => row.string('logical_port')));
  const missing = ports.filter((row) => !made.has(row.string('name')));
  const [first] = missing;
  return first === undefined
    ? null
    : `the port ${first.string('name')}${andMore(missing)} of the northbound database is not in the southbound one`;
}

function andMore(missing: readonly unknown[]): string {
  return missing.length === 1 ? '' : ` (and ${missing.length - 1} more)`;
}

async function readTables<Table extends string>(
  run: RunCommand,
  target: TargetConfig,
  database: Database,
  options: RunOptions,
  columns: Readonly<Record<Table, string | null>>,
): Promise<Readonly<Record<Table, readonly OvsdbRow[]>>> {
  const names = Object.keys(columns) as Table[];
  const [program, ...common] = listCommand(target, database, options);
  const lists = names.flatMap((table) => {
    const wanted = columns[table];
    return ['--', ...(wanted === null ? [] : [`--columns=${wanted}`]), 'list', table];
  });
  const argv = [program, ...common, ...lists] as const;
  const result: CommandResult = await run(argv, options);
  if (result.exitCode !== 0) throw toolFailure(result, argv, target);
  const tables = parseTables(result.stdout, names);
  return Object.fromEntries(names.map((name) => [name, tables.get(name) ?? []])) as Record<
    Table,
    readonly OvsdbRow[]
  >;
}
