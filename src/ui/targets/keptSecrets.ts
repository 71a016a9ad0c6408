import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { SecretQuestion } from '../../target/prompts';

const storageKey = 'ovnTrace.keptSecrets';

export interface KeptSecret {
  readonly id: string;
  /** What it opens, in words: `Password of admin@central1:22`. */
  readonly label: string;
}

interface KeptEntry extends KeptSecret {
  readonly secret: string;
}

/**
 * Passwords and passphrases that a person said to keep, in the Secret Storage of VS Code. They are one entry of it, because
 * it cannot be asked what it holds, and what is kept has to be found again to be forgotten.
 */
export class KeptSecrets {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly storage: vscode.SecretStorage) {}

  async get(id: string): Promise<string | undefined> {
    return (await this.read()).find((entry) => entry.id === id)?.secret;
  }

  store(question: SecretQuestion, secret: string): Promise<void> {
    const id = keptId(question);
    if (id === null) return Promise.resolve();
    const entry = { id, label: labelOf(question), secret };
    return this.change((entries) => [...entries.filter((other) => other.id !== id), entry]);
  }

  forget(ids: readonly string[]): Promise<void> {
    return this.change((entries) => entries.filter(({ id }) => !ids.includes(id)));
  }

  /** Never with the secrets themselves. */
  async list(): Promise<readonly KeptSecret[]> {
    return (await this.read()).map(({ id, label }) => ({ id, label }));
  }

  /** One change after the other, or two at once would lose one of them. */
  private change(edit: (entries: readonly KeptEntry[]) => readonly KeptEntry[]): Promise<void> {
    const changed = this.last.then(async () => {
      const entries = edit(await this.read());
      if (entries.length === 0) await this.storage.delete(storageKey);
      else await this.storage.store(storageKey, JSON.stringify(entries));
    });
    this.last = changed.catch(() => undefined);
    return changed;
  }

  private async read(): Promise<readonly KeptEntry[]> {
    try {
      const stored: unknown = JSON.parse((await this.storage.get(storageKey)) ?? '[]');
      return Array.isArray(stored) && stored.every(isEntry) ? stored : [];
    } catch {
      return [];
    }
  }
}

/** By hand: the editor would wait for a library to check it, whether anything is kept or not. */
function isEntry(value: unknown): value is KeptEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, label, secret } = value as Readonly<Record<string, unknown>>;
  return [id, label, secret].every((field) => typeof field === 'string');
}

/**
 * Under which id an answer may be kept; null for one that is good only once. Names of targets are free: a workspace can
 * define one that has the name of another, so what a secret was given for is part of the id.
 */
export function keptId({ kind, target, recipient, keyFile }: SecretQuestion): string | null {
  return kind === 'answer' ? null : JSON.stringify([kind, target, recipient, keyFile ?? null]);
}

function labelOf({ kind, recipient, keyFile }: SecretQuestion): string {
  return kind === 'passphrase'
    ? l10n.t('Passphrase of {0} for {1}', keyFile ?? l10n.t('a key'), recipient)
    : l10n.t('Password of {0}', recipient);
}
