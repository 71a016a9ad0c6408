import * as vscode from 'vscode';
import { commandId, commandNames, commandsThatNeedTrust } from '../contributions';
import type { CommandHandlers, CommandName, ContextKey, ContextKeys } from '../contributions';
import { requireTrust } from './targets/trust';

/** Registers every command of the manifest; a handler that fails ends in `onFailure`, never in a stack trace. */
export function registerCommands(
  handlers: CommandHandlers,
  onFailure: (error: unknown) => void,
): vscode.Disposable {
  return vscode.Disposable.from(...commandNames.map((name) => registerCommand(name, handlers, onFailure)));
}

function registerCommand(
  name: CommandName,
  handlers: CommandHandlers,
  onFailure: (error: unknown) => void,
): vscode.Disposable {
  const handler = handlers[name] as (...args: unknown[]) => Promise<void> | void;
  return vscode.commands.registerCommand(commandId(name), async (...args: unknown[]) => {
    try {
      if (commandsThatNeedTrust.has(name)) requireTrust();
      await handler(...args);
    } catch (error) {
      onFailure(error);
    }
  });
}

export function setContext<Key extends ContextKey>(key: Key, value: ContextKeys[Key]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
