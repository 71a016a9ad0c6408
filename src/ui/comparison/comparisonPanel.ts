import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Sides } from '../../core/compare/comparison';
import { comparisonViewType } from '../../contributions';
import type { DefinitionLink } from '../../core/definitions/definition';
import type { TraceReport } from '../../core/session/report';
import type { ComparedSide, ComparisonModel } from '../../protocol/comparisonModel';
import type { PanelAction, ToPanel, TraceSide } from '../../protocol/panelMessages';
import { visibleLine } from '../../protocol/visibleText';
import { panelContext } from '../panel/context';
import { answerPage, loadPage, pageIcon, pageOptions, type PageHost } from '../panel/page';
import { comparisonMarkdown } from './markdown';
import { buildComparison } from './model';

/** What the page of a comparison asks of the rest of the extension. A promise that is rejected is shown in the page. */
export interface ComparisonHandlers {
  /** Shows one of the traces in the result panel, at a hop where one is given. */
  openTrace(report: TraceReport, side: TraceSide, hop: number | null): void | Promise<void>;
  openDefinition(link: DefinitionLink): void | Promise<void>;
  openAcl(uuid: string, target: string | null): void | Promise<void>;
  openCause(code: string): void | Promise<void>;
  /** Opens the comparison as a document to save or copy from. */
  openMarkdown(text: string): void | Promise<void>;
  /** Keeps the traces for the next window. */
  keep(reports: Sides<TraceReport>): void | Promise<void>;
  /** Reads the traces that were compared before the window was reloaded. */
  restore(): Promise<Sides<TraceReport> | null>;
}

interface Shown {
  readonly reports: Sides<TraceReport>;
  /** Why the comparison may not hold any more. */
  readonly note: string | null;
  readonly model: ComparisonModel;
  readonly definitions: readonly DefinitionLink[];
}

/** Two traces side by side: a webview of its own, which the next comparison takes over. */
export class ComparisonPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | null = null;
  private shown: Shown | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly handlers: ComparisonHandlers,
  ) {}

  show(before: TraceReport, after: TraceReport): void {
    const reports = { before, after };
    const shown = { reports, note: null, ...buildComparison(reports, panelContext) };
    this.panel ??= this.adopt(this.create());
    this.fill(this.panel, shown);
    this.panel.reveal(undefined, false);
    void this.handlers.keep(reports);
  }

  /** Takes the panel of a window that was reloaded, and shows what it showed, marked as one of before. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const reports = await this.handlers.restore();
    // Traces may have been compared meanwhile, in a panel of their own; and too much is not kept.
    if (this.panel !== null || reports === null) {
      panel.dispose();
      return;
    }
    const isOfNetwork = reports.before.target !== null || reports.after.target !== null;
    const note = isOfNetwork
      ? l10n.t(
          'This comparison is from before the window was reloaded; the network may have changed since. Trace again to compare with how it is now.',
        )
      : null;
    this.panel = this.adopt(panel);
    this.fill(panel, { reports, note, ...buildComparison(reports, panelContext) });
  }

  private fill(panel: vscode.WebviewPanel, shown: Shown): void {
    this.shown = shown;
    panel.title = visibleLine(l10n.t('Compare: {0}', shown.model.title));
    this.post(panel);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private create(): vscode.WebviewPanel {
    return vscode.window.createWebviewPanel(
      comparisonViewType,
      l10n.t('Compare'),
      vscode.ViewColumn.Active,
      pageOptions(this.extensionUri),
    );
  }

  private adopt(panel: vscode.WebviewPanel): vscode.WebviewPanel {
    panel.iconPath = pageIcon(this.extensionUri);
    panel.webview.options = pageOptions(this.extensionUri);
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = null;
    });
    const host: PageHost = {
      ready: () => this.post(panel),
      perform: (action) => this.perform(action),
      post: (message) => void panel.webview.postMessage(message),
    };
    panel.webview.onDidReceiveMessage((message: unknown) => void answerPage(message, host));
    loadPage(panel.webview, this.extensionUri);
    return panel;
  }

  /** A page that does not listen yet asks for its state once it does. */
  private post({ webview }: vscode.WebviewPanel): void {
    if (this.shown === null) return;
    const { model, note } = this.shown;
    const message: ToPanel = {
      type: 'state',
      state: { content: { kind: 'comparison', model }, note, running: null },
    };
    void webview.postMessage(message);
  }

  private async perform(action: PanelAction): Promise<void> {
    if (this.shown === null) return;
    const { reports, model, definitions } = this.shown;
    switch (action.kind) {
      case 'openTrace':
        return this.handlers.openTrace(reports[action.which], action.side, action.hop);
      case 'openDefinition': {
        const link = definitions[action.link];
        return link === undefined ? undefined : this.handlers.openDefinition(link);
      }
      case 'openAcl':
        return this.handlers.openAcl(action.uuid, reports[sideOfAcl(model, action.uuid)].target);
      case 'openCause':
        return this.handlers.openCause(action.code);
      case 'copyText':
        return vscode.env.clipboard.writeText(action.text);
      case 'copyMarkdown':
        return vscode.env.clipboard.writeText(comparisonMarkdown(model));
      case 'export':
        return this.handlers.openMarkdown(comparisonMarkdown(model));
      default:
        // Of the result panel, whose page this one shares.
        return;
    }
  }
}

/** The trace whose target has the row: the later one unless only the earlier one met the ACL. */
function sideOfAcl({ forward, reply }: ComparisonModel, uuid: string): ComparedSide {
  const rows = [...forward.acls, ...(reply?.acls ?? [])];
  return rows.find((row) => row.uuid === uuid)?.change === 'before' ? 'before' : 'after';
}
