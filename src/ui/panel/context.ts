import * as vscode from 'vscode';
import { uriOf } from '../fileUri';
import type { PanelContext } from './model';

/** How this window writes files and times. */
export const panelContext: PanelContext = {
  displayPath: (file) => vscode.workspace.asRelativePath(uriOf(file)),
  displayTime: (milliseconds) => new Date(milliseconds).toLocaleTimeString(),
};
