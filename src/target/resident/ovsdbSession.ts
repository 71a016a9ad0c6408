import * as z from 'zod';
import { RelayFailure, type Relay } from './relay';
import { JsonRpc } from './jsonRpc';
import type { Server } from './remote';

const schemaAnswer = z.object({
  tables: z.record(z.string(), z.object({ columns: z.record(z.string(), z.unknown()) })),
});

/** Columns of each table, as the database has them. */
export type OvsdbSchema = ReadonlyMap<string, readonly string[]>;

type Columns = Readonly<Record<string, unknown>>;
/** What has changed (RFC 7047, 4.1.6): table, UUID, columns before and after. */
export type TableUpdates = Readonly<
  Record<string, Readonly<Record<string, { readonly old?: Columns; readonly new?: Columns }>>>
>;

const serverAnswer = z
  .array(z.object({ rows: z.array(z.object({ leader: z.boolean(), connected: z.boolean() })) }))
  .length(1);

export interface MonitorRequest {
  readonly columns: readonly string[];
  readonly select?: { readonly initial: false };
}

/**
 * A session with an OVSDB server that only reads. The server answers in order: an update of a transaction that was committed before a
 * call was made arrives before the answer of that call (ovsdb-server gives each session what it monitors before it takes its next
 * request).
 */
export class OvsdbSession {
  /** Called for what monitored tables hold and for each change; `begins` names the monitor that begins with it. */
  onUpdate: (updates: TableUpdates, begins: string | null) => void = () => undefined;
  private readonly rpc: JsonRpc;
  private mayFollow = false;

  private constructor(
    private readonly database: string,
    stream: ConstructorParameters<typeof JsonRpc>[0],
    /** Where it leads. */
    readonly method: string,
    maxBytes: number,
  ) {
    this.close = () => stream.close();
    this.rpc = new JsonRpc(
      stream,
      (notice, params) => {
        if (notice !== 'update') return;
        this.onUpdate(readUpdates(Array.isArray(params) ? params[1] : null), null);
      },
      maxBytes,
    );
    this.closed = stream.closed;
  }

  readonly close: () => void;
  readonly closed: Promise<string>;

  /** With the server that leads the cluster; where none of these does, with the first that follows it. @throws RelayFailure */
  static async open(
    relay: Relay,
    database: string,
    servers: readonly Server[],
    maxBytes: number,
  ): Promise<OvsdbSession> {
    let problem = 'no connection method that can be used';
    let follower: OvsdbSession | null = null;
    for (const { method, remote } of servers) {
      try {
        const session = new OvsdbSession(database, await relay.connect(remote), method, maxBytes);
        const role = await session.role();
        if (role === 'leader') {
          follower?.close();
          return session;
        }
        if (role === 'follower' && follower === null) {
          session.mayFollow = true;
          follower = session;
          continue;
        }
        session.close();
        problem = `${method} is not connected to its cluster`;
      } catch (error) {
        problem = `${method}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    if (follower === null) throw new RelayFailure(problem);
    return follower;
  }

  /** It only follows the leader of its cluster, as those of the target's servers do that could be reached. */
  get follows(): boolean {
    return this.mayFollow;
  }

  async schema(): Promise<OvsdbSchema> {
    const { tables } = schemaAnswer.parse(await this.rpc.call('get_schema', [this.database]));
    return new Map(Object.entries(tables).map(([name, { columns }]) => [name, Object.keys(columns)]));
  }

  /** Has `onUpdate` called for these tables: first, before this settles, with what they hold now as far as that was asked for. */
  async monitor(name: string, requests: Readonly<Record<string, MonitorRequest>>): Promise<void> {
    await this.rpc.call('monitor', [this.database, name, requests], (answer) =>
      this.onUpdate(readUpdates(answer), name),
    );
  }

  /**
   * Whether the server is still what it was when the session began. When this settles, every change that was committed there before it
   * was called has been given to `onUpdate`.
   */
  async settle(): Promise<boolean> {
    const role = await this.role();
    return role === 'leader' || (role === 'follower' && this.mayFollow);
  }

  /** A server that stands alone leads. Null for one that has no majority, or no such database. */
  private async role(): Promise<'leader' | 'follower' | null> {
    const query = {
      op: 'select',
      table: 'Database',
      where: [['name', '==', this.database]],
      columns: ['leader', 'connected'],
    };
    const [answer] = serverAnswer.parse(await this.rpc.call('transact', ['_Server', query]));
    const state = answer?.rows.find(({ connected }) => connected);
    return state === undefined ? null : state.leader ? 'leader' : 'follower';
  }

  /** The server's answer to operations that only read, one for each. */
  query(operations: readonly object[]): Promise<unknown> {
    return this.rpc.call('transact', [this.database, ...operations]);
  }
}

/** By hand: there can be a hundred thousand rows, and each cell is checked where it is used. */
function readUpdates(value: unknown): TableUpdates {
  if (!isObject(value)) throw new RelayFailure('the database answered something else than tables');
  for (const rows of Object.values(value)) {
    if (!isObject(rows)) throw new RelayFailure('the database answered something else than rows');
    for (const update of Object.values(rows)) {
      const isUpdate =
        isObject(update) &&
        (update['old'] === undefined || isObject(update['old'])) &&
        (update['new'] === undefined || isObject(update['new']));
      if (!isUpdate) throw new RelayFailure('the database answered something else than a change of a row');
    }
  }
  return value as TableUpdates;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
