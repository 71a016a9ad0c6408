import type * as vscode from 'vscode';
import { setContext } from '../register';
import type { Targets } from './targets';

/** Tells `when` clauses whether there is a target. */
export class TargetContext implements vscode.Disposable {
  private readonly listener: vscode.Disposable;

  constructor(private readonly targets: Targets) {
    this.listener = targets.onDidChange(() => this.update());
    this.update();
  }

  dispose(): void {
    this.listener.dispose();
  }

  private update(): void {
    const hasTarget = this.targets.list().length > 0;
    setContext('ovnTrace.noTarget', !hasTarget);
    setContext('ovnTrace.hasTarget', hasTarget);
  }
}
