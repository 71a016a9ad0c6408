import * as vscode from 'vscode';
import { settingKeys, settingSection } from '../../contributions';
import type { SettingKey, SettingTypes } from '../../contributions';
import { lazily } from '../lazily';
import type { CheckedTargets } from './targetProblems';

/** The settings of the extension, read when asked for and never before. */
export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<SettingKey>();
  /** Fires with the key below `ovnTrace.` that changed. */
  readonly onDidChange = this.changed.event;
  private readonly listener: vscode.Disposable;
  private check: ((value: unknown) => CheckedTargets) | null = null;
  private readonly loadCheck = lazily(async () => {
    this.check = (await import('./targetProblems')).checkTargets;
    this.changed.fire('targets');
  });

  constructor() {
    this.listener = vscode.workspace.onDidChangeConfiguration((event) => {
      for (const key of settingKeys) {
        if (!event.affectsConfiguration(`${settingSection}.${key}`)) continue;
        this.changed.fire(key);
        if (key === 'targets') void this.load();
      }
    });
  }

  /** Loads what checks targets, once there is one to check. */
  async load(): Promise<void> {
    if (!isEmpty(this.read('targets'))) await this.loadCheck();
  }

  /** None before `load` has ended; what changes by that is told like a change. */
  targets(): CheckedTargets {
    const value = this.read('targets');
    return this.check === null || isEmpty(value) ? { targets: [], problems: [] } : this.check(value);
  }

  get<Key extends Exclude<SettingKey, 'targets'>>(key: Key, fallback: SettingTypes[Key]): SettingTypes[Key] {
    return this.read(key) ?? fallback;
  }

  /** Whether the value in force comes with the workspace, and not from the user. */
  isOfWorkspace(key: SettingKey): boolean {
    const inspected = vscode.workspace.getConfiguration(settingSection).inspect(key);
    return inspected?.workspaceValue !== undefined || inspected?.workspaceFolderValue !== undefined;
  }

  /** Puts a new entry at the end of `ovnTrace.targets`. */
  addTarget(entry: Readonly<Record<string, unknown>>): Promise<void> {
    return this.editTargets((entries) => [...entries, entry]);
  }

  /** Sets fields of the entry with that name. */
  changeTarget(name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const isIt = (entry: unknown): entry is object =>
      typeof entry === 'object' && entry !== null && 'name' in entry && entry.name === name;
    return this.editTargets((entries) =>
      entries.map((entry) => (isIt(entry) ? { ...entry, ...fields } : entry)),
    );
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  private async editTargets(edit: (entries: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(settingSection);
    const inspected = configuration.inspect<unknown>('targets');
    const inWorkspace = inspected?.workspaceValue !== undefined;
    const present = inWorkspace ? inspected.workspaceValue : inspected?.globalValue;
    // A list of the workspace hides the user's own list, so the change has to go where the list in force is.
    const scope = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update('targets', edit(Array.isArray(present) ? present : []), scope);
    await this.load();
  }

  private read<Key extends SettingKey>(key: Key): SettingTypes[Key] | undefined {
    return vscode.workspace.getConfiguration(settingSection).get<SettingTypes[Key]>(key);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
