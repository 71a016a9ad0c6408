import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { AclDefinition, Definition, DefinitionFormatId } from '../../../src/core/definitions/definition';
import type { DefinitionFormat, SourceText } from '../../../src/core/definitions/format';
import { createDefinitionFormats } from '../../../src/definitionsLoader';

const nodeModules = createRequire(__filename);

/** The formats, with the grammars of node_modules. */
export const formats: readonly DefinitionFormat[] = createDefinitionFormats({
  treeSitter: nodeModules.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  bash: nodeModules.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
  terraform: nodeModules.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
});

export type ReadScript = (text: string, file?: string) => readonly AclDefinition[];

export async function loadScriptReader(): Promise<ReadScript> {
  const read = await loadReader('ovn-nbctl');
  return (text, file = 'test.sh') => read({ text, file }).filter((definition) => definition.kind === 'acl');
}

export type ReadDefinitions = (source: SourceText, siblings?: readonly SourceText[]) => readonly Definition[];

/** Reads a text by one format, whatever its file is called. */
export async function loadReader(id: DefinitionFormatId): Promise<ReadDefinitions> {
  const format = formats.find((each) => each.id === id);
  assert.ok(format);
  await format.prepare?.();
  return (source, siblings = []) => format.parse(source, siblings);
}

/** The text that a definition's statement, or its match, covers. */
export function slice(text: string, range: Definition['range']): string {
  return text.slice(range.start.offset, range.end.offset);
}

/** One line for a definition: entity, direction, priority, match and action, with `?` for what is not known. */
export function summary({ entity, direction, priority, match, action }: AclDefinition): string {
  return [entity?.name, direction, priority, match === null ? undefined : `'${match}'`, action]
    .map((part) => String(part ?? '?'))
    .join(' ');
}
