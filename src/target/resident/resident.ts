import { setImmediate } from 'node:timers/promises';
import type { FlowRows } from '../../core/acl/resolveSteps';
import { TraceFailure } from '../../core/failure';
import type { TracePlan } from '../../core/flow/request';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { PrintedFlow } from '../../core/ovn/logicalFlows';
import type { Resident, ResidentAnswer } from '../../core/session/resident';
import type { TargetConfig } from '../../core/session/target';
import { commandCancelled, commandTimedOut, defaultMaxOutputBytes, outputTooLarge } from '../output';
import type { Log, TargetSession } from '../session';
import { AnswerTooLong, ConnectionGone } from './jsonRpc';
import { Relay, RelayFailure } from './relay';
import { Residence, type Tenant } from './residence';
import { daemonKind, type DaemonKind } from './traceDaemon';

export interface ResidentOptions {
  readonly maxOutputBytes?: number | undefined;
  /** After which all of it ends when nobody asks; 10 minutes when left out. */
  readonly idleMs?: number | undefined;
  /** Told once why a program of its own has to serve each trace on this target. */
  readonly onUnavailable?: ((reason: string) => void) | undefined;
}

const defaultIdleMs = 10 * 60_000;
/** Where it cannot run it is not tried again for so long. */
const pauseMs = 5 * 60_000;

interface Opening {
  readonly residence: Promise<Residence>;
  readonly abort: AbortController;
  /** Null until it is there. */
  opened: Residence | null;
  waiting: number;
}

/**
 * Keeps `ovn-trace --detach` on the target, with sessions that follow both databases. Everything of it goes through one program there
 * and ends with that: when nobody has asked for a while, with the connection, and with this process.
 */
export class ResidentTracing implements Resident {
  private current: Opening | null = null;
  private idle: NodeJS.Timeout | undefined;
  private notBefore = 0;
  private isTold = false;
  /** As the last trace asked for; null before the first. Daemons of the other kind would be prepared for nothing. */
  private exactNames: boolean | null = null;
  private isDisposed = false;
  private readonly maxBytes: number;

  constructor(
    private readonly config: TargetConfig,
    private readonly session: Pick<TargetSession, 'converse'>,
    private readonly log: Log,
    private readonly options: ResidentOptions = {},
  ) {
    this.maxBytes = options.maxOutputBytes ?? defaultMaxOutputBytes;
  }

  async trace(
    plan: TracePlan,
    since: number,
    signal: AbortSignal | undefined,
  ): Promise<ResidentAnswer | null> {
    const kind = daemonKind(plan);
    if (kind === null) return null;
    this.exactNames = kind.exactNames;
    try {
      return await this.ask(signal, (residence, stop) => traceIn(residence, kind, { plan, since }, stop));
    } catch (error) {
      if (!(error instanceof AnswerTooLong)) throw error;
      throw outputTooLarge('ovn-trace', this.config.name, this.maxBytes);
    }
  }

  inventory(signal: AbortSignal | undefined): Promise<InventoryIndex | null> {
    return this.ask(signal, async (residence) => {
      const { session, inventory } = await residence.northbound();
      if (!(await session.settle())) throw leftCluster(session.method);
      return inventory.index(Date.now(), setImmediate);
    }).catch(unlessTooLong);
  }

  logicalFlows(flows: readonly PrintedFlow[], signal: AbortSignal | undefined): Promise<FlowRows | null> {
    return this.ask(signal, async (residence) => {
      const southbound = await residence.southbound();
      return southbound.logicalFlows(flows);
    }).catch(unlessTooLong);
  }

  /**
   * Has daemons that find these states read the database from now on, before they are asked: while the inventory is read, or a person
   * still chooses the packet. Until the returned function is called they are kept for traces that were asked no later than this. Never fails.
   */
  prepare(states: readonly string[], signal: AbortSignal): () => void {
    const holds: (() => void)[] = [];
    let isReleased = false;
    const release = (): void => {
      isReleased = true;
      for (const letGo of holds.splice(0)) letGo();
    };
    this.ask(signal, async (residence) => {
      const [southbound, exactNames] = await Promise.all([
        residence.southbound(),
        this.exactNames ?? residence.seemsRenamed(),
      ]);
      for (const kind of isReleased ? [] : states.map((each) => ({ states: each, exactNames }))) {
        const tenant = residence.tenant(kind) ?? residence.start(kind, southbound);
        if (tenant === null) return;
        holds.push(residence.hold(tenant));
        if (isReleased) release();
        // One after the other: the first is asked first, and how much memory it takes shows when it is there.
        await tenant.daemon;
      }
    }).catch(() => undefined);
    return release;
  }

  dispose(): void {
    this.isDisposed = true;
    this.rest();
  }

  /**
   * Null when it cannot serve.
   * @throws TraceFailure without a connection, when cancelled, and after the target's `timeoutSeconds`; AnswerTooLong
   */
  private async ask<T>(
    signal: AbortSignal | undefined,
    action: (residence: Residence, stop: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    if (this.isDisposed || Date.now() < this.notBefore) return null;
    clearTimeout(this.idle);
    const timeoutMs = this.config.timeoutSeconds * 1000;
    const timeout = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const residence = await this.open(signal);
      timer = setTimeout(() => timeout.abort(), timeoutMs);
      const stop = AbortSignal.any([timeout.signal, ...(signal === undefined ? [] : [signal])]);
      return await orGiveUp(action(residence, stop), stop);
    } catch (error) {
      if (timeout.signal.aborted) throw commandTimedOut('ovn-trace', this.config.name, timeoutMs);
      if (error instanceof TraceFailure || error instanceof AnswerTooLong) throw error;
      this.log.info(`${this.config.name}: a program of its own serves this time: ${String(error)}`);
      if (error instanceof RelayFailure) this.refuse(error.message);
      this.rest();
      return null;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.idle);
      this.idle = setTimeout(() => this.rest(), this.options.idleMs ?? defaultIdleMs).unref();
    }
  }

  /** When all who wait for it have cancelled, the start ends too. */
  private async open(signal: AbortSignal | undefined): Promise<Residence> {
    const opening = (this.current ??= this.begin());
    opening.waiting++;
    try {
      return await orGiveUp(opening.residence, signal);
    } finally {
      opening.waiting--;
      if (opening.waiting === 0 && opening.opened === null) {
        opening.abort.abort();
        this.forget(opening);
      }
    }
  }

  private begin(): Opening {
    const abort = new AbortController();
    const residence = Relay.start((argv, signal) => this.session.converse(argv, signal), abort.signal).then(
      (relay) => {
        opening.opened = new Residence(relay, this.config, this.maxBytes);
        opening.opened.onTooLarge = () =>
          this.refuse('the target has too little memory for an ovn-trace that stays');
        void relay.ended.then(() => this.forget(opening));
        return opening.opened;
      },
    );
    const opening: Opening = { residence, abort, opened: null, waiting: 0 };
    return opening;
  }

  private forget(opening: Opening): void {
    if (this.current === opening) this.current = null;
  }

  private refuse(reason: string): void {
    this.notBefore = Date.now() + pauseMs;
    if (this.isTold) return;
    this.isTold = true;
    this.options.onUnavailable?.(reason);
  }

  private rest(): void {
    clearTimeout(this.idle);
    this.current?.abort.abort();
    this.current?.opened?.relay.end();
    this.current = null;
  }
}

interface Question {
  readonly plan: TracePlan;
  readonly since: number;
}

async function traceIn(
  residence: Residence,
  kind: DaemonKind,
  { plan, since }: Question,
  signal: AbortSignal,
): Promise<ResidentAnswer | null> {
  const southbound = await residence.southbound();
  const known = residence.tenant(kind);
  // Of one that is behind already nothing has to be waited for.
  if (known !== undefined && (known.startedAt >= since || known.version === southbound.version)) {
    const [answer, isTrue] = await askTenant(residence, known, plan, signal, async () => {
      if (known.startedAt >= since) return true;
      if (!(await southbound.settle())) throw leftCluster(southbound.method);
      return known.version === southbound.version;
    });
    if (isTrue) return answer;
  }
  if (known !== undefined) residence.retire(known);
  // One that begins to read the database now answers truly, whatever changes while it does.
  const tenant = residence.start(kind, southbound);
  if (tenant === null) return null;
  const [answer] = await askTenant(residence, tenant, plan, signal, () => Promise.resolve(true));
  return answer;
}

/** Asks both at the same time: the daemon, and whether it knows of everything that had changed when it was asked. */
async function askTenant(
  residence: Residence,
  tenant: Tenant,
  plan: TracePlan,
  signal: AbortSignal,
  isTrue: () => Promise<boolean>,
): Promise<readonly [ResidentAnswer | null, boolean]> {
  const letGo = residence.hold(tenant);
  try {
    const daemon = await orGiveUp(tenant.daemon, signal);
    const [stdout, holds] = await orGiveUp(Promise.all([daemon.trace(plan), isTrue()]), signal);
    if (daemon.isUsedUp) tenant.isRetired = true;
    if (stdout === null) return [null, holds];
    return [{ stdout, stderr: daemon.said, anyMember: tenant.anyMember }, holds];
  } catch (error) {
    // Nobody knows for how long it would go on with what it was asked.
    tenant.isRetired = true;
    throw error;
  } finally {
    letGo();
  }
}

function leftCluster(method: string): ConnectionGone {
  return new ConnectionGone(`${method} has another place in its cluster, or none`);
}

/** Then a program of its own has the same limit, and words for it. */
function unlessTooLong(error: unknown): null {
  if (error instanceof AnswerTooLong) return null;
  throw error;
}

function orGiveUp<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(commandCancelled());
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
