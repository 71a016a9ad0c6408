import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { driftDiagnosticSource, matchDiagnosticSource } from '../../contributions';
import type { NetworkComparison } from '../../core/definitions/compareNetwork';
import type { Definition } from '../../core/definitions/definition';
import { listDrift } from '../../core/definitions/describeState';
import { placeMatch } from '../../core/definitions/matchText';
import { matchErrorOf } from '../../core/ovn/match/parser';
import { toUnderline } from '../fileUri';

/** The matches of a document that OVN cannot read. */
export function listMatchProblems(
  document: vscode.TextDocument,
  definitions: readonly Definition[],
): readonly vscode.Diagnostic[] {
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
    const message = l10n.t('OVN cannot read this match, so the ACL would have no effect. {0}', error.message);
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    diagnostic.source = matchDiagnosticSource;
    // Rounds of a loop say the same of one place.
    found.set(JSON.stringify([range, message]), diagnostic);
  }
  return [...found.values()];
}

/** What is not in the network as it is written, by file. */
export function listDriftProblems(
  comparison: NetworkComparison,
): ReadonlyMap<string, readonly vscode.Diagnostic[]> {
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
  return byFile;
}
