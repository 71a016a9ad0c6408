import * as vscode from 'vscode';
import type { TraceReport } from '../../core/session/report';
import { setContext } from '../register';

/** The trace that all views show, or none. */
export class CurrentTrace implements vscode.Disposable {
  private shown: TraceReport | null = null;
  private readonly changed = new vscode.EventEmitter<TraceReport | null>();
  readonly onDidChange = this.changed.event;
  private readonly failed = new vscode.EventEmitter<void>();
  /** A later trace could not be made; the one before is still shown. */
  readonly onDidFail = this.failed.event;

  get report(): TraceReport | null {
    return this.shown;
  }

  show(report: TraceReport | null): void {
    this.shown = report;
    setContext('ovnTrace.hasTrace', report !== null);
    setContext('ovnTrace.canTraceAgain', report !== null && report.plan !== null);
    setContext('ovnTrace.canReverse', report !== null && report.request !== null);
    this.changed.fire(report);
  }

  /** Says that a trace could not be made, so that what is shown is not taken for its result. */
  fail(): void {
    this.failed.fire();
  }

  dispose(): void {
    this.failed.dispose();
    this.changed.dispose();
  }
}
