import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Values by lower-case keyword, as ssh(1) has them once the configuration is read: the first of each, of some
 * keywords a list. Without quotes; tokens and `~` as they stand.
 */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** Keywords whose line holds a list of files; of `RevokedHostKeys` older releases take only one. */
export const fileListKeywords: ReadonlySet<string> = new Set([
  'userknownhostsfile',
  'globalknownhostsfile',
  'revokedhostkeys',
]);

/** Settings as `ssh -G` prints them, a keyword and its value on each line. */
export function parseSshG(output: string): Settings {
  const settings = new Map<string, string[]>();
  for (const line of output.split(/\r?\n/)) {
    const [, keyword, value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === undefined) continue;
    const values = settings.get(keyword) ?? [];
    values.push(...(fileListKeywords.has(keyword) ? splitFiles(value) : [value]));
    settings.set(keyword, values);
  }
  return settings;
}

/** `ssh -G` prints names without quotes: only what looks like the beginning of a path begins another one. */
function splitFiles(text: string): string[] {
  return text.split(/ (?=[/~%$]|[A-Za-z]:[\\/])/);
}

/** The path with a leading `~` replaced by the user's own directory. */
export function expandHome(path: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/** Seconds of a time as ssh_config(5) writes it: `90`, `1m30s`; null for `none` and what is no time. */
export function parseSeconds(text: string): number | null {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return null;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  return [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce(
    (sum, [, digits, unit = '']) => sum + Number(digits) * (units[unit.toLowerCase()] ?? 1),
    0,
  );
}
