import type * as vscode from 'vscode';
import { History } from './history';
import { SavedTraces } from './savedTraces';

/** The traces that were made in the workspace, and those that were saved in it. */
export class Records implements vscode.Disposable {
  readonly history: History;
  readonly saved = new SavedTraces();

  constructor(workspaceState: vscode.Memento) {
    this.history = new History(workspaceState);
  }

  dispose(): void {
    this.history.dispose();
    this.saved.dispose();
  }
}
