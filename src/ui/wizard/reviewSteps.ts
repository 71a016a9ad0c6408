import * as l10n from '@vscode/l10n';
import type { TraceRequest } from '../../core/flow/request';
import type { MacCandidate } from '../../core/flow/undecidableMac';
import { describeConnection, describeService } from '../trace/requestWords';
import { backendStep, describeBackend } from './backendStep';
import { answer, remark } from './choices';
import { macProblem } from './address';
import { foldMicroflow, microflowProblem } from './microflow';
import type { Choice, InputStep, PickStep, PlanAnswer, StepId, WizardContext, WizardStep } from './step';
import { connectionStep, portStep, protocolNumberStep, protocolStep, statesStep } from './serviceSteps';
import {
  destinationAddressStep,
  destinationStep,
  sourceAddressStep,
  sourceStep,
  targetStep,
} from './endSteps';
import { requestOf } from './wizardState';
import type { WizardState } from './wizardState';

/** Asked when the inventory does not tell a MAC address that the packet needs. */
function macStep(
  id: 'sourceMac' | 'nextHopMac',
  field: 'ethSrc' | 'ethDst',
  texts: Pick<PickStep, 'title' | 'prompt'>,
): PickStep {
  const take = (state: WizardState, mac: string) =>
    answer(state, field === 'ethSrc' ? { ethSrc: mac } : { ethDst: mac });
  return {
    kind: 'pick',
    id,
    get title() {
      return texts.title;
    },
    get prompt() {
      return texts.prompt;
    },
    applies: (state, context) => state[field] !== undefined || asksFor(field, state, context) !== null,
    isAnswered: (state) => state[field] !== undefined,
    choices: (state, context, query) => {
      const asked = asksFor(field, { ...state, [field]: undefined }, context);
      const text = query.trim().toLowerCase();
      const remembered: readonly MacCandidate[] =
        context.last.inport === state.inport && context.last[field] !== undefined && asked !== null
          ? [{ mac: context.last[field], label: l10n.t('last time') }]
          : [];
      const found: readonly Choice[] = [...(asked?.candidates ?? []), ...remembered]
        .filter(({ mac, label }) => `${mac} ${label}`.toLowerCase().includes(text))
        .map(({ mac, label }) => ({ label: mac, description: label, effect: take(state, mac) }));
      if (text === '') return asked === null ? found : [...found, remark(asked.message)];
      const problem = macProblem(text);
      if (problem === null && !found.some((choice) => choice.label === text)) {
        return [
          { label: text, description: l10n.t('MAC as typed'), icon: 'edit', effect: take(state, text) },
        ];
      }
      return found.length > 0 ? found : [remark(problem ?? l10n.t('Nothing fits "{0}"', text), 'error')];
    },
  };
}

const sourceMacStep = macStep('sourceMac', 'ethSrc', {
  get title() {
    return l10n.t('Source MAC');
  },
  get prompt() {
    return l10n.t('From which MAC does the source send? Choose one or type it');
  },
});
const nextHopMacStep = macStep('nextHopMac', 'ethDst', {
  get title() {
    return l10n.t('Destination MAC');
  },
  get prompt() {
    return l10n.t('To which MAC does the source send? Choose one or type it');
  },
});

const reviewStep: PickStep = {
  kind: 'pick',
  id: 'review',
  get title() {
    return l10n.t('Review');
  },
  get prompt() {
    return l10n.t('Run the trace, or change something');
  },
  applies: () => true,
  isAnswered: () => false,
  choices: (state, context, query) => {
    const request = requestOf(state);
    const planned = planOf(state, context);
    const choices =
      request === null || planned === null
        ? [remark(l10n.t('Something is still missing; go back to add it'), 'error')]
        : [...runChoices(state, planned), ...changeChoices(state, context, request)];
    const wanted = query.trim().toLowerCase();
    return choices.filter((choice) =>
      `${choice.label} ${choice.description ?? ''}`.toLowerCase().includes(wanted),
    );
  },
};

/** Reached from the review only. */
const microflowStep: InputStep = {
  kind: 'input',
  id: 'microflow',
  get title() {
    return l10n.t('Edit Microflow');
  },
  get prompt() {
    return l10n.t('Microflow to run as it is written here (ovn-trace(8))');
  },
  applies: () => false,
  isAnswered: () => false,
  initial: (state, context) => {
    const planned = planOf(state, context);
    return state.microflow ?? (planned?.kind === 'plan' ? planned.plan.microflow : '');
  },
  problem: (text) => microflowProblem(text),
  accept: (text, state) => ({ kind: 'finish', state: { ...state, microflow: text.trim() } }),
};

const questionSteps: readonly WizardStep[] = [
  targetStep,
  sourceStep,
  sourceAddressStep,
  destinationStep,
  destinationAddressStep,
  protocolStep,
  protocolNumberStep,
  portStep,
  connectionStep,
  statesStep,
  backendStep,
  sourceMacStep,
  nextHopMacStep,
];

/** Every step, in the order in which they are asked. */
export const wizardSteps: readonly WizardStep[] = [...questionSteps, reviewStep, microflowStep];

function runChoices(state: WizardState, planned: PlanAnswer): readonly Choice[] {
  if (planned.kind !== 'plan') {
    const repair: readonly Choice[] =
      planned.kind === 'ask-mac'
        ? [
            {
              label:
                planned.field === 'ethDst' ? l10n.t('Choose Destination MAC') : l10n.t('Choose Source MAC'),
              icon: 'edit',
              effect: {
                kind: 'change',
                step: planned.field === 'ethDst' ? 'nextHopMac' : 'sourceMac',
                state,
              },
            },
          ]
        : [];
    return [remark(planned.message, 'error'), ...repair];
  }
  const { plan } = planned;
  return [
    {
      label: l10n.t('Run Trace'),
      description: l10n.t('on {0}, {1}', plan.datapath, describeStates(plan.ct)),
      icon: 'play',
      effect: { kind: 'finish', state: { ...state, microflow: undefined } },
    },
    {
      label: l10n.t('Edit Microflow by Hand…'),
      description: l10n.t('and run it as written'),
      icon: 'edit',
      effect: { kind: 'change', step: 'microflow', state },
    },
    ...foldMicroflow(plan.microflow).map((line, index) => ({
      label: line,
      effect: null,
      ...(index === 0 ? { group: l10n.t('microflow') } : {}),
    })),
  ];
}

/** `--ct=new at each lookup`, or the list of them where they differ. */
function describeStates(ct: readonly string[]): string {
  const [first] = ct;
  if (first === undefined) return l10n.t('no conntrack state given');
  if (ct.every((states) => states === first)) return l10n.t('--ct={0} at each lookup', first);
  return ct.map((states) => `--ct=${states}`).join(' ');
}

/** One line for each answer, to go back to its step and straight here again. */
function changeChoices(state: WizardState, context: WizardContext, request: TraceRequest): readonly Choice[] {
  const { destination, service } = request;
  const answers: Partial<Record<StepId, string>> = {
    target: state.target ?? '',
    source: request.inport,
    sourceAddress: request.ipSrc ?? '',
    sourceMac: request.ethSrc ?? '',
    destination: destination.kind === 'port' ? destination.port : destination.ip,
    destinationAddress: destination.kind === 'port' ? (destination.ip ?? '') : '',
    protocol: describeService(service),
    protocolNumber: service.protocol === 'other' ? String(service.number) : '',
    port: 'dstPort' in service ? String(service.dstPort) : '',
    connection: describeConnection(request.connection),
    states: describeConnection(request.connection),
    backend: describeBackend(state.backend),
    nextHopMac: request.ethDst ?? '',
  };
  return questionSteps
    .filter((step) => step.applies(state, context))
    .map((step, index) => ({
      label: step.title,
      description: answers[step.id] ?? '',
      icon: 'arrow-left',
      effect: { kind: 'change', step: step.id, state },
      ...(index === 0 ? { group: l10n.t('change') } : {}),
    }));
}

function asksFor(
  field: 'ethSrc' | 'ethDst',
  state: WizardState,
  context: WizardContext,
): Extract<PlanAnswer, { kind: 'ask-mac' }> | null {
  const planned = planOf(state, context);
  return planned?.kind === 'ask-mac' && planned.field === field ? planned : null;
}

function planOf(state: WizardState, context: WizardContext): PlanAnswer | null {
  const request = requestOf(state);
  return request === null || context.index === null ? null : context.plan(request);
}
