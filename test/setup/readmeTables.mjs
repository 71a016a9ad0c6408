// Writes the tables of settings, target fields and commands in README.md from package.json and package.nls.json:
// node test/setup/readmeTables.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readManifest } from './manifest.mjs';

const readmeFile = fileURLToPath(new URL('../../README.md', import.meta.url));

const escapeCell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells) => `| ${cells.map(escapeCell).join(' | ')} |`;
const table = (heads, rows) => [row(...heads), row(...heads.map(() => '---')), ...rows].join('\n');
const printDefault = (value) => (value === undefined || value === '' ? '' : `\`${JSON.stringify(value)}\``);

/** Links of the settings editor, to other settings and to commands, as plain words. */
const plainLinks = (text) =>
  text.replace(/`#([\w.]+)#`/g, '`$1`').replace(/\[([^\]]+)\]\(command:[\w.]+\)/g, '*$1*');

/** The settings of all groups, in their order. */
const settingsOf = ({ contributes }) =>
  Object.assign({}, ...contributes.configuration.map(({ properties }) => properties));

function settingsTable(manifest) {
  const rows = Object.entries(settingsOf(manifest)).map(([key, setting]) =>
    row(`\`${key}\``, printDefault(setting.default), plainLinks(setting.markdownDescription)),
  );
  return table(['Setting', 'Default', 'What it does'], rows);
}

function targetsTable(manifest) {
  const { items } = settingsOf(manifest)['ovnTrace.targets'];
  const rows = Object.entries(items.properties).map(([key, field]) => {
    const values = field.enum?.map((value) => `\`"${value}"\``).join(' or ');
    const about = plainLinks(field.markdownDescription);
    const text = values === undefined ? about : `${about} ${values}.`;
    return row(`\`${key}\`${items.required.includes(key) ? ' (needed)' : ''}`, text);
  });
  return table(['Field', 'What it says'], rows);
}

function commandsTable({ contributes }) {
  const hidden = new Set(
    contributes.menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command),
  );
  const rows = contributes.commands
    .filter(({ command }) => !hidden.has(command))
    .map(({ command, category, title }) => row(`${category}: ${title}`, `\`${command}\``));
  return table(['Command', 'Id'], rows);
}

const tables = { settings: settingsTable, targets: targetsTable, commands: commandsTable };

/** The README's text with its tables made anew; fails when the place of one is missing. */
export function withTables(readme, manifest) {
  return Object.entries(tables).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for the table of ${name}`);
    return text.replace(place, (_all, begin, end) => `${begin}\n${make(manifest)}\n\n${end}`);
  }, readme);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmeFile, withTables(readFileSync(readmeFile, 'utf8'), readManifest()));
}
