import { setImmediate } from 'node:timers/promises';
import { indexInventory, type InventoryIndex } from '../src/core/ovn/inventoryIndex';
import { readInventory } from '../src/core/ovn/readInventory';
import type { TraceReport } from '../src/core/session/report';
import { readOvnVersion, tracePacket } from '../src/core/session/tracePacket';
import type { RunCommand } from '../src/core/command';
import type { TargetSession } from '../src/target/session';
import { options, rounds, summarize, writeRows, type BenchRow } from './measure';
import type { NetworkSize } from './network';
import { packetOf, startTraceLab, tracingOf, type TraceLab } from './traceLab';

/** Forty ports a switch, as the networks of ../shared facts; ACLs as many as those have. */
function sizeOf(ports: number): NetworkSize {
  const switches = Math.ceil(ports / 40);
  return { switches, ports: switches * 40, groups: switches, aclsOfGroup: ports < 8000 ? 7 : 17 };
}

/** When each part of a trace begins and ends, in milliseconds since the trace was asked for. */
type Parts = Map<string, readonly [begin: number, end: number]>;

interface Timed {
  readonly took: number;
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

  private nameOf([program, ...words]: readonly string[]): string {
    if (program === 'ovn-nbctl') return 'inventory';
    if (program !== 'ovn-trace') return this.parts.has('flow rows') ? "reply's flow rows" : 'flow rows';
    if (words[0] === '--version') return 'version';
    return this.parts.has('ovn-trace') ? "reply's ovn-trace" : 'ovn-trace';
  }
}

/** What the extension does at a trace: it reads the inventory anew, beside the version where that is not known yet. */
async function traceOnce(
  lab: TraceLab,
  session: TargetSession,
  number: number,
  version: string | null,
  watch = new Stopwatch(),
): Promise<Timed> {
  const run = watch.watch(session.run);
  const [index, ovnVersion] = await Promise.all([
    readInventory(run, lab.target, Date).then((inventory): InventoryIndex => {
      const begin = watch.now();
      const made = indexInventory(inventory);
      watch.note('index', begin);
      return made;
    }),
    version ?? readOvnVersion(run),
  ]);
  const tracing = {
    ...tracingOf(lab, session),
    run,
    ovnVersion,
    currentInventory: () => Promise.resolve(index),
    pause: () => setImmediate(),
  };
  const report = await tracePacket(packetOf(lab, number), index, tracing, true);
  return { took: watch.now(), parts: watch.parts, report };
}

/** The first trace of a window: nothing is connected, nothing known. */
async function traceFirst(lab: TraceLab, number: number): Promise<Timed & { session: TargetSession }> {
  const watch = new Stopwatch();
  const session = lab.open(({ state }) => {
    if (state === 'connected') watch.note('connect', 0);
  });
  return { ...(await traceOnce(lab, session, number, null, watch)), session };
}

interface Round {
  readonly typed: number;
  readonly first: Timed;
  readonly second: Timed;
}

async function measure(lab: TraceLab, round: number): Promise<Round> {
  const first = await traceFirst(lab, 4 * round);
  const { session, report } = first;
  try {
    const second = await traceOnce(lab, session, 4 * round + 2, report.ovnVersion);
    const begin = performance.now();
    const output = await lab.type(report.argv ?? []);
    const typed = performance.now() - begin;
    if (output !== report.output) throw new Error('The typed command printed something else.');
    return { typed, first, second };
  } finally {
    session.dispose();
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
    const label = `${size.ports} ports, ${await lab.countLogicalFlows()} flows`;
    const row = (what: string, unit: string, pick: (round: Round) => number) =>
      summarize(`${label}: ${what}`, unit, measured.map(pick));
    return [
      row('(a) ssh HOST ovn-trace', 'ms', ({ typed }) => typed),
      row('(b) first trace', 'ms', ({ first }) => first.took),
      row('(c) second trace, fresh process', 'ms', ({ second }) => second.took),
      row('(b) / (a)', 'times', ({ typed, first }) => first.took / typed),
      row('(c) / (a)', 'times', ({ typed, second }) => second.took / typed),
      ...partRows(
        `${label}: (b)`,
        measured.map(({ first }) => first),
      ),
      ...partRows(
        `${label}: (c)`,
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
