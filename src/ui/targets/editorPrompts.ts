import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { visibleLine } from '../../protocol/visibleText';
import type { HostKeyQuestion, Prompts, SecretQuestion } from '../../target/prompts';
import { plainMessage } from '../plainMessage';
import { keptId } from './keptSecrets';
import type { KeptSecrets } from './keptSecrets';

/** A kept secret that is asked for again so soon was refused. */
const refusedWithinMs = 30_000;

const keepButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('save'),
  tooltip: l10n.t('Use this and keep it in the Secret Storage of VS Code'),
});

/** The editor shows one quick input at a time: who is pushed aside by a prompt comes back when it is answered. */
export interface PromptState {
  readonly isAsking: boolean;
  readonly onDidAnswer: vscode.Event<void>;
}

/** Asks what a target has to know through the editor: a modal for host keys, a masked box for secrets. */
export class EditorPrompts implements Prompts, PromptState, vscode.Disposable {
  private readonly usedAt = new Map<string, number>();
  private readonly answered = new vscode.EventEmitter<void>();
  readonly onDidAnswer = this.answered.event;
  private open = 0;

  constructor(private readonly kept: KeptSecrets) {}

  get isAsking(): boolean {
    return this.open > 0;
  }

  dispose(): void {
    this.answered.dispose();
  }

  async confirmHostKey(question: HostKeyQuestion): Promise<'once' | 'always' | 'no'> {
    const trust = l10n.t('Trust');
    const trustOnce = l10n.t('Trust Once');
    const chosen = await vscode.window.showWarningMessage(
      l10n.t(
        'The host key of {0} (port {1}) is not known. Do you trust it?',
        visibleLine(question.host),
        question.port,
      ),
      {
        modal: true,
        detail:
          `${visibleLine(question.keyType)} ${visibleLine(question.fingerprint)}\n\n` +
          l10n.t(
            'It is not in {0}. Compare the fingerprint with one you got in another way, for example from the administrator of the host.',
            visibleLine(question.knownHostsFile),
          ) +
          (question.isRecordedByAsker === true
            ? `\n\n${l10n.t('Your ssh writes a trusted key into known_hosts.')}`
            : ''),
      },
      trust,
      ...(question.isRecordedByAsker === true ? [] : [trustOnce]),
    );
    if (chosen === trust) return 'always';
    return chosen === trustOnce ? 'once' : 'no';
  }

  async askSecret(question: SecretQuestion): Promise<string | null> {
    const id = keptId(question);
    const kept = id === null ? undefined : await this.takeKept(id);
    return kept ?? (await this.ask(question, id));
  }

  private async takeKept(id: string): Promise<string | undefined> {
    const kept = await this.kept.get(id);
    if (kept === undefined) return undefined;
    if (Date.now() - (this.usedAt.get(id) ?? 0) < refusedWithinMs) {
      await this.kept.forget([id]);
      return undefined;
    }
    this.usedAt.set(id, Date.now());
    return kept;
  }

  private ask(question: SecretQuestion, id: string | null): Promise<string | null> {
    return new Promise((resolve) => {
      const input = vscode.window.createInputBox();
      input.title = `OVN Packet Trace: ${visibleLine(question.target)}`;
      input.prompt = plainMessage(question.prompt);
      input.password = true;
      input.ignoreFocusOut = true;
      input.buttons = id === null ? [] : [keepButton()];
      let isOpen = true;
      this.open++;
      const finish = (answer: string | null) => {
        if (!isOpen) return;
        isOpen = false;
        this.open--;
        resolve(answer);
        input.dispose();
        this.answered.fire();
      };
      input.onDidAccept(() => finish(input.value));
      input.onDidTriggerButton(() => {
        if (id !== null) {
          void this.kept.store(question, input.value);
          this.usedAt.set(id, Date.now());
        }
        finish(input.value);
      });
      input.onDidHide(() => finish(null));
      input.show();
    });
  }
}
