import * as vscode from 'vscode';
import type { TextRange } from '../core/definitions/definition';

/** How the core names a file: its path where it has one on this machine, else the URI. */
export function fileOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

export function uriOf(file: string): vscode.Uri {
  // A drive letter is a path of Windows, not a scheme.
  return /^[a-z][a-z0-9+.-]+:/i.test(file) ? vscode.Uri.parse(file) : vscode.Uri.file(file);
}

/**
 * Where to underline what a range holds: all of it in a line, else its first line. The editor ends it where the line does, and
 * whoever asks here need not have read the file.
 */
export function toUnderline(range: TextRange): vscode.Range {
  const { start, end } = toRange(range);
  return new vscode.Range(start, start.line === end.line ? end : new vscode.Position(start.line, endOfLine));
}

/** More than any line has, and still a position for the editor. */
const endOfLine = 0x3fffffff;

export function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
