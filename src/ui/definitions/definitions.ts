import * as vscode from 'vscode';
import type { AclDefinition } from '../../core/definitions/definition';
import { findDefinitions } from '../../core/definitions/format';
import type { DefinitionFormat } from '../../core/definitions/format';
import { indexDefinitions } from '../../core/definitions/join';
import type { DefinitionIndex } from '../../core/definitions/join';
import { fileOf } from '../fileUri';
import type { Settings } from '../settings/settings';

/** Larger files are no scripts that a person wrote. */
const largestFile = 2 * 1024 * 1024;
const mostFiles = 5000;
const readAtOnce = 16;

interface Parsed {
  /** Another one for another text: the text of an open document, time and size of a file. */
  readonly version: string;
  readonly definitions: readonly AclDefinition[];
}

/**
 * The ACL definitions of the workspace. Nothing is read before the first trace asks; after that only what has changed is
 * parsed again. The text of an open editor counts, saved or not.
 */
export class Definitions {
  private readonly parsed = new Map<string, Parsed>();
  private formats: Promise<readonly DefinitionFormat[]> | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Joins live ACLs to the definitions as they stand now. */
  async joiner(): Promise<DefinitionIndex['join']> {
    const index = indexDefinitions(await this.collect());
    return (acl, entities) => index.join(acl, entities);
  }

  private async collect(): Promise<readonly AclDefinition[]> {
    const include = this.settings.get('definitions.include', []);
    const documents = openDocuments(include);
    const files = (await findFiles(include)).filter((uri) => !documents.has(uri.toString()));
    const found = [...documents.values()].map((document) => this.ofDocument(document));
    for (let first = 0; first < files.length; first += readAtOnce) {
      const some = files.slice(first, first + readAtOnce).map((uri) => this.ofFile(uri));
      found.push(...(await Promise.all(some)).map((definitions) => Promise.resolve(definitions)));
    }
    return (await Promise.all(found)).flat();
  }

  private ofDocument(document: vscode.TextDocument): Promise<readonly AclDefinition[]> {
    const text = document.getText();
    // Not the document's version: it begins anew when the document is closed and opened again.
    return this.parse(document.uri, text, () => Promise.resolve(text));
  }

  private async ofFile(uri: vscode.Uri): Promise<readonly AclDefinition[]> {
    try {
      const stat = await vscode.workspace.fs.stat(uri);
      if (stat.size > largestFile) return [];
      return await this.parse(uri, `file ${stat.mtime} ${stat.size}`, async () =>
        new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)),
      );
    } catch (error) {
      // One file that cannot be read must not cost the trace its answer.
      this.log.warn(`${uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  private async parse(
    uri: vscode.Uri,
    version: string,
    read: () => Promise<string>,
  ): Promise<readonly AclDefinition[]> {
    const key = uri.toString();
    const known = this.parsed.get(key);
    if (known?.version === version) return known.definitions;
    const text = await read();
    // Spares loading the grammars for the many scripts that have nothing to do with OVN.
    const definitions = /acl/i.test(text) ? findDefinitions(await this.load(), text, fileOf(uri)) : [];
    this.parsed.set(key, { version, definitions });
    return definitions;
  }

  private load(): Promise<readonly DefinitionFormat[]> {
    this.formats ??= loadFormats(this.extensionUri);
    return this.formats;
  }
}

async function loadFormats(extensionUri: vscode.Uri): Promise<readonly DefinitionFormat[]> {
  const { grammarFilesIn, loadDefinitionFormats } = await import('../../definitionsLoader');
  return loadDefinitionFormats(grammarFilesIn(vscode.Uri.joinPath(extensionUri, 'dist').fsPath));
}

async function findFiles(include: readonly string[]): Promise<readonly vscode.Uri[]> {
  const lists = await Promise.all(
    include.map((glob) => vscode.workspace.findFiles(glob, '**/{node_modules,.git}/**', mostFiles)),
  );
  return [...new Map(lists.flat().map((uri) => [uri.toString(), uri])).values()];
}

/** Open documents that the globs mean, those that were never saved included. */
function openDocuments(include: readonly string[]): ReadonlyMap<string, vscode.TextDocument> {
  const documents = vscode.workspace.textDocuments.filter(
    (document) =>
      (document.isUntitled && document.languageId === 'shellscript') ||
      (vscode.workspace.getWorkspaceFolder(document.uri) !== undefined &&
        include.some((pattern) => vscode.languages.match({ pattern }, document) > 0)),
  );
  return new Map(documents.map((document) => [document.uri.toString(), document]));
}
