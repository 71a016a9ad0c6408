import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import type { l10nJsonFormat } from '@vscode/l10n-dev';

const bundleFile = join(__dirname, '..', '..', 'l10n', 'bundle.l10n.json');

/** The texts in a language that is English with accents: what still has none was not translated. */
export function pseudoTexts(): l10nJsonFormat {
  return getL10nPseudoLocalized(JSON.parse(readFileSync(bundleFile, 'utf8')) as l10nJsonFormat);
}

/** What follows in this suite is read in the pseudo language; modules were loaded in English. */
export function speakPseudoLanguage(): void {
  before(() => l10n.config({ contents: pseudoTexts() }));
  after(() => l10n.config({ contents: {} }));
}

/** English in a text that should have none: two words in a row, or one that is no name; names, addresses and commands have to stay. */
export function englishIn(text: string): readonly string[] {
  const plain = text.replace(/"[^"]*"|“[^”]*”/g, '');
  return (
    plain.match(
      /(?<![\w.:=-])(?:[a-z]{2,} [a-z]{2,}|(?:the|is|are|not|of|to|and|or|with|which|from|by|at|on))(?![\w.:=-])/g,
    ) ?? []
  );
}
