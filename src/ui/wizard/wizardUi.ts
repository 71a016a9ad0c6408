import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../plainMessage';
import type { PromptState } from '../targets/editorPrompts';
import type { StepFrame, StepResult, WizardUi } from './runWizard';
import type { Choice, Effect, InputStep, PickStep, WizardContext } from './step';
import { TypingGuard } from './typingGuard';
import type { WizardState } from './wizardState';
import { plainLabel } from '../plainLabel';

/** Where the steps get their context, and word that it has changed: the inventory arrives while the user chooses. */
export interface ContextSource {
  context(state: WizardState): WizardContext;
  readonly onDidChange: vscode.Event<void>;
}

/** Shows the steps as quick picks and input boxes of the editor. */
export class QuickInputUi implements WizardUi {
  private leave: (() => void) | null = null;

  constructor(
    private readonly title: string,
    private readonly source: ContextSource,
    private readonly prompts: PromptState,
  ) {}

  /** Takes down the step that is shown, as if the user had left it. */
  close(): void {
    this.leave?.();
  }

  show(frame: StepFrame): Promise<StepResult> {
    const { step } = frame;
    return step.kind === 'pick' ? this.showPick(frame, step) : this.showInput(frame, step);
  }

  private showPick(frame: StepFrame, step: PickStep): Promise<StepResult> {
    const pick = vscode.window.createQuickPick<ChoiceItem>();
    this.dress(pick, frame);
    const guard = new TypingGuard();
    let first: ChoiceItem | undefined;
    let shown = '';
    const render = (keepActive: boolean) => {
      const context = this.source.context(frame.state);
      const waiting = context.index === null && step.id !== 'target';
      pick.busy = waiting;
      pick.placeholder = waiting ? l10n.t('Reading ports from the northbound database…') : step.prompt;
      const choices = step.choices(frame.state, context, pick.value);
      const key = JSON.stringify(choices);
      // A list that was read again and is the same must not move under the user's fingers.
      if (key === shown) return;
      shown = key;
      const active = keepActive ? pick.activeItems[0]?.label : undefined;
      const items = toItems(choices);
      first = items.find((item) => effectOf(item) !== null);
      pick.items = items;
      const wanted = items.find((item) => item.label === active) ?? first;
      if (wanted !== undefined) pick.activeItems = [wanted];
    };
    return this.settle(pick, (finish) => {
      render(false);
      return [
        pick.onDidChangeValue(() => {
          guard.typed(Date.now());
          render(false);
        }),
        pick.onDidChangeActive(() => guard.activeChanged(Date.now())),
        this.source.onDidChange(() => render(true)),
        pick.onDidAccept(() => {
          const effect = effectOf(guard.meansFirst(Date.now()) ? first : pick.selectedItems[0]);
          if (effect !== null) finish(effect);
        }),
      ];
    });
  }

  private showInput(frame: StepFrame, step: InputStep): Promise<StepResult> {
    const input = vscode.window.createInputBox();
    this.dress(input, frame);
    input.prompt = plainMessage(step.prompt);
    const context = () => this.source.context(frame.state);
    input.value = step.initial(frame.state, context());
    const check = () => {
      const problem = step.problem(input.value, frame.state, context());
      input.validationMessage = problem === null ? undefined : plainMessage(problem);
      return problem;
    };
    return this.settle(input, (finish) => [
      input.onDidChangeValue(check),
      input.onDidAccept(() => {
        if (check() === null) finish(step.accept(input.value, frame.state, context()));
      }),
    ]);
  }

  private dress(
    input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] },
    frame: StepFrame,
  ): void {
    input.title = `${this.title}: ${frame.step.title}`;
    input.step = frame.number;
    input.totalSteps = frame.total;
    // An engineer looks up an address in another window; the half-made trace has to be there on return.
    input.ignoreFocusOut = true;
    input.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  }

  /** Shows the input until the step is left in one way or another, then takes it down. */
  private settle(
    input: (vscode.QuickPick<ChoiceItem> | vscode.InputBox) & vscode.QuickInput,
    listen: (finish: (result: StepResult) => void) => readonly vscode.Disposable[],
  ): Promise<StepResult> {
    return new Promise((resolve) => {
      const listeners: vscode.Disposable[] = [];
      const finish = (result: StepResult) => {
        this.leave = null;
        resolve(result);
        for (const listener of listeners.splice(0)) listener.dispose();
        input.dispose();
      };
      listeners.push(
        ...listen(finish),
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) finish({ kind: 'back' });
        }),
        input.onDidHide(() => {
          if (!this.prompts.isAsking) finish({ kind: 'leave' });
        }),
        this.prompts.onDidAnswer(() => input.show()),
      );
      this.leave = () => finish({ kind: 'leave' });
      input.show();
    });
  }
}

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choice: Choice | null;
}

function effectOf(item: ChoiceItem | undefined): Effect | null {
  return item?.choice?.effect ?? null;
}

function toItems(choices: readonly Choice[]): readonly ChoiceItem[] {
  return choices.flatMap((choice) => {
    const item: ChoiceItem = {
      label: plainLabel(choice.label),
      ...(choice.icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(choice.icon) }),
      ...(choice.description === undefined ? {} : { description: plainLabel(choice.description) }),
      ...(choice.detail === undefined ? {} : { detail: plainLabel(choice.detail) }),
      // The step has searched already; the editor's own filter would only hide what it found by other fields.
      alwaysShow: true,
      choice,
    };
    return choice.group === undefined ? [item] : [separator(choice.group), item];
  });
}

function separator(label: string): ChoiceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, choice: null };
}
