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

export function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
