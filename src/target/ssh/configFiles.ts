import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';
import { matchesGlob } from './matchesGlob';
import { collectSettings, expandHome, splitWords } from './settings';
import type { Settings } from './settings';

/** What the ssh configuration files say about a host; for machines without an `ssh` program to ask. */
export async function readConfigFiles(host: string, configFile: string | undefined): Promise<Settings> {
  const files =
    configFile === undefined ? [join(homedir(), '.ssh', 'config'), '/etc/ssh/ssh_config'] : [configFile];
  const texts = await Promise.all(files.map((file) => readWithIncludes(file, dirname(file), 0)));
  const computed = SSHConfig.parse(texts.join('\nHost *\n')).compute(host, { ignoreCase: true });
  return collectSettings(
    Object.entries(computed).flatMap(([keyword, value]) => [value].flat().map((each) => [keyword, each])),
  );
}

/** The file's text with the files it includes in their places; the library that reads it knows no `Include`. */
async function readWithIncludes(file: string, base: string, depth: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (depth > 16) return '';
  const lines: string[] = [];
  let section = 'Host *';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:host|match)[\s=]/i.test(line)) section = line;
    const include = /^\s*include[\s=]+(.+)$/i.exec(line)?.[1];
    if (include === undefined) {
      lines.push(line);
      continue;
    }
    for (const pattern of splitWords(include)) {
      const path = expandHome(pattern);
      for (const match of await matchingFiles(isAbsolute(path) ? path : join(base, path))) {
        lines.push(await readWithIncludes(match, base, depth + 1), section);
      }
    }
  }
  return lines.join('\n');
}

async function matchingFiles(pattern: string): Promise<string[]> {
  if (!/[*?]/.test(basename(pattern))) return [pattern];
  const names = await readdir(dirname(pattern)).catch(() => []);
  return names
    .filter((name) => matchesGlob(basename(pattern), name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(dirname(pattern), name));
}
