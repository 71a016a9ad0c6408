import type { RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { TraceFailure } from '../failure';
import { listCommand, queryCommand } from './databaseArguments';
import { type OvsdbRow, parseTables, readSelections } from './ovsdbJson';
import { toolFailure } from './toolFailure';

/** A row of the southbound Logical_Flow table, as far as it leads back to the northbound row it was made of. */
export interface LogicalFlowRow {
  readonly uuid: string;
  readonly pipeline: string;
  readonly table: number;
  readonly priority: number;
  /** As northd wrote it: with the names of the database, not ovn-trace's friendly ones. */
  readonly match: string;
  readonly actions: string;
  readonly stage: string | null;
  readonly source: string | null;
  /** First eight hex digits of the northbound row; of one of them when several made the same flow. */
  readonly stageHint: string | null;
  /** UUID of the southbound datapath; null for a flow that several share. */
  readonly datapath: string | null;
  /** UUID of the Logical_DP_Group; null for a flow of one datapath. */
  readonly datapathGroup: string | null;
}

/** A logical flow as ovn-trace prints it. */
export interface PrintedFlow {
  /** First eight hex digits. */
  readonly uuid: string;
  readonly pipeline: string;
  readonly table: number;
  readonly priority: number;
  /** With ovn-trace's friendly names, where it has any of its own. */
  readonly match: string;
}

/** For each of them the server goes through the whole table, 15 ms for 64,000 flows; more than these are worth a copy of it. */
const mostSelected = 16;

/** What to ask the southbound database for to get the rows of printed flows; `readSelectedFlows` reads the answer. */
export function selectFlows(flows: readonly PrintedFlow[]): readonly object[] {
  return flows.map(({ pipeline, table, priority, match }) => ({
    op: 'select',
    table: 'Logical_Flow',
    where: [
      ['pipeline', '==', pipeline],
      ['table_id', '==', table],
      ['priority', '==', priority],
      ['match', '==', match],
    ],
  }));
}

/** Rows of the answer to `selectFlows`; a flow whose printed match is not the database's has none. */
export function readSelectedFlows(answer: unknown): readonly LogicalFlowRow[] {
  return (readSelections(answer, 'Logical_Flow') ?? []).flat().map(decodeFlow);
}

/** What to ask for to get the rows of these UUIDs, which the server finds at once; `readSelectedFlows` reads the answer. */
export function selectFlowsByUuid(uuids: readonly string[]): readonly object[] {
  return uuids.map((uuid) => ({
    op: 'select',
    table: 'Logical_Flow',
    where: [['_uuid', '==', ['uuid', uuid]]],
  }));
}

/**
 * Reads the rows of flows that ovn-trace printed, by the first eight digits of their UUID. Asks the server for just those, which
 * costs a fiftieth of what `ovn-sbctl` takes to copy a large table first; that is left for what is not found so.
 * @throws TraceFailure when the database cannot be read.
 */
export async function readPrintedFlows(
  run: RunCommand,
  target: TargetConfig,
  flows: readonly PrintedFlow[],
  options?: RunOptions,
): Promise<ReadonlyMap<string, readonly LogicalFlowRow[]>> {
  const selected = groupByPrefix(await querySelected(run, target, flows, options));
  // Another flow can have the same text, or the database be another one: only the UUID tells.
  const found = new Map(flows.flatMap(({ uuid }) => entryOf(selected, uuid)));
  const missing = flows.map(({ uuid }) => uuid).filter((uuid) => !found.has(uuid));
  return missing.length === 0
    ? found
    : new Map([...found, ...(await readLogicalFlows(run, target, missing, options))]);
}

async function querySelected(
  run: RunCommand,
  target: TargetConfig,
  flows: readonly PrintedFlow[],
  options: RunOptions | undefined,
): Promise<readonly LogicalFlowRow[]> {
  if (flows.length === 0 || flows.length > mostSelected) return [];
  try {
    const { stdout } = await run(queryCommand(target, 'southbound', selectFlows(flows), options), options);
    return readSelectedFlows(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof TraceFailure && error.reason === 'cancelled') throw error;
    return [];
  }
}

function entryOf<Value>(map: ReadonlyMap<string, Value>, key: string): readonly (readonly [string, Value])[] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

/** By the first eight digits of their UUID, which rows can share. */
export function groupByPrefix(
  rows: readonly LogicalFlowRow[],
): ReadonlyMap<string, readonly LogicalFlowRow[]> {
  const flows = new Map<string, LogicalFlowRow[]>();
  for (const row of rows) {
    const prefix = row.uuid.slice(0, 8);
    const known = flows.get(prefix);
    if (known === undefined) flows.set(prefix, [row]);
    else known.push(row);
  }
  return flows;
}

/** So many prefixes go in one command: some shells end an argument list at 128 KiB. */
const prefixesPerCommand = 2000;

/**
 * Reads logical flows by the first eight hex digits of their UUID, which is how ovn-trace names them. A row that has gone
 * meanwhile is absent from the map; a prefix that rows share has two of them.
 * @throws TraceFailure when the tool cannot be run or the database does not answer.
 */
export async function readLogicalFlows(
  run: RunCommand,
  target: TargetConfig,
  uuidPrefixes: readonly string[],
  options?: RunOptions,
): Promise<ReadonlyMap<string, readonly LogicalFlowRow[]>> {
  const wanted = [...new Set(uuidPrefixes)].filter((prefix) => /^[0-9a-f]{8}$/.test(prefix));
  const rows: LogicalFlowRow[] = [];
  for (let start = 0; start < wanted.length; start += prefixesPerCommand) {
    const some = wanted.slice(start, start + prefixesPerCommand);
    rows.push(...(await listFlows(run, target, some, options)));
  }
  return groupByPrefix(rows);
}

async function listFlows(
  run: RunCommand,
  target: TargetConfig,
  records: readonly string[],
  options: RunOptions | undefined,
): Promise<readonly LogicalFlowRow[]> {
  if (records.length === 0) return [];
  const command = listCommand(target, 'southbound', options);
  const argv = [...command, '--if-exists', 'list', 'Logical_Flow', ...records] as const;
  const result = await run(argv, options);
  if (result.exitCode === 0) {
    return (parseTables(result.stdout, ['Logical_Flow']).get('Logical_Flow') ?? []).map(decodeFlow);
  }
  // A prefix of several rows fails the whole command, which names two of them; only those are asked for then.
  const [, shared, ...uuids] =
    /rows whose UUIDs begin with ([0-9a-f]+): at least ([0-9a-f-]{36}) and ([0-9a-f-]{36})/.exec(
      result.stderr,
    ) ?? [];
  if (shared === undefined || !records.includes(shared)) throw toolFailure(result, argv, target);
  const others = records.filter((record) => record !== shared);
  return listFlows(run, target, [...others, ...uuids], options);
}

function decodeFlow(row: OvsdbRow): LogicalFlowRow {
  const ids = row.map('external_ids');
  return {
    uuid: row.uuid,
    pipeline: row.string('pipeline'),
    table: row.optionalNumber('table_id') ?? 0,
    priority: row.optionalNumber('priority') ?? 0,
    match: row.string('match'),
    actions: row.string('actions'),
    stage: ids['stage-name'] ?? null,
    source: ids['source'] ?? null,
    stageHint: ids['stage-hint'] ?? null,
    datapath: row.uuids('logical_datapath')[0] ?? null,
    datapathGroup: row.uuids('logical_dp_group')[0] ?? null,
  };
}
