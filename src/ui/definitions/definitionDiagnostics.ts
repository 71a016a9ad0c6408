import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { driftDiagnosticSource, matchDiagnosticSource } from '../../contributions';
import { listDrift } from '../../core/definitions/describeState';
import { placeMatch } from '../../core/definitions/matchText';
import { matchErrorOf } from '../../core/ovn/match/parser';
import { toUnderline, uriOf } from '../fileUri';
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
      states.onDidChange(() => this.showDrift()),
      settings.onDidChange((key) => {
        if (key === 'definitions.drift') this.showDrift();
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
    if (document.isClosed || document.version !== version) return;
    const text = document.getText();
    const found = new Map<string, vscode.Diagnostic>();
    for (const definition of definitions) {
      if (definition.kind !== 'acl' || definition.match === null) continue;
      const error = matchErrorOf(definition.match);
      if (error === null) continue;
      const place = placeMatch(definition, text);
      const range = place
        ? new vscode.Range(
            document.positionAt(place.toFile(error.start)),
            document.positionAt(place.toFile(error.end)),
          )
        : toUnderline(definition.matchRange);
      const message = l10n.t(
        'OVN cannot read this match, so the ACL would have no effect. {0}',
        error.message,
      );
      const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
      diagnostic.source = matchDiagnosticSource;
      // Rounds of a loop say the same of one place.
      found.set(JSON.stringify([range, message]), diagnostic);
    }
    this.matches.set(document.uri, [...found.values()]);
  }

  private showDrift(): void {
    this.drift.clear();
    const comparison = this.states.current;
    if (comparison === null || !this.settings.get('definitions.drift', true)) return;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const { file, matchRange, message } of listDrift(comparison)) {
      const diagnostic = new vscode.Diagnostic(
        toUnderline(matchRange),
        message,
        vscode.DiagnosticSeverity.Information,
      );
      diagnostic.source = driftDiagnosticSource;
      const known = byFile.get(file);
      if (known === undefined) byFile.set(file, [diagnostic]);
      else known.push(diagnostic);
    }
    for (const [file, diagnostics] of byFile) this.drift.set(uriOf(file), diagnostics);
  }
}
