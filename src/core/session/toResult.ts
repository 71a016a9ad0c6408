import type { AclStep } from '../acl/step';
import type { DefinitionLink } from '../definitions/definition';
import type { TraceFailure } from '../failure';
import type { TracePlan } from '../flow/request';
import { refusalReason } from '../trace/refusal';
import type { Choices, TraceReport } from './report';
import type { TraceResult } from './result';

type ChoiceResult = Omit<NonNullable<TraceResult['backends']>[number], 'backend'>;

/** The report as other programs get it. */
export function toResult(report: TraceReport): TraceResult {
  const { reply, choices } = report;
  const chosen = (kind: Choices['kind']) => (choices?.kind === kind ? choices.traced : null);
  return {
    ...fieldsOf(report),
    reply: reply === null ? null : fieldsOf(reply),
    reply_note: report.replyNote ?? null,
    backends:
      chosen('backend')?.map((traced) => ({ backend: traced.option, ...choiceOf(traced.report) })) ?? null,
    selections:
      chosen('selection')?.map((traced) => ({
        select_id: Number(traced.option),
        ...choiceOf(traced.report),
      })) ?? null,
  };
}

function choiceOf(report: TraceReport): ChoiceResult {
  const { verdict, cause, summary, outputs, acl, definition, warnings } = fieldsOf(report);
  return { verdict, cause, summary, outputs, acl, definition, warnings };
}

/** The result of a trace that could not be made. */
export function toErrorResult(
  failure: TraceFailure,
  now: number,
  plan: TracePlan | null = null,
): TraceResult {
  const { reason, message, advice } = failure;
  return {
    output: failure.detail ?? '',
    hops: [],
    verdict: 'error',
    dropped: false,
    drop_reason: null,
    cause: null,
    outputs: [],
    acl: null,
    definition: null,
    warnings: [],
    error: { reason, message },
    microflow: plan?.microflow ?? null,
    datapath: plan?.datapath ?? null,
    duration_ms: null,
    timestamp: new Date(now).toISOString(),
    summary: message,
    advice: advice === '' ? [] : [advice],
    assumptions: [],
    reply: null,
    reply_note: null,
    backends: null,
    selections: null,
  };
}

function fieldsOf(report: TraceReport): NonNullable<TraceResult['reply']> {
  const { outcome, explanation, plan } = report;
  const [loss] = explanation.losses;
  const step = loss ? loss.aclStep : lastAllowing(explanation.aclSteps);
  const losing = new Set(outcome.losses.map(({ hop }) => hop));
  const dropped = outcome.losses.length > 0 && outcome.verdict !== 'unknown';
  return {
    output: report.output,
    hops: outcome.hops.map((hop) => ({
      datapath: hop.datapath,
      pipeline: hop.pipeline,
      table: hop.table,
      table_name: hop.stage,
      priority: hop.priority,
      match: hop.match,
      actions: hop.actions.join(' '),
      uuid: hop.uuid,
      is_drop: losing.has(hop.index),
    })),
    verdict: outcome.verdict,
    dropped,
    drop_reason: dropped ? (loss?.cause.sentence ?? null) : null,
    cause: dropped ? (loss?.cause.code ?? null) : null,
    outputs: outcome.arrivals.map(({ port, type, datapath }) => ({ port, type, datapath })),
    acl: aclOf(step),
    definition: definitionOf(
      loss ? loss.definitions : (explanation.definitions[step?.acls[0]?.acl.uuid ?? ''] ?? []),
    ),
    warnings: explanation.warnings.map(({ message, acl, code }) => ({ message, acl, code: code ?? null })),
    error:
      outcome.verdict === 'error'
        ? { reason: refusalReason(outcome.refusal), message: explanation.sentence }
        : null,
    microflow: plan?.microflow ?? null,
    datapath: plan?.datapath ?? outcome.hops[0]?.datapath ?? null,
    duration_ms: plan === null ? null : report.durationMs,
    timestamp: new Date(report.startedAt).toISOString(),
    summary: explanation.sentence,
    advice: [...(loss?.cause.advice ?? [])],
    assumptions: explanation.assumptions.map(({ message }) => message),
  };
}

/** The ACL nearest to the destination that let the packet through. */
function lastAllowing(steps: readonly AclStep[]): AclStep | null {
  return steps.findLast((step) => step.verdict === 'allow' && step.acls.length > 0) ?? null;
}

function aclOf(step: AclStep | null): TraceResult['acl'] {
  const [applied] = step?.acls ?? [];
  if (!applied) return null;
  const { uuid, name, direction, priority, action, match, tier } = applied.acl;
  return { uuid, name, direction, priority, action, match, tier, entity: applied.entities[0]?.name ?? null };
}

function definitionOf(links: readonly DefinitionLink[]): TraceResult['definition'] {
  const [link] = links;
  if (!link) return null;
  return {
    file: link.definition.file,
    line: link.definition.range.start.line + 1,
    confidence: link.confidence,
  };
}
