import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { definitionLanguages } from '../../contributions';
import type { Definition, DefinitionJoin } from '../../core/definitions/definition';
import { findDefinitions } from '../../core/definitions/format';
import type { DefinitionFormat, ReadSiblings, RuleEdit, WantedPacket } from '../../core/definitions/format';
import { indexDefinitionsSteps } from '../../core/definitions/join';
import { runInSlices } from '../../core/slices';
import { fileOf } from '../fileUri';
import type { Settings } from '../settings/settings';

/** Larger files are no scripts that a person wrote. */
const largestFile = 2 * 1024 * 1024;
const mostFiles = 20_000;
const readAtOnce = 16;
const languages: ReadonlySet<string> = new Set(definitionLanguages);
const skippedFiles = '**/{node_modules,.git,.terraform,.venv}/**';

/** A text that may hold definitions, as it stands now. */
interface Source {
  readonly uri: vscode.Uri;
  readonly file: string;
  /** Another one for another text: the text of an open document, time and size of a file. */
  readonly version: string;
  read(): Promise<string>;
}

interface Parsed {
  readonly version: string;
  readonly definitions: readonly Definition[];
}

/** All definitions of the workspace as they stood together. */
export interface KnownDefinitions {
  readonly all: readonly Definition[];
  readonly join: DefinitionJoin;
}

/**
 * The ACL definitions of the workspace. Nothing is read before somebody asks; after that only what has changed is
 * parsed again. The text of an open editor counts, saved or not.
 */
export class Definitions {
  private readonly parsed = new Map<string, Parsed>();
  private formats: Promise<readonly DefinitionFormat[]> | null = null;
  private known: {
    readonly parts: readonly (readonly Definition[])[];
    readonly result: KnownDefinitions;
  } | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Reads what has changed. */
  async read(): Promise<KnownDefinitions> {
    const parts = await this.collect();
    const known = this.known;
    if (known?.parts.length === parts.length && parts.every((part, at) => part === known.parts[at])) {
      return known.result;
    }
    const all = parts.flat();
    const join = await runInSlices(indexDefinitionsSteps(all), () => setImmediate());
    const result = { all, join };
    this.known = { parts, result };
    return result;
  }

  /** Those of one document, whether the settings name it or not. */
  async of(document: vscode.TextDocument): Promise<readonly Definition[]> {
    const source = ofDocument(document);
    const formats = await this.load();
    if (!formats.some((format) => format.matches(source.file, source.version))) return [];
    if (!formats.some((format) => format.isSibling?.(source.file) === true)) {
      return this.parse(source, [], formats);
    }
    await this.read();
    return this.parsed.get(source.file)?.definitions ?? [];
  }

  /** The edit that would let a packet through beside a definition of the document; null where none is safe. */
  async allow(
    document: vscode.TextDocument,
    beside: Definition,
    packet: WantedPacket,
  ): Promise<RuleEdit | null> {
    const source = { file: fileOf(document.uri), text: document.getText() };
    const format = (await this.load()).find(({ id }) => id === beside.format);
    if (format?.allow === undefined) return null;
    // The text may have been edited since the trace; a definition that moved is found again by its words.
    const now = (await this.of(document)).find((definition) => isSame(definition, beside));
    return now === undefined ? null : format.allow(source, now, packet);
  }

  private async collect(): Promise<readonly (readonly Definition[])[]> {
    const include = this.settings.get('definitions.include', []);
    const documents = [...openDocuments(include).values()].map(ofDocument);
    const open = new Set(documents.map(({ file }) => file));
    const uris = (await findFiles(include)).filter((uri) => !open.has(fileOf(uri)));
    const files = await inBatches(uris, (uri) => this.ofFile(uri));
    const sources = [...documents, ...files.filter((source) => source !== null)];
    const formats = await this.load();
    const siblings = groupSiblings(sources, formats);
    return inBatches(sources, (source) => this.parse(source, siblings.get(folderOf(source)) ?? [], formats));
  }

  private async ofFile(uri: vscode.Uri): Promise<Source | null> {
    try {
      const stat = await vscode.workspace.fs.stat(uri);
      if (stat.size > largestFile) return null;
      const read = async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return { uri, file: fileOf(uri), version: `file ${stat.mtime} ${stat.size}`, read };
    } catch (error) {
      this.warn(uri, error);
      return null;
    }
  }

  private async parse(
    source: Source,
    siblings: readonly Source[],
    formats: readonly DefinitionFormat[],
  ): Promise<readonly Definition[]> {
    // A file that others are read with is read anew when one of them changes.
    const version = siblings.includes(source)
      ? JSON.stringify(siblings.map((sibling) => [sibling.file, sibling.version]))
      : source.version;
    const known = this.parsed.get(source.file);
    if (known?.version === version) return known.definitions;
    try {
      const text = await source.read();
      const readSiblings: ReadSiblings = async (file, isWanted) =>
        Promise.all(
          siblings
            .filter((sibling) => sibling.file !== file && isWanted(sibling.file))
            .map(async (sibling) => ({ file: sibling.file, text: await sibling.read() })),
        );
      const definitions = await findDefinitions(formats, { file: source.file, text }, readSiblings);
      this.parsed.set(source.file, { version, definitions });
      return definitions;
    } catch (error) {
      this.warn(source.uri, error);
      return [];
    }
  }

  /** One file that cannot be read must not cost the trace its answer. */
  private warn(uri: vscode.Uri, error: unknown): void {
    this.log.warn(`${uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`);
  }

  private load(): Promise<readonly DefinitionFormat[]> {
    this.formats ??= loadFormats(this.extensionUri);
    return this.formats;
  }
}

/** The same definition in a text that may have changed around it. */
function isSame(one: Definition, other: Definition): boolean {
  const words = ({ range, matchRange, ...rest }: Definition): string =>
    JSON.stringify([
      rest,
      range.end.offset - range.start.offset,
      matchRange.end.offset - matchRange.start.offset,
    ]);
  return words(one) === words(other);
}

async function loadFormats(extensionUri: vscode.Uri): Promise<readonly DefinitionFormat[]> {
  const { createDefinitionFormats, grammarFilesIn } = await import('../../definitionsLoader');
  return createDefinitionFormats(grammarFilesIn(vscode.Uri.joinPath(extensionUri, 'dist').fsPath));
}

function ofDocument(document: vscode.TextDocument): Source {
  const text = document.getText();
  // Not the document's version: it begins anew when the document is closed and opened again.
  return { uri: document.uri, file: fileOf(document.uri), version: text, read: () => Promise.resolve(text) };
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += readAtOnce) {
    results.push(...(await Promise.all(items.slice(first, first + readAtOnce).map(work))));
  }
  return results;
}

function folderOf({ file }: Source): string {
  return file.replace(/[/\\][^/\\]*$/, '');
}

/** The files that are read together with others of their folder. */
function groupSiblings(
  sources: readonly Source[],
  formats: readonly DefinitionFormat[],
): ReadonlyMap<string, readonly Source[]> {
  const groups = new Map<string, Source[]>();
  for (const source of sources) {
    if (!formats.some((format) => format.isSibling?.(source.file) === true)) continue;
    const folder = folderOf(source);
    const group = groups.get(folder);
    if (group === undefined) groups.set(folder, [source]);
    else group.push(source);
  }
  return groups;
}

async function findFiles(include: readonly string[]): Promise<readonly vscode.Uri[]> {
  const lists = await Promise.all(
    include.map((glob) => vscode.workspace.findFiles(glob, skippedFiles, mostFiles)),
  );
  return [...new Map(lists.flat().map((uri) => [uri.toString(), uri])).values()];
}

/** Open documents that the globs mean, those that were never saved included. */
function openDocuments(include: readonly string[]): ReadonlyMap<string, vscode.TextDocument> {
  const documents = vscode.workspace.textDocuments.filter(
    (document) =>
      (document.isUntitled && languages.has(document.languageId)) ||
      (vscode.workspace.getWorkspaceFolder(document.uri) !== undefined &&
        include.some((pattern) => vscode.languages.match({ pattern }, document) > 0)),
  );
  return new Map(documents.map((document) => [document.uri.toString(), document]));
}
