import type * as vscode from 'vscode';
import { requestSchema } from '../trace/traceEntry';
import { requestOf, stateOfRequest } from './wizardState';
import type { WizardState } from './wizardState';

const storageKey = 'ovnTrace.lastAnswers';
const lastTargetKey = 'ovnTrace.lastTarget';

/** What was chosen last time, for each target of this workspace: it stands first the next time. */
export class LastAnswers {
  constructor(private readonly state: vscode.Memento) {}

  of(target: string | undefined): WizardState {
    const lastTarget = this.state.get<string>(lastTargetKey);
    const name = target ?? lastTarget;
    const stored = name === undefined ? undefined : this.all()[name];
    const parsed = requestSchema.safeParse(stored);
    return { ...(parsed.success ? stateOfRequest(parsed.data, name) : {}), target: lastTarget };
  }

  async remember(state: WizardState): Promise<void> {
    const request = requestOf(state);
    if (request === null || state.target === undefined) return;
    await this.state.update(storageKey, { ...this.all(), [state.target]: request });
    await this.state.update(lastTargetKey, state.target);
  }

  private all(): Readonly<Record<string, unknown>> {
    const stored: unknown = this.state.get(storageKey);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
