import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { TraceFailure } from '../core/failure';
import { plainMessage } from './plainMessage';

/** Longer than this is not at once any more, and gets progress with Cancel. */
const noticedAfterMs = 250;

export interface TaskWords {
  /** Of the notification: `Tracing web1 to db1`. May hold words from outside. */
  readonly title: string;
  /** For the status bar, beside the target: `tracing`. */
  readonly doing: string;
  /** A view shows the progress and Cancel itself, so a notification would say it twice. */
  readonly isInView?: boolean;
}

export type ReportProgress = (message: string) => void;

/** What is being done for the user now. Everything that may take a while runs through it, so that all of it can be cancelled. */
export class Tasks implements vscode.Disposable {
  private readonly running = new Set<TaskWords>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  /** What is done now, in a word for the status bar; null when nothing is. */
  get doing(): string | null {
    return [...this.running].at(-1)?.doing ?? null;
  }

  /**
   * Does a piece of work; its progress and Cancel appear once it takes longer than a moment. A cancelled task rejects with
   * `cancelled` at once, whatever the work does with its signal.
   */
  async run<Result>(
    words: TaskWords,
    work: (signal: AbortSignal, report: ReportProgress) => Promise<Result>,
    controller = new AbortController(),
  ): Promise<Result> {
    let message = '';
    let show: ReportProgress | null = null;
    const result = abortable(
      work(controller.signal, (text) => {
        message = text;
        show?.(text);
      }),
      controller.signal,
    );
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    const notify = (): void => {
      const options = {
        location: vscode.ProgressLocation.Notification,
        title: plainMessage(words.title),
        cancellable: true,
      };
      void vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        show = (text) => progress.report({ message: plainMessage(text) });
        if (message !== '') show(message);
        return ended;
      });
    };
    const timer = words.isInView === true ? undefined : setTimeout(notify, noticedAfterMs);
    this.running.add(words);
    this.changed.fire();
    try {
      return await result;
    } finally {
      clearTimeout(timer);
      this.running.delete(words);
      this.changed.fire();
    }
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Work that is shared goes on for the others when one of those who wait is cancelled. */
export function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new TraceFailure('cancelled', l10n.t('It was cancelled.')));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
