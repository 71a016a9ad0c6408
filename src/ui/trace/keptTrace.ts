import * as vscode from 'vscode';
import * as z from 'zod';
import type { TraceReport } from '../../core/session/report';
import type { Explanation } from '../../core/trace/explanation';
import type { TraceOutcome } from '../../core/trace/outcome';
import type { ParsedTrace } from '../../core/trace/tree';
import { partsOf } from './staleness';
import { planSchema, requestSchema } from './traceEntry';

const fileName = 'shown-trace.json';

/** A trace with more output or more hops is not kept: it would be written whenever one is shown, and read with the window. */
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

const fileSchema = z.object({ version: z.string(), report: reportSchema });

/**
 * The trace that is shown, kept beside the workspace's other state so that the panel has it again when the window is reloaded.
 * Only what this version of the extension wrote is read.
 */
export class KeptTrace {
  private last: Promise<void> = Promise.resolve();
  private id: string | null = null;

  constructor(
    private readonly folder: vscode.Uri | undefined,
    private readonly version: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Keeps this trace instead of the one before. */
  keep(report: TraceReport): Promise<void> {
    if (this.id === report.id) return this.last;
    this.id = report.id;
    return this.write(isSmall(report) ? report : null);
  }

  /** Forgets the trace, or this one only. */
  forget(id?: string): Promise<void> {
    if (id !== undefined && id !== this.id) return this.last;
    this.id = null;
    return this.write(null);
  }

  /** The trace that was shown when the window was closed; null when there was none. */
  async read(): Promise<TraceReport | null> {
    await this.last;
    const uri = this.uri();
    if (uri === null) return null;
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const parsed = fileSchema.safeParse(JSON.parse(text));
      if (!parsed.success || parsed.data.version !== this.version) return null;
      this.id = parsed.data.report.id;
      const { parseTrace } = await import('../../core/trace/parse');
      return revive(parsed.data.report, parseTrace);
    } catch (error) {
      this.log.debug(`No trace is kept: ${String(error)}`);
      return null;
    }
  }

  private uri(): vscode.Uri | null {
    return this.folder === undefined ? null : vscode.Uri.joinPath(this.folder, fileName);
  }

  private write(report: TraceReport | null): Promise<void> {
    const uri = this.uri();
    if (uri === null) return this.last;
    this.last = this.last.then(async () => {
      // A newer one has come while this one waited.
      if ((report?.id ?? null) !== this.id && report !== null) return;
      try {
        if (report === null) await vscode.workspace.fs.delete(uri);
        else await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(print(report, this.version)));
      } catch (error) {
        if (report !== null) this.log.warn(`The shown trace cannot be kept: ${String(error)}`);
      }
    });
    return this.last;
  }
}

/** The output is parsed again when it is read. */
function print(report: TraceReport, version: string): string {
  return JSON.stringify({ version, report }, (key, value: unknown) => (key === 'parsed' ? undefined : value));
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

function isSmall(report: TraceReport): boolean {
  const sum = (size: (part: TraceReport) => number): number =>
    partsOf(report).reduce((total, part) => total + size(part), 0);
  return (
    sum(({ output, stderr }) => output.length + stderr.length) <= longestOutput &&
    sum(({ outcome }) => outcome.hops.length) <= mostHops
  );
}
