import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { comparisonScheme } from '../../contributions';
import { uriOf } from '../fileUri';
import { reportComparison } from './comparisonReport';
import type { NetworkStates } from './networkStates';

/** The read-only report of definitions and network; it follows both while it is open. */
export class ComparisonPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly uri = vscode.Uri.from({ scheme: comparisonScheme, path: '/Definitions and Network.md' });
  private readonly listener: vscode.Disposable;

  constructor(private readonly states: NetworkStates) {
    this.listener = states.onDidChange(() => this.changed.fire(this.uri));
  }

  provideTextDocumentContent(): string {
    const comparison = this.states.current;
    if (comparison === null) {
      return `${l10n.t('Nothing is known of the network yet. Run *OVN: Compare Definitions with Network* again.')}\n`;
    }
    return reportComparison(comparison, comparison.target.name, placeOf);
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreview', this.uri);
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

/** The preview follows paths from the first folder of the workspace, and refuses addresses with `file:`. */
function placeOf(file: string, line: number): { readonly label: string; readonly link: string | null } {
  const uri = uriOf(file);
  const label = `${vscode.workspace.asRelativePath(uri)}:${line}`;
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const isInFirst = first !== undefined && vscode.workspace.getWorkspaceFolder(uri)?.index === 0;
  if (!isInFirst) return { label, link: null };
  const path = uri.path.slice(first.uri.path.replace(/\/$/, '').length);
  return { label, link: `${encodeURI(path).replace(/[#?]/g, encodeURIComponent)}#L${line}` };
}
