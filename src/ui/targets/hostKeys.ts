import type * as vscode from 'vscode';
import type { HostKeyStore } from '../../target/prompts';

const storageKey = 'ovnTrace.hostKeys';

/** Host keys the user chose to trust, kept by the extension itself: known_hosts belongs to the user. */
export class StoredHostKeys implements HostKeyStore {
  constructor(private readonly state: vscode.Memento) {}

  keys(hostport: string): readonly string[] {
    const found = this.all()[hostport];
    return Array.isArray(found) ? found.filter((key): key is string => typeof key === 'string') : [];
  }

  async add(hostport: string, key: string): Promise<void> {
    const keys = new Set([...this.keys(hostport), key]);
    await this.state.update(storageKey, { ...this.all(), [hostport]: [...keys] });
  }

  private all(): Readonly<Record<string, unknown>> {
    const stored: unknown = this.state.get(storageKey);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
