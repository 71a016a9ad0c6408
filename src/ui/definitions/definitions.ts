import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Definition, DefinitionJoin } from '../../core/definitions/definition';
import { findDefinitions } from '../../core/definitions/format';
import type { DefinitionFormat, ReadSiblings, RuleEdit, WantedPacket } from '../../core/definitions/format';
import type { IndexedFiles } from '../../core/definitions/join';
import type { FileDefinitions } from '../../core/definitions/layers';
import { runInSlices } from '../../core/slices';
import { fileOf } from '../fileUri';
import { inBatches, isCurrent, largestFile, sourceOf, type Source, type SourceFiles } from './sourceFiles';

/** All definitions of the workspace as they stood together. */
export interface KnownDefinitions {
  readonly all: readonly Definition[];
  readonly join: DefinitionJoin;
}

interface Known {
  readonly files: readonly FileDefinitions[];
  readonly indexed: Promise<IndexedFiles>;
  readonly result: Promise<KnownDefinitions>;
}

interface Parsed {
  readonly version: string;
  readonly definitions: Promise<FileDefinitions>;
}

const none: FileDefinitions = [];

/**
 * The ACL definitions of the workspace. Nothing is read before somebody asks; after that only what has changed is
 * parsed again. The text of an open editor counts, saved or not.
 */
export class Definitions {
  private readonly parsed = new Map<string, Parsed>();
  private formats: Promise<readonly DefinitionFormat[]> | null = null;
  private known: Known | null = null;

  constructor(
    private readonly sources: SourceFiles,
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Reads what has changed, as far as the editor was told of it. */
  async read(): Promise<KnownDefinitions> {
    const files = await this.collect();
    const known = this.known;
    if (known?.files.length === files.length && files.every((file, at) => file === known.files[at])) {
      return known.result;
    }
    const indexed = indexFiles(files, known?.indexed ?? null);
    const result = indexed.then(({ join }) => ({ all: files.flat(), join }));
    this.known = { files, indexed, result };
    return result;
  }

  /** Looks at every file: what a trace says must not rest on an old one. */
  readAnew(): Promise<KnownDefinitions> {
    this.sources.forget();
    return this.read();
  }

  /** Those of one document, whether the settings name it or not. A past version beside a comparison is no definition. */
  async of(document: vscode.TextDocument): Promise<readonly Definition[]> {
    if (!isCurrent(document)) return none;
    const source = sourceOf(document);
    if (source.version.length > largestFile) return none;
    const formats = await this.load();
    if (!formats.some((format) => format.matches(source.file, source.version))) return none;
    if (!formats.some((format) => format.isSibling?.(source.file) === true)) {
      return this.parse(source, [], formats);
    }
    const sources = await this.sources.list();
    return this.parse(source, groupSiblings(sources, formats).get(folderOf(source)) ?? [source], formats);
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

  private async collect(): Promise<readonly FileDefinitions[]> {
    const sources = await this.sources.list();
    const formats = await this.load();
    const siblings = groupSiblings(sources, formats);
    const parts = await inBatches(sources, (source) =>
      this.parse(source, siblings.get(folderOf(source)) ?? [], formats),
    );
    const files = new Set(sources.map(({ file }) => file));
    for (const file of this.parsed.keys()) if (!files.has(file)) this.parsed.delete(file);
    return parts.filter((part) => part.length > 0);
  }

  private parse(
    source: Source,
    siblings: readonly Source[],
    formats: readonly DefinitionFormat[],
  ): Promise<FileDefinitions> {
    // A file that others are read with is read anew when one of them changes.
    const isSibling = siblings.some(({ file }) => file === source.file);
    const version = isSibling
      ? JSON.stringify(siblings.map((sibling) => [sibling.file, sibling.version]))
      : source.version;
    const known = this.parsed.get(source.file);
    if (known?.version === version) return known.definitions;
    const definitions = this.parseNow(source, siblings, formats);
    this.parsed.set(source.file, { version, definitions });
    return definitions;
  }

  private async parseNow(
    source: Source,
    siblings: readonly Source[],
    formats: readonly DefinitionFormat[],
  ): Promise<FileDefinitions> {
    try {
      const readSiblings: ReadSiblings = async (file, isWanted) =>
        Promise.all(
          siblings
            .filter((sibling) => sibling.file !== file && isWanted(sibling.file))
            .map(async (sibling) => ({ file: sibling.file, text: await sibling.read() })),
        );
      const text = await source.read();
      const found = await findDefinitions(formats, { file: source.file, text }, readSiblings);
      return found.length === 0 ? none : found;
    } catch (error) {
      // One file that cannot be read must not cost the trace its answer.
      this.log.warn(`${source.uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`);
      return none;
    }
  }

  private load(): Promise<readonly DefinitionFormat[]> {
    this.formats ??= loadFormats(this.extensionUri);
    return this.formats;
  }
}

async function indexFiles(
  files: readonly FileDefinitions[],
  before: Promise<IndexedFiles> | null,
): Promise<IndexedFiles> {
  const { indexFilesSteps } = await import('../../core/definitions/join');
  return runInSlices(indexFilesSteps(files, await before), () => setImmediate());
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
