import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { Choice } from '../../core/flow/choices';
import type { TraceRequest } from '../../core/flow/request';
import type { TraceReport } from '../../core/session/report';
import type { Services } from '../services';
import { requireTrust } from '../targets/trust';
import { entryArgument } from '../trace/traceEntry';
import type { TraceEntry } from '../trace/traceEntry';
import type { TraceOrder } from '../trace/traceService';
import type { StartAt } from '../wizard/runWizard';
import { microflowProblem } from '../wizard/microflow';
import { stateOfRequest, stateOfSeed, wizardSeedSchema } from '../wizard/wizardState';
import type { WizardState } from '../wizard/wizardState';

type TraceHandlers = Pick<CommandHandlers, 'tracePacket' | 'traceAgain' | 'traceReverse' | 'editAndTrace'>;

/** The commands that make a trace. */
export function createTraceCommands(services: Services): TraceHandlers {
  return {
    tracePacket: (seed) => {
      // Menus and keybindings may pass arguments of their own; what is no seed is none.
      const parsed = wizardSeedSchema.safeParse(seed ?? {});
      return askAndRun(services, parsed.success ? stateOfSeed(parsed.data) : {});
    },
    traceAgain: async (argument) => {
      requireTrust();
      const entry = entryArgument(argument);
      const order = entry === undefined ? orderOfShown(services) : orderOfEntry(services, entry);
      if (order === null) await askAndRun(services, {});
      else await services.traces.runAndShow(order);
    },
    traceReverse: () => traceReverse(services, services.current.report),
    editAndTrace: (argument) => {
      const entry = entryArgument(argument);
      return entry === undefined
        ? editAndTrace(services, services.current.report)
        : editAsked(services, entry, () => orderOfEntry(services, entry));
    },
  };
}

/** The wizard from the answers of the report, or of the last trace that could not be made. */
export async function editAndTrace(services: Services, report: TraceReport | null): Promise<void> {
  if (report === null) await editAsked(services, null, () => lastOrder(services));
  else await editAsked(services, report, () => orderOf(services, report));
}

async function editAsked(
  services: Services,
  asked: (Pick<TraceEntry, 'target'> & { readonly request: TraceRequest | null }) | null,
  orderOfAsked: () => TraceOrder | null,
): Promise<void> {
  requireTrust();
  if (asked !== null && asked.target !== null && services.targets.find(asked.target) === undefined) {
    // Its target is gone: what was asked stays, what was looked up there (MAC addresses, a backend) does not.
    if (asked.request === null) return askAndRun(services, {});
    const request = { ...asked.request, ethSrc: undefined, ethDst: undefined, lbDst: undefined };
    return askAndRun(services, stateOfRequest(request, undefined));
  }
  const order = orderOfAsked();
  if (order === null) return askAndRun(services, {});
  if (order.request !== null) {
    return askAndRun(services, stateOfRequest(order.request, order.target.name), 'review');
  }
  const microflow = await vscode.window.showInputBox({
    title: l10n.t('Trace Packet: Edit Microflow'),
    value: order.plan.microflow,
    prompt: l10n.t('Microflow to run as it is written here (ovn-trace(8))'),
    ignoreFocusOut: true,
    validateInput: microflowProblem,
  });
  if (microflow !== undefined) {
    await services.traces.runAndShow({ ...order, plan: { ...order.plan, microflow: microflow.trim() } });
  }
}

/** Traces the other direction: what the destination would answer. */
export async function traceReverse(services: Services, report: TraceReport | null): Promise<void> {
  requireTrust();
  if (report === null || report.request === null) {
    throw new TraceFailure('bad-request', l10n.t('Only a trace between two ends can be reversed.'), {
      advice: l10n.t('Trace a packet with OVN: Trace Packet first.'),
    });
  }
  const target = services.targets.require(report.target ?? undefined);
  const index = await services.tasks.run(
    { title: l10n.t('Reading {0}', target.name), doing: l10n.t('reading') },
    () => services.inventories.read(target),
  );
  const { reverseRequest } = await import('../../core/flow/reverseRequest');
  const request = reverseRequest(report.request, index);
  if (request === null) {
    throw new TraceFailure(
      'bad-request',
      l10n.t('Nothing in this network answers such a packet, so there is no way back to trace.'),
      {
        advice: l10n.t(
          'The destination has to be an address of one port, and the protocol one with answers.',
        ),
      },
    );
  }
  await services.traces.runAndShow({ target, request, plan: null });
}

/** Traces the request of the report again, once for each backend of the load balancer or each member of the `select`. */
export async function traceEach(
  services: Services,
  report: TraceReport,
  what: Choice['kind'],
): Promise<void> {
  requireTrust();
  if (report.request === null) return;
  const target = services.targets.require(report.target ?? undefined);
  const request = {
    ...report.request,
    ...(what === 'backend'
      ? { everyBackend: true, lbDst: undefined }
      : { everySelection: true, selectId: undefined }),
  };
  await services.traces.runAndShow({ target, request, plan: null });
}

/** The wizard from these answers, and the trace it ends with. */
export async function askAndRun(services: Services, initial: WizardState, startAt?: StartAt): Promise<void> {
  requireTrust();
  const { askForTrace } = await import('../wizard/askForTrace');
  const order = await askForTrace(services, initial, startAt);
  if (order !== undefined) await services.traces.runAndShow(order);
}

function orderOfShown(services: Services): TraceOrder | null {
  const report = services.current.report;
  return report === null ? lastOrder(services) : orderOf(services, report);
}

/** What the last trace asked, on its target as it is defined now: the failure may have led to a change of it. */
export function lastOrder({ traces, targets }: Services): TraceOrder | null {
  const { last } = traces;
  return last === null ? null : { ...last, target: targets.require(last.target.name) };
}

/** What would make the report again; null for opened text. */
export function orderOf(services: Services, report: TraceReport): TraceOrder | null {
  if (report.target === null) return null;
  const target = services.targets.require(report.target);
  if (report.request !== null) return { target, request: report.request, plan: null };
  return report.plan === null ? null : { target, request: null, plan: report.plan };
}

export function orderOfEntry(services: Services, entry: TraceEntry): TraceOrder | null {
  if (entry.request === null && entry.plan === null) return null;
  const target = services.targets.require(entry.target ?? undefined);
  if (entry.request !== null) return { target, request: entry.request, plan: null };
  return entry.plan === null ? null : { target, request: null, plan: entry.plan };
}
