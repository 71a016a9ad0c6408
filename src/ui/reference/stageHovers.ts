import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import { findStageAt, readTableLine } from '../../core/ovn/stageAt';
import { chooseRelease, type SeenStage } from '../../core/ovn/tableReference';

const linesToLookAt = 500;
/** A line of a trace can be a whole pasted document. */
const longestLine = 20_000;

/**
 * Says what a stage does when the pointer is on its name in output of ovn-trace, as it was exported, pasted or saved. It looks
 * at plain texts and logs only, and in those only where they are such output.
 */
export function registerStageHovers(): vscode.Disposable {
  const languages = ['plaintext', 'log'].map((language) => ({ language }));
  return vscode.languages.registerHoverProvider(languages, {
    provideHover: (document, position) => {
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
      return new vscode.Hover(
        words,
        new vscode.Range(position.line, start, position.line, start + stage.length),
      );
    },
  });
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
