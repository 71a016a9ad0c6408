import * as vscode from 'vscode';
import { setContext } from '../register';
import type { CurrentTrace } from '../trace/currentTrace';
import type { History } from '../trace/history';
import { findPrevious } from '../trace/previous';

/** Tells the menus whether there is something to compare. */
export class CompareContext implements vscode.Disposable {
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly current: CurrentTrace,
    private readonly history: History,
  ) {
    const update = () => this.update();
    this.listener = vscode.Disposable.from(current.onDidChange(update), history.onDidChange(update));
  }

  dispose(): void {
    this.listener.dispose();
  }

  private update(): void {
    const kept = this.history.kept();
    const { report } = this.current;
    setContext('ovnTrace.canCompare', kept.length >= 2);
    setContext('ovnTrace.hasPrevious', report !== null && findPrevious(report, kept) !== null);
  }
}
