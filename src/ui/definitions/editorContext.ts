import * as vscode from 'vscode';
import { setContext } from '../register';
import type { Definitions } from './definitions';

const restMs = 300;

/** Tells `when` clauses whether the active editor shows definitions, so that its menus have entries only there. */
export class EditorContext implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly definitions: Definitions,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => void this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document !== vscode.window.activeTextEditor?.document) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.update(), restMs);
      }),
    );
    void this.update();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  private async update(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    try {
      const found = editor === undefined ? [] : await this.definitions.of(editor.document);
      // Another editor may be active by now, and has an update of its own.
      if (editor === vscode.window.activeTextEditor) {
        setContext('ovnTrace.editorHasDefinitions', found.length > 0);
      }
    } catch (error) {
      this.log.warn(`The active editor could not be searched for definitions: ${String(error)}`);
    }
  }
}
