import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { AclDefinition } from '../../../src/core/definitions/definition';
import type { DefinitionFormat } from '../../../src/core/definitions/format';
import { loadDefinitionFormats } from '../../../src/definitionsLoader';

const nodeModules = createRequire(__filename);
let loading: Promise<readonly DefinitionFormat[]> | undefined;

/** The formats, with the grammars of node_modules. */
export function loadFormats(): Promise<readonly DefinitionFormat[]> {
  loading ??= loadDefinitionFormats({
    treeSitter: nodeModules.resolve('web-tree-sitter/web-tree-sitter.wasm'),
    bash: nodeModules.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
  });
  return loading;
}

export type ReadScript = (text: string, file?: string) => readonly AclDefinition[];

export async function loadScriptReader(): Promise<ReadScript> {
  const [format] = await loadFormats();
  assert.ok(format);
  return (text, file = 'test.sh') => format.parse(text, file);
}

/** The text that a definition's statement, or its match, covers. */
export function slice(text: string, range: AclDefinition['range']): string {
  return text.slice(range.start.offset, range.end.offset);
}

/** One line for a definition: entity, direction, priority, match and action, with `?` for what is not known. */
export function summary({ entity, direction, priority, match, action }: AclDefinition): string {
  return [entity?.name, direction, priority, match === null ? undefined : `'${match}'`, action]
    .map((part) => String(part ?? '?'))
    .join(' ');
}
