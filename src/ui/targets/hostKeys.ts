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

  /** Every host with a kept key, as `host` or `[host]:port`. */
  hosts(): readonly string[] {
    return Object.keys(this.all());
  }

  async forget(hostports: readonly string[]): Promise<void> {
    const left = Object.entries(this.all()).filter(([hostport]) => !hostports.includes(hostport));
    await this.state.update(storageKey, left.length === 0 ? undefined : Object.fromEntries(left));
  }

  private all(): Readonly<Record<string, unknown>> {
    const stored: unknown = this.state.get(storageKey);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
