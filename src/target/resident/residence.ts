import { connectionMethods, databaseNames, type Database } from '../../core/ovn/databaseArguments';
import { isRenamed } from '../../core/flow/nameDatapath';
import { readSelections } from '../../core/ovn/ovsdbJson';
import { FollowedInventory } from '../../core/ovn/followedInventory';
import type { TargetConfig } from '../../core/session/target';
import { OvsdbSession } from './ovsdbSession';
import type { Relay } from './relay';
import { readServers } from './remote';
import { Southbound } from './southbound';
import { TraceDaemon } from './traceDaemon';
import type { DaemonKind } from './traceDaemon';

/** Each keeps the whole southbound database in memory. */
const mostDaemons = 3;

/** A daemon that is there or on its way, and who uses it. */
export interface Tenant {
  readonly kind: string;
  /** `Southbound.version` before it read the database. */
  readonly version: number;
  /** Before it read the database, as `performance.now()` says. */
  readonly startedAt: number;
  /** It reads from a server that need not lead its cluster. */
  readonly anyMember: boolean;
  readonly daemon: Promise<TraceDaemon>;
  readonly abort: AbortController;
  users: number;
  isRetired: boolean;
}

interface Northbound {
  readonly session: OvsdbSession;
  readonly inventory: FollowedInventory;
}

/** Everything that goes through one relay: the sessions with both databases, and the daemons. */
export class Residence {
  /** Called when a daemon turns out to take more memory than the target has to spare. */
  onTooLarge: () => void = () => undefined;
  private readonly tenants = new Map<string, Tenant>();
  private southboundOpened: Promise<Southbound> | null = null;
  private northboundOpened: Promise<Northbound> | null = null;
  private room: TraceDaemon['room'] | null = null;

  constructor(
    readonly relay: Relay,
    private readonly config: TargetConfig,
    private readonly maxBytes: number,
  ) {}

  /** @throws RelayFailure when the database cannot be reached. */
  southbound(): Promise<Southbound> {
    this.southboundOpened ??= this.openSession('southbound').then(async (session) => {
      const southbound = await Southbound.follow(session);
      southbound.onChange = () => this.retireStale(southbound.version);
      return southbound;
    });
    return this.southboundOpened;
  }

  /** @throws RelayFailure when the database cannot be reached. */
  northbound(): Promise<Northbound> {
    this.northboundOpened ??= this.openSession('northbound').then(async (session) => {
      const inventory = new FollowedInventory(await session.schema());
      session.onUpdate = (updates) => inventory.apply(updates);
      // One request, for it is answered from one snapshot.
      const requests = [...inventory.columns].map(([table, columns]) => [table, { columns }] as const);
      await session.monitor('inventory', Object.fromEntries(requests));
      return { session, inventory };
    });
    return this.northboundOpened;
  }

  /** Whether traces here will ask for exact names, as far as switches and routers tell: before the inventory is read. */
  async seemsRenamed(): Promise<boolean> {
    const session = await this.openSession('northbound');
    const tables = ['Logical_Switch', 'Logical_Router'];
    const columns = ['name', 'external_ids'];
    const answer = await session.query(tables.map((table) => ({ op: 'select', table, where: [], columns })));
    session.close();
    return (readSelections(answer, 'Logical_Switch') ?? [])
      .flat()
      .some((row) => isRenamed({ name: row.string('name'), externalIds: row.map('external_ids') }));
  }

  tenant(kind: DaemonKind): Tenant | undefined {
    return this.tenants.get(keyOf(kind));
  }

  /** Starts a daemon that reads the database from now on; null when there is no room for it beside the others. */
  start(kind: DaemonKind, southbound: Southbound): Tenant | null {
    if (this.room !== null && this.room.spare < this.room.needed && this.tenants.size > 0) return null;
    const [oldest] = this.tenants.values();
    if (oldest !== undefined && this.tenants.size >= mostDaemons) this.retire(oldest);
    const abort = new AbortController();
    const target = { ...this.config, southbound: southbound.method };
    const options = { maxBytes: this.maxBytes, anyMember: southbound.follows, signal: abort.signal };
    const tenant: Tenant = {
      kind: keyOf(kind),
      version: southbound.version,
      startedAt: performance.now(),
      anyMember: southbound.follows,
      daemon: TraceDaemon.start(this.relay, kind, target, options),
      abort,
      users: 0,
      isRetired: false,
    };
    this.tenants.set(tenant.kind, tenant);
    tenant.daemon.then(
      (daemon) => {
        this.room = daemon.room;
        if (!daemon.isTooLarge) return;
        this.onTooLarge();
        this.retire(tenant);
      },
      () => this.retire(tenant),
    );
    return tenant;
  }

  /** Ends it once nobody needs it; until then it serves only those whose question is not newer than it. */
  retire(tenant: Tenant): void {
    tenant.isRetired = true;
    if (tenant.users > 0) return;
    if (this.tenants.get(tenant.kind) === tenant) this.tenants.delete(tenant.kind);
    tenant.abort.abort();
    tenant.daemon.then(
      (daemon) => daemon.end(),
      () => undefined,
    );
  }

  /** Keeps it from being ended until the returned function is called. */
  hold(tenant: Tenant): () => void {
    tenant.users++;
    return () => {
      tenant.users--;
      if (tenant.isRetired) this.retire(tenant);
    };
  }

  private retireStale(version: number): void {
    for (const tenant of this.tenants.values()) {
      if (tenant.version !== version) this.retire(tenant);
    }
  }

  private openSession(database: Database): Promise<OvsdbSession> {
    const methods = connectionMethods(this.config, database, this.relay.environment);
    const servers = readServers(methods, this.config.tls);
    return OvsdbSession.open(this.relay, databaseNames[database], servers, this.maxBytes);
  }
}

function keyOf({ states, exactNames }: DaemonKind): string {
  return `${states} ${exactNames}`;
}
