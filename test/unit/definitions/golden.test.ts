import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclForm, Definition, RowIdentity, TextRange } from '../../../src/core/definitions/definition';
import { findDefinitions } from '../../../src/core/definitions/format';
import { formats, slice } from './load';

const folder = join(__dirname, '../../../fixtures/definitions');

/** `UPDATE_GOLDEN=1` writes what is found now. */
describe('definitions of the fixture files', () => {
  for (const name of readdirSync(folder).filter((each) => !each.endsWith('.txt'))) {
    it(name, async () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const found = await findDefinitions(formats, { file: name, text }, () => Promise.resolve([]));
      const described = found.map((definition) => describeDefinition(text, definition)).join('\n');
      const golden = join(folder, `${name}.txt`);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, described);
      assert.notEqual(described, '');
      assert.equal(described, readFileSync(golden, 'utf8'));
    });
  }
});

function describeDefinition(text: string, definition: Definition): string {
  const { format, range, matchRange } = definition;
  return [
    `${rangeText(range)} ${format} ${describeKind(definition)}`,
    `  from ${rangeText(matchRange)} ${JSON.stringify(slice(text, matchRange))}`,
    ...identityLines(definition.identities),
    ...(definition.kind === 'rule' ? formLines(definition.forms) : []),
    '',
  ].join('\n');
}

function describeKind(definition: Definition): string {
  switch (definition.kind) {
    case 'acl': {
      const { entity, direction, priority, action, tier, name, match } = definition;
      return [
        `acl ${entity?.type ?? 'any'} ${JSON.stringify(entity?.name ?? null)}`,
        `  ${String(direction)} ${String(priority)} ${String(action)} tier ${String(tier)} name ${JSON.stringify(name)}`,
        `  match ${JSON.stringify(match)}`,
      ].join('\n');
    }
    case 'owner': {
      const { kind, name, groups } = definition.owner;
      return [`owner ${kind} ${JSON.stringify(name)}`, ...identityLines(groups, 'group')].join('\n');
    }
    case 'rule': {
      const { owner, label, implicit } = definition;
      return `rule of ${JSON.stringify(owner.name)}: ${label}${implicit ? ' (implicit)' : ''}`;
    }
  }
}

function identityLines(identities: readonly RowIdentity[], what = 'is'): readonly string[] {
  return identities.map(({ by, columns }) => {
    const written = Object.entries(columns).map(([column, value]) => `${column}=${JSON.stringify(value)}`);
    return `  ${what} by ${by} ${written.join(' ')}`;
  });
}

/** A line for each match; tiers that a release chooses stand together. */
function formLines(forms: readonly AclForm[]): readonly string[] {
  const tiers = new Map<string, number[]>();
  const lines = forms.map(({ direction, priorities, tier, actions, match }) => {
    const line = `${direction} ${priorities?.join('|') ?? '?'} ${actions.join('|')} ${match}`;
    tiers.set(line, [...(tiers.get(line) ?? []), tier]);
    return line;
  });
  return [...new Set(lines)].map((line) => `  becomes tier ${(tiers.get(line) ?? []).join('|')} ${line}`);
}

function rangeText({ start, end }: TextRange): string {
  const at = ({ line, character }: TextRange['start']): string => `${line + 1}:${character + 1}`;
  return `${at(start)}-${at(end)}`;
}
