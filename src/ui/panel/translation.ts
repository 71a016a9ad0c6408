import * as vscode from 'vscode';
import type { PanelPage } from './html';

/** What a page is told of the editor's language. */
export function findTranslation(): PanelPage['translation'] {
  const texts = vscode.l10n.bundle;
  return texts === undefined ? null : { language: vscode.env.language, texts };
}
