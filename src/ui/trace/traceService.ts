import { setImmediate } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { toFailure } from '../../core/failure';
import type { TraceFailure } from '../../core/failure';
import type { TracePlan, TraceRequest } from '../../core/flow/request';
import type { TraceReport } from '../../core/session/report';
import { statesAsked } from '../../core/session/resident';
import type { TargetConfig } from '../../core/session/target';
import type { Tracing } from '../../core/session/tracePacket';
import type { Definitions } from '../definitions/definitions';
import type { TraceDiagnostics } from '../diagnostics/traceDiagnostics';
import { actionsFor, labelOfAction } from '../failureActions';
import { logFailure } from '../failures';
import type { Inventories } from '../inventory/inventories';
import type { TracePanel } from '../panel/panel';
import type { Settings } from '../settings/settings';
import type { Targets } from '../targets/targets';
import { requireTrust } from '../targets/trust';
import type { Tasks } from '../tasks';
import type { CurrentTrace } from './currentTrace';
import type { History } from './history';
import type { Staleness } from './staleness';
import { ToolVersions } from './toolVersions';
import { describeRequest } from './requestWords';

/** What to trace: a request, or a microflow that is run as it is. */
export type TraceOrder =
  | { readonly target: TargetConfig; readonly request: TraceRequest; readonly plan: null }
  | { readonly target: TargetConfig; readonly request: null; readonly plan: TracePlan };

export interface TraceServices {
  readonly tasks: Tasks;
  readonly settings: Settings;
  readonly targets: Targets;
  readonly inventories: Inventories;
  readonly definitions: Definitions;
  readonly current: CurrentTrace;
  readonly history: History;
  readonly diagnostics: TraceDiagnostics;
  readonly staleness: Staleness;
  readonly log: vscode.LogOutputChannel;
  /** Made on first use, because it knows the commands and they know the service. */
  readonly panel: () => TracePanel;
}

/** The packet's own result is shown when its reply takes longer than this. */
const earlyMs = 300;

/** Runs traces, one at a time, and gives each result to everything that shows it. */
export class TraceService implements vscode.Disposable {
  private running: AbortController | null = null;
  private lastOrder: TraceOrder | null = null;

  private readonly versions = new ToolVersions();

  constructor(private readonly services: TraceServices) {}

  /** What the last trace asked, whether it could be made or not: what *Edit and Trace* starts from after a failure. */
  get last(): TraceOrder | null {
    return this.lastOrder;
  }

  /** Traces with progress and Cancel, and shows the result or the failure. A trace that still runs is cancelled. */
  async runAndShow(order: TraceOrder): Promise<void> {
    const { panel } = this.services;
    this.lastOrder = order;
    const title = order.request === null ? order.plan.microflow : describeRequest(order.request);
    const controller = this.begin();
    panel().showRunning(title, () => controller.abort());
    const early: { report: TraceReport | null; timer?: NodeJS.Timeout } = { report: null };
    let isTraced = false;
    const onForward = (report: TraceReport): void => {
      early.report = report;
      // A reply that comes at once is not worth another look of the page.
      early.timer = setTimeout(() => this.showForward(report, title, controller), earlyMs);
    };
    try {
      const report = await this.services.tasks.run(
        { title: l10n.t('Tracing {0}', title), doing: l10n.t('tracing'), isInView: true },
        (signal) => this.trace(order, signal, onForward),
        controller,
      );
      if (controller.signal.aborted) return;
      isTraced = true;
      await this.show(report);
    } catch (error) {
      // A newer trace has taken over the panel.
      if (this.running !== controller) return;
      if (!controller.signal.aborted) this.showFailed(toFailure(error), order);
    } finally {
      clearTimeout(early.timer);
      if (this.running === controller) {
        this.running = null;
        // A page that is still being made cannot be cancelled: its trace is done.
        if (controller.signal.aborted && !isTraced) await this.showCancelled(early.report);
      }
    }
  }

  /** Traces without showing anything, for other extensions. */
  async trace(
    order: TraceOrder,
    signal: AbortSignal,
    onForward?: (report: TraceReport) => void,
  ): Promise<TraceReport> {
    requireTrust();
    const askedAt = performance.now();
    const { settings, targets } = this.services;
    const resident = targets.resident(order.target);
    const { connection } = order.request ?? {};
    const withReply = settings.get('traceReply', true);
    const states = connection === undefined ? [] : statesAsked(connection, withReply);
    const release = resident?.prepare(states, signal);
    try {
      return await this.traceWith(order, { resident, askedAt, onForward, signal });
    } finally {
      release?.();
    }
  }

  private async traceWith(
    order: TraceOrder,
    asked: Pick<Tracing, 'resident' | 'askedAt' | 'onForward'> & { readonly signal: AbortSignal },
  ): Promise<TraceReport> {
    const { settings, targets, inventories, definitions, staleness } = this.services;
    const { signal } = asked;
    const { target, request, plan } = order;
    const run = targets.runner(target);
    const { readOvnVersion, runPlan, tracePacket } = await import('../../core/session/tracePacket');
    // Read anew for every trace: the rule that was asked about may just have been changed.
    const [index, { join }, ovnVersion] = await Promise.all([
      inventories.read(target, signal, asked.askedAt),
      definitions.readAnew(),
      this.versions.of(target, () => readOvnVersion(run, signal)),
    ]);
    const tracing = {
      ...asked,
      onForward: (forward: TraceReport) => {
        staleness.noteBasis(forward, index);
        asked.onForward?.(forward);
      },
      pause: setImmediate,
      target,
      run,
      clock: Date,
      currentInventory: () => Promise.resolve(index),
      join,
      ovnVersion,
    };
    const openFlow = request?.openFlow ?? settings.get('openFlow', false);
    const report = await (request === null
      ? runPlan(plan, null, tracing)
      : tracePacket({ ...request, openFlow }, index, tracing, settings.get('traceReply', true)));
    staleness.noteBasis(report, index);
    return report;
  }

  /** Makes a report the current one, in every view. */
  async show(report: TraceReport): Promise<void> {
    const { panel, current, history, diagnostics } = this.services;
    current.show(report);
    diagnostics.update(report);
    await panel().showReport(report);
    await history.add(report);
  }

  /** The packet's own result, while its reply is still being traced: on a large network that takes as long again. */
  private showForward(report: TraceReport, title: string, controller: AbortController): void {
    if (this.running !== controller || controller.signal.aborted) return;
    const { panel, current, diagnostics } = this.services;
    current.show(report);
    diagnostics.update(report);
    void panel().showReport(report);
    panel().showRunning(l10n.t('the reply to {0}', title), () => controller.abort());
  }

  /** What is known of the packet itself is not lost with its reply. */
  private async showCancelled(forward: TraceReport | null): Promise<void> {
    if (forward === null) this.services.panel().showCancelled();
    else await this.show({ ...forward, replyNote: l10n.t('The reply was not traced: it was cancelled.') });
  }

  dispose(): void {
    this.running?.abort();
  }

  private begin(): AbortController {
    this.running?.abort();
    this.running = new AbortController();
    return this.running;
  }

  private showFailed(failure: TraceFailure, order: TraceOrder): void {
    const { panel, current, log } = this.services;
    if (failure.reason === 'cancelled') {
      panel().showCancelled();
      return;
    }
    logFailure(failure, log);
    current.fail();
    panel().showFailure(failure, {
      request: order.request,
      actions: actionsFor(failure).map((id) => ({ id, label: labelOfAction(id) })),
    });
  }
}
