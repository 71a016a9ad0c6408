import * as l10n from '@vscode/l10n';
import { nameAcl } from '../acl/nameAcl';
import { TraceFailure } from '../failure';
import { planTrace } from '../flow/planTrace';
import type { TracePlan, TraceRequest } from '../flow/request';
import { findWayBack, isTrueTo, mendReplyLookups, type WayBack } from '../flow/wayBack';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { CauseCode, ExplainedLoss } from '../trace/explanation';
import type { TraceReport } from './report';
import type { Tracing } from './tracePacket';

export interface ReplyTracing {
  readonly runPlan: RunPlan;
  readonly onForward?: Tracing['onForward'];
}

/** Runs a plan and explains what came back. */
export type RunPlan = (plan: TracePlan, request: TraceRequest) => Promise<TraceReport>;

/** A reply passes two switches; each can look it up in both of its pipelines. */
const mostMended = 4;

/** What ends a trace but need not end a reply: OVN learns the MAC address from the packet before, or undoes the NAT. */
const untold: readonly CauseCode[] = ['ARP_UNRESOLVED', 'NAT_UNSIMULATED', 'UNKNOWN_MAC', 'UNKNOWN'];

/**
 * The report with the way back of its packet, where it is the first one of a connection and arrives; with the finding `ONE_WAY`
 * when the reply is certainly lost. Where ovn-trace cannot tell, a note says so.
 * @throws TraceFailure `cancelled` only; any other failure leaves the forward trace as it stands, with a note.
 */
export async function traceReply(
  report: TraceReport,
  index: InventoryIndex,
  { runPlan, onForward }: ReplyTracing,
): Promise<TraceReport> {
  const { request, plan, outcome } = report;
  const arrives = outcome.verdict === 'allow' || outcome.verdict === 'mixed';
  if (request === null || plan === null || request.connection.kind !== 'new' || !arrives) return report;
  const back = findWayBack(request, plan, outcome, index);
  if (!('request' in back)) return back.because === null ? report : { ...report, replyNote: back.because };
  onForward?.({ ...report, replyNote: l10n.t('The reply is still being traced.') });
  try {
    return judgeReply(report, back, await runReply(back, index, runPlan));
  } catch (error) {
    if (!(error instanceof TraceFailure) || error.reason === 'cancelled') throw error;
    return { ...report, replyNote: l10n.t('The reply was not traced: {0}', error.message) };
  }
}

async function runReply(back: WayBack, index: InventoryIndex, runPlan: RunPlan): Promise<TraceReport> {
  let reply = await runPlan(planTrace(back.request, index), back.request);
  for (let mended = 0; mended < mostMended; mended++) {
    const plan = reply.plan && mendReplyLookups(back, reply.plan, reply.outcome);
    if (!plan) break;
    reply = await runPlan(plan, back.request);
  }
  return reply;
}

function judgeReply(report: TraceReport, back: WayBack, reply: TraceReport): TraceReport {
  const { outcome, explanation } = reply;
  if (outcome.arrivals.some(({ port }) => port === back.sender)) {
    const note = back.rewritten ? { replyNote: asIfUndone() } : {};
    return { ...report, reply, ...note };
  }
  const [loss] = explanation.losses;
  const lost = outcome.losses[loss?.loss ?? -1];
  const hop = outcome.hops[lost?.decidedBy ?? lost?.hop ?? -1];
  const isDrop = outcome.verdict === 'drop' || outcome.verdict === 'reject';
  if (!isDrop || loss === undefined || hop === undefined || untold.includes(loss.cause.code)) {
    const replyNote = l10n.t('Whether the reply comes back cannot be told. {0}', explanation.sentence);
    return { ...report, reply, replyNote };
  }
  if (!isTrueTo(back, hop, outcome)) {
    const replyNote = l10n.t(
      'Whether the reply comes back cannot be told: its trace ends on {0}, where it has other addresses in reality. NAT or a load balancer changed those of the packet, and ovn-trace does not change them back.',
      hop.datapath,
    );
    return { ...report, reply, replyNote };
  }
  return { ...report, reply, explanation: oneWay(report, loss, explanation.sentence) };
}

const asIfUndone = (): string =>
  l10n.t(
    'NAT or a load balancer changed the addresses of the packet. ovn-trace does not change them back, so the reply was traced between the two ends themselves.',
  );

function oneWay(report: TraceReport, loss: ExplainedLoss, because: string): TraceReport['explanation'] {
  const { explanation, request } = report;
  const why = [because, ...wordUntracked(explanation, loss)].join(' ');
  return {
    ...explanation,
    sentence: l10n.t(
      '{0}, but its reply does not come back. {1}',
      explanation.sentence.replace(/[.。]$/u, ''),
      why,
    ),
    warnings: [
      {
        code: 'ONE_WAY',
        message: l10n.t(
          'The reply does not come back to {0}. {1}',
          request?.inport ?? l10n.t('the sender'),
          why,
        ),
        acl: loss.aclStep?.acls[0]?.acl.uuid ?? null,
      },
      ...explanation.warnings,
    ],
  };
}

/** A stateless rule keeps the packet from conntrack, which is why its reply is part of no connection there. */
function wordUntracked(
  { aclSteps }: TraceReport['explanation'],
  { cause }: ExplainedLoss,
): readonly string[] {
  if (cause.code !== 'CONNTRACK_INVALID') return [];
  const stateless = aclSteps.flatMap(({ acls }) => acls).find(({ acl }) => acl.action === 'allow-stateless');
  if (stateless === undefined) return [];
  return [
    l10n.t(
      '{0} let the packet through without connection tracking, so no connection is known; the reply needs an allow-stateless rule of its own.',
      nameAcl(stateless.acl),
    ),
  ];
}
