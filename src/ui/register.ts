import * as vscode from 'vscode';
import { commandId, commandNames, commandsThatNeedTrust } from '../contributions';
import type { CommandHandlers, CommandName, ContextKey, ContextKeys } from '../contributions';
import { lazily } from './lazily';
import { requireTrust } from './targets/trust';

/**
 * Registers every command of the manifest; what they do is loaded when the first one is run. A handler that fails ends in
 * `onFailure`, never in a stack trace.
 */
export function registerCommands(
  load: () => Promise<CommandHandlers>,
  onFailure: (error: unknown) => void,
): vscode.Disposable {
  return vscode.Disposable.from(...commandNames.map((name) => registerCommand(name, load, onFailure)));
}

function registerCommand(
  name: CommandName,
  load: () => Promise<CommandHandlers>,
  onFailure: (error: unknown) => void,
): vscode.Disposable {
  return vscode.commands.registerCommand(commandId(name), async (...args: unknown[]) => {
    try {
      if (commandsThatNeedTrust.has(name)) requireTrust();
      const handler = (await load())[name] as (...args: unknown[]) => Promise<void> | void;
      await handler(...args);
    } catch (error) {
      onFailure(error);
    }
  });
}

/** Registers the read-only documents of a scheme; what makes them is loaded when the first one is opened. */
export function registerDocuments(
  scheme: string,
  load: () => Promise<vscode.TextDocumentContentProvider>,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = lazily(async () => {
    const made = await load();
    made.onDidChange?.((uri) => changed.fire(uri));
    return made;
  });
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri, token) =>
        (await provider()).provideTextDocumentContent(uri, token),
    }),
  );
}

export function setContext<Key extends ContextKey>(key: Key, value: ContextKeys[Key]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
