import type { SourceText } from '../format';
import type { ParseWithGrammar } from '../grammar';
import { readJson } from './readJson';
import { readSyntax } from './readSyntax';
import type { Syntax } from './syntax';

export type ReadFile = (source: SourceText) => Syntax;

export function isConfiguration(file: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/i.test(file);
}

/** Files with values of variables that Terraform reads without being told. */
export function isReadByItself(file: string): boolean {
  return /(?:^|[/\\])terraform\.tfvars$|\.auto\.tfvars$/i.test(file);
}

export function folderOf(file: string): string {
  return file.replace(/[^/\\]*$/, '');
}

function read(file: string, text: string, parse: ParseWithGrammar): Syntax | null {
  return file.endsWith('.json') ? readJson(text, parse) : readSyntax(text, parse);
}

/** As many files as a large folder has: each is wanted again for every other of its folder. */
const mostKept = 60;

/** A reader that remembers the last files, as long as their text is the same. */
export function createFileReader(parse: ParseWithGrammar): ReadFile {
  const kept = new Map<string, { readonly text: string; readonly syntax: Syntax }>();
  return ({ file, text }) => {
    const known = kept.get(file);
    kept.delete(file);
    const syntax = known?.text === text ? known.syntax : read(file, text, parse);
    if (syntax === null) return { attributes: new Map(), blocks: [] };
    kept.set(file, { text, syntax });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return syntax;
  };
}
