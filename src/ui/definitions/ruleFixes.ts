import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId, diagnosticSource } from '../../contributions';
import type { TraceDiagnostics } from '../diagnostics/traceDiagnostics';
import type { Remedy } from '../diagnostics/planDiagnostics';
import { fileOf } from '../fileUri';
import type { Definitions } from './definitions';

/** A fix whose edit is worked out when somebody chooses it. */
class AllowAction extends vscode.CodeAction {
  constructor(
    readonly document: vscode.TextDocument,
    readonly remedy: Remedy,
  ) {
    super(l10n.t('Add Rule That Would Allow This Packet'), vscode.CodeActionKind.QuickFix);
  }
}

/** Quick fixes of the diagnostics that traces leave: a rule that is missing, the live ACL, the trace again. */
export class RuleFixes implements vscode.CodeActionProvider {
  constructor(
    private readonly diagnostics: TraceDiagnostics,
    private readonly definitions: Definitions,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const own = context.diagnostics.filter(({ source }) => source === diagnosticSource);
    const actions = await Promise.all(own.map((diagnostic) => this.fixesOf(document, diagnostic)));
    return actions.flat();
  }

  async resolveCodeAction(action: vscode.CodeAction): Promise<vscode.CodeAction> {
    if (!(action instanceof AllowAction)) return action;
    const edit = await this.editOf(action.document, action.remedy);
    if (edit !== undefined) action.edit = edit;
    return action;
  }

  private async fixesOf(
    document: vscode.TextDocument,
    diagnostic: vscode.Diagnostic,
  ): Promise<readonly vscode.CodeAction[]> {
    const remedy = this.diagnostics.remedyOf(fileOf(document.uri), diagnostic);
    if (remedy === null) return [];
    const actions: vscode.CodeAction[] = [];
    if ((await this.editOf(document, remedy)) !== undefined) {
      actions.push(new AllowAction(document, remedy));
    }
    if (remedy.acl !== null) {
      actions.push(commandAction(l10n.t('Open Live ACL'), 'openAcl', [remedy.acl]));
    }
    actions.push(commandAction(l10n.t('Trace Again'), 'traceAgain', []));
    for (const action of actions) action.diagnostics = [diagnostic];
    return actions;
  }

  /** The edit, which the editor shows for review before anything is changed; undefined where no rule is safe to propose. */
  private async editOf(
    document: vscode.TextDocument,
    remedy: Remedy,
  ): Promise<vscode.WorkspaceEdit | undefined> {
    if (remedy.wanted === null) return undefined;
    const edit = await this.definitions.allow(document, remedy.definition, remedy.wanted);
    if (edit === null) return undefined;
    const changes = new vscode.WorkspaceEdit();
    const range = new vscode.Range(
      document.positionAt(edit.range.start.offset),
      document.positionAt(edit.range.end.offset),
    );
    changes.replace(document.uri, range, edit.newText, {
      label: l10n.t('Add a rule that would allow the traced packet'),
      description: l10n.t('Review it: it allows this packet and no more than it has to.'),
      needsConfirmation: true,
    });
    return changes;
  }
}

function commandAction(
  title: string,
  command: 'openAcl' | 'traceAgain',
  args: readonly unknown[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: commandId(command), arguments: [...args] };
  return action;
}
