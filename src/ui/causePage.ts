import * as vscode from 'vscode';

/** Where a cause code is described: the catalogue that comes with the extension. */
export function causePage(extensionUri: vscode.Uri, code: string): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'docs', 'causes.md').with({ fragment: code.toLowerCase() });
}

/** Opens the catalogue at the cause, as a rendered page. */
export async function openCausePage(extensionUri: vscode.Uri, code: string): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', causePage(extensionUri, code));
}
