import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import type { Tree } from 'web-tree-sitter';
import { ansibleFormat } from './core/definitions/ansible';
import type { DefinitionFormat } from './core/definitions/format';
import type { Grammar } from './core/definitions/grammar';
import { instanceAclFormat } from './core/definitions/instanceAcl';
import { createKubeOvnFormat } from './core/definitions/kubeOvn';
import { createKubernetesFormat } from './core/definitions/kubernetes';
import { createNbctlScriptFormat } from './core/definitions/nbctlScript';
import { ovnJsonFormat } from './core/definitions/ovnJson';
import { heatFormat } from './core/definitions/heat';
import { neutronJsonFormat } from './core/definitions/neutronJson';
import { createTerraformFormat } from './core/definitions/terraform';

/** Where the WebAssembly files are: next to the bundle, or in node_modules. */
export interface GrammarFiles {
  readonly treeSitter: string;
  readonly bash: string;
  readonly terraform: string;
}

/** A script takes a few tenths of a second per megabyte; only text made to hurt takes longer. */
const longestParseMs = 3_000;

/** The grammar files as the build puts them into one directory, `dist`. */
export function grammarFilesIn(directory: string): GrammarFiles {
  return {
    treeSitter: join(directory, 'web-tree-sitter.wasm'),
    bash: join(directory, 'tree-sitter-bash.wasm'),
    terraform: join(directory, 'tree-sitter-terraform.wasm'),
  };
}

/** The formats of definitions; grammars are read when a file first needs one, and reading rejects when that fails. */
export function createDefinitionFormats(files: GrammarFiles): readonly DefinitionFormat[] {
  return [
    createNbctlScriptFormat(createGrammar(files.treeSitter, files.bash)),
    instanceAclFormat,
    ovnJsonFormat,
    createKubernetesFormat(),
    createKubeOvnFormat(),
    neutronJsonFormat,
    createTerraformFormat(createGrammar(files.treeSitter, files.terraform)),
    heatFormat,
    ansibleFormat,
  ];
}

function createGrammar(treeSitter: string, file: string): Grammar {
  let loading: Promise<void> | null = null;
  let parser: Parser | null = null;
  const load = async (): Promise<void> => {
    await Parser.init({ locateFile: () => treeSitter });
    parser = new Parser().setLanguage(await Language.load(new Uint8Array(await readFile(file))));
  };
  return {
    load: () => (loading ??= load()),
    parse: (text) => (parser === null ? null : parseWithin(parser, text)),
  };
}

function parseWithin(parser: Parser, text: string): Tree | null {
  const deadline = performance.now() + longestParseMs;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  // Without it the parser would go on with this text when it is given the next one.
  if (!tree) parser.reset();
  return tree;
}
