import type { Effect, StepId, WizardContext, WizardStep } from './step';
import type { WizardState } from './wizardState';

/** How the user left a step. */
export type StepResult = Effect | { readonly kind: 'back' } | { readonly kind: 'leave' };

/** What a step is shown with. `number` and `total` count the steps that apply to the answers so far. */
export interface StepFrame {
  readonly step: WizardStep;
  readonly state: WizardState;
  readonly number: number;
  readonly total: number;
  readonly canGoBack: boolean;
}

/** A step; or the first that is not answered yet, those that are being skipped after it as well. */
export type StartAt = StepId | 'firstOpen';

/** Shows one step and settles once with what the user did; the runner shows one after the other. */
export interface WizardUi {
  show(frame: StepFrame): Promise<StepResult>;
}

/**
 * Leads through the steps that apply, forward and back, and returns the answers; undefined when the user left.
 * `context` is asked before every decision, because the inventory arrives while the user chooses.
 */
export async function runWizard(
  steps: readonly WizardStep[],
  initial: WizardState,
  context: (state: WizardState) => WizardContext,
  ui: WizardUi,
  startAt?: StartAt,
): Promise<WizardState | undefined> {
  let state = initial;
  /** After a change from the review, answered steps are not asked again. */
  let skipAnswered = startAt === 'firstOpen';
  let current =
    startAt === undefined || startAt === 'firstOpen'
      ? firstOf(steps, state, context(state), skipAnswered)
      : stepById(steps, startAt);
  for (;;) {
    const now = context(state);
    const shown = applicable(steps, state, now, current);
    const number = shown.indexOf(current) + 1;
    const result = await ui.show({
      step: current,
      state,
      number,
      total: shown.length,
      canGoBack: number > 1,
    });
    switch (result.kind) {
      case 'leave':
        return undefined;
      case 'finish':
        return result.state;
      case 'back':
        skipAnswered = false;
        current = previous(shown, current);
        break;
      case 'change':
        state = result.state;
        skipAnswered = true;
        current = stepById(steps, result.step);
        break;
      case 'answer':
        state = result.state;
        current = next(steps, state, context(state), current, skipAnswered);
        break;
    }
  }
}

/** The steps to count: those that apply, and the shown one even when only a choice of another step leads to it. */
function applicable(
  steps: readonly WizardStep[],
  state: WizardState,
  context: WizardContext,
  current: WizardStep,
): readonly WizardStep[] {
  return steps.filter((step) => step === current || step.applies(state, context));
}

function firstOf(
  steps: readonly WizardStep[],
  state: WizardState,
  context: WizardContext,
  skipAnswered: boolean,
): WizardStep {
  const asked = steps.filter((step) => step.applies(state, context));
  return asked.find((step) => !skipAnswered || !step.isAnswered(state, context)) ?? lastOf(steps);
}

function previous(shown: readonly WizardStep[], current: WizardStep): WizardStep {
  return shown[shown.indexOf(current) - 1] ?? current;
}

function next(
  steps: readonly WizardStep[],
  state: WizardState,
  context: WizardContext,
  current: WizardStep,
  skipAnswered: boolean,
): WizardStep {
  const rest = steps.slice(steps.indexOf(current) + 1).filter((step) => step.applies(state, context));
  const open = skipAnswered ? rest.find((step) => !step.isAnswered(state, context)) : rest[0];
  return open ?? lastOf(steps);
}

function stepById(steps: readonly WizardStep[], id: StepId): WizardStep {
  return steps.find((step) => step.id === id) ?? lastOf(steps);
}

function lastOf(steps: readonly WizardStep[]): WizardStep {
  const step = steps.at(-1);
  if (step === undefined) throw new Error('a wizard has at least one step');
  return step;
}
