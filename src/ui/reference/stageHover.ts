import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import { findStageAt, readTableLine } from '../../core/ovn/stageAt';
import { chooseRelease, type SeenStage } from '../../core/ovn/tableReference';

const linesToLookAt = 500;
/** A line of a trace can be a whole pasted document. */
const longestLine = 20_000;

/** What a stage does whose name is at the position, in a text that is output of ovn-trace. */
export function hoverStage(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | undefined {
  const { text } = document.lineAt(position.line);
  if (text.length > longestLine) return undefined;
  const found = findStageAt(text, position.character);
  if (found === null || found.description === null) return undefined;
  const tables = readTables(document);
  if (tables.length === 0) return undefined;
  const { stage, start, description } = found;
  const link = vscode.Uri.from({
    scheme: 'command',
    path: commandId('showInTableReference'),
    query: JSON.stringify([stage, chooseRelease(tables, null)]),
  });
  const words = new vscode.MarkdownString(
    `**${description.title}**\n\n${description.about}\n\n[${l10n.t('Show in Table Reference')}](${link.toString()})`,
  );
  words.isTrusted = { enabledCommands: [commandId('showInTableReference')] };
  return new vscode.Hover(words, new vscode.Range(position.line, start, position.line, start + stage.length));
}

function readTables(document: vscode.TextDocument): readonly SeenStage[] {
  const last = Math.min(document.lineCount, linesToLookAt);
  const tables: SeenStage[] = [];
  for (let line = 0; line < last; line++) {
    const table = readTableLine(document.lineAt(line).text);
    if (table !== null) tables.push(table);
  }
  return tables;
}
