import * as vscode from 'vscode';
import { toFailure } from '../core/failure';
import type { TraceFailure } from '../core/failure';
import { actionsFor, commandOfAction, labelOfAction } from './failureActions';
import type { FailureAction } from './failureActions';
import { plainMessage } from './plainMessage';

/** The one place that tells a user of a failure: one sentence, what to do, and at most two actions. */
export async function showFailure(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const failure = toFailure(error);
  if (failure.reason === 'cancelled') return;
  logFailure(failure, log);
  const actions = actionsFor(failure);
  const text = plainMessage([failure.message, failure.advice].filter((part) => part !== '').join(' '));
  const labels = actions.map(labelOfAction);
  const chosen = await vscode.window.showErrorMessage(text, ...labels);
  const action = actions.find((candidate) => labelOfAction(candidate) === chosen);
  if (action !== undefined) await runFailureAction(action, failure.remedy?.target);
}

/** The log gets the details; a stack only for what is our own mistake. */
export function logFailure(failure: TraceFailure, log: vscode.LogOutputChannel): void {
  log.error(`${failure.reason}: ${failure.message}`);
  if (failure.detail !== null) log.error(failure.detail);
  if (failure.reason === 'internal' && failure.cause instanceof Error) log.error(failure.cause);
}

/** `target` is the name of the one that failed, where that is known. */
export async function runFailureAction(action: FailureAction, target?: string): Promise<void> {
  const [command, ...args] = commandOfAction(action, target);
  await vscode.commands.executeCommand(command, ...args);
}
