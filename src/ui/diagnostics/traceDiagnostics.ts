import * as vscode from 'vscode';
import { diagnosticSource } from '../../contributions';
import type { TextRange } from '../../core/definitions/definition';
import type { TraceReport } from '../../core/session/report';
import { fileOf, toRange, toUnderline, uriOf } from '../fileUri';
import { setContext } from '../register';
import { moveRange, planDiagnostics, questionOf } from './planDiagnostics';
import type { PlannedDiagnostic, Remedy } from './planDiagnostics';

interface Shown extends PlannedDiagnostic {
  readonly question: string;
}

/** The diagnostics of traced drops. They go when the trace passes, when their text is edited, or on request. */
export class TraceDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(diagnosticSource);
  private shown: readonly Shown[] = [];
  private listener: vscode.Disposable | null = null;

  constructor(private readonly causePage: (code: string) => vscode.Uri) {}

  /** Replaces what an earlier answer to the same question said. */
  update(report: TraceReport): void {
    const question = questionOf(report);
    const others = this.shown.filter((diagnostic) => diagnostic.question !== question);
    this.show([...others, ...planDiagnostics(report).map((planned) => ({ ...planned, question }))]);
  }

  /** What can be done about a diagnostic that the editor shows; null when it is none of ours, or nothing can. */
  remedyOf(file: string, diagnostic: vscode.Diagnostic): Remedy | null {
    const shown = this.shown.find(
      (each) =>
        each.file === file &&
        each.message === diagnostic.message &&
        toUnderline(each.range).isEqual(diagnostic.range),
    );
    return shown?.remedy ?? null;
  }

  clear(): void {
    this.show([]);
  }

  dispose(): void {
    this.listener?.dispose();
    this.collection.dispose();
  }

  private show(diagnostics: readonly Shown[]): void {
    this.shown = diagnostics;
    this.collection.clear();
    for (const [file, ofFile] of groupByFile(diagnostics)) {
      this.collection.set(
        uriOf(file),
        ofFile.map((diagnostic) => this.toDiagnostic(diagnostic)),
      );
    }
    setContext('ovnTrace.hasDiagnostics', diagnostics.length > 0);
    if (diagnostics.length > 0) this.listen();
  }

  private toDiagnostic(shown: Shown): vscode.Diagnostic {
    const severity =
      shown.severity === 'warning'
        ? vscode.DiagnosticSeverity.Warning
        : vscode.DiagnosticSeverity.Information;
    const diagnostic = new vscode.Diagnostic(toUnderline(shown.range), shown.message, severity);
    diagnostic.source = diagnosticSource;
    if (shown.code !== null) diagnostic.code = { value: shown.code, target: this.causePage(shown.code) };
    diagnostic.relatedInformation = shown.related.map(
      ({ file, range, message }) =>
        new vscode.DiagnosticRelatedInformation(new vscode.Location(uriOf(file), toRange(range)), message),
    );
    return diagnostic;
  }

  private listen(): void {
    if (this.listener !== null) return;
    const onDisk = vscode.workspace.createFileSystemWatcher('**/*', true);
    this.listener = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => this.followEdit(event)),
      onDisk,
      onDisk.onDidChange((uri) => this.dropUnlessOpen(uri)),
      onDisk.onDidDelete((uri) => this.dropUnlessOpen(uri)),
    );
  }

  private followEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const file = fileOf(document.uri);
    if (contentChanges.length === 0 || !this.shown.some((diagnostic) => concerns(diagnostic, file))) return;
    const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
      offset: rangeOffset,
      removed: rangeLength,
      inserted: text.length,
    }));
    const move = (range: TextRange): TextRange | null => {
      let offsets: { start: number; end: number } | null = {
        start: range.start.offset,
        end: range.end.offset,
      };
      for (const edit of edits) offsets = offsets && moveRange(offsets, edit);
      return offsets && rangeAt(document, offsets);
    };
    this.show(
      this.shown.flatMap((diagnostic) => {
        const range = diagnostic.file === file ? move(diagnostic.range) : diagnostic.range;
        if (range === null) return [];
        const related = diagnostic.related.flatMap((place) => {
          const moved = place.file === file ? move(place.range) : place.range;
          return moved === null ? [] : [{ ...place, range: moved }];
        });
        return [{ ...diagnostic, range, related }];
      }),
    );
  }

  /** The text of a closed file cannot be followed, so a change of it ends what was said about it. */
  private dropUnlessOpen(uri: vscode.Uri): void {
    const file = fileOf(uri);
    const isOpen = vscode.workspace.textDocuments.some((document) => fileOf(document.uri) === file);
    if (isOpen || !this.shown.some((diagnostic) => diagnostic.file === file)) return;
    this.show(this.shown.filter((diagnostic) => diagnostic.file !== file));
  }
}

function concerns(diagnostic: Shown, file: string): boolean {
  return diagnostic.file === file || diagnostic.related.some((place) => place.file === file);
}

function rangeAt(document: vscode.TextDocument, offsets: { start: number; end: number }): TextRange {
  const at = (offset: number) => {
    const { line, character } = document.positionAt(offset);
    return { line, character, offset };
  };
  return { start: at(offsets.start), end: at(offsets.end) };
}

function groupByFile(diagnostics: readonly Shown[]): ReadonlyMap<string, readonly Shown[]> {
  const groups = new Map<string, Shown[]>();
  for (const diagnostic of diagnostics) {
    const group = groups.get(diagnostic.file);
    if (group === undefined) groups.set(diagnostic.file, [diagnostic]);
    else group.push(diagnostic);
  }
  return groups;
}
