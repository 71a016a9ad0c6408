import { setImmediate } from 'node:timers/promises';
import { indexInventory, type InventoryIndex } from '../src/core/ovn/inventoryIndex';
import { readInventory } from '../src/core/ovn/readInventory';
import type { TraceReport } from '../src/core/session/report';
import { readOvnVersion, tracePacket } from '../src/core/session/tracePacket';
import type { RunCommand } from '../src/core/command';
import type { TargetSession } from '../src/target/session';
import { statesAsked, type Resident } from '../src/core/session/resident';
import { ResidentTracing } from '../src/target/resident/resident';
import { options, rounds, summarize, writeRows, type BenchRow } from './measure';
import type { NetworkSize } from './network';
import { packetOf, quietLog, startTraceLab, tracingOf, type TraceLab } from './traceLab';

/** Forty ports a switch, and ACLs as in networks that were measured elsewhere, so that the figures compare. */
function sizeOf(ports: number): NetworkSize {
  const switches = Math.ceil(ports / 40);
  return { switches, ports: switches * 40, groups: switches, aclsOfGroup: ports < 8000 ? 7 : 17 };
}

/** When each part of a trace begins and ends, in milliseconds since the trace was asked for. */
type Parts = Map<string, readonly [begin: number, end: number]>;

interface Timed {
  readonly took: number;
  /** When the result of the packet itself was there, its reply still to come. */
  readonly shown: number;
  readonly parts: Parts;
  readonly report: TraceReport;
}

class Stopwatch {
  readonly parts: Parts = new Map();
  private readonly start = performance.now();

  now(): number {
    return performance.now() - this.start;
  }

  note(part: string, begin: number): void {
    this.parts.set(part, [begin, this.now()]);
  }

  /** Notes the commands that are run, by what they are for. */
  watch(run: RunCommand): RunCommand {
    return async (argv, options) => {
      const begin = this.now();
      const result = await run(argv, options);
      this.note(this.nameOf(argv), begin);
      return result;
    };
  }

  watchResident(resident: Resident): Resident {
    const timed = async <Value>(part: string, answer: Promise<Value>): Promise<Value> => {
      const begin = this.now();
      const value = await answer;
      this.note(this.parts.has(part) ? `reply's ${part}` : part, begin);
      return value;
    };
    return {
      trace: (...question) => timed('ovn-trace', resident.trace(...question)),
      inventory: (signal) => timed('inventory', resident.inventory(signal)),
      logicalFlows: (...question) => timed('flow rows', resident.logicalFlows(...question)),
    };
  }

  private nameOf([program, ...words]: readonly string[]): string {
    if (program === 'ovn-nbctl') return 'inventory';
    if (program !== 'ovn-trace') return this.parts.has('flow rows') ? "reply's flow rows" : 'flow rows';
    if (words[0] === '--version') return 'version';
    return this.parts.has('ovn-trace') ? "reply's ovn-trace" : 'ovn-trace';
  }
}

/** A target as the extension has it: a session, and what stays there between traces where `resides` says so. */
class Target {
  readonly session: TargetSession;
  readonly resident: ResidentTracing;
  private version: string | null = null;
  private connectedAt: number | null = null;

  constructor(private readonly lab: TraceLab) {
    this.session = lab.open(({ state }) => {
      if (state === 'connected') this.connectedAt ??= performance.now();
    });
    this.resident = new ResidentTracing(lab.target, this.session, quietLog, {
      onUnavailable: (reason) => {
        throw new Error(`Nothing can stay on the target: ${reason}.`);
      },
    });
  }

  /** What the extension does at a trace (`TraceService`): a resident one is prepared while inventory and version are read. */
  async trace(number: number, resides: boolean): Promise<Timed> {
    const { lab, session } = this;
    const request = packetOf(lab, number);
    const watch = new Stopwatch();
    const wasConnected = this.connectedAt !== null;
    const askedAt = performance.now();
    const { signal } = new AbortController();
    const resident = resides ? watch.watchResident(this.resident) : null;
    const release = resides ? this.resident.prepare(statesAsked(request.connection, true), signal) : null;
    try {
      const run = watch.watch(session.run);
      const [index, ovnVersion] = await Promise.all([
        this.readInventory(resident, run),
        this.version ?? readOvnVersion(run),
      ]);
      this.version = ovnVersion;
      const tracing = {
        ...tracingOf(lab, session),
        run,
        resident,
        askedAt,
        ovnVersion,
        currentInventory: () => Promise.resolve(index),
        pause: () => setImmediate(),
        onForward: () => {
          shown = watch.now();
        },
      };
      let shown = 0;
      const report = await tracePacket(request, index, tracing, true);
      const took = watch.now();
      if (report.reply === null) throw new Error(`The packet ${number} has no reply.`);
      if (!wasConnected && this.connectedAt !== null)
        watch.parts.set('connect', [0, this.connectedAt - askedAt]);
      return { took, shown, parts: watch.parts, report };
    } finally {
      release?.();
    }
  }

  dispose(): void {
    this.resident.dispose();
    this.session.dispose();
  }

  private async readInventory(resident: Resident | null, run: RunCommand): Promise<InventoryIndex> {
    const followed = await resident?.inventory(undefined);
    return (
      followed ??
      indexInventory(await readInventory(run, this.lab.target, Date, { pause: () => setImmediate() }))
    );
  }
}

interface Round {
  readonly typed: number;
  readonly first: Timed;
  readonly fresh: Timed;
  readonly second: Timed;
}

async function measure(lab: TraceLab, round: number): Promise<Round> {
  const target = new Target(lab);
  try {
    const first = await target.trace(6 * round, true);
    const fresh = await target.trace(6 * round + 2, false);
    const second = await target.trace(6 * round + 4, true);
    const { argv, output } = second.report;
    const begin = performance.now();
    const typed = await lab.type(argv ?? []);
    const took = performance.now() - begin;
    if (typed !== output) throw new Error('The typed command printed something else.');
    return { typed: took, first, fresh, second };
  } finally {
    target.dispose();
  }
}

const manyTraces = 1000;

/** So many different traces, one after the other, from the first connection on. */
async function traceMany(lab: TraceLab): Promise<number> {
  const target = new Target(lab);
  try {
    const begin = performance.now();
    for (let number = 0; number < manyTraces; number++) await target.trace(2 * number, true);
    return performance.now() - begin;
  } finally {
    target.dispose();
  }
}

async function measureNetwork(ports: number): Promise<readonly BenchRow[]> {
  const size = sizeOf(ports);
  const lab = await startTraceLab(size);
  try {
    // What is read for the first time in the life of this process.
    await measure(lab, 0);
    const measured: Round[] = [];
    for (let round = 1; round <= rounds; round++) measured.push(await measure(lab, round));
    const many = await traceMany(lab);
    const label = `${size.ports} ports, ${await lab.countLogicalFlows()} flows`;
    const row = (what: string, unit: string, pick: (round: Round) => number) =>
      summarize(`${label}: ${what}`, unit, measured.map(pick));
    const typed = row('(a) ssh HOST ovn-trace', 'ms', (each) => each.typed);
    return [
      typed,
      row('(b) first trace', 'ms', ({ first }) => first.shown),
      row('(b) first trace, with its reply', 'ms', ({ first }) => first.took),
      row('(c) second trace with its reply, fresh processes', 'ms', ({ fresh }) => fresh.took),
      row('(d) second trace with its reply, resident', 'ms', ({ second }) => second.took),
      summarize(`${label}: (e) ${manyTraces} different traces with their replies`, 'ms', [many]),
      row('(b) / (a)', 'times', ({ typed: a, first }) => first.shown / a),
      row('(c) / (a)', 'times', ({ typed: a, fresh }) => fresh.took / a),
      row('(d) / (a)', 'times', ({ typed: a, second }) => second.took / a),
      summarize(`${label}: (e) / ${manyTraces} x (a)`, 'times', [many / manyTraces / typed.median]),
      ...partRows(
        `${label}: (b)`,
        measured.map(({ first }) => first),
      ),
      ...partRows(
        `${label}: (c)`,
        measured.map(({ fresh }) => fresh),
      ),
      ...partRows(
        `${label}: (d)`,
        measured.map(({ second }) => second),
      ),
    ];
  } finally {
    await lab.stop();
  }
}

/** How long each part takes, and when it begins. */
function partRows(label: string, traces: readonly Timed[]): readonly BenchRow[] {
  const names = [...new Set(traces.flatMap(({ parts }) => [...parts.keys()]))];
  return names.map((name) => {
    const begins = traces.flatMap(({ parts }) => parts.get(name)?.[0] ?? []);
    const began = Math.round(begins.toSorted((a, b) => a - b)[Math.floor(begins.length / 2)] ?? 0);
    return summarize(
      `${label} ${name}, begun at ${began}`,
      'ms',
      traces.flatMap(({ parts }) => {
        const part = parts.get(name);
        return part === undefined ? [] : [part[1] - part[0]];
      }),
    );
  });
}

async function main(): Promise<void> {
  const sizes = (options['ports'] ?? '4000,10000').split(',').map(Number);
  const rows: BenchRow[] = [];
  for (const ports of sizes) rows.push(...(await measureNetwork(ports)));
  writeRows(rows);
}

void main();
