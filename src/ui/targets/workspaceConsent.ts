import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { TraceFailure } from '../../core/failure';
import type { TargetConfig } from '../../core/session/target';
import { digestOf } from './workspaceQuestion';
import type { WorkspacePart } from './workspaceQuestion';

const storageKey = 'ovnTrace.usedWorkspaceTargets';

export type AskConsent = (target: TargetConfig, part: WorkspacePart) => Promise<boolean>;

/**
 * What a person has agreed to of the targets that the workspace brought along. Trusting a folder says that its files may be
 * read and run here; it does not say that commands may go to another host, so that is asked once for each definition.
 */
export class WorkspaceConsent {
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(
    private readonly state: vscode.Memento,
    private readonly ask: AskConsent,
  ) {}

  has(target: TargetConfig, part: WorkspacePart): boolean {
    return this.agreed().includes(digestOf(target, part));
  }

  /** Asks unless exactly this was agreed to; who asks at the same time shares the question. */
  async require(target: TargetConfig, part: WorkspacePart): Promise<void> {
    if (this.has(target, part)) return;
    const digest = digestOf(target, part);
    const asked = this.asking.get(digest) ?? this.askOnce(target, part, digest);
    if (!(await asked)) {
      throw new TraceFailure(
        'cancelled',
        l10n.t('The target "{0}" of this workspace was not allowed.', target.name),
      );
    }
  }

  private askOnce(target: TargetConfig, part: WorkspacePart, digest: string): Promise<boolean> {
    const asked = this.ask(target, part)
      .then(async (agrees) => {
        if (agrees) await this.state.update(storageKey, [...this.agreed(), digest]);
        return agrees;
      })
      .finally(() => this.asking.delete(digest));
    this.asking.set(digest, asked);
    return asked;
  }

  private agreed(): readonly unknown[] {
    const stored: unknown = this.state.get(storageKey);
    return Array.isArray(stored) ? stored : [];
  }
}
