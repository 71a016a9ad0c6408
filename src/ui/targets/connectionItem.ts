import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import { connectionText } from './connectionText';
import type { Tasks } from '../tasks';
import type { Targets } from './targets';

/** The target in use, its connection and what is done on it, in the status bar. */
export class ConnectionItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'ovnTrace.connection',
    vscode.StatusBarAlignment.Left,
  );
  private readonly listeners: readonly vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly targets: Targets,
    private readonly tasks: Tasks,
  ) {
    this.item.name = l10n.t('OVN Target');
    this.listeners = [
      targets.onDidChange(() => this.update()),
      targets.onDidChangeConnection(() => this.update()),
      tasks.onDidChange(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
    ];
    this.update();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) listener.dispose();
    this.item.dispose();
  }

  private update(): void {
    clearTimeout(this.timer);
    const target = vscode.workspace.isTrusted ? this.targets.find(undefined) : undefined;
    if (target === undefined) {
      this.item.hide();
      return;
    }
    const state = this.targets.connection(target);
    const { text, label, tooltip } = connectionText(target, state, this.tasks.doing, Date.now());
    const isWrong =
      state?.status.state === 'lost' || (state?.status.state === 'idle' && state.status.failure);
    const command = isWrong || this.targets.list().length === 1 ? 'checkTarget' : 'selectTarget';
    this.item.text = text;
    this.item.accessibilityInformation = { label, role: 'button' };
    this.item.tooltip = `${tooltip}\n${command === 'checkTarget' ? l10n.t('Check Target') : l10n.t('Select Target')}`;
    this.item.command = commandId(command);
    this.item.show();
    // The seconds before the next try are counted down.
    if (state?.status.state === 'lost') this.timer = setTimeout(() => this.update(), 1000);
  }
}
