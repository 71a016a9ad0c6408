import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Definition } from '../core/definitions/definition';
import { findDefinitions, type DefinitionFormat, type ReadSiblings } from '../core/definitions/format';
import { TraceFailure } from '../core/failure';

const skippedFolders = new Set(['node_modules', '.git', '.hg', '.svn', '.terraform', '.venv']);
/** Rules are written by hand: a file beyond this size is data. */
const largestFile = 4 * 1024 * 1024;

/**
 * The ACL definitions in the files below the folders (or in a file that is named itself).
 * @throws TraceFailure `bad-request` for a folder that cannot be read.
 */
export async function readDefinitions(
  paths: readonly string[],
  formats: readonly DefinitionFormat[],
): Promise<readonly Definition[]> {
  const definitions: Definition[] = [];
  for (const path of paths) {
    for await (const file of listFiles(path)) {
      const text = await readFile(file, 'utf8');
      definitions.push(...(await findDefinitions(formats, { file, text }, readSiblings)));
    }
  }
  return definitions;
}

const readSiblings: ReadSiblings = async (file, isWanted) => {
  const folder = dirname(file);
  const names = (await readdir(folder)).filter((name) => name !== basename(file) && isWanted(name));
  const paths = names.map((name) => join(folder, name));
  return Promise.all(paths.map(async (path) => ({ file: path, text: await readFile(path, 'utf8') })));
};

async function* listFiles(path: string): AsyncGenerator<string> {
  let folder: boolean;
  try {
    folder = (await stat(path)).isDirectory();
  } catch (error) {
    throw new TraceFailure('bad-request', `${path} cannot be read.`, {
      advice: 'Give the folder with the files that define ACLs with --definitions.',
      cause: error,
    });
  }
  if (!folder) {
    yield path;
    return;
  }
  const pending = [path];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const child = join(next, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) pending.push(child);
      else if (entry.isFile() && (await stat(child)).size <= largestFile) yield child;
    }
  }
}
