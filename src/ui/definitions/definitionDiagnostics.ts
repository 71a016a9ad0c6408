import * as vscode from 'vscode';
import { driftDiagnosticSource, matchDiagnosticSource } from '../../contributions';
import { uriOf } from '../fileUri';
import type { Settings } from '../settings/settings';
import type { Definitions } from './definitions';
import type { NetworkStates } from './networkStates';

const restMs = 300;

/** Diagnostics on definitions themselves: matches that OVN cannot read, and what is not in the network as it is written. */
export class DefinitionDiagnostics implements vscode.Disposable {
  private readonly matches = vscode.languages.createDiagnosticCollection(matchDiagnosticSource);
  private readonly drift = vscode.languages.createDiagnosticCollection(driftDiagnosticSource);
  private readonly pending = new Map<string, NodeJS.Timeout>();
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly definitions: Definitions,
    private readonly states: NetworkStates,
    private readonly log: vscode.LogOutputChannel,
    private readonly documents: vscode.DocumentSelector,
  ) {
    this.listener = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.checkSoon(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.checkSoon(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.matches.delete(uri)),
      states.onDidChange(() => void this.showDrift()),
      settings.onDidChange((key) => {
        if (key === 'definitions.drift') void this.showDrift();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.checkSoon(document);
  }

  dispose(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    this.listener.dispose();
    this.matches.dispose();
    this.drift.dispose();
  }

  private checkSoon(document: vscode.TextDocument): void {
    if (vscode.languages.match(this.documents, document) === 0) return;
    const key = document.uri.toString();
    clearTimeout(this.pending.get(key));
    const check = (): void => {
      this.pending.delete(key);
      this.check(document).catch((error: unknown) => this.log.warn(`${key}: ${String(error)}`));
    };
    this.pending.set(key, setTimeout(check, restMs));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const definitions = await this.definitions.of(document);
    const problems =
      definitions.length === 0 ? [] : (await loadProblems()).listMatchProblems(document, definitions);
    if (document.isClosed || document.version !== version) return;
    this.matches.set(document.uri, problems);
  }

  private async showDrift(): Promise<void> {
    const { listDriftProblems } = await loadProblems();
    this.drift.clear();
    const comparison = this.states.current;
    if (comparison === null || !this.settings.get('definitions.drift', true)) return;
    for (const [file, problems] of listDriftProblems(comparison)) this.drift.set(uriOf(file), problems);
  }
}

const loadProblems = () => import('./definitionProblems');
