import type { TraceReport } from '../../core/session/report';
import type { PreviousTrace } from '../panel/model';
import { planSchema, requestSchema } from './traceEntry';

/**
 * The trace to compare a report with: the last one before it of the same packet on the same target, else the last one from the
 * same port there, whose packet was edited since. Null for opened text, and where there is none.
 */
export function findPrevious(report: TraceReport, kept: readonly TraceReport[]): PreviousTrace | null {
  if (report.target === null) return null;
  const earlier = kept
    .filter(({ target, startedAt }) => target === report.target && startedAt < report.startedAt)
    .sort((one, other) => other.startedAt - one.startedAt);
  const question = questionOf(report);
  const same = earlier.find((other) => questionOf(other) === question);
  if (same !== undefined) return { report: same, sameQuestion: true };
  const sender = senderOf(report);
  const edited = earlier.find((other) => senderOf(other) === sender);
  return edited === undefined ? null : { report: edited, sameQuestion: false };
}

/** What was asked, whoever wrote its fields in which order; whether OpenFlow was shown beside is no question. */
function questionOf({ request, plan }: TraceReport): string {
  if (request !== null) return JSON.stringify({ ...requestSchema.parse(request), openFlow: undefined });
  return JSON.stringify(plan === null ? null : { ...planSchema.parse(plan), openFlow: undefined });
}

function senderOf({ request, outcome }: TraceReport): string | null {
  return request?.inport ?? outcome.hops[0]?.inport ?? null;
}
