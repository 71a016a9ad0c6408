import type { FlowRows } from '../../core/acl/resolveSteps';
import {
  groupByPrefix,
  readSelectedFlows,
  selectFlows,
  selectFlowsByUuid,
  type LogicalFlowRow,
  type PrintedFlow,
} from '../../core/ovn/logicalFlows';
import type { MonitorRequest, OvsdbSchema, OvsdbSession, TableUpdates } from './ovsdbSession';

/**
 * Tables whose rows change without a change to what ovn-trace knows: heartbeats of chassis, counters, what controllers learned and
 * report. A table that is not named here counts, also one of a later release.
 */
const irrelevantTables: ReadonlySet<string> = new Set([
  'BFD',
  'Chassis_Private',
  'Connection',
  'Controller_Event',
  'ECMP_Nexthop',
  'IGMP_Group',
  'IP_Multicast',
  'RBAC_Permission',
  'RBAC_Role',
  'SSL',
  'Service_Monitor',
]);

/** Columns that change as time goes by: the number of the last request, the last use of a learned address. */
const irrelevantColumns: Readonly<Record<string, readonly string[]>> = {
  Chassis: ['nb_cfg', 'external_ids', 'other_config'],
  FDB: ['timestamp'],
  MAC_Binding: ['timestamp'],
  SB_Global: ['nb_cfg'],
};

const flowsMonitor = 'flows';

/** Counts the changes of the southbound database that ovn-trace would see, and knows its logical flows by name. */
export class Southbound {
  /** Called after each change. */
  onChange: () => void = () => undefined;
  private changes = 0;
  private readonly flows = new KnownFlows();
  /** Begun at the first question: there can be a hundred thousand, and a daemon may be reading the same database now. */
  private flowsKnown: Promise<void> | null = null;

  private constructor(private readonly session: OvsdbSession) {
    session.onUpdate = (updates, begins) => {
      if (begins === flowsMonitor) this.flows.areKnown = true;
      this.flows.apply(updates);
      if (begins !== null) return;
      this.changes++;
      this.onChange();
    };
  }

  static async follow(session: OvsdbSession): Promise<Southbound> {
    const southbound = new Southbound(session);
    await session.monitor('changes', changeRequests(await session.schema()));
    return southbound;
  }

  /** Stands for the contents; it is another number after each change. */
  get version(): number {
    return this.changes;
  }

  get method(): string {
    return this.session.method;
  }

  /** Its server follows the leader of its cluster. */
  get follows(): boolean {
    return this.session.follows;
  }

  /** When it settles, `version` is at least as new as when it was called. False when the server is none to believe any more. */
  settle(): Promise<boolean> {
    return this.session.settle();
  }

  /** The rows of flows that ovn-trace printed. */
  async logicalFlows(printed: readonly PrintedFlow[]): Promise<FlowRows> {
    if (this.flows.areKnown) return this.readKnown(printed);
    const found = groupByPrefix(readSelectedFlows(await this.session.query(selectFlows(printed))));
    const areAll = printed.every(({ uuid }) => found.has(uuid));
    this.flowsKnown ??= this.session.monitor(flowsMonitor, { Logical_Flow: { columns: ['_version'] } });
    if (areAll) {
      this.flowsKnown.catch(() => undefined);
      const wanted = new Set(printed.map(({ uuid }) => uuid));
      return new Map([...found].filter(([prefix]) => wanted.has(prefix)));
    }
    // A match is printed otherwise where its ports have friendly names.
    await this.flowsKnown;
    return this.readKnown(printed);
  }

  private async readKnown(printed: readonly PrintedFlow[]): Promise<FlowRows> {
    const uuids = printed.flatMap(({ uuid }) => this.flows.called(uuid));
    const unknown = uuids.filter((uuid) => this.flows.row(uuid) === undefined);
    if (unknown.length > 0) {
      const answer = await this.session.query(selectFlowsByUuid(unknown));
      for (const row of readSelectedFlows(answer)) this.flows.remember(row);
    }
    return groupByPrefix(uuids.map((uuid) => this.flows.row(uuid)).filter((row) => row !== undefined));
  }
}

/** The UUIDs of all logical flows, and the rows of those that were asked for. */
class KnownFlows {
  areKnown = false;
  private readonly uuids = new Map<string, readonly string[]>();
  private readonly rows = new Map<string, LogicalFlowRow>();

  called(prefix: string): readonly string[] {
    return this.uuids.get(prefix) ?? [];
  }

  row(uuid: string): LogicalFlowRow | undefined {
    return this.rows.get(uuid);
  }

  remember(row: LogicalFlowRow): void {
    // It may have gone while it was asked for.
    if (this.called(row.uuid.slice(0, 8)).includes(row.uuid)) this.rows.set(row.uuid, row);
  }

  apply(updates: TableUpdates): void {
    if (!this.areKnown) return;
    for (const [uuid, { new: now }] of Object.entries(updates['Logical_Flow'] ?? {})) {
      const prefix = uuid.slice(0, 8);
      this.rows.delete(uuid);
      const others = this.called(prefix).filter((other) => other !== uuid);
      this.uuids.set(prefix, now === undefined ? others : [...others, uuid]);
      if (now === undefined && others.length === 0) this.uuids.delete(prefix);
    }
  }
}

/** `_version` is another one after each change of a row, and the least to send. */
function changeRequests(schema: OvsdbSchema): Readonly<Record<string, MonitorRequest>> {
  const requests: Record<string, MonitorRequest> = {};
  for (const [table, columns] of schema) {
    if (irrelevantTables.has(table)) continue;
    const ignored = irrelevantColumns[table];
    const watched =
      ignored === undefined ? ['_version'] : columns.filter((column) => !ignored.includes(column));
    requests[table] = { columns: watched, select: { initial: false } };
  }
  return requests;
}
