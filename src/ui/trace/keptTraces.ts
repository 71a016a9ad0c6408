import * as vscode from 'vscode';
import * as z from 'zod';
import type { TraceReport } from '../../core/session/report';
import type { Explanation } from '../../core/trace/explanation';
import type { TraceOutcome } from '../../core/trace/outcome';
import type { ParsedTrace } from '../../core/trace/tree';
import { namesInMatches, type NameMeaning } from '../panel/matchNames';
import { partsOf } from './staleness';
import { planSchema, requestSchema } from './traceEntry';

/** Traces with more output or more hops are not kept: they would be written whenever they are shown, and read with the window. */
const longestOutput = 1024 * 1024;
const mostHops = 5000;

const object = <T extends object>(...lists: readonly string[]) =>
  z.custom<T>(
    (value) =>
      value instanceof Object &&
      lists.every((name) => Array.isArray((value as Record<string, unknown>)[name])),
  );

const partSchema = z.object({
  id: z.string(),
  request: requestSchema.nullable(),
  plan: planSchema.nullable(),
  target: z.string().nullable(),
  argv: z.array(z.string()).nullable(),
  ovnVersion: z.string().nullable(),
  output: z.string(),
  stderr: z.string(),
  outcome: object<TraceOutcome>('hops', 'branches', 'losses', 'arrivals', 'answers'),
  explanation: object<Explanation>('losses', 'aclSteps', 'assumptions', 'warnings'),
  startedAt: z.number(),
  durationMs: z.number(),
  replyNote: z.string().optional(),
});
const replySchema = partSchema.extend({ reply: z.null() });
const singleSchema = partSchema.extend({ reply: replySchema.nullable() });
const reportSchema = singleSchema.extend({
  choices: z
    .object({
      kind: z.enum(['backend', 'selection']),
      datapath: z.string(),
      traced: z.array(z.object({ option: z.string(), report: singleSchema })),
      omitted: z.number(),
      offline: z.array(z.string()),
      shown: z.number(),
    })
    .optional(),
});
type KeptReport = z.infer<typeof reportSchema>;

const keptSchema = z.object({
  report: reportSchema,
  /** What the names in its matches stand for. */
  names: z.record(z.string(), z.string()),
});
const fileSchema = z.object({ version: z.string(), traces: z.array(keptSchema) });

export interface ReadTrace {
  readonly report: TraceReport;
  readonly meaningOf: NameMeaning;
}

interface KeptTracesOptions {
  readonly folder: vscode.Uri | undefined;
  readonly fileName: string;
  /** Of the extension: only what the same version wrote is read. */
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
  /** What is known of the names in a trace. */
  readonly namesOf: (report: TraceReport) => NameMeaning | null;
}

/** The traces that a panel shows, kept beside the workspace's other state so that it has them again when the window is reloaded. */
export class KeptTraces {
  private last: Promise<void> = Promise.resolve();
  private ids: readonly string[] = [];

  constructor(private readonly options: KeptTracesOptions) {}

  /** Keeps these traces instead of the ones before. */
  keep(reports: readonly TraceReport[]): Promise<void> {
    const ids = reports.map(({ id }) => id);
    if (isSame(ids, this.ids)) return this.last;
    this.ids = ids;
    return this.write(ids, isSmall(reports) ? reports : []);
  }

  /** Forgets the traces, or only if this one is among them. */
  forget(id?: string): Promise<void> {
    if (id !== undefined && !this.ids.includes(id)) return this.last;
    this.ids = [];
    return this.write([], []);
  }

  /** The traces that were shown when the window was closed. */
  async read(): Promise<readonly ReadTrace[]> {
    await this.last;
    const uri = this.uri();
    if (uri === null) return [];
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const parsed = fileSchema.safeParse(JSON.parse(text));
      if (!parsed.success || parsed.data.version !== this.options.version) return [];
      const { traces } = parsed.data;
      this.ids = traces.map(({ report }) => report.id);
      const { parseTrace } = await import('../../core/trace/parse');
      return traces.map(({ report, names }) => {
        const known = new Map(Object.entries(names));
        return { report: revive(report, parseTrace), meaningOf: (name) => known.get(name) ?? null };
      });
    } catch (error) {
      this.options.log.debug(`Nothing is kept in ${this.options.fileName}: ${String(error)}`);
      return [];
    }
  }

  private uri(): vscode.Uri | null {
    const { folder, fileName } = this.options;
    return folder === undefined ? null : vscode.Uri.joinPath(folder, fileName);
  }

  private write(ids: readonly string[], reports: readonly TraceReport[]): Promise<void> {
    const uri = this.uri();
    if (uri === null) return this.last;
    this.last = this.last.then(async () => {
      // Newer ones have come while these waited.
      if (!isSame(ids, this.ids)) return;
      try {
        if (reports.length === 0) await vscode.workspace.fs.delete(uri);
        else await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(this.print(reports)));
      } catch (error) {
        if (reports.length > 0) this.options.log.warn(`The shown traces cannot be kept: ${String(error)}`);
      }
    });
    return this.last;
  }

  /** The output is parsed again when it is read. */
  private print(reports: readonly TraceReport[]): string {
    const { version, namesOf } = this.options;
    const traces = reports.map((report) => {
      const matches = partsOf(report).flatMap(({ outcome }) => outcome.hops.map(({ match }) => match));
      return { report, names: namesInMatches(matches, namesOf(report)) };
    });
    return JSON.stringify({ version, traces }, (key, value: unknown) =>
      key === 'parsed' ? undefined : value,
    );
  }
}

function revive(kept: KeptReport, parse: (text: string) => ParsedTrace): TraceReport {
  const { choices, ...report } = kept;
  const whole = reviveSingle(report, parse);
  if (choices === undefined) return whole;
  const traced = choices.traced.map((choice) => ({ ...choice, report: reviveSingle(choice.report, parse) }));
  return { ...whole, choices: { ...choices, traced } };
}

function reviveSingle(kept: z.infer<typeof singleSchema>, parse: (text: string) => ParsedTrace): TraceReport {
  const reply = kept.reply === null ? null : { ...kept.reply, parsed: parse(kept.reply.output) };
  return { ...kept, parsed: parse(kept.output), reply };
}

function isSmall(reports: readonly TraceReport[]): boolean {
  const parts = reports.flatMap(partsOf);
  const sum = (size: (part: TraceReport) => number): number =>
    parts.reduce((total, part) => total + size(part), 0);
  return (
    sum(({ output, stderr }) => output.length + stderr.length) <= longestOutput &&
    sum(({ outcome }) => outcome.hops.length) <= mostHops
  );
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, position) => id === other[position]);
}
