import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import type { Tree } from 'web-tree-sitter';
import type { DefinitionFormat } from './core/definitions/format';
import { createNbctlScriptFormat } from './core/definitions/nbctlScript';

/** Where the two WebAssembly files are: next to the bundle, or in node_modules. */
export interface GrammarFiles {
  readonly treeSitter: string;
  readonly bash: string;
}

/** A script takes a few tenths of a second per megabyte; only text made to hurt takes longer. */
const longestParseMs = 3_000;

/** The grammar files as the build puts them into one directory, `dist`. */
export function grammarFilesIn(directory: string): GrammarFiles {
  return {
    treeSitter: join(directory, 'web-tree-sitter.wasm'),
    bash: join(directory, 'tree-sitter-bash.wasm'),
  };
}

/** Loads the formats of definitions with their grammars. Rejects when a grammar file cannot be read. */
export async function loadDefinitionFormats(files: GrammarFiles): Promise<readonly DefinitionFormat[]> {
  await Parser.init({ locateFile: () => files.treeSitter });
  const bash = await Language.load(new Uint8Array(await readFile(files.bash)));
  const parser = new Parser().setLanguage(bash);
  return [createNbctlScriptFormat((text) => parseWithin(parser, text))];
}

function parseWithin(parser: Parser, text: string): Tree | null {
  const deadline = performance.now() + longestParseMs;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  // Without it the parser would go on with this text when it is given the next one.
  if (!tree) parser.reset();
  return tree;
}
