import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { connectionKinds, type TracePlan, type TraceRequest } from '../../core/flow/request';
import type { TraceReport } from '../../core/session/report';
import type { Verdict } from '../../core/trace/outcome';
import { describeRequest } from './requestWords';

const serviceSchema = z.union([
  z.object({
    protocol: z.enum(['tcp', 'udp', 'sctp']),
    dstPort: z.number().int().min(1).max(65535),
    srcPort: z.number().int().min(1).max(65535).optional(),
  }),
  z.object({
    protocol: z.literal('icmp'),
    type: z.number().int().min(0).max(255).optional(),
    code: z.number().int().min(0).max(255).optional(),
  }),
  z.object({ protocol: z.literal('arp') }),
  z.object({ protocol: z.literal('other'), number: z.number().int().min(0).max(255) }),
]);

/** A request as it is kept between windows and in the workspace's file. */
export const requestSchema = z.object({
  inport: z.string().min(1),
  ipSrc: z.string().optional(),
  destination: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('port'), port: z.string().min(1), ip: z.string().optional() }),
    z.object({ kind: z.literal('address'), ip: z.string().min(1) }),
  ]),
  service: serviceSchema,
  connection: z.union([
    z.object({ kind: z.enum(connectionKinds) }),
    z.object({ kind: z.literal('states'), states: z.array(z.string()) }),
  ]),
  ethDst: z.string().optional(),
  ethSrc: z.string().optional(),
  ttl: z.number().int().min(1).max(255).optional(),
  lbDst: z.string().optional(),
  everyBackend: z.boolean().optional(),
  selectId: z.number().int().min(1).max(65535).optional(),
  everySelection: z.boolean().optional(),
  openFlow: z.boolean().optional(),
}) satisfies z.ZodType<TraceRequest>;

export const planSchema = z.object({
  datapath: z.string(),
  microflow: z.string(),
  ct: z.array(z.string()),
  repeatsCt: z.boolean().optional(),
  lbDst: z.string().nullable(),
  selectId: z.number().int().min(1).max(65535).optional(),
  openFlow: z.boolean(),
  exactNames: z.boolean().optional(),
}) satisfies z.ZodType<TracePlan>;

const verdicts = [
  'allow',
  'drop',
  'reject',
  'answer',
  'mixed',
  'unknown',
  'error',
] as const satisfies readonly Verdict[];

export const traceEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Null for opened text. */
  target: z.string().nullable(),
  request: requestSchema.nullable(),
  /** Set for a microflow written by hand: it is run as it is. */
  plan: planSchema.nullable(),
  verdict: z.enum(verdicts).nullable(),
  sentence: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  saved: z.boolean(),
});

/** One line of the Traces view: a trace that was made, or one that was saved in the workspace. */
export type TraceEntry = z.infer<typeof traceEntrySchema>;

export function entryOf(report: TraceReport): TraceEntry {
  const { request, plan } = report;
  return {
    id: report.id,
    title: titleOf(report),
    target: report.target,
    request: request === null ? null : requestSchema.parse(request),
    plan: request === null && plan !== null ? planSchema.parse(plan) : null,
    verdict: report.outcome.verdict,
    sentence: report.explanation.sentence,
    at: report.startedAt,
    saved: false,
  };
}

export function titleOf(report: TraceReport): string {
  if (report.request !== null) return describeRequest(report.request);
  return report.plan === null ? l10n.t('Opened trace output') : report.plan.microflow;
}

/** The entries that a command was given: all that are selected, where the Traces view says so, else the one. */
export function entryArguments(value: unknown, selected: unknown): readonly TraceEntry[] {
  const given: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [value];
  return given.map(entryArgument).filter((entry) => entry !== undefined);
}

/** The entry that a command was given: by the Traces view, or by anybody else, hence the check. */
export function entryArgument(value: unknown): TraceEntry | undefined {
  const parsed = traceEntrySchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
