import * as vscode from 'vscode';
import { definitionLanguages } from '../../contributions';
import { fileOf } from '../fileUri';
import type { Settings } from '../settings/settings';

/** Larger files are no rules that a person wrote. */
export const largestFile = 2 * 1024 * 1024;
const mostFiles = 20_000;
const readAtOnce = 16;
const skippedFiles = '**/{node_modules,.git,.terraform,.venv}/**';
const languages: ReadonlySet<string> = new Set(definitionLanguages);

/** A text that may hold definitions, as it stands now. */
export interface Source {
  readonly uri: vscode.Uri;
  readonly file: string;
  /** Another one for another text: the text of an open document, time and size of a file. */
  readonly version: string;
  read(): Promise<string>;
}

/**
 * The files and open documents in which definitions are sought. Files are listed and looked at once; then the editor's watcher
 * tells what has changed, so that an edit costs no look at thousands of files.
 */
export class SourceFiles implements vscode.Disposable {
  private uris: Promise<readonly vscode.Uri[]> | null = null;
  private readonly files = new Map<string, Promise<Source | null>>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri | null>();
  /** A file was made, changed or deleted (null: many at once); edits of open documents are the editor's own events. */
  readonly onDidChange = this.changed.event;
  private watcher: vscode.Disposable | null = null;
  private extraFolder: vscode.Uri | null = null;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = vscode.Disposable.from(
      settings.onDidChange((key) => {
        if (key === 'definitions.include') this.forget();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.forget()),
    );
  }

  /** Everything as it stands now. */
  async list(): Promise<readonly Source[]> {
    const include = this.settings.get('definitions.include', []);
    this.watcher ??= this.watch();
    this.uris ??= findFiles(include, this.extraFolder);
    const documents = openDocuments(include, this.extraFolder)
      .map(sourceOf)
      .filter(({ version }) => version.length <= largestFile);
    const open = new Set(documents.map(({ file }) => file));
    const uris = (await this.uris).filter((uri) => !open.has(fileOf(uri)));
    const files = await inBatches(uris, (uri) => this.ofFile(uri));
    return [...documents, ...files.filter((source) => source !== null)];
  }

  /** A folder outside the workspace whose files count as well; null for none. */
  setExtraFolder(folder: vscode.Uri | null): void {
    this.extraFolder = folder;
    this.forget();
    this.changed.fire(null);
  }

  /** Looks at every file anew with the next list: not every file system tells its changes. */
  forget(): void {
    this.uris = null;
    this.files.clear();
  }

  dispose(): void {
    this.watcher?.dispose();
    this.listener.dispose();
    this.changed.dispose();
  }

  private watch(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const onMadeOrDeleted = (uri: vscode.Uri): void => {
      this.uris = null;
      this.onChange(uri);
    };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange((uri) => this.onChange(uri)),
      watcher.onDidCreate(onMadeOrDeleted),
      watcher.onDidDelete(onMadeOrDeleted),
      // The file may have been written while its document was open.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.onChange(uri)),
    );
  }

  private onChange(uri: vscode.Uri): void {
    this.files.delete(fileOf(uri));
    this.changed.fire(uri);
  }

  private ofFile(uri: vscode.Uri): Promise<Source | null> {
    const file = fileOf(uri);
    let source = this.files.get(file);
    if (source === undefined) this.files.set(file, (source = this.look(uri)));
    return source;
  }

  private async look(uri: vscode.Uri): Promise<Source | null> {
    try {
      const stat = await vscode.workspace.fs.stat(uri);
      if (stat.size > largestFile) return null;
      const read = async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return { uri, file: fileOf(uri), version: `file ${stat.mtime} ${stat.size}`, read };
    } catch (error) {
      // One file that cannot be read must not cost the trace its answer.
      this.log.warn(`${uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}

/** Whether a document is a text that people write, not what another extension shows of one: Git's versions, say. */
export function isCurrent({ uri, isUntitled }: vscode.TextDocument): boolean {
  return (
    isUntitled ||
    vscode.workspace.getWorkspaceFolder(uri) !== undefined ||
    vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true
  );
}

export function sourceOf(document: vscode.TextDocument): Source {
  const text = document.getText();
  // Not the document's version: it begins anew when the document is closed and opened again.
  return { uri: document.uri, file: fileOf(document.uri), version: text, read: () => Promise.resolve(text) };
}

/** So many at once, and the event loop has a turn between them. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += readAtOnce) {
    results.push(...(await Promise.all(items.slice(first, first + readAtOnce).map(work))));
  }
  return results;
}

async function findFiles(
  include: readonly string[],
  extraFolder: vscode.Uri | null,
): Promise<readonly vscode.Uri[]> {
  const extra =
    extraFolder === null ? [] : include.map((glob) => new vscode.RelativePattern(extraFolder, glob));
  const lists = await Promise.all(
    [...include, ...extra].map((glob) => vscode.workspace.findFiles(glob, skippedFiles, mostFiles)),
  );
  return [...new Map(lists.flat().map((uri) => [uri.toString(), uri])).values()];
}

/** Open documents that the globs mean, those that were never saved included. */
function openDocuments(
  include: readonly string[],
  extraFolder: vscode.Uri | null,
): readonly vscode.TextDocument[] {
  const isOurs = ({ uri }: vscode.TextDocument): boolean =>
    vscode.workspace.getWorkspaceFolder(uri) !== undefined ||
    (extraFolder !== null && uri.path.startsWith(`${extraFolder.path}/`));
  const documents = vscode.workspace.textDocuments.filter(
    (document) =>
      (document.isUntitled && languages.has(document.languageId)) ||
      (isOurs(document) && include.some((pattern) => vscode.languages.match({ pattern }, document) > 0)),
  );
  return [...new Map(documents.map((document) => [document.uri.toString(), document])).values()];
}
