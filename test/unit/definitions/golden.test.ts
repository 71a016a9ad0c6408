import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclDefinition } from '../../../src/core/definitions/definition';
import type { ReadScript } from './load';
import { loadScriptReader, slice } from './load';

const folder = join(__dirname, '../../../fixtures/definitions');

/** `UPDATE_GOLDEN=1` writes what is found now. */
describe('definitions of the fixture scripts', () => {
  let read: ReadScript;
  before(async () => {
    read = await loadScriptReader();
  });

  const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
  for (const name of scripts) {
    it(name, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const found = read(text, name)
        .map((definition) => describeDefinition(text, definition))
        .join('\n');
      const golden = join(folder, name.replace(/\.sh$/, '.txt'));
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, found);
      assert.equal(found, readFileSync(golden, 'utf8'));
    });
  }
});

function describeDefinition(text: string, definition: AclDefinition): string {
  const { range, matchRange, entity, direction, priority, match, action, tier, name } = definition;
  const at = ({ line, character }: typeof range.start): string => `${line + 1}:${character + 1}`;
  return [
    `${at(range.start)}-${at(range.end)} ${entity?.type ?? 'any'} ${JSON.stringify(entity?.name ?? null)}`,
    `  ${String(direction)} ${String(priority)} ${String(action)} tier ${String(tier)} name ${JSON.stringify(name)}`,
    `  match ${JSON.stringify(match)}`,
    `  from ${at(matchRange.start)} ${JSON.stringify(slice(text, matchRange))}`,
    `  in ${JSON.stringify(slice(text, range))}`,
    '',
  ].join('\n');
}
