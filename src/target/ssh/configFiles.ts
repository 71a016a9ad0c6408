import { readFile, readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import { parseConfigLine, splitCriteria, splitWords } from './configLine';
import type { ConfigLine } from './configLine';
import { matchesFileGlob, matchesPatterns } from './matchesGlob';
import { expandHome, fileListKeywords } from './settings';
import type { Settings } from './settings';

export interface FilesRequest {
  readonly host: string;
  readonly username?: string | undefined;
  readonly port?: number | undefined;
  /** Read instead of the user's and the system's configuration. */
  readonly configFile?: string | undefined;
}

/**
 * What the ssh configuration files say about a host, for machines without an `ssh` program to ask. Fails with
 * `config-invalid` where only that program could tell: `Match exec`, `Match final`, canonical names.
 */
export async function readConfigFiles(request: FilesRequest): Promise<Settings> {
  const reader = new ConfigReader(request);
  const { configFile } = request;
  if (configFile !== undefined) await reader.read(configFile, { base: userFolder(), required: true });
  else {
    await reader.read(join(userFolder(), 'config'), { base: userFolder(), required: false });
    await reader.read(join(systemFolder(), 'ssh_config'), { base: systemFolder(), required: false });
  }
  return reader.settings;
}

/** Keywords that count each time they stand. */
const accumulating = new Set(['identityfile', 'certificatefile']);
/** Keywords whose value goes to a shell or has a syntax of its own: it is taken as it stands. */
const raw = new Set(['proxycommand', 'proxyjump', 'knownhostscommand', 'localcommand', 'remotecommand']);
const maxDepth = 16;

interface Place {
  readonly file: string;
  readonly line: number;
}

interface Reading {
  /** The folder from which a relative `Include` is meant: not that of the file, says ssh_config(5). */
  readonly base: string;
  readonly required: boolean;
}

class ConfigReader {
  readonly settings = new Map<string, string[]>();

  constructor(private readonly request: FilesRequest) {
    if (request.username !== undefined) this.settings.set('user', [request.username]);
    if (request.port !== undefined) this.settings.set('port', [String(request.port)]);
  }

  async read(file: string, reading: Reading, active = true, depth = 0): Promise<void> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (!reading.required && isMissing(error)) return '';
      throw new TraceFailure(
        'config-invalid',
        l10n.t('The ssh configuration file {0} cannot be read.', file),
        {
          advice: l10n.t('Check its path and its permissions.'),
          cause: error,
        },
      );
    });
    // Within a section that does not hold, no section of an included file holds either.
    const mayHold = active;
    let holds = active;
    let number = 0;
    for (const content of text.split('\n')) {
      const place = { file, line: ++number };
      const line = parseConfigLine(content);
      if (line === null) continue;
      switch (line.keyword) {
        case 'host':
          holds = mayHold && matchesPatterns(wordsOf(line, place), this.request.host);
          break;
        case 'match':
          holds = mayHold && this.matches(line.rest, place);
          break;
        case 'include':
          if (depth >= maxDepth) throw invalid(place, l10n.t('includes files too deeply'), 'Include');
          for (const pattern of wordsOf(line, place)) {
            const path = expandHome(pattern);
            for (const found of await filesAt(isAbsolute(path) ? path : join(reading.base, path)))
              await this.read(found, { ...reading, required: false }, holds, depth + 1);
          }
          break;
        default:
          if (holds) this.take(line, place);
      }
    }
  }

  private take(line: ConfigLine, place: Place): void {
    const { keyword } = line;
    const values = raw.has(keyword) ? [line.rest] : wordsOf(line, place);
    const [first] = values;
    if (first === undefined || first === '') throw invalid(place, l10n.t('has no value'), keyword);
    if (keyword === 'canonicalizehostname' && !/^(?:no|false)$/i.test(first))
      throw undecidable(place, keyword);
    if (accumulating.has(keyword)) {
      this.settings.set(keyword, [...(this.settings.get(keyword) ?? []), first]);
      return;
    }
    // Of a jump host and a command the one that is named first counts.
    if (keyword === 'proxyjump' && this.settings.has('proxycommand')) return;
    if (keyword === 'proxycommand' && !isNone(this.settings.get('proxyjump')?.[0] ?? 'none')) return;
    if (!this.settings.has(keyword))
      this.settings.set(keyword, fileListKeywords.has(keyword) ? values : [first]);
  }

  private matches(text: string, place: Place): boolean {
    const words = splitCriteria(text);
    let unknown: string | null = null;
    for (let at = 0; at < words.length;) {
      const negated = words[at]?.startsWith('!') === true;
      const criterion = (words[at++] ?? '').replace(/^!/, '').toLowerCase();
      if (criterion.startsWith('#')) break;
      const takesNone = criterion === 'all' || criterion === 'canonical' || criterion === 'final';
      const value = takesNone ? null : words[at++];
      if (value === undefined) throw invalid(place, l10n.t('gives no value for {0}', criterion), 'Match');
      const holds = this.criterionHolds(criterion, value ?? '');
      if (holds === null) unknown ??= criterion;
      else if (holds === negated) return false;
    }
    if (unknown !== null) throw undecidable(place, l10n.t('Match {0}', unknown));
    return true;
  }

  /** Null for what only `ssh` itself can tell. */
  private criterionHolds(criterion: string, value: string): boolean | null {
    const { host } = this.request;
    const isOneOf = (name: string): boolean => matchesPatterns(value.split(','), name);
    switch (criterion) {
      case 'all':
        return true;
      case 'canonical':
        return false;
      case 'host': {
        const hostName = this.settings.get('hostname')?.[0] ?? host;
        return matchesPatterns(
          value.toLowerCase().split(','),
          hostName.replace(/%([h%])/g, (_, token) => (token === 'h' ? host : '%')),
        );
      }
      case 'originalhost':
        return matchesPatterns(value.toLowerCase().split(','), host);
      case 'user':
        return isOneOf(this.settings.get('user')?.[0] ?? userInfo().username);
      case 'localuser':
        return isOneOf(userInfo().username);
      default:
        return null;
    }
  }
}

function wordsOf(line: ConfigLine, place: Place): string[] {
  const words = splitWords(line.rest);
  if (words === null) throw invalid(place, l10n.t('has a quote that is not closed'), line.keyword);
  return words;
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

function invalid({ file, line }: Place, wrong: string, keyword: string): TraceFailure {
  return new TraceFailure('config-invalid', l10n.t('{0} in {1}:{2} {3}.', keyword, file, line, wrong), {
    advice: l10n.t('Mend that line of your ssh configuration.'),
  });
}

function undecidable({ file, line }: Place, what: string): TraceFailure {
  return new TraceFailure(
    'config-invalid',
    l10n.t(
      '{0}:{1} says "{2}", which only the ssh program can tell, and there is none on this machine.',
      file,
      line,
      what,
    ),
    {
      advice: l10n.t(
        'Install the OpenSSH client, or write what holds for this host into a "Host" section before that line.',
      ),
    },
  );
}

/** The files a path with `*`, `?` and `[…]` in any of its parts names, in the order of their names. */
async function filesAt(pattern: string): Promise<string[]> {
  const parts = pattern.split(process.platform === 'win32' ? /[\\/]/ : '/');
  let found = [parts.shift() ?? ''];
  for (const part of parts) {
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => posix.join(folder === '' ? '/' : folder, part));
      continue;
    }
    const deeper = await Promise.all(
      found.map(async (folder) =>
        (await readdir(folder === '' ? '/' : folder).catch(() => []))
          .filter((name) => matchesFileGlob(part, name))
          .sort()
          .map((name) => posix.join(folder === '' ? '/' : folder, name)),
      ),
    );
    found = deeper.flat();
  }
  return found;
}

function userFolder(): string {
  return join(homedir(), '.ssh');
}

function systemFolder(): string {
  return process.platform === 'win32'
    ? join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'ssh')
    : '/etc/ssh';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
