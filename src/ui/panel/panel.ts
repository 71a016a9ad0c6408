import { setImmediate } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { panelViewType } from '../../contributions';
import type { DefinitionLink } from '../../core/definitions/definition';
import type { TraceFailure } from '../../core/failure';
import type { TraceReport } from '../../core/session/report';
import { runInSlices } from '../../core/slices';
import type { PanelAction, ToPanel, TraceSide } from '../../protocol/panelMessages';
import type { FailureModel, PanelState } from '../../protocol/panelModel';
import { visibleLine } from '../../protocol/visibleText';
import { panelContext } from './context';
import type { FailureContext, TracePanelHandlers } from './handlers';
import { buildPanelModelSteps, type BuiltPanel } from './model';
import { buildRequestedPacket } from './packet';
import { answerPage, loadPage, pageIcon, pageOptions, type PageHost } from './page';

const emptyTitle = 'OVN Packet Trace';

/** The result panel: one webview beside the editor, made on first use and again after it was closed. */
export class TracePanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | null = null;
  private title = emptyTitle;
  private report: TraceReport | null = null;
  /** The last trace was not made, and Trace Again means that one. */
  private isRetry = false;
  private definitions: readonly DefinitionLink[] = [];
  private state: PanelState = {
    content: { kind: 'empty', recent: [], canRetry: false },
    note: null,
    running: null,
  };
  private cancelRun: (() => void) | null = null;
  private listening = false;
  private waiting: ToPanel[] = [];
  private failures = 0;
  /** Results and failures that were to be shown, and runs that began: a model that is still being made must not replace later ones. */
  private contents = 0;
  private runs = 0;
  private readonly host: PageHost = {
    ready: () => this.ready(),
    perform: (action) => this.perform(action),
    post: (message) => this.post(message),
  };

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly handlers: TracePanelHandlers,
  ) {}

  /** Shows a result, unless another or a failure comes before its model is made; what is shown stays until then. */
  async showReport(report: TraceReport): Promise<void> {
    const content = ++this.contents;
    const { panel, runs } = this;
    const built = await this.build(report);
    if (content !== this.contents) return;
    this.setReport(report, built, runs === this.runs);
    // Who closed it meanwhile does not want it back.
    if (panel === null || this.panel !== null) this.reveal();
  }

  /** Takes the panel of a window that was reloaded, and shows what it showed. Nothing is run for it. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const report = await this.handlers.restore();
    const built = report === null ? null : await this.build(report);
    // A trace may have been begun meanwhile, in a panel of its own.
    if (this.panel !== null) {
      panel.dispose();
      return;
    }
    this.panel = panel;
    if (report !== null && built !== null && this.report === null) this.setReport(report, built, true);
    this.adopt(panel);
  }

  private build(report: TraceReport): Promise<BuiltPanel> {
    const previous = this.handlers.previousOf(report);
    const context = { ...panelContext, meaningOf: this.handlers.namesOf(report) };
    return runInSlices(buildPanelModelSteps(report, context, previous), setImmediate);
  }

  /** A run that began after the report came goes on. */
  private setReport(report: TraceReport, { model, definitions }: BuiltPanel, endsRun: boolean): void {
    this.report = report;
    this.isRetry = false;
    this.definitions = definitions;
    if (endsRun) this.cancelRun = null;
    const { note, running } = endsRun ? { note: null, running: null } : this.state;
    const stale = this.handlers.staleness(report);
    this.update({ content: { kind: 'result', model, stale }, note, running });
    const { word } = model.banner;
    const subject = model.packet.facts[0]?.value;
    this.setTitle(subject === undefined ? word : `${word}: ${subject}`);
  }

  /** Dims what is shown and offers Cancel; `onCancel` is called at most once. */
  showRunning(runTitle: string, onCancel: () => void): void {
    this.runs += 1;
    this.cancelRun = onCancel;
    this.update({ ...this.state, note: null, running: { title: runTitle } });
    this.reveal();
  }

  /** Ends the running state without a result, and says what is shown instead of one. */
  showCancelled(): void {
    this.cancelRun = null;
    const { running } = this.state;
    let { content } = this.state;
    if (content.kind === 'empty') {
      this.isRetry = true;
      content = { ...content, canRetry: true };
    }
    const note = l10n.t(
      'The trace of {0} was cancelled. {1}',
      running?.title ?? l10n.t('the packet'),
      insteadOf()[content.kind],
    );
    this.update({ content, note, running: null });
  }

  /** Shows why no trace was made. The last report stays for Trace Again. */
  showFailure(failure: TraceFailure, context: FailureContext): void {
    this.failures += 1;
    this.contents += 1;
    const model: FailureModel = {
      id: `failure-${this.failures}`,
      reason: failure.reason,
      sentence: failure.message,
      advice: failure.advice,
      detail: failure.detail,
      packet: context.request === null ? null : buildRequestedPacket(context.request),
      actions: context.actions,
      canRetry: context.request !== null,
    };
    this.isRetry = context.request !== null;
    this.cancelRun = null;
    this.update({ content: { kind: 'failure', failure: model }, note: null, running: null });
    this.setTitle(l10n.t('Trace failed'));
    this.reveal();
  }

  /** Looks again whether the shown result still holds. */
  refreshStaleness(): void {
    const { content } = this.state;
    if (content.kind !== 'result' || this.report === null) return;
    const stale = this.handlers.staleness(this.report);
    if (stale !== content.stale) this.update({ ...this.state, content: { ...content, stale } });
  }

  /** Looks again which traces there are to offer where nothing is shown. */
  refreshRecent(): void {
    if (this.state.content.kind === 'empty') this.update(this.state);
  }

  /** Scrolls to a hop and opens it. */
  showHop(side: TraceSide, hop: number): void {
    this.reveal();
    this.post({ type: 'showHop', side, hop });
  }

  /** Brings the panel to the front without taking the focus; makes it when there is none. */
  reveal(): void {
    if (this.panel === null) this.adopt(this.create());
    else this.panel.reveal(undefined, true);
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.listening = false;
    panel.iconPath = pageIcon(this.extensionUri);
    panel.webview.options = pageOptions(this.extensionUri);
    panel.onDidChangeViewState(() => {
      // A hidden webview is gone; it says that it is ready when it is made again.
      if (!panel.visible) this.listening = false;
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = null;
      this.listening = false;
      this.cancel();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => void answerPage(message, this.host));
    loadPage(panel.webview, this.extensionUri);
  }

  dispose(): void {
    this.panel?.dispose();
    this.panel = null;
  }

  private create(): vscode.WebviewPanel {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return vscode.window.createWebviewPanel(
      panelViewType,
      this.title,
      column,
      pageOptions(this.extensionUri),
    );
  }

  private setTitle(text: string): void {
    this.title = visibleLine(text);
    if (this.panel !== null) this.panel.title = this.title;
  }

  private update(state: PanelState): void {
    const { content } = state;
    this.state =
      content.kind === 'empty'
        ? { ...state, content: { ...content, recent: this.handlers.recent() } }
        : state;
    this.post({ type: 'state', state: this.state });
  }

  /** Messages that come before the browser code runs wait for it; a state is sent anyhow when it says it is ready. */
  private post(message: ToPanel): void {
    if (this.panel !== null && this.listening) void this.panel.webview.postMessage(message);
    else if (message.type === 'showHop') this.waiting = [message];
  }

  private ready(): void {
    this.listening = true;
    this.update(this.state);
    for (const waiting of this.waiting.splice(0)) this.post(waiting);
  }

  private async perform(action: PanelAction): Promise<void> {
    const report = this.report;
    switch (action.kind) {
      case 'start':
        return this.handlers.start();
      case 'cancel':
        this.cancel();
        return;
      case 'copyText':
        return vscode.env.clipboard.writeText(action.text);
      case 'openRecent':
        return this.handlers.openRecent(action.id);
      case 'openAcl':
        return this.handlers.openAcl(action.uuid);
      case 'openCause':
        return this.handlers.openCause(action.code);
      case 'failureAction':
        return this.handlers.failureAction(action.id);
      case 'openDefinition': {
        const link = this.definitions[action.link];
        return link === undefined ? undefined : this.handlers.openDefinition(link);
      }
      case 'openRaw': {
        const { content } = this.state;
        const section = content.kind === 'result' ? content.model.raw[action.section] : undefined;
        return section === undefined ? undefined : this.handlers.openRaw(section.text);
      }
      case 'again':
        if (this.isRetry) return this.handlers.retry();
        return report === null ? this.handlers.start() : this.handlers.traceAgain(report);
      case 'reverse':
        return report === null ? undefined : this.handlers.traceReverse(report);
      case 'reply':
        return report === null ? undefined : this.handlers.traceReply(report);
      case 'edit':
        return report === null ? this.handlers.start() : this.handlers.edit(report);
      case 'traceEach':
        return report === null ? undefined : this.handlers.traceEach(report, action.what);
      case 'openChoice': {
        const chosen = report?.choices?.traced[action.choice];
        return chosen === undefined ? undefined : this.handlers.openChoice(chosen.report);
      }
      case 'compare':
        return report === null ? undefined : this.handlers.compare(report);
      case 'openTrace':
      case 'copyMarkdown':
        // Of the page of a comparison.
        return;
      case 'copyCommand':
        return report === null ? undefined : this.handlers.copyCommand(report);
      case 'export':
        return report === null ? undefined : this.handlers.exportReport(report, action.format);
      case 'revealHop': {
        const shown = (action.side === 'reply' ? report?.reply : report) ?? null;
        return shown === null ? undefined : this.handlers.revealHop(shown, action.hop);
      }
    }
  }

  private cancel(): void {
    const cancelRun = this.cancelRun;
    this.cancelRun = null;
    cancelRun?.();
  }
}

const insteadOf = () => ({
  result: l10n.t('What is shown is the result before.'),
  failure: l10n.t('What is shown is why the trace before could not be made.'),
  empty: l10n.t('Nothing was traced before it.'),
  comparison: '',
});
