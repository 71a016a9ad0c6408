import type { TracePlan, TraceRequest } from '../../core/flow/request';
import type { MacCandidate } from '../../core/flow/undecidableMac';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { WizardState } from './wizardState';

export type StepId =
  | 'target'
  | 'source'
  | 'sourceAddress'
  | 'sourceMac'
  | 'destination'
  | 'destinationAddress'
  | 'protocol'
  | 'protocolNumber'
  | 'port'
  | 'connection'
  | 'states'
  | 'backend'
  | 'nextHopMac'
  | 'review'
  | 'microflow';

export interface TargetChoice {
  readonly name: string;
  /** Where it is: `ssh central1`, `local`. */
  readonly where: string;
}

/** What the steps choose from. Plain data, but for the plan, which is a pure function of the inventory. */
export interface WizardContext {
  readonly targets: readonly TargetChoice[];
  /** Null while it is being read for the first time. */
  readonly index: InventoryIndex | null;
  /** The answers of the last trace of this target: they stand first. */
  readonly last: WizardState;
  readonly plan: (request: TraceRequest) => PlanAnswer;
}

/** What planning a request gives: the microflow, a choice only the user can make, or a sentence why not. */
export type PlanAnswer =
  | { readonly kind: 'plan'; readonly plan: TracePlan }
  | {
      readonly kind: 'ask-mac';
      readonly field: 'ethSrc' | 'ethDst';
      readonly message: string;
      readonly candidates: readonly MacCandidate[];
    }
  | { readonly kind: 'refused'; readonly message: string };

/** What a choice does when it is taken. */
export type Effect =
  | { readonly kind: 'answer'; readonly state: WizardState }
  /** Go to another step and, once it is answered, come back as far as the answers still hold. */
  | { readonly kind: 'change'; readonly step: StepId; readonly state: WizardState }
  | { readonly kind: 'finish'; readonly state: WizardState };

export interface Choice {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Name of a codicon. */
  readonly icon?: string;
  /** Heading above the choice and those that follow it. */
  readonly group?: string;
  /** Null for a line that only tells something: what is wrong with the typed text, how many more there are. */
  readonly effect: Effect | null;
}

interface StepBase {
  readonly id: StepId;
  readonly title: string;
  readonly prompt: string;
  /** Whether the step is asked at all, by what was answered before. */
  readonly applies: (state: WizardState, context: WizardContext) => boolean;
  /** Whether the state holds an answer that is still good. */
  readonly isAnswered: (state: WizardState, context: WizardContext) => boolean;
}

/** A list to choose from. `choices` is asked again with every typed letter and does its own searching. */
export interface PickStep extends StepBase {
  readonly kind: 'pick';
  readonly choices: (state: WizardState, context: WizardContext, query: string) => readonly Choice[];
}

/** A line of text. */
export interface InputStep extends StepBase {
  readonly kind: 'input';
  readonly initial: (state: WizardState, context: WizardContext) => string;
  /** The sentence what is wrong with the text, or null. */
  readonly problem: (text: string, state: WizardState, context: WizardContext) => string | null;
  readonly accept: (text: string, state: WizardState, context: WizardContext) => Effect;
}

export type WizardStep = PickStep | InputStep;
