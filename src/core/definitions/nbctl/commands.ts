import type { Field } from '../shell/field';
import { knownStart, textOf } from '../shell/field';

/** One command of an `ovn-nbctl` line; several are chained with `--`. */
export interface NbctlCommand {
  readonly name: string;
  /** By name, without the dashes. */
  readonly options: ReadonlyMap<string, OptionValue>;
  readonly args: readonly Field[];
  /** Options, name and arguments as they stand there, without the program. */
  readonly words: readonly Field[];
  /** `ovn-nbctl`, or behind a `--` the first word after it. */
  readonly first: Field;
  readonly last: Field;
}

/** Null: the option has no value, or one that is not known. */
export interface OptionValue {
  readonly text: string | null;
}

/** Options whose value may be the next word, of ovn-nbctl itself and of the commands read here (ovn-nbctl(8)). */
export const optionsWithValue: ReadonlySet<string> = new Set([
  ...[
    '--db',
    '--timeout',
    '-t',
    '--wait',
    '--format',
    '-f',
    '--data',
    '-d',
    '-u',
    '--syslog-method',
    '--syslog-target',
  ],
  ...['--private-key', '-p', '--certificate', '-c', '--ca-cert', '-C', '--bootstrap-ca-cert', '--unixctl'],
  ...[
    '--type',
    '--name',
    '--severity',
    '--meter',
    '--label',
    '--tier',
    '--id',
    '--sample-new',
    '--sample-est',
  ],
]);

/** Splits the words after (and with) `ovn-nbctl` into its commands, the way ovn-nbctl does. */
export function splitNbctlCommands(fields: readonly Field[]): readonly NbctlCommand[] {
  const [program, ...words] = fields;
  if (!program) return [];
  const chains: Field[][] = [[]];
  for (const word of words) {
    if (textOf(word) === '--') chains.push([]);
    else chains.at(-1)?.push(word);
  }
  return chains.flatMap((chain, index): readonly NbctlCommand[] => {
    const command = readCommand(chain);
    const [begin] = chain;
    if (!command || !begin) return [];
    return [{ ...command, words: chain, first: index === 0 ? program : begin, last: chain.at(-1) ?? begin }];
  });
}

function readCommand(words: readonly Field[]): Omit<NbctlCommand, 'words' | 'first' | 'last'> | null {
  const options = new Map<string, OptionValue>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    const text = textOf(word);
    const start = knownStart(word);
    if (!start.startsWith('-')) {
      // A word that is not known, before the name of the command, can only be an option: `$OPTIONS acl-add …`.
      if (text === null) continue;
      return { name: text, options, args: words.slice(index + 1) };
    }
    const equals = start.indexOf('=');
    const key = equals < 0 ? start : start.slice(0, equals);
    const name = key.replace(/^-+/, '');
    if (equals >= 0) options.set(name, { text: text === null ? null : text.slice(equals + 1) });
    else if (optionsWithValue.has(key)) {
      index++;
      const value = words[index];
      options.set(name, { text: value ? textOf(value) : null });
    } else options.set(name, { text: null });
  }
  return null;
}
