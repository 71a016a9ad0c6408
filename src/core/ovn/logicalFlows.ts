import type { RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { listCommand } from './databaseArguments';
import { type OvsdbRow, parseTables } from './ovsdbJson';
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
  const flows = new Map<string, LogicalFlowRow[]>();
  for (const row of rows) {
    const prefix = row.uuid.slice(0, 8);
    flows.set(prefix, [...(flows.get(prefix) ?? []), row]);
  }
  return flows;
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
