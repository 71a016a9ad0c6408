import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { TraceFailure } from '../../core/failure';
import { planTrace } from '../../core/flow/planTrace';
import type { TraceRequest } from '../../core/flow/request';
import { UndecidableMac } from '../../core/flow/undecidableMac';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import { statesAsked } from '../../core/session/resident';
import type { TargetConfig } from '../../core/session/target';
import type { Inventories } from '../inventory/inventories';
import type { Settings } from '../settings/settings';
import type { PromptState } from '../targets/editorPrompts';
import type { Targets } from '../targets/targets';
import type { TraceOrder } from '../trace/traceService';
import type { LastAnswers } from './lastAnswers';
import { wizardSteps } from './reviewSteps';
import { runWizard } from './runWizard';
import type { StartAt } from './runWizard';
import type { PlanAnswer, WizardContext } from './step';
import { requestOf } from './wizardState';
import type { WizardState } from './wizardState';
import { QuickInputUi } from './wizardUi';
import type { ContextSource } from './wizardUi';

export interface WizardServices {
  readonly settings: Settings;
  readonly targets: Targets;
  readonly inventories: Inventories;
  readonly lastAnswers: LastAnswers;
  readonly prompts: PromptState;
}

/**
 * Asks for a trace, step by step; undefined when the user left.
 * @throws TraceFailure when there is no target, or its inventory cannot be read.
 */
export async function askForTrace(
  services: WizardServices,
  initial: WizardState,
  startAt?: StartAt,
): Promise<TraceOrder | undefined> {
  const source = new LiveContext(services);
  const ui = new QuickInputUi(l10n.t('Trace Packet'), source, services.prompts);
  try {
    const begin = { ...initial, target: beginningTarget(services.targets, initial) };
    const state = await Promise.race([
      runWizard(
        wizardSteps,
        begin,
        (answers) => source.context(answers),
        {
          show: (frame) => {
            source.need(frame.step.id === 'target' ? undefined : frame.state.target);
            return ui.show(frame);
          },
        },
        startAt,
      ),
      source.failed,
    ]);
    if (state === undefined) return undefined;
    await services.lastAnswers.remember(state);
    return orderOf(state, services, source);
  } finally {
    ui.close();
    source.dispose();
  }
}

/** Undefined only when the user has to choose among several; fails when there is none. */
function beginningTarget(targets: Targets, initial: WizardState): string | undefined {
  if (initial.target !== undefined) return targets.require(initial.target).name;
  const found = targets.find(undefined);
  if (found === undefined && targets.list().length > 1) return undefined;
  return (found ?? targets.require(undefined)).name;
}

function orderOf(state: WizardState, { targets }: WizardServices, source: LiveContext): TraceOrder {
  const target = targets.require(state.target);
  const request = requestOf(state);
  if (request === null) throw new TraceFailure('bad-request', l10n.t('The trace has no packet to send.'));
  if (state.microflow === undefined) return { target, request, plan: null };
  const planned = source.context(state).plan(request);
  if (planned.kind !== 'plan') throw new TraceFailure('bad-request', planned.message);
  // Written as it was planned: then it is the request, which can be reversed and explained better.
  if (state.microflow === planned.plan.microflow) return { target, request, plan: null };
  return { target, request: null, plan: { ...planned.plan, microflow: state.microflow } };
}

/** The context of the steps, from the services as they stand: it changes when an inventory arrives. */
class LiveContext implements ContextSource, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly left = new AbortController();
  readonly onDidChange = this.changed.event;
  private readonly asked = new Set<string>();
  private readonly failures = new Map<string, unknown>();
  private needed: string | undefined;
  private fail: (error: unknown) => void = () => undefined;
  /** Never fulfilled; rejected when the inventory that the user waits for cannot be read. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.fail = reject;
  });

  constructor(private readonly services: WizardServices) {
    // Somebody has to take the rejection when the wizard was left before.
    this.failed.catch(() => undefined);
  }

  context(state: WizardState): WizardContext {
    const { targets, lastAnswers } = this.services;
    const target = state.target === undefined ? undefined : targets.find(state.target);
    const index = target === undefined ? null : this.indexOf(target);
    return {
      targets: targets.list().map((config) => ({ name: config.name, where: targets.describe(config) })),
      index,
      last: lastAnswers.of(state.target),
      plan: (request) => planAnswer(request, index),
    };
  }

  /**
   * Says whose inventory the shown step cannot do without. While the target itself is chosen that is nobody's: one that
   * cannot be reached must not keep the user from choosing another.
   */
  need(target: string | undefined): void {
    this.needed = target;
    const config = target === undefined ? undefined : this.services.targets.find(target);
    if (config !== undefined) this.indexOf(config);
    if (target !== undefined && this.failures.has(target)) this.fail(this.failures.get(target));
  }

  dispose(): void {
    this.left.abort();
    this.changed.dispose();
  }

  /** While the packet is chosen the target can read its database. */
  private prepare(target: TargetConfig): void {
    if (this.left.signal.aborted) return;
    const { targets, settings } = this.services;
    const states = statesAsked({ kind: 'new' }, settings.get('traceReply', true));
    const release = targets.resident(target)?.prepare(states, this.left.signal);
    if (release !== undefined) this.left.signal.addEventListener('abort', release, { once: true });
  }

  /** What is known is shown at once and read again behind; nobody is asked about a target that is only preselected. */
  private indexOf(target: TargetConfig): InventoryIndex | null {
    const mayRead = this.needed === target.name || this.services.targets.isAgreed(target);
    if (mayRead && !this.asked.has(target.name)) {
      this.asked.add(target.name);
      this.services.inventories.read(target).then(
        () => {
          this.changed.fire();
          this.prepare(target);
        },
        (error: unknown) => {
          this.failures.set(target.name, error);
          this.need(this.needed);
        },
      );
    }
    return this.services.inventories.peek(target) ?? null;
  }
}

function planAnswer(request: TraceRequest, index: InventoryIndex | null): PlanAnswer {
  if (index === null) return { kind: 'refused', message: l10n.t('The inventory is still being read.') };
  try {
    return { kind: 'plan', plan: planTrace(request, index) };
  } catch (error) {
    if (error instanceof UndecidableMac) {
      return { kind: 'ask-mac', field: error.field, message: error.message, candidates: error.candidates };
    }
    if (error instanceof TraceFailure) {
      return { kind: 'refused', message: `${error.message} ${error.advice}`.trim() };
    }
    throw error;
  }
}
