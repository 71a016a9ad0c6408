import type { Condition, MonitorRequest, OvsdbSchema, OvsdbSession, TableUpdates } from './ovsdbSession';

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

/** Counts the changes of the southbound database that ovn-trace would see. */
export class Southbound {
  private changes = 0;

  private constructor(private readonly session: OvsdbSession) {
    session.onUpdate = (updates: TableUpdates) => {
      if (Object.keys(updates).length === 0) return;
      this.changes++;
      this.onChange();
    };
  }

  onChange: () => void = () => undefined;

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

  /** When it settles, `version` is at least as new as when it was called. False when the server is none to believe any more. */
  settle(): Promise<boolean> {
    return this.session.leads();
  }

  select(columns: readonly string[], wheres: readonly (readonly Condition[])[]) {
    return this.session.select('Logical_Flow', columns, wheres);
  }
}

/** `_version` is another one after each change of a row, and the least to send. */
function changeRequests(schema: OvsdbSchema): Readonly<Record<string, MonitorRequest>> {
  const requests: Record<string, MonitorRequest> = {};
  for (const [table, columns] of schema) {
    if (irrelevantTables.has(table)) continue;
    const ignored = irrelevantColumns[table];
    const watched = ignored === undefined ? ['_version'] : columns.filter((column) => !ignored.includes(column));
    requests[table] = { columns: watched, select: { initial: false } };
  }
  return requests;
}
