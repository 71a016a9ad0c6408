import { homedir } from 'node:os';
import { join } from 'node:path';

/** Values by lower-case keyword, each as often as it stands. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** Settings from pairs of keyword and value, in their order. */
export function collectSettings(pairs: readonly (readonly string[])[]): Settings {
  const settings = new Map<string, string[]>();
  for (const [keyword = '', value = ''] of pairs) {
    if (keyword === '') continue;
    const values = settings.get(keyword.toLowerCase()) ?? [];
    values.push(value);
    settings.set(keyword.toLowerCase(), values);
  }
  return settings;
}

/** The path with a leading `~` replaced by the user's own directory. */
export function expandHome(path: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/** The words of a value; quotes keep spaces together. */
export function splitWords(text: string): string[] {
  return (text.match(/"[^"]*"|\S+/g) ?? []).map(unquote);
}

/** The value without the quotes around it. */
export function unquote(text: string): string {
  return /^"(.*)"$/.exec(text)?.[1] ?? text;
}
