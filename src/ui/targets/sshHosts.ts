import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';

const deepestInclude = 8;

/** The hosts that the user's ssh configuration names, those of included files too; patterns are left out. */
export async function readSshHosts(
  file: string = join(homedir(), '.ssh', 'config'),
): Promise<readonly string[]> {
  return [...new Set(await hostsOfFile(file, 0))];
}

async function hostsOfFile(file: string, depth: number): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const { hosts, includes } = parseHosts(text);
  if (depth >= deepestInclude) return hosts;
  const files = (await Promise.all(includes.map(expandInclude))).flat();
  const included = await Promise.all(files.map((other) => hostsOfFile(other, depth + 1)));
  return [...hosts, ...included.flat()];
}

/** What a configuration's text names: hosts without wildcards, and the files it includes. */
export function parseHosts(text: string): {
  readonly hosts: readonly string[];
  readonly includes: readonly string[];
} {
  try {
    // Copied first: the parser's own list makes more of its kind.
    const lines = [...SSHConfig.parse(text)].flatMap((line) =>
      'config' in line ? [line, ...line.config] : [line],
    );
    const values = (keyword: string) =>
      lines.flatMap((line) =>
        'param' in line && line.param.toLowerCase() === keyword ? wordsOf(line.value) : [],
      );
    return {
      hosts: values('host').filter((host) => !/[*?!]/.test(host)),
      includes: values('include'),
    };
  } catch {
    // A configuration that ssh-config cannot read costs the suggestions only.
    return { hosts: [], includes: [] };
  }
}

type Value = string | readonly { readonly val: string }[];

function wordsOf(value: Value): readonly string[] {
  return typeof value === 'string'
    ? value.split(/\s+/).filter((word) => word !== '')
    : value.map(({ val }) => val);
}

/** Relative names are relative to `~/.ssh`; a pattern in the last part names several files. */
async function expandInclude(pattern: string): Promise<readonly string[]> {
  const home = pattern.replace(/^~(?=\/)/, homedir());
  const path = isAbsolute(home) ? home : join(homedir(), '.ssh', home);
  const name = basename(path);
  if (!/[*?]/.test(name)) return [path];
  const wanted = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((other) => wanted.test(other)).map((other) => join(dirname(path), other));
}
