import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { TraceFailure } from '../../core/failure';
import { parseSaved, printSaved, savedFilePath } from './savedFile';
import type { TraceEntry } from './traceEntry';

/** The traces saved in the workspace, read when a view asks for them and again when the file changes. */
export class SavedTraces implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private watcher: vscode.Disposable | null = null;

  async list(): Promise<readonly TraceEntry[]> {
    this.watch();
    const uri = fileUri();
    if (uri === null) return [];
    const text = await readIfThere(uri);
    return text === null ? [] : parseSaved(text);
  }

  /** Saves an entry under a name; one of the same name is replaced. */
  async save(entry: TraceEntry, name: string): Promise<void> {
    const others = (await this.list()).filter((other) => other.title !== name);
    await this.write([...others, { ...entry, title: name, saved: true }]);
  }

  async remove(entries: readonly TraceEntry[]): Promise<void> {
    const titles = new Set(entries.map(({ title }) => title));
    await this.write((await this.list()).filter(({ title }) => !titles.has(title)));
  }

  dispose(): void {
    this.watcher?.dispose();
    this.changed.dispose();
  }

  private async write(entries: readonly TraceEntry[]): Promise<void> {
    const uri = fileUri();
    if (uri === null) {
      throw new TraceFailure(
        'bad-request',
        l10n.t('Saved traces are kept in the workspace, and no folder is open.'),
        {
          advice: l10n.t('Open a folder first.'),
        },
      );
    }
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(printSaved(entries)));
    this.changed.fire();
  }

  private watch(): void {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (this.watcher !== null || folder === undefined) return;
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, savedFilePath),
    );
    const fire = () => this.changed.fire();
    this.watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(fire),
      watcher.onDidCreate(fire),
      watcher.onDidDelete(fire),
    );
  }
}

function fileUri(): vscode.Uri | null {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder === undefined ? null : vscode.Uri.joinPath(folder.uri, savedFilePath);
}

async function readIfThere(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}
